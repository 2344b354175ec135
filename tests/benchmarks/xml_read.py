"""Reading and mapping UBL, cXML and IDoc orders, as ratios to a bare walk of tags and texts. Run it; it proves nothing.

    python -m tests.benchmarks.xml_read [LINES]

Bare: parse with lxml as it is, and put the text of every element under its tag. Nothing else: no namespace is chosen,
no value is converted, nothing is built. A container of IDocs is parsed in one go.

Told: what splitting does with a file: find the records, each by itself with its place; encoding, secrets, depth and
limits looked at; kind, sender and receiver recognised. Mapped: what translating does after that: find each record
again, read it, and write the canonical document as JSON, with exact decimals, dates, translated codes and computed
totals. Both by the short way where it is sure, and completely for comparison. No two documents have the same numbers.

Then how long the first documents take, and a stream in which no document has the structure of another.

Processor time of one core, best of several rounds in which all take their turn.
"""

import io
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from lxml import etree

from mappings.engine.express.xml.lane import XmlLane
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.xml.reader import Glance, Records, XmlRecord, context_of, read, scan
from mappings.library import index

ROUNDS = 7
STREAM = 300
LIBRARY = Path(index.LIBRARY)
_NUMBERS = re.compile(
    rb'(<(?:cbc:(?:ID|Quantity|LineExtensionAmount|PriceAmount)|SupplierPartID|Money|POSEX|MENGE|VPREI|IDTNR)\b[^<>]*>)'
    rb'(\d+)'
)  # fmt: skip
"""Texts of lines that every order has others of."""


class Load(msgspec.Struct):
    """Files to read."""

    name: str
    mapping: str
    files: list[bytes]

    @property
    def size(self) -> int:
        return len(self.files[0])


def varied(raw: bytes, chance: random.Random) -> bytes:
    """A file with other numbers of the same lengths."""

    def other(found: re.Match[bytes]) -> bytes:
        digits = len(found[2])
        return found[1] + str(chance.randrange(10 ** (digits - 1), 10**digits)).encode()

    return _NUMBERS.sub(other, raw)


def grown(case: str, start: bytes, end: bytes, times: int) -> bytes:
    """A file of the library with the part from `start` to the last `end` so many times."""
    raw = (LIBRARY / case / "input.xml").read_bytes()
    first, last = raw.index(start), raw.rindex(end)
    return raw[:first] + raw[first:last] * times + raw[last:]


