"""Reading and mapping UBL orders and IDocs, as ratios to a bare walk of tags and texts. Run it; it proves nothing.

    python -m tests.benchmarks.xml_read [LINES]

Bare: parse with the same parser and touch tag and text of every element. Processor time of one core, best of five.
"""

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from mappings.engine.xml.reader import XmlRecord, context_of, read, scan
from mappings.library import index

ROUNDS = 5
LIBRARY = Path(index.LIBRARY)


def ubl(lines: int) -> bytes:
    raw = (LIBRARY / "ubl-order" / "cases" / "oasis-21" / "input.xml").read_bytes()
    start, end = raw.index(b"  <cac:OrderLine>"), raw.rindex(b"</Order>")
    return raw[:start] + raw[start:end] * (lines // 2) + raw[end:]


def idocs(lines: int) -> bytes:
    raw = (LIBRARY / "idoc-orders05" / "cases" / "mock-sap-4715" / "input.xml").read_bytes()
    start, end = raw.index(b"<IDOC"), raw.rindex(b"</ORDERS05>")
    return raw[:start] + raw[start:end] * (lines // 4) + raw[end:]


def bare(raw: bytes) -> None:
    seen = {}
    for element in etree.fromstring(raw, etree.XMLParser(huge_tree=True)).iter():
        seen[element.tag] = element.text


def scanned(raw: bytes) -> None:
    for _ in scan(io.BytesIO(raw)):
        pass


def walked(raw: bytes) -> None:
    for record in scan(io.BytesIO(raw)):
        if isinstance(record, XmlRecord):
            read(record)


def mapped(raw: bytes, name: str) -> None:
    mapping = index.compiled(name)
    for record in scan(io.BytesIO(raw)):
        if isinstance(record, XmlRecord):
            reading = read(record)
            mapping.apply(reading.tree, context_of(record), reading.places)


def best(work: Callable[[], None]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def main(lines: int) -> None:
    for name, raw in (("ubl-order", ubl(lines)), ("idoc-orders05", idocs(lines))):
        floor = best(lambda raw=raw: bare(raw))  # type: ignore[misc]
        print(f"{name}: {len(raw) / 1e6:.1f} MB, {lines} lines, bare walk {floor * 1000:.0f} ms")  # noqa: T201
        for label, work in (
            ("scan", lambda raw=raw: scanned(raw)),
            ("scan and read", lambda raw=raw: walked(raw)),
            ("scan, read and map", lambda raw=raw, name=name: mapped(raw, name)),
        ):
            taken = best(work)
            print(f"  {label}: {taken * 1000:.0f} ms, {taken / floor:.1f} times")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
