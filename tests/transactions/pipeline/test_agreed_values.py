"""If these fail, a partner's values are read otherwise than agreed, or a fault that was agreed to be one passes."""

from typing import Any

import msgspec
import pytest

from mappings.engine.findings import Place
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.x12.delimiters import STANDARD
from mappings.library.index import compiled
from partners.policies import Policies
from tests.obeyed import obeys
from transactions.pipeline.judge import Translated
from transactions.pipeline.translate import SetContext, translate_set

HEAD = ("BEG*00*SA*PO-9**20261121", "CUR*BY*USD", "N1*BY*BUYER INC*92*1001")
LINE = "PO1*1*2*EA*250**VP*ITEM-1"


@pytest.fixture(scope="module")
def mapping() -> CompiledMapping:
    return compiled("x12-850-order")


def read(
    body: tuple[str, ...], mapping: CompiledMapping | None = None, set_id: str = "850", **policies: Any
) -> Translated:
    segments = [f"ST*{set_id}*0001", *body, f"SE*{len(body) + 2}*0001"]
    group = {"850": "PO", "810": "IN"}[set_id]
    context = SetContext(set_id, "004010", STANDARD, mapping, Policies(**policies), {}, group)
    return translate_set("~".join([*segments, ""]).encode(), context, Place(offset=0))


def found(translated: Translated, code: str) -> list[tuple[str, str]]:
    """Severity and place of each finding of a code."""
    return [(one.severity.value, one.place.label()) for one in translated.findings if one.code.value == code]


STRICTNESS = [("reject", "error", "R"), ("warn", "warning", "E"), ("off", "", "A")]
FAULTS = {
    "trailing_separators": ("separator-trailing", "N1*BY*BUYER INC*92*1001***", "N105, segment 4"),
    "element_blanks": ("element-blanks", "N1*BY* BUYER INC *92*1001", "N102, segment 4"),
    "character_set_errors": ("character-not-agreed", "N1*BY*BÜYER ŁÓDŹ*92*1001", "N102, segment 4"),
}


@obeys(*FAULTS)
@pytest.mark.parametrize("policy", FAULTS)
@pytest.mark.parametrize(("value", "severity", "verdict"), STRICTNESS)
def test_what_is_agreed_on_beyond_the_standard(policy: str, value: str, severity: str, verdict: str) -> None:
    code, party, place = FAULTS[policy]
    policies: dict[str, Any] = {policy: value}
    translated = read((*HEAD[:2], party, LINE, "CTT*1"), **policies)
    assert found(translated, code) == ([(severity, place)] if severity else [])
    assert translated.verdict == verdict


@obeys("character_set")
@pytest.mark.parametrize(("name", "outside"), [("basic", True), ("extended", False), ("utf-8", False)])
def test_the_character_set(name: str, outside: bool) -> None:
    body = (*HEAD[:2], "N1*BY*Buyer inc*92*1001", LINE, "CTT*1")
    translated = read(body, character_set=name, character_set_errors="reject")
    assert bool(found(translated, "character-not-agreed")) is outside


def test_capitals_digits_and_signs_are_in_the_basic_set() -> None:
    translated = read((*HEAD, LINE, "CTT*1"), character_set="basic", character_set_errors="reject")
    assert translated.verdict == "A"


def test_blanks_that_the_least_length_needs_and_those_inside_are_none() -> None:
    body = (HEAD[0], "CUR*BY*USD", "N1*BY*BUYER  INC*92*1 ", LINE, "CTT*1")
    assert found(read(body, element_blanks="reject"), "element-blanks") == []


def test_trailing_components_are_trailing_separators() -> None:
    body = (*HEAD, "PO1*1*2*EA*250**VP*ITEM-1", "CTT*1", "AMT*TT*500>")
    assert found(read(body, trailing_separators="reject"), "separator-trailing") == [("error", "AMT02, segment 7")]


INVOICE = ("BIG*20261121*INV-1", "IT1*1*2*EA*10.50", "TDS*21.00", "CTT*1")


@obeys("decimal_points")
@pytest.mark.parametrize(
    ("value", "verdict", "code"),
    [("reject", "R", "element-character-invalid"), ("warn", "E", "decimal-point-sent"), ("off", "A", "")],
)
def test_a_point_in_a_number_with_implied_decimals(value: str, verdict: str, code: str) -> None:
    translated = read(INVOICE, set_id="810", decimal_points=value)
    assert translated.verdict == verdict
    assert [one.code.value for one in translated.findings if one.place.segment_id == "TDS"] == ([code] if code else [])


def test_more_decimals_than_the_element_has_stay_a_fault() -> None:
    body = (*INVOICE[:2], "TDS*21.005", "CTT*1")
    assert found(read(body, set_id="810", decimal_points="off"), "element-character-invalid") == [
        ("error", "TDS01, segment 4")
    ]


@obeys("implied_decimals")
@pytest.mark.parametrize(
    ("value", "price"), [("", "250"), ("212:2", "2.50"), ("782:2,212:1", "25.0"), ("782:2", "250")]
)
def test_decimals_that_the_partner_leaves_out(mapping: CompiledMapping, value: str, price: str) -> None:
    body = msgspec.json.decode(read((*HEAD, LINE, "CTT*1"), mapping, implied_decimals=value).body)
    assert body["lines"][0]["price"]["amount"] == price


def test_a_number_with_a_point_is_what_it_says(mapping: CompiledMapping) -> None:
    line = LINE.replace("250", "2.5")
    body = msgspec.json.decode(read((*HEAD, line, "CTT*1"), mapping, implied_decimals="212:2").body)
    assert body["lines"][0]["price"]["amount"] == "2.5"


def test_sums_are_of_the_values_that_are_meant() -> None:
    body = ("BIG*20261121*INV-1", "IT1*1*2*EA*1050", "TDS*2100", "CTT*1")
    assert found(read(body, set_id="810"), "invoice-total-mismatch")
    assert not found(read(body, set_id="810", implied_decimals="212:2"), "invoice-total-mismatch")
