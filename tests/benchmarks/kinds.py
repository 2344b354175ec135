"""Every kind of document, mapped: what it costs against a bare split or walk, and what lineage adds. Run it; it proves
nothing.

    python -m tests.benchmarks.kinds [ROUNDS]

The documents are the golden cases of the library. Floor: X12 split by terminator and by separator; XML parsed and
its texts put under their tags; text has a benchmark of its own (text_read), since a few rows cost less than to know
the layout. Whole: checked (X12),
mapped and written as JSON by the complete way, that names faults and knows every place. Short: by the short way, of
those documents that it is sure of, beside their own floor. Lineage: mapping with a trace of every value over mapping
without, both alone.

Processor time of one core, best of the rounds in which all take their turn.
"""

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from lxml import etree

from mappings.engine.express.lane import lane_for
from mappings.engine.findings import Place
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.text.record import Record
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.validator import validator_for
from mappings.engine.xml import reader as xml
from mappings.library import index
from tests.mappings.engine.text import golden as texts

Work = Callable[[], object]
X12 = ["850-order", "855-order-response", "856-despatch-advice", "810-invoice"]
X12 += ["820-remittance", "846-inventory", "945-shipping-advice", "214-status"]
XML = ["ubl-order", "ubl-despatch-advice", "ubl-invoice", "cxml-order", "idoc-orders05"]
TEXT = ["csv-orders-lines", "csv-orders-shop", "csv-ship-notices", "csv-invoices"]


class Kind(msgspec.Struct):
    """What one kind of document has to be measured: the works of each column."""

    name: str
    floor: list[Work] = []
    whole: list[Work] = []
    sure_floor: list[Work] = []
    short: list[Work] = []
    plain: list[Work] = []
    traced: list[Work] = []


def files(name: str) -> list[Path]:
    return sorted((index.LIBRARY / name / "cases").glob("*/input.*"))


def x12_kind(name: str) -> Kind:
    kind, mapping = Kind(name), index.compiled(name)
    for path in files(name):
        raw = path.read_bytes()
        for event in scan(io.BytesIO(raw)):
            if isinstance(event, InterchangeOpened):
                delimiters = event.delimiters
            elif isinstance(event, GroupOpened):
                version = event.header.version
            elif isinstance(event, SetFound):
                one_set(kind, mapping, raw[event.offset : event.offset + event.length], delimiters, version)
    return kind


def one_set(kind: Kind, mapping: CompiledMapping, piece: bytes, delimiters: Delimiters, version: str) -> None:
    """Add the works of one ST–SE."""
    place, validator = Place(), validator_for(mapping.source.document, version)
    context = {"group.version": version, "interchange.component_separator": delimiters.component}
    reading = validator.read(piece, delimiters, place)

    def split() -> None:
        for segment in piece.decode("latin-1").split(delimiters.segment):
            segment.split(delimiters.element)

    def whole() -> None:
        read = validator.read(piece, delimiters, place)
        msgspec.json.encode(mapping.apply(read.tree, context, read.segments, place).body)

    kind.floor.append(split)
    kind.whole.append(whole)
    kind.plain.append(lambda: mapping.apply(reading.tree, context, reading.segments, place))
    kind.traced.append(lambda: mapping.explain(reading.tree, reading.segments, context, place))
    lane = lane_for(validator, mapping)
    if lane is not None and lane.read(piece, delimiters, context):
        kind.sure_floor.append(split)
        kind.short.append(lambda: lane.read(piece, delimiters, context))


def xml_kind(name: str) -> Kind:
    kind, mapping = Kind(name), index.compiled(name)
    for path in files(name):
        raw = path.read_bytes()
        for record in xml.scan(io.BytesIO(raw)):
            if not isinstance(record, xml.XmlRecord):
                continue
            reading, context = xml.read(record), xml.context_of(record)
            kind.plain.append(lambda r=reading, c=context: mapping.apply(r.tree, c, r.places))  # type: ignore[misc]
            kind.traced.append(lambda r=reading, c=context: mapping.explain(r.tree, r.places, c))  # type: ignore[misc]
        kind.floor.append(lambda raw=raw: bare_walk(raw))  # type: ignore[misc]
        kind.whole.append(lambda raw=raw: whole_xml(raw, mapping))  # type: ignore[misc]
    return kind


def bare_walk(raw: bytes) -> None:
    seen = {}
    for element in etree.fromstring(raw, etree.XMLParser(huge_tree=True)).iter():
        seen[element.tag] = element.text


def whole_xml(raw: bytes, mapping: CompiledMapping) -> None:
    for record in xml.scan(io.BytesIO(raw)):
        if isinstance(record, xml.XmlRecord):
            reading = xml.read(record)
            msgspec.json.encode(mapping.apply(reading.tree, xml.context_of(record), reading.places).body)


def text_kind(name: str) -> Kind:
    kind, mapping = Kind(name), index.compiled(name)
    for path in files(name):
        for found in texts.documents(path)[1]:
            record = Record(found)
            kind.plain.append(lambda r=record: mapping.apply(r.node, {}, r))  # type: ignore[misc]
            kind.traced.append(lambda r=record: mapping.explain(r.node, r, {}))  # type: ignore[misc]
    return kind


def seconds(works: list[Work], rounds: int) -> float:
    """The least processor time that all of them take."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for work in works:
            work()
        best = min(best, time.process_time() - started)
    return best


def main(rounds: int) -> None:
    print(f"{'':28}{'whole':>8}{'short':>8}{'sure':>10}{'lineage':>9}")  # noqa: T201
    kinds = (
        [x12_kind(f"x12-{name}") for name in X12]
        + [xml_kind(name) for name in XML]
        + [text_kind(name) for name in TEXT]
    )
    for kind in kinds:
        whole = seconds(kind.whole, rounds) / seconds(kind.floor, rounds) if kind.whole else None
        short = seconds(kind.short, rounds) / seconds(kind.sure_floor, rounds) if kind.short else None
        lineage = seconds(kind.traced, rounds) / seconds(kind.plain, rounds)
        figures = (f"{value:.2f}" if value else "–" for value in (whole, short))
        sure = f"{len(kind.short)}/{len(kind.whole)}"
        print(f"{kind.name:28}{next(figures):>8}{next(figures):>8}{sure:>10}{lineage:>9.2f}")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
