"""If these fail, a fault that an agreement forbids passes, or one that nobody may let pass does."""

import pytest

from mappings.engine.findings import RULES, Code, Layer, Place, Severity, finding
from mappings.engine.x12.repairs import REPAIRS
from partners.policies import Policies
from transactions.pipeline.strictness import KINDS, LAYERS, REPAIR_KINDS, UNREADABLE, by_policy, envelope_by_policy


def test_by_default_every_code_keeps_its_severity() -> None:
    found = [finding(code) for code in Code]
    assert by_policy(found, Policies()) == found


@pytest.mark.parametrize(("value", "kept"), [("reject", ["error"]), ("warn", ["warning"]), ("off", [])])
def test_the_rules_of_the_agreement(value: str, kept: list[str]) -> None:
    found = [finding(Code.OVERLAY_ELEMENT_MISSING)]
    assert [f.severity for f in by_policy(found, Policies(overlay_errors=value))] == kept  # type: ignore[arg-type]


@pytest.mark.parametrize("code", sorted(UNREADABLE))
def test_what_cannot_be_read_is_never_let_pass(code: Code) -> None:
    lax = Policies(**{name: "warn" for name in LAYERS.values()})  # type: ignore[arg-type]
    assert by_policy([finding(code)], lax) == [finding(code)]


def test_every_kind_is_about_syntax_and_no_code_has_two() -> None:
    codes = [code for codes in KINDS.values() for code in codes]
    repairs = [code for codes in REPAIR_KINDS.values() for code in codes]
    assert len(codes + repairs) == len({*codes, *repairs})
    assert {RULES[code].layer for code in codes} == {Layer.SYNTAX}
    assert not set(codes) & UNREADABLE
    assert set(repairs) == REPAIRS


def test_a_layer_softens_what_a_kind_rejects_and_never_hardens() -> None:
    found = [finding(Code.ELEMENT_CODE_INVALID), finding(Code.SEGMENT_BLANKS)]
    judged = by_policy(found, Policies(unknown_codes="reject", syntax_errors="warn"))
    assert [f.severity for f in judged] == [Severity.WARNING, Severity.INFO]


def test_an_envelope_that_is_judged_again_goes_by_the_policies_of_then() -> None:
    found = [finding(Code.ISA_PADDING, place=Place(interchange=1)), finding(Code.INTERCHANGE_COUNT_MISMATCH)]
    forbidden = envelope_by_policy(found, Policies(isa_padding="reject"))
    assert [f.severity for f in forbidden] == [Severity.ERROR, Severity.ERROR]
    assert envelope_by_policy(forbidden, Policies()) == found
    assert envelope_by_policy(found, Policies(isa_padding="off")) == found[1:]
