"""The short way through rows against the complete one: the same documents, and of those it is sure of the same JSON.

    python -m tests.mappings.engine.express.text.differential [SECONDS [SEED]]

Files are the golden cases of the library, those of the corpus where it is there, and generated ones of all layouts,
each as it is and with a few changes. A failure names its seed.
"""

import csv
import io
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from mappings.engine.express.text.lane import Lane, lane_for
from mappings.engine.findings import Finding, Place
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.text.detect import for_part
from mappings.engine.text.dialect import split
from mappings.engine.text.reader import DocumentFound, SheetOpened, scan
from mappings.engine.text.record import Record
from mappings.engine.text.settings import Layout, TextSettings
from mappings.library import index
from tests.benchmarks.text_read import content
from tests.mappings.engine.text import golden

LARGEST = 40_000  # bytes of rows that are looked at; more take the time of many
NUMBERS = ["1", "2", "10", "2.50", "0.5", "12.00", "1.234", "0", "0.00", "-3", "1,5", "1.234,50", "1,234.50", "(5)"]
NUMBERS += ["1E3", "1E-9", " 7", "7 ", "00012", ".5", "5.", "$ 9.99", "9" * 30, "12 EUR", "x", "1.2.3"]
NUMBERS += ["NULL", "N/A", "-", "$ -", "12,-", "US$5", "1,23,456.00"]
DATES = ["2026-07-04", "2026-07-04 11:00:00 +0000", "2026-02-30", "4.7.2026", "07/04/2026", "20260704", "soon", ""]
DATES += ["NULL", "#N/A", "46361", "46361.5", "5 Dec 2026", "0000-00-00"]
TEXTS = [
    "",
    "",
    "",
    "A",
    "EA",
    "USD",
    "usd",
    "CREDIT",
    "Cancelled",
    "no",
    "x y",
    " x",
    "x ",
    "x\ty",
    'a"b',
    '"',
    "a\\b",
]
TEXTS += [
    "é",
    "\u00a0x",
    "x\u2003",
    "x\ny",
    "x\r\ny",
    "{x}",
    "'x",
    "=1+1",
    "@x",
    "=",
    "+5",
    "Bowl, Large",
    "a;b",
    "\x01",
]
TEXTS += ["\x7f", "\ufeff", "X" * 70, "日本", "\u2028", "0", "1", ",", "'", "x\x85y", "a\x1cb"]
PIECES = [
    '"',
    '""',
    "\0",
    "\x1a",
    "\r",
    "\n",
    "\r\n",
    ",,",
    ";",
    "\t",
    " ",
    "é",
    "=",
    "@",
    "\\",
    "\n\n",
    ' "',
    '" ',
    "\x0b",
]
BYTES = [b"\xff", b"\xe9", b"\xc3", b"\x81", b"\xc2\xa0", b"\xef\xbb\xbf"]


class Source(msgspec.Struct, frozen=True):
    """A part of a file, after its header. row: the number of the row before."""

    name: str
    mapping: str
    layout: Layout
    settings: TextSettings
    row: int
    data: bytes


def of_file(name: str, data: bytes) -> Iterator[Source]:
    """The rows of a file, where the library knows it."""
    for event in scan(io.BytesIO(data), layouts=golden.LAYOUTS, has_asides=False):
        if isinstance(event, SheetOpened) and (layout := event.detection.layout) is not None:
            found = event.detection
            part = data[event.offset :][:LARGEST]
            part = part[: part.rfind(b"\n") + 1] if len(part) == LARGEST else part
            mapping = index.layouts()[layout.name][0].name
            yield Source(name, mapping, layout, for_part(found), found.settings.header_row or 0, part)
        return


def of_library() -> Iterator[Source]:
    for case in golden.cases():
        yield from of_file(f"{case.parts[-3]}/{case.name}", golden.source(case).read_bytes())
    yield from of_file("benchmark", content(200))


def of_corpus(files: list[Path]) -> Iterator[Source]:
    for path in files:
        yield from of_file(path.name, path.read_bytes())


def generated(seeds: range) -> Iterator[Source]:
    """Files of all layouts, with values of the kind that their columns hold."""
    for name in sorted(index.layouts()):
        for seed in seeds:
            yield from of_file(f"{name} {seed}", _generated(index.layouts()[name][1], random.Random(f"{name} {seed}")))


def _generated(layout: Layout, chance: random.Random) -> bytes:
    optional = [one for one in layout.optional if chance.random() < 0.7]
    columns = [*layout.columns, *optional]
    chance.shuffle(columns)
    rows = [columns]
    date = chance.choice(DATES[:2])
    numbers = chance.choice([NUMBERS[:3], NUMBERS[:7]])
    for document in range(chance.randint(2, 12)):
        for number in range(chance.randint(1, 4)):
            row = []
            for column in columns:
                if column in layout.key:
                    row.append("" if number and chance.random() < 0.3 else f"D-{document}")
                elif column in layout.numbers:
                    row.append(chance.choice([*numbers, ""]))
                elif column in layout.dates:
                    row.append(chance.choice([date, ""]) if number else date)
                else:
                    row.append(chance.choice([_text(column), _text(column), ""]))
            rows.append(row)
    return written(rows, "\t" if layout.settings.quote == "" else chance.choice(",;\t|"), '"')


