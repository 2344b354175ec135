"""Reading and mapping UBL, cXML and IDoc orders, as ratios to a bare walk of tags and texts. Run it; it proves nothing.

    python -m tests.benchmarks.xml_read [LINES]

Bare: parse with lxml as it is, and put the text of every element under its tag. Nothing else: no namespace is chosen,
no value is converted, nothing is built. A container of IDocs is parsed in one go.

Scan: find the records, each by itself with its place in the file; encoding, secrets, depth and limits looked at; parse;
recognise kind, sender and receiver. Scan, read and map: that, and the canonical document with exact decimals, dates,
translated codes, computed totals and a finding for whatever does not fit.

Processor time of one core, best of several rounds in which all take their turn.
"""

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from lxml import etree

from mappings.engine.xml.reader import XmlRecord, context_of, read, scan
from mappings.library import index

ROUNDS = 9
LIBRARY = Path(index.LIBRARY)


class Load(msgspec.Struct):
    """What is read: so many times the same file."""

    name: str
    mapping: str
    raw: bytes
    times: int


def grown(case: str, start: bytes, end: bytes, times: int) -> bytes:
    """A file of the library with the part from `start` to the last `end` so many times."""
    raw = (LIBRARY / case / "input.xml").read_bytes()
    first, last = raw.index(start), raw.rindex(end)
    return raw[:first] + raw[first:last] * times + raw[last:]


def loads(lines: int) -> list[Load]:
    """`lines` order lines of each kind."""
    ubl, cxml = "ubl-order/cases/oasis-21", "cxml-order/cases/two-lines"
    return [
        Load("UBL, orders of 10 lines", "ubl-order", grown(ubl, b"  <cac:OrderLine>", b"</Order>", 5), lines // 10),
        Load("UBL, one large order", "ubl-order", grown(ubl, b"  <cac:OrderLine>", b"</Order>", lines // 2), 1),
        Load("cXML, orders of 10 lines", "cxml-order", grown(cxml, b"<ItemOut", b"</OrderRequest>", 5), lines // 10),
        Load(
            "IDocs of 4 lines in a file",
            "idoc-orders05",
            grown("idoc-orders05/cases/mock-sap-4715", b"<IDOC", b"</ORDERS05>", lines // 4),
            1,
        ),
    ]


def bare(load: Load) -> None:
    for _ in range(load.times):
        seen = {}
        for element in etree.fromstring(load.raw, etree.XMLParser(huge_tree=True)).iter():
            seen[element.tag] = element.text


def scanned(load: Load) -> None:
    for _ in range(load.times):
        for _ in scan(io.BytesIO(load.raw)):
            pass


def mapped(load: Load) -> None:
    mapping = index.compiled(load.mapping)
    for _ in range(load.times):
        for record in scan(io.BytesIO(load.raw)):
            if isinstance(record, XmlRecord):
                reading = read(record)
                mapping.apply(reading.tree, context_of(record), reading.places)


def best(works: list[Callable[[Load], None]], load: Load) -> list[float]:
    """The shortest processor time of each, in milliseconds."""
    times = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            started = time.process_time()
            work(load)
            times[number] = min(times[number], (time.process_time() - started) * 1000)
    return times


def main(lines: int) -> None:
    for load in loads(lines):
        floor, scan_only, everything = best([bare, scanned, mapped], load)
        print(  # noqa: T201
            f"{load.name} ({load.times} x {len(load.raw):,} bytes): bare walk {floor:.0f} ms, "
            f"scan {scan_only / floor:.2f} times, scan, read and map {everything / floor:.2f} times"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
