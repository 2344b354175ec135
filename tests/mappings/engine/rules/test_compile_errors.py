# ruff: noqa: E501 - one slip a line reads best
"""A mapping that names what does not exist does not compile, and says where and what was probably meant.

When one of these fails, an analyst's slip reaches production as a field that is always empty.
"""

import pytest

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.compiler import checksum, compile_mapping
from tests.mappings.engine.rules.orders import CODELISTS, REQUIRED, compiled, declaration

KEY = {"key": {"number": "position"}}

WRONG: list[tuple[dict[str, object], str, str]] = [
    # Names of the source
    ({"release_number": "BGE04"}, "rules.release_number", "did you mean 'BEG'"),
    ({"release_number": "BEG14"}, "rules.release_number", "segment BEG has 12 elements, no 14"),
    ({"release_number": "BEG03-2"}, "rules.release_number", "has 0 components"),
    ({"release_number": "BEG"}, "rules.release_number", "name an element"),
    ({"release_number": "PO1/XYZ01"}, "rules.release_number", "there is no segment XYZ in loop PO1Loop1"),
    ({"release_number": "N2/N201"}, "rules.release_number", "there is no loop N2"),
    ({"release_number": "REF[09=A]/02"}, "rules.release_number", "segment REF has 4 elements, no 09"),
    ({"release_number": "@group.versoin"}, "rules.release_number", "did you mean 'group.version'"),
    ({"release_number": "$1"}, "rules.release_number", "groups"),
    ({"release_number": "../BEG03"}, "rules.release_number", "leaves more scopes"),
    ({"measurements": {"each": "MEA", "rules": {"unit_code": "MEA04"}}}, "rules.measurements[0].rules.unit_code", "MEA04-1"),
    ({"measurements": {"each": "MEA", "rules": {"value": "BEG03"}}}, "rules.measurements[0].rules.value", r"\.\./"),
    ({"lines": {"each": "PO2", "rules": KEY}}, "rules.lines[0].each", "did you mean 'PO1'"),
    ({"lines": {"each": "PO102", "rules": KEY}}, "rules.lines[0].each", "names no loop or segment"),
    ({"notes": {"each": "N9", "rules": {"text": {"join": "MSH01"}}}}, "rules.notes[0].rules.text", "did you mean 'MSG'"),
    ({"lines": {"each": "PO1", "groups": {"first": 6, "last": 27}, "rules": KEY}}, "rules.lines[0].groups.last", "25 elements"),
    # Names of the target
    ({"numbr": "BEG03"}, "rules.numbr", "did you mean 'number'"),
    ({"lines": {"each": "PO1", "rules": KEY | {"quantty": "PO102"}}}, "rules.lines[0].rules.quantty", "did you mean 'quantity'"),
    ({"lines": {"each": "PO1", "rules": KEY | {"quantity": "PO102"}}}, "rules.lines[0].rules.quantity", "it takes `rules`"),
    ({"release_number": {"each": "REF", "rules": {}}}, "rules.release_number", "not a list"),
    ({"release_number": {"rules": {}}}, "rules.release_number", "not an object"),
    ({"parties": {"each": "N1", "values": ["N102"]}}, "rules.parties[0]", "use `rules`"),
    # Kinds
    ({"purpose": {"from": "BEG01", "required": "x"}}, "rules.purpose", "needs `map`"),
    ({"purpose": {"constant": "orginal"}}, "rules.purpose.constant", "did you mean 'original'"),
    ({"issue_date": {"constant": "2026-02-30"}}, "rules.issue_date.constant", "not a date"),
    ({"release_number": {"constant": 4}}, "rules.release_number.constant", "not a text"),
    ({"currency": {"constant": "usd"}}, "rules.currency.constant", "usd"),
    ({"release_number": {"number": "position"}}, "rules.release_number", "whole number"),
    ({"release_number": {"from": "BEG04", "decimals": 2}}, "rules.release_number.decimals", "decimal"),
    # Code lists and functions
    ({"purpose": {"from": "BEG01", "map": "purpses", "required": "x"}}, "rules.purpose.map", "did you mean 'purposes'"),
    ({"purpose": {"from": "BEG01", "map": "roles", "required": "x"}}, "rules.purpose.map", "ship_to"),
    ({"purpose": {"from": "BEG01", "map": "purposes", "fallback": {"default": "?"}, "required": "x"}}, "rules.purpose.fallback", "one of"),
    ({"purpose": {"from": "BEG01", "map": "purposes", "fallback": "pass", "required": "x"}}, "rules.purpose.fallback", "free text"),
    ({"purpose": {"from": "BEG01", "fallback": "never"}}, "rules.purpose.fallback", "drop, fail, pass, warn"),
    ({"release_number": {"from": "BEG04", "apply": "uper"}}, "rules.release_number.apply[0]", "did you mean 'upper'"),
    ({"release_number": {"from": "BEG04", "apply": {"first": {}}}}, "rules.release_number.apply[0].length", "whole number"),
    ({"release_number": {"from": "BEG04", "apply": {"first": {"length": 0}}}}, "rules.release_number.apply[0].length", "at least 1"),
    ({"release_number": {"from": "BEG04", "apply": {"first": {"lenght": 1}}}}, "rules.release_number.apply[0].lenght", "did you mean 'length'"),
    # Shape
    ({"release_number": {"form": "BEG04"}}, "rules.release_number.form", "did you mean 'from'"),
    ({"release_number": {}}, "rules.release_number", "one source"),
    ({"release_number": {"from": "BEG04", "constant": "x"}}, "rules.release_number", "one source"),
    ({"release_number": None}, "rules.release_number", "nothing"),
    ({"release_number": {"from": "BEG04", "default": "a", "required": "b"}}, "rules.release_number", "never missing"),
    ({"release_number": {"constant": "a", "apply": "upper"}}, "rules.release_number", "from the document only"),
    ({"release_number": {"from": []}}, "rules.release_number", "at least one source"),
    ({"release_number": {"from": "BEG04", "releases": ["004020"]}}, "rules.release_number.releases", "did you mean '004010'"),
    ({"parties": {"each": "N1", "use": "partie"}}, "rules.parties[0].use", "no fragment"),
    ({"parties": [{"each": "N1"}]}, "rules.parties[0]", "`values`"),
    ({"parties": [{"each": "N1", "rules": {}, "whne": "N101"}]}, "rules.parties[0].whne", "did you mean 'when'"),
    ({"parties": {"each": "N1", "rules": {}, "when": {"field": "role"}}}, "rules.parties[0].when", "not there yet"),
    ({"release_number": {"from": "BEG04", "when": {}}}, "rules.release_number.when", "`path` or a `field`"),
    ({"release_number": {"from": "BEG04", "when": {"all": []}}}, "rules.release_number.when.all", "at least one"),
    ({"release_number": {"from": "BEG04", "when": {"field": "totals/computed"}}}, "rules.release_number.when", "before this field"),
    # Arithmetic
    ({"lines": {"each": "PO1", "rules": KEY | {"amount": {"product": ["dates/date"]}}}}, "rules.lines[0].rules.amount", "before this field"),
    ({"lines": {"each": "PO1", "rules": KEY | {"amount": {"product": ["line_id"]}}}}, "rules.lines[0].rules.amount", "not a decimal"),
    ({"totals": {"rules": {"computed": {"rules": {"line_count": {"count": "linse"}}}}}}, "rules.totals.rules.computed.rules.line_count", "did you mean 'lines'"),
    ({"totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}, "quantity": {"sum": "lines"}}}}}}, "rules.totals.rules.computed.rules.quantity", "lines/amount"),
    ({"totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}, "quantity": {"sum": "lines/amount", "alike": "curency"}}}}}}, "rules.totals.rules.computed.rules.quantity.alike", "did you mean 'currency'"),
    ({"totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines[relation=adds]"}}}}}}, "rules.totals.rules.computed.rules.line_count", "never 'adds'"),
    ({"lines": {"each": "PO1", "rules": {"key": {"parent": "key"}}}}, "rules.lines[0].rules.key", "`then`"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "rule", "reason"), WRONG, ids=[f"{i}-{rule}" for i, (_, rule, _) in enumerate(WRONG)]
)
def test_slips_are_named(rules: dict[str, object], rule: str, reason: str) -> None:
    with pytest.raises(DeclarationError, match=reason) as error:
        compiled(rules)
    assert error.value.rule.startswith(rule)


