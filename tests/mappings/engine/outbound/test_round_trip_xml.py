"""UBL and cXML to canonical, written and read again: what every golden case keeps, and what it loses by name.

`python -m tests.mappings.engine.outbound.test_round_trip_xml` writes round_trip_xml.tsv anew. A line that grows is a
loss. Errors are those of the XML Schemas that are made of `engine/xml/structures`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mappings.engine.findings import Severity
from mappings.engine.outbound.xml import write_xml
from mappings.engine.xml.reader import XmlRecord, context_of, read
from mappings.engine.xml.structure import structure_for
from mappings.library import index
from tests.mappings.engine.outbound import round_trips
from tests.mappings.engine.xml import golden

EXPECTED = Path(__file__).parent / "round_trip_xml.tsv"
NAMED = (
    "ubl-order", "ubl-order-change", "ubl-order-response", "ubl-despatch-advice", "ubl-invoice", "ubl-credit-note",
    "ubl-receipt-advice", "ubl-remittance-advice", "ubl-inventory-report", "ubl-catalogue", "cxml-order",
    "cxml-confirmation", "cxml-ship-notice", "cxml-invoice",
)  # fmt: skip
"""What goes out: of each there is a document that comes back whole and is valid."""
CASES = [case for case in golden.cases() if structure_for(index.compiled(case.parent.parent.name).source.document)]


def envelope(record: XmlRecord) -> dict[str, str]:
    """Who sends it to whom, and when, as it came."""
    found = record.envelope
    instant = "T".join(filter(None, (found.date, found.time)))
    return context_of(record) | ({"interchange.timestamp": instant} if instant else {})


def of_record(name: str, record: XmlRecord) -> tuple[int, int, list[str]]:
    """How many values there are, how many errors the written document has, and what is lost or new."""
    mapping = index.compiled(name)
    before = golden.mapped(mapping, record, read(record)).body
    written = write_xml(mapping.declaration, before, envelope(record))
    (again,) = golden.records(written.raw)
    after = golden.mapped(mapping, again, read(again)).body
    errors = sum(one.severity is Severity.ERROR for one in written.findings)
    return len(list(round_trips.leaves("", before))), errors, round_trips.differing(before, after)


def lines() -> Iterator[str]:
    for case in CASES:
        name = case.parent.parent.name
        for number, record in enumerate(golden.records((case / "input.xml").read_bytes()), 1):
            yield round_trips.line(f"{name}/{case.name}", number, *of_record(name, record))


@pytest.mark.thorough
def test_what_was_kept_is_kept() -> None:
    assert list(lines()) == ["\t".join(row[:5]) for row in round_trips.read(EXPECTED)]


def test_what_is_not_whole_and_valid_says_why() -> None:
    assert round_trips.silent(round_trips.read(EXPECTED)) == []


@pytest.mark.parametrize("name", NAMED)
def test_what_goes_out_comes_back_whole_and_valid(name: str) -> None:
    rows = [row for row in round_trips.read(EXPECTED) if row[0].startswith(f"{name}/")]
    assert any(errors == "0" and not lost for _, _, _, errors, lost, _ in rows)


if __name__ == "__main__":
    round_trips.rewrite(EXPECTED, lines())
