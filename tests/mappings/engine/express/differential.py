"""The short way against the complete one: what the lane calls clean has no fault, and its JSON is that of the mapping.

    python -m tests.mappings.engine.express.differential [SECONDS [SEED]]

Documents are the golden cases of the library, those of the corpus where it is there, and generated ones of all sets,
each as it is and with a few changes. A failure names its seed.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator
from io import BytesIO

import msgspec

from mappings.engine.errors import StructureMissing
from mappings.engine.express.lane import Lane, lane_for
from mappings.engine.findings import Place
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.structure import release, releases
from mappings.engine.x12.validator import SetValidator, validator_for
from mappings.library import index
from mappings.services.standard_mapping import standard_mapping
from tests.mappings.engine.x12.documents import STAR, raw
from tests.mappings.engine.x12.generator import Generator
from tests.mappings.engine.x12.test_corpus import CORPUS, FILES

LARGEST = 30_000  # bytes of a document; larger ones take the time of many
VALUES = [
    "",
    "",
    " ",
    "A",
    "1",
    "00",
    "ZZ",
    "EA",
    "PE",
    "10",
    ".5",
    "012",
    "1.",
    "1E2",
    "-3",
    "1.50",
    "0.00",
    "x y",
    " x",
]
VALUES += ["x ", 'a"b', "a\\b", "{x}", "é", "20260230", "20261121", "0830", "2561", "9" * 30, "X" * 90, ">"]


class Source(msgspec.Struct, frozen=True):
    """Where a document is from, and how it is read. version: GS08."""

    name: str
    set_id: str
    version: str
    data: bytes
    delimiters: Delimiters = STAR
    context: dict[str, str] = {}


def of_file(name: str, data: bytes) -> Iterator[Source]:
    """All sets of a file."""
    interchange: InterchangeOpened | None = None
    group: GroupOpened | None = None
    for event in scan(BytesIO(data)):
        if isinstance(event, InterchangeOpened):
            interchange, group = event, None
        elif isinstance(event, GroupOpened):
            group = event
        elif isinstance(event, SetFound) and interchange and group:
            piece = data[event.offset : event.offset + event.length]
            context = {
                "group.version": group.header.version,
                "group.sender": group.header.sender,
                "interchange.sender": interchange.header.sender_id,
                "interchange.usage": interchange.header.usage,
                "interchange.date": interchange.header.date,
                "interchange.component_separator": interchange.delimiters.component,
                "set.id": event.set_id,
                "set.control_number": event.control_number,
            }
            yield Source(name, event.set_id, group.header.version, piece, interchange.delimiters, context)


def of_library() -> Iterator[Source]:
    for path in sorted(index.LIBRARY.glob("*/cases/*/input.edi")):
        yield from of_file(f"{path.parts[-4]}/{path.parts[-2]}", path.read_bytes())


def of_corpus(files: list[tuple[str, str]]) -> Iterator[Source]:
    for path, _ in files:
        for source in of_file(path, (CORPUS / path).read_bytes()):
            if len(source.data) <= LARGEST:
                yield source


def generated(sets: Collection[str], seeds: range) -> Iterator[Source]:
    """Documents of these sets in every release, of every set when none is named."""
    for version in releases():
        for set_id in sorted(release(version).sets.intersection(sets or release(version).sets)):
            for seed in seeds:
                document = Generator(set_id, version, seed).document()
                data = raw(["*".join(row) for row in document])
                yield Source(f"{set_id} {version} {seed}", set_id, version, data, context={"group.version": version})


def changed(source: Source, chance: random.Random) -> Source:
    """With a few changes at random places: other values, segments gone, twice or elsewhere."""
    terminator, separator = source.delimiters.segment, source.delimiters.element
    rows = [piece.split(separator) for piece in source.data.decode("latin-1").split(terminator)]
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(rows))
        match chance.randrange(8):
            case 0:
                rows.insert(at, list(chance.choice(rows)))
            case 1 if len(rows) > 1:
                del rows[at]
            case 2:
                rows[at].append(chance.choice(VALUES))
            case 3 if len(rows[at]) > 1:
                rows[at].pop()
            case _:
                rows[at][chance.randrange(len(rows[at]))] = chance.choice(VALUES)
    if chance.random() < 0.7:  # so that not every change is found by the count
        trailer = next((row for row in rows if row[0].strip() == "SE"), None)
        if trailer is not None and len(trailer) > 1:
            trailer[1] = str(sum(bool("".join(row).strip()) for row in rows))
    data = terminator.join(separator.join(row) for row in rows).encode("latin-1")
    return msgspec.structs.replace(source, data=data)


class Comparison:
    """Keeps its lanes, so that they learn; counts what they were sure of."""

    def __init__(self, times: int = 1) -> None:
        """times: how often each document is read; a document that came twice makes its own route."""
        self.times = times
        self._lanes: dict[tuple[int, int], Lane | None] = {}
        self.tried: Counter[str] = Counter()
        self.sure: Counter[str] = Counter()

    def differences(self, source: Source) -> list[str]:
        """What the lane says otherwise than the complete way, with the set's mapping and without."""
        try:
            validator = validator_for(source.set_id, source.version)
        except StructureMissing:
            return []
        mapping = standard_mapping(source.set_id, source.version)
        found = [self._difference(source, validator, None)]
        if mapping is not None:
            found.append(self._difference(source, validator, mapping))
        return [f"{source.name}: {one}" for one in found if one]

    def _difference(self, source: Source, validator: SetValidator, mapping: CompiledMapping | None) -> str:
        key = (id(validator), id(mapping))
        if key not in self._lanes:
            there = lane_for(validator, mapping) is not None
            self._lanes[key] = Lane(validator, mapping) if there else None
        lane = self._lanes[key]
        kind = f"{source.set_id} {'mapped' if mapping else 'validated'}"
        self.tried[kind] += 1
        if lane is None:
            return ""
        # Twice the trail, from which a route is learned, then that.
        answers = [lane.read(source.data, source.delimiters, source.context) for _ in range(self.times)]
        clean = answers[-1]
        if len({answer and answer.body for answer in answers}) > 1:
            return "said otherwise when it had learned"
        if clean is None:
            return ""
        self.sure[kind] += 1
        reading = validator.read(source.data, source.delimiters, Place(offset=0))
        if reading.findings:
            return f"called clean, but {reading.findings[0]}"
        if reading.segments != clean.segments or reading.control_number != clean.control_number:
            return "other segments"
        if mapping is None:
            return "" if clean.body == "" else "a body without a mapping"
        mapped = mapping.apply(reading.tree, source.context, reading.segments)
        if mapped.findings:
            return f"mapped, but {mapped.findings[0]}"
        wanted = msgspec.json.encode(mapped.body).decode()
        return "" if clean.body == wanted else f"another body:\n{clean.body}\n{wanted}"


def main(seconds: int = 30, seed: int = 1) -> None:
    comparison = Comparison(3)
    sources = [*of_library(), *generated((), range(3)), *of_corpus(FILES)]
    failures = [one for source in sources for one in comparison.differences(source)]
    comparison.times = 1
    until = time.monotonic() + seconds
    while time.monotonic() < until and not failures:
        chance = random.Random(seed)
        failures = [f"seed {seed}: {one}" for one in comparison.differences(changed(chance.choice(sources), chance))]
        seed += 1
    for kind, tried in sorted(comparison.tried.items()):
        sys.stdout.write(f"{kind:20} {tried:7} documents, sure of {comparison.sure[kind]}\n")
    sys.stdout.write("\n".join(failures[:5]) or f"no difference, next seed {seed}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