def _text(column: str) -> str:
    """What fits the field that a column with such a name is for."""
    name = column.casefold()
    fits = {
        "currency": "USD",
        "country": "US",
        "uom": "EA",
        "status": "shipped",
        "(": "7",
        "type": "INVOICE",
        "line": "1",
    }
    return next((text for part, text in fits.items() if part in name), f"{column} x")


def written(rows: list[list[str]], delimiter: str, quote: str) -> bytes:
    text = io.StringIO(newline="")
    if quote:
        csv.writer(text, delimiter=delimiter, quotechar=quote).writerows(rows)
    else:
        text.writelines(delimiter.join(row) + "\n" for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def changed(source: Source, chance: random.Random) -> Source:
    """With a few changes at random places: other values, rows elsewhere or twice, columns gone, odd bytes."""
    settings = source.settings
    delimiter, quote = settings.delimiter, settings.quote or ""
    text = source.data.decode(settings.encoding, "replace")
    rows = split(list(io.StringIO(text, newline="")), delimiter, quote)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(rows))
        match chance.randrange(10):
            case 0:
                rows.insert(at, list(chance.choice(rows)))
            case 1 if len(rows) > 1:
                del rows[at]
            case 2:
                rows[at].append(chance.choice(["", " ", "x"]))
            case 3 if rows[at]:
                del rows[at][chance.randrange(len(rows[at])) :]
            case 4:
                rows.insert(at, chance.choice([[], [""] * len(rows[at]), [" "] * len(rows[at])]))
            case 5 if len(rows) > 1:
                other = chance.randrange(len(rows))
                rows[at], rows[other] = rows[other], rows[at]
            case _ if rows[at]:
                rows[at][chance.randrange(len(rows[at]))] = chance.choice(chance.choice([NUMBERS, DATES, TEXTS]))
    data = written(rows, delimiter, quote)
    if chance.random() < 0.4 and data:
        cut = chance.randrange(len(data))
        piece = chance.choice(BYTES) if chance.random() < 0.2 else chance.choice(PIECES).encode()
        data = data[:cut] + piece + data[cut:]
    if chance.random() < 0.1:
        data = data.rstrip(b"\r\n")
    if chance.random() < 0.1:
        settings = msgspec.structs.replace(settings, encoding=chance.choice(["windows-1252", "latin-1", "utf-16-le"]))
    return msgspec.structs.replace(source, data=data, settings=settings)


class Comparison:
    """Keeps its lanes, so that they learn; counts what they were sure of."""

    def __init__(self) -> None:
        self._lanes: dict[tuple[str, bytes], Lane | None] = {}
        self.tried: Counter[str] = Counter()
        self.clean: Counter[str] = Counter()
        self.sure: Counter[str] = Counter()

    def differences(self, source: Source) -> list[str]:
        mapping = index.compiled(source.mapping)
        lane = self._lane(source, mapping)
        found = list(lane.documents(io.BytesIO(source.data), source.row)) if lane else []
        origin = Place(offset=0, row=source.row)
        events = scan(io.BytesIO(source.data), source.settings, [source.layout], origin, has_asides=False)
        documents = [event for event in events if isinstance(event, DocumentFound)]
        self.tried[source.mapping] += len(documents)
        if len(found) > len(documents):
            return [f"{source.name}: {len(found)} documents of {len(documents)}"]
        differences = []
        for (row, body), document in zip(found, documents, strict=False):
            if row != document.numbers[0]:
                differences.append(f"{source.name}: a document at row {row}, not {document.numbers[0]}")
            mapped, faults = _completely(document, mapping)
            self.clean[source.mapping] += not faults
            if not body:
                continue
            self.sure[source.mapping] += 1
            if faults:
                differences.append(f"{source.name}: called clean, but {faults[0]}")
            elif body != mapped:
                differences.append(f"{source.name}: another body:\n{body}\n{mapped}")
        return differences

    def _lane(self, source: Source, mapping: CompiledMapping) -> Lane | None:
        key = source.mapping, msgspec.json.encode((source.layout, source.settings))
        if key not in self._lanes:
            there = lane_for(source.layout, source.settings, mapping) is not None
            self._lanes[key] = Lane(source.layout, source.settings, mapping) if there else None
        return self._lanes[key]


def _completely(document: DocumentFound, mapping: CompiledMapping) -> tuple[str, list[Finding]]:
    """The canonical document as JSON, and what is wrong with it."""
    record = Record(document)
    mapped = mapping.apply(record.node, {}, record)
    return msgspec.json.encode(mapped.body).decode(), record.findings(mapped.findings)


def main(seconds: int = 30, seed: int = 1) -> None:
    from tests.mappings.engine.text.test_corpus import FILES

    comparison = Comparison()
    sources = [*of_library(), *generated(range(6)), *of_corpus(FILES)]
    failures = [one for source in sources for one in comparison.differences(source)]
    until = time.monotonic() + seconds
    while time.monotonic() < until and not failures:
        chance = random.Random(seed)
        failures = [f"seed {seed}: {one}" for one in comparison.differences(changed(chance.choice(sources), chance))]
        seed += 1
    for name, tried in sorted(comparison.tried.items()):
        sys.stdout.write(
            f"{name:24} {tried:7} documents, {comparison.clean[name]} clean, sure of {comparison.sure[name]}\n"
        )
    sys.stdout.write(("\n".join(failures[:5]) or f"no difference, next seed {seed}") + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