def loads(lines: int) -> list[Load]:
    """`lines` order lines of each kind."""
    chance = random.Random(20261121)
    ubl, cxml = "ubl-order/cases/oasis-21", "cxml-order/cases/two-lines"
    idoc = grown("idoc-orders05/cases/mock-sap-4715", b"<IDOC", b"</ORDERS05>", lines // 4)
    few = grown(ubl, b"  <cac:OrderLine>", b"</Order>", 5)
    many = grown(ubl, b"  <cac:OrderLine>", b"</Order>", lines // 2)
    items = grown(cxml, b"<ItemOut", b"</OrderRequest>", 5)
    return [
        Load("UBL, orders of 10 lines", "ubl-order", [varied(few, chance) for _ in range(lines // 10)]),
        Load("UBL, one large order", "ubl-order", [varied(many, chance)]),
        Load("cXML, orders of 10 lines", "cxml-order", [varied(items, chance) for _ in range(lines // 10)]),
        Load("IDocs of 4 lines in a file", "idoc-orders05", [varied(idoc, chance)]),
    ]


def bare(load: Load) -> None:
    for raw in load.files:
        seen = {}
        for element in etree.fromstring(raw, etree.XMLParser(huge_tree=True)).iter():
            seen[element.tag] = element.text


def told(load: Load, glance: Glance | None) -> list[list[XmlRecord]]:
    """The records of each file."""
    return [[one for one in scan(io.BytesIO(raw), glance) if isinstance(one, XmlRecord)] for raw in load.files]


def mapped(load: Load, glance: Glance | None, mapping: CompiledMapping, places: list[list[XmlRecord]]) -> int:
    """Find each record again and map it; how many were mapped at once."""
    count = 0
    for raw, found in zip(load.files, places, strict=True):
        records = Records(io.BytesIO(raw), glance)
        for place in found:
            count += one(records.at(place.ordinal, place.offset, place.length, place.line), mapping)
    return count


def one(record: object, mapping: CompiledMapping) -> bool:
    """Map a record, completely where that was not done at once."""
    if not isinstance(record, XmlRecord):
        raise TypeError(record)
    if not record.body:
        reading = read(record)
        msgspec.json.encode(mapping.apply(reading.tree, context_of(record), reading.places).body)
    return bool(record.body)


def best(works: list[Callable[[], object]]) -> list[float]:
    """The shortest processor time of each, in milliseconds."""
    times = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            times[number] = min(times[number], spent(work))
    return times


def spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def first_ones(load: Load, mapping: CompiledMapping) -> list[float]:
    """Milliseconds that each of the first documents takes to tell and to map, where nothing is known yet."""
    telling, lane = XmlLane(), XmlLane(mapping)

    def document(raw: bytes) -> None:
        alone = Load("", "", [raw])
        mapped(alone, lane, mapping, told(alone, telling))

    return [spent(lambda raw=raw: document(raw)) for raw in (load.files * 5)[:5]]  # type: ignore[misc]


def show(line: str) -> None:
    print(line)  # noqa: T201


def measure(load: Load) -> None:
    mapping = index.compiled(load.mapping)
    telling, lane = XmlLane(), XmlLane(mapping)
    places = told(load, telling)
    told(load, telling)
    mapped(load, lane, mapping, places)
    count, total = mapped(load, lane, mapping, places), sum(map(len, places))
    floor, tell, map_, tell_all, map_all = best(
        [
            lambda: bare(load),
            lambda: told(load, telling),
            lambda: mapped(load, lane, mapping, places),
            lambda: told(load, None),
            lambda: mapped(load, None, mapping, places),
        ]
    )
    show(
        f"{load.name} ({len(load.files)} x {load.size:,} bytes), bare walk {floor:.0f} ms: told {tell / floor:.2f} "
        f"times, mapped {map_ / floor:.2f}, together {(tell + map_) / floor:.2f} ({count} of {total} at once); "
        f"completely {tell_all / floor:.2f} and {map_all / floor:.2f}"
    )
    show(f"  first documents: {', '.join(f'{each:.1f}' for each in first_ones(load, mapping))} ms")


def stream() -> None:
    """A stream in which every document has an element that no other has."""
    raw, mapping = grown("ubl-order/cases/oasis-21", b"  <cac:OrderLine>", b"</Order>", 5), index.compiled("ubl-order")
    at = raw.index(b"<cbc:IssueDate>")
    notes = [b"<cbc:Note%d>x</cbc:Note%d>" % (number, number) for number in range(2 * STREAM)]
    load = Load("", "ubl-order", [raw[:at] + note + raw[at:] for note in notes[:STREAM]])
    later = Load("", "ubl-order", [raw[:at] + note + raw[at:] for note in notes[STREAM:]])
    telling, lane = XmlLane(), XmlLane(mapping)

    def read_all(load: Load, telling: Glance | None, lane: Glance | None) -> float:
        return spent(lambda: mapped(load, lane, mapping, told(load, telling))) / STREAM

    completely = read_all(load, None, None)
    first, then = read_all(load, telling, lane), read_all(later, telling, lane)
    show(
        f"UBL orders of 10 lines, each of a structure of its own: the first {STREAM} {first:.2f} ms each, "
        f"the next {STREAM} {then:.2f} ms, without the short way {completely:.2f} ms"
    )


def main(lines: int) -> None:
    for load in loads(lines):
        measure(load)
    stream()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
