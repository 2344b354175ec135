"""A canonical document is written as X12, with its envelope, and what is to say about it is said."""

import datetime
import json
from typing import Any

import pytest

from mappings.library import index
from mappings.services.write_document import NotWritten, write_document
from partners.policies import Policies

AT = datetime.datetime(2026, 11, 21, 20, 0, tzinfo=datetime.UTC)


def golden_body(mapping: str, case: str) -> dict[str, Any]:
    path = index.LIBRARY / mapping / "cases" / case / "canonical.json"
    [body] = json.loads(path.read_text(encoding="utf-8"))
    return dict(body)


@pytest.fixture
def order() -> dict[str, Any]:
    return golden_body("x12-850-order", "generated-004010")


def test_the_bytes_have_their_envelope_by_the_agreements_policies(order: dict[str, Any]) -> None:
    policies = Policies(
        own_isa_qualifier="12",
        own_isa_id="5550100",
        partner_isa_qualifier="ZZ",
        partner_isa_id="ACME",
        partner_gs_id="ACMEGS",
        element_separator="|",
        segment_suffix="lf",
    )
    written = write_document(index.compiled("x12-850-order"), order, at=AT, policies=policies)
    lines = written.content.decode().split("~\n")
    assert lines[0].startswith(
        "ISA|00|          |00|          |12|5550100        |ZZ|ACME           |261121|2000|U|00401|"
    )
    assert lines[1].startswith("GS|PO|5550100|ACMEGS|20261121|2000|1|X|004010")
    assert lines[2] == "ST|850|0001"
    assert lines[-2] == "IEA|1|000000001"


def test_a_whole_document_is_clean_and_loses_nothing(order: dict[str, Any]) -> None:
    for release in ("004010", "005010"):
        written = write_document(index.compiled("x12-850-order"), order, at=AT, release=release)
        assert (written.release, written.findings, written.lost) == (release, [], [])
        assert f"*{release}~" in written.content.decode()


def test_what_the_standard_does_not_allow_is_found(order: dict[str, Any]) -> None:
    order["parties"][0]["address"] = {"region": "Nuevo Leon"}
    written = write_document(index.compiled("x12-850-order"), order, at=AT)
    assert "element-too-long" in [str(found.code) for found in written.findings]


def test_a_field_that_the_model_does_not_have_is_refused(order: dict[str, Any]) -> None:
    order["lines"][0]["byer_reference"] = "B-1"
    with pytest.raises(NotWritten, match="byer_reference"):
        write_document(index.compiled("x12-850-order"), order, at=AT)


def test_what_is_not_kept_is_named(order: dict[str, Any]) -> None:
    order["lines"][0]["amount"] = "1.00"  # reading multiplies
    written = write_document(index.compiled("x12-850-order"), order, at=AT)
    assert [(one.pointer, one.before) for one in written.lost] == [("/lines/0/amount", "1.00")]


@pytest.mark.parametrize(
    ("mapping", "body", "release", "why"),
    [
        ("x12-850-order", {"model": "order/1"}, "", "It is no order/1"),
        ("x12-850-order", ["not", "one"], "", "It is no order/1"),
        ("x12-850-order", None, "003050", "not for 003050"),
        ("csv-orders-lines", None, "", "Only X12"),
    ],
)
def test_a_refusal_says_why(mapping: str, body: object, release: str, why: str, order: dict[str, Any]) -> None:
    with pytest.raises(NotWritten, match=why):
        write_document(index.compiled(mapping), order if body is None else body, at=AT, release=release)


def test_a_delimiter_in_a_value_is_refused(order: dict[str, Any]) -> None:
    order["parties"][0]["name"] = "Acme*~SE*1"
    with pytest.raises(NotWritten, match="N102"):
        write_document(index.compiled("x12-850-order"), order, at=AT)