@pytest.mark.parametrize(
    ("top", "rule"),
    [
        ({"source": {"format": "x21", "set": "850", "releases": ["004010"]}}, "source.format"),
        ({"source": {"format": "x12", "set": "851x", "releases": ["004010"]}}, "source"),
        ({"source": {"format": "x12", "set": "../850", "releases": ["004010"]}}, "source"),
        ({"source": {"format": "x12", "set": "850", "releases": ["../004010"]}}, "source"),
        ({"source": {"format": "x12", "set": "850", "releases": []}}, "source.releases"),
        ({"source": {"format": "x12", "set": 850, "releases": ["004010"]}}, "source.set"),
        ({"target": "order/2"}, "target"),
        ({"rules": []}, "rules"),
        ({"codelists": {"a": {"x": None}}}, "codelists.a.x"),
        ({"century_pivot": 100}, "century_pivot"),
        ({"extends": "x12-850-order"}, "extends"),
        ({"ruls": {}}, "ruls"),
    ],
)
def test_slips_at_the_top(top: dict[str, object], rule: str) -> None:
    with pytest.raises(DeclarationError) as error:
        compile_mapping(declaration() | top)
    assert error.value.rule == rule


@pytest.mark.parametrize("field", ["number", "purpose", "type", "totals"])
def test_what_the_model_requires_must_have_a_rule(field: str) -> None:
    rules = {name: rule for name, rule in REQUIRED.items() if name != field}
    with pytest.raises(DeclarationError, match="requires this field"):
        compile_mapping(declaration() | {"rules": rules})


