"""The short way through XML against the complete one: what it says of a record is what parser and mapping say.

    python -m tests.mappings.engine.express.xml.differential [SECONDS [SEED]]

Documents are the golden cases of the library and those of the corpus where it is there, each as it is and with a few
changes. The lanes learn from all of them, the changed ones too. A failure names its seed.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import msgspec
from lxml import etree

from mappings.engine.express.xml.lane import XmlLane
from mappings.engine.formats import FileFormat, guess_format
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.xml.reader import XmlRecord, XmlStray, context_of, read, scan
from mappings.library import index
from tests.mappings.engine.express.xml.changes import VALUES_ONLY, changed
from tests.mappings.engine.x12.test_corpus import CORPUS
from tests.mappings.engine.xml import golden

LARGEST = 60_000  # bytes of a document; larger ones take the time of many

Source = tuple[str, bytes]


def of_library() -> Iterator[Source]:
    for case in golden.cases():
        yield f"{case.parent.parent.name}/{case.name}", (case / "input.xml").read_bytes()


def of_corpus(corpus: Path) -> Iterator[Source]:
    """The XML files of a folder; none when it is not there."""
    for path in sorted(corpus.rglob("*")):
        raw = path.read_bytes() if path.is_file() and path.stat().st_size <= LARGEST else b""
        if raw and guess_format(raw) is FileFormat.XML:
            yield str(path.relative_to(corpus)), raw


class Comparison:
    """Keeps its lanes, so that they learn; counts what they were sure of. Lanes have credit
    without end."""

    def __init__(self) -> None:
        self._telling = XmlLane()
        self._lanes: dict[str, XmlLane] = {}
        self.tried: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.mapped: Counter[str] = Counter()

    def lane(self, mapping: CompiledMapping) -> XmlLane:
        if mapping.name not in self._lanes:
            self._lanes[mapping.name] = XmlLane(mapping)
        return self._lanes[mapping.name]

    def differences(self, name: str, raw: bytes, learning: bool = True) -> list[str]:
        """What the lanes say otherwise than the complete way, when they see a file; learning: and when they see it
        again."""
        wanted = list(scan(BytesIO(raw)))
        mappings = {id(one): one for one in map(self._mapping, wanted) if one is not None}
        return [
            f"{name}: {one}"
            for mapping in (None, *mappings.values())
            for _ in range(1 + learning)
            for one in self._differing(raw, wanted, mapping, learning)
        ]

    def _mapping(self, record: XmlRecord | XmlStray) -> CompiledMapping | None:
        entry = index.find("xml", record.kind, "") if isinstance(record, XmlRecord) and record.kind else None
        return index.compiled(entry.name) if entry is not None else None

    def _differing(
        self, raw: bytes, wanted: list[XmlRecord | XmlStray], mapping: CompiledMapping | None, learning: bool
    ) -> list[str]:
        lane = self.lane(mapping) if mapping is not None else self._telling
        lane._trail._credit = 10.0 * learning
        found = list(scan(BytesIO(raw), lane))
        if len(found) != len(wanted):
            return ["another number of records"]
        return [
            difference
            for record, known in zip(found, wanted, strict=True)
            if (difference := self._difference(record, known, mapping))
        ]

    def _difference(
        self, record: XmlRecord | XmlStray, wanted: XmlRecord | XmlStray, mapping: CompiledMapping | None
    ) -> str:
        if isinstance(record, XmlStray) or isinstance(wanted, XmlStray):
            return "" if record == wanted else "another stray"
        self.tried[wanted.kind] += 1
        for field in ("ordinal", "kind", "name", "offset", "length", "line", "envelope", "findings", "encoding"):
            if getattr(record, field) != getattr(wanted, field):
                return f"{field} is {getattr(record, field)!r}, not {getattr(wanted, field)!r}"
        if not record.is_seen:
            return "" if (record.root is None) == (wanted.root is None) else "another root"
        self.told[wanted.kind] += 1
        if record.root is None or wanted.root is None or _text(record.root) != _text(wanted.root):
            return "another tree"
        if mapping is None or not record.body:
            return ""
        self.mapped[wanted.kind] += 1
        reading = read(wanted)
        mapped = mapping.apply(reading.tree, context_of(wanted), reading.places)
        if mapped.findings:
            return f"mapped, but {mapped.findings[0]}"
        body = msgspec.json.encode(mapped.body).decode()
        return "" if record.body == body else f"another body:\n{record.body}\n{body}"


def _text(root: etree._Element) -> bytes:
    return etree.tostring(root)


def main(seconds: int = 30, seed: int = 1) -> None:
    comparison = Comparison()
    sources = [*of_library(), *of_corpus(CORPUS)]
    failures = [one for name, raw in sources for one in comparison.differences(name, raw)]
    until = time.monotonic() + seconds
    while time.monotonic() < until and not failures:
        failures = trial(comparison, sources, seed)
        seed += 1
    for kind, tried in sorted(comparison.tried.items()):
        told, mapped = comparison.told[kind], comparison.mapped[kind]
        sys.stdout.write(f"{kind:30} {tried:7} read, {told} told at once, {mapped} mapped at once\n")
    sys.stdout.write("\n".join(failures[:5]) or f"no difference, next seed {seed}\n")


def trial(comparison: Comparison, sources: list[Source], seed: int) -> list[str]:
    """A document with changes, and what comes of it with other values."""
    chance = random.Random(seed)
    name, raw = chance.choice(sources)
    raw = changed(raw, chance)
    again = changed(raw, chance, VALUES_ONLY)
    found = comparison.differences(name, raw) + comparison.differences(name, again, learning=False)
    return [f"seed {seed}: {one}" for one in found]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
