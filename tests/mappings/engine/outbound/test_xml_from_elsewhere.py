"""Documents that came as X12, as files or in another XML standard are written as UBL and cXML: valid, or refused.

xml_from_elsewhere.tsv has a line for each golden document of another standard, and each of the XML documents that its
model can be written as: how many values it has, how many reading the written one gives again, and why it is not to be
sent, if it is not: each thing that the schema demands, with the field that the document does not have.

`python -m tests.mappings.engine.outbound.test_xml_from_elsewhere` writes the expectations anew. Fewer values kept, or
more reasons, is a loss.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mappings.engine.findings import Code, Finding, Severity
from mappings.engine.outbound.native import is_native
from mappings.engine.outbound.xml import WrittenXml, write_xml
from mappings.engine.xml.reader import XmlRecord, read, scan
from mappings.engine.xml.structure import structure_for
from mappings.library import index
from tests.mappings.engine.outbound.round_trips import leaves

EXPECTED = Path(__file__).parent / "xml_from_elsewhere.tsv"
ENVELOPE = {
    "interchange.control_number": "1@onramp.example",
    "interchange.timestamp": "2026-11-21T09:30:47-08:00",
    "interchange.sender": "111111111",
    "interchange.sender_qualifier": "DUNS",
    "interchange.receiver": "222222222",
    "interchange.receiver_qualifier": "DUNS",
    "interchange.usage": "test",
    "interchange.answers": "order-1@partner.example",
}
_NAMED = {Code.FIELD_MISSING, Code.DOCUMENT_UNFIT, Code.VALUE_MISSTATED}
_DEMANDED = " is demanded here, and the document has no "


def lines() -> Iterator[str]:
    """One for each document and kind of XML."""
    outgoing = [one for one in index.entries().values() if one.format == "xml" and structure_for(one.set_id)]
    for path in sorted(index.LIBRARY.glob("*/cases/*/canonical.json")):
        entry = index.entries()[path.parts[-4]]
        fitting = [one for one in outgoing if one.target == entry.target]
        for number, body in enumerate(json.loads(path.read_text(encoding="utf-8")) if fitting else (), 1):
            for one in fitting:
                if is_native(index.compiled(one.name).declaration, body):
                    continue
                written = write_xml(index.compiled(one.name).declaration, body, ENVELOPE)
                before, after = (dict(leaves("", form | {"exchange": {}})) for form in (body, again(one.name, written)))
                kept = sum(after.get(pointer) == value for pointer, value in before.items())
                name = f"{entry.name}/{path.parts[-2]}"
                yield f"{name}\t{number}\t{one.name}\t{len(before)}\t{kept}\t{'; '.join(reasons(written.findings))}"


def again(name: str, written: WrittenXml) -> dict[str, Any]:
    (record,) = scan(io.BytesIO(written.raw))
    assert isinstance(record, XmlRecord)
    reading = read(record)
    return index.compiled(name).apply(reading.tree, {}, reading.places).body


def reasons(findings: list[Finding]) -> list[str]:
    """Each error once; one that names no field has a mark."""
    errors = [one for one in findings if one.severity is Severity.ERROR]
    said = [one.message.replace(_DEMANDED, " ← ") if one.code in _NAMED else f"! {one.message}" for one in errors]
    return sorted(set(said))


def rows() -> list[list[str]]:
    return [line.split("\t") for line in EXPECTED.read_text(encoding="utf-8").splitlines()]


@pytest.mark.thorough
def test_what_is_kept_of_other_standards_is_kept() -> None:
    assert list(lines()) == EXPECTED.read_text(encoding="utf-8").splitlines()


def test_whatever_is_not_valid_names_the_field_that_it_lacks() -> None:
    assert [row for row in rows() if "! " in row[5]] == []


def test_a_document_with_all_that_ubl_requires_goes_out() -> None:
    """What came as X12 is valid UBL, unless it has no currency, date, lines or order line, or is something else."""
    lacking = ("currency", "issue_date", "lines", "number", "lines/order/line_id", "cannot say", "/kind")
    wanted = {"ubl-order", "ubl-invoice", "ubl-credit-note", "ubl-despatch-advice", "ubl-receipt-advice"}
    for name, number, to, _, _, why in rows():
        if why and to in wanted and name.startswith("x12-"):
            assert all(any(word in reason for word in lacking) for reason in why.split("; ")), (name, number, to, why)


def test_most_kinds_go_out_from_x12() -> None:
    valid = Counter(to for name, _, to, _, _, why in rows() if name.startswith("x12-") and not why)
    assert {"ubl-order", "ubl-order-response", "ubl-despatch-advice", "ubl-invoice", "ubl-credit-note"} <= set(valid)


if __name__ == "__main__":
    EXPECTED.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