def test_what_the_model_requires_inside_an_object_must_have_a_rule() -> None:
    with pytest.raises(DeclarationError, match="requires this field") as error:
        compiled({"totals": {"rules": {"computed": {"rules": {"quantity": {"sum": "lines/quantity/value"}}}}}})
    assert error.value.rule == "rules.totals.rules.computed.rules.line_count"


def test_more_loops_than_python_can_nest_are_refused() -> None:
    block: dict[str, object] = {"groups": {"first": 1, "last": 2}, "rules": {"type": {"constant": "other"}}}
    mapping: dict[str, object] = {"each": "REF", "rules": {"type": {"constant": "other"}}}
    for _ in range(22):
        block = block | {"then": [block]}
    with pytest.raises(DeclarationError, match="nested"):
        compiled({"references": [mapping | {"then": [block]}]})


def test_several_loops_of_one_name_must_be_told_apart() -> None:
    source = {"format": "x12", "set": "811", "releases": ["004010"]}
    number = {"from": "BIG02", "required": "x"}
    parties: dict[str, object] = {"each": "N1", "rules": {"role": {"constant": "other"}, "name": "N102"}}
    with pytest.raises(DeclarationError, match="N1Loop1, N1Loop2; name one by its id") as error:
        compiled({"number": number, "parties": parties}, source=source)
    assert error.value.rule == "rules.parties[0].each"
    compiled({"number": number, "parties": parties | {"each": "N1Loop2"}}, source=source)


def test_endless_nesting_is_refused_and_not_recursed_into() -> None:
    condition: object = "BEG04"
    for _ in range(2000):
        condition = {"not": condition}
    with pytest.raises(DeclarationError, match="nested"):
        compiled({"release_number": {"from": "BEG04", "when": condition}})


def test_a_fragment_cannot_use_itself_without_end() -> None:
    fragments = {"a": {"address": {"use": "a"}}}
    with pytest.raises(DeclarationError, match="nested"):
        compiled({"parties": {"each": "N1", "use": "a"}}, fragments=fragments)


def test_checksum_is_of_what_is_said_and_not_of_how_it_is_written() -> None:
    first = declaration()
    second = {key: first[key] for key in reversed(first)}
    assert checksum(first) == checksum(second) == compile_mapping(second).checksum
    assert checksum(first) != checksum(declaration({"release_number": "BEG04"}))
    assert checksum(first) != checksum(declaration() | {"codelists": CODELISTS | {"new": {"a": "b"}}})
