"""If these fail, a partner is told that it passed what it did not show, or is sent to mend what is right."""

from typing import Any

import pytest

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Code, Finding, Place, finding
from transactions.certification import catalogue
from transactions.certification.catalogue import Scenario, fitting, run_checks, scenarios
from transactions.certification.registry import CHECKS, check
from transactions.certification.seen import Answered, Reference, Said, Seen


def line(number: str, item: str, quantity: str, price: str = "", **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"key": int(number), "line_id": number, "quantity": {"value": quantity}} | more
    if item:
        said["identifiers"] = [{"scheme": "seller", "value": item}]
    if price:
        said["price"] = {"amount": price}
    return said


ORDER = Reference("order", "PO-1", "original", {"lines": [line("1", "A", "10", "2.50"), line("2", "B", "4")]}, ["PO-1"])
NOTICE = Reference("despatch-advice", "SN-1", "original", {"lines": [line("1", "A", "8")]}, ["PO-1"])


def said(code: str, **seen: Any) -> Said:
    """What a check says of a document that was accepted, but for what a test changes."""
    return CHECKS[code].run(Seen(**({"kind": "order", "outcome": "accepted", "number": "PO-9"} | seen)), None)


def with_argument(code: str, argument: Any, **seen: Any) -> Said:
    return CHECKS[code].run(Seen(**({"kind": "order", "outcome": "accepted"} | seen)), argument)


def fault(code: Code = Code.QUANTITY_NOT_POSITIVE) -> Finding:
    return finding(code, "Line 1 orders 0.", Place(segment=9, segment_id="PO1", element=2))


def test_an_accepted_document_passes_and_a_rejected_one_says_where_and_how_to_mend() -> None:
    assert said("accepted").is_ok
    no = said("accepted", outcome="rejected", findings=[fault()])
    assert not no.is_ok
    assert no.words == "We did not accept it. Line 1 orders 0 (PO102, segment 9)."
    assert no.mend == finding(Code.QUANTITY_NOT_POSITIVE).rule.mend
    again = said("accepted", outcome="duplicate")
    assert (again.is_ok, "PO-9" in again.words, "number" in again.mend) == (False, True, True)


def test_many_faults_are_counted_and_not_all_told() -> None:
    assert said("accepted", outcome="rejected", findings=[fault()] * 5).words.endswith("And 2 more.")


@pytest.mark.parametrize(("count", "is_ok"), [(2, False), (3, True)])
def test_lines_are_counted_without_their_parts(count: int, is_ok: bool) -> None:
    lines = [line(str(number), "A", "1") for number in range(1, count + 1)] + [line("9", "A", "1", parent_key=1)]
    assert with_argument("lines", 3, body={"lines": lines}).is_ok is is_ok


def test_a_purpose_is_the_wanted_one_or_all_lines_end() -> None:
    assert with_argument("purpose", ["cancellation"], purpose="cancellation").is_ok
    assert with_argument("purpose", ["cancellation"], purpose="change", body={"lines": [{"action": "delete"}]}).is_ok
    no = with_argument("purpose", ["change"], purpose="original")
    assert (no.is_ok, no.words) == (False, "Its purpose is “original”; “change” is wanted.")


def test_a_change_names_an_order_of_these_tests() -> None:
    assert said("changes-order", orders=["PO-1"], earlier=[ORDER]).is_ok
    no = said("changes-order", orders=["PO-7"], earlier=[ORDER])
    assert not no.is_ok
    assert "PO-7" in no.words
    assert "PO-1" in no.mend
    assert "valid order first" in said("changes-order", orders=["PO-7"]).mend


def test_allowances_count_on_document_and_line() -> None:
    assert said("allowance", body={"allowances_charges": [{}]}).is_ok
    assert said("allowance", body={"lines": [{"allowances_charges": [{}]}]}).is_ok
    assert not said("allowance", body={"lines": [{}]}).is_ok


def test_a_wrong_total_must_be_found_and_nothing_else_will_do() -> None:
    wanted = ["order-total-mismatch"]
    assert with_argument("finds", wanted, outcome="rejected", findings=[fault(Code.ORDER_TOTAL_MISMATCH)]).is_ok
    # By policy a warning: it was seen, and that is what is asked.
    assert with_argument("finds", wanted, findings=[fault(Code.ORDER_TOTAL_MISMATCH)]).is_ok
    assert "differs" in with_argument("finds", wanted).mend
    other = with_argument("finds", wanted, outcome="rejected", findings=[fault()])
    assert (other.is_ok, "another reason" in other.words) == (False, True)


def test_a_repetition_is_recognised_by_number_or_by_its_bytes() -> None:
    assert said("recognised", outcome="duplicate").is_ok
    assert said("recognised", came_again=True).is_ok
    assert "PO-1" in said("recognised", earlier=[ORDER]).mend


def test_a_ship_notice_fits_its_order() -> None:
    def notice(*lines: dict[str, Any], orders: tuple[str, ...] = ("PO-1",)) -> Said:
        return said("matches-order", kind="despatch-advice", orders=orders, body={"lines": lines}, earlier=[ORDER])

    assert notice(line("1", "A", "8"), line("2", "B", "4")).words == "Its 2 lines fit order PO-1."
    assert notice(line("1", "a ", "10")).is_ok  # an item's number is compared without case and blanks
    assert notice(line("1", "C", "1")).words == "Line 1 (C) was not ordered."
    assert notice(line("2", "B", "5")).words == "Line 2 (B) has 5; 4 were ordered."
    # The same item in two lines of the notice: together they may not be more.
    assert not notice(line("1", "A", "6"), line("2", "A", "6")).is_ok
    assert notice().words == "It has no lines."
    assert "PO-1" in notice(line("1", "A", "1"), orders=("PO-8",)).mend


def test_a_line_without_an_item_goes_by_its_number() -> None:
    body = {"lines": [line("1", "", "3", order={"line_id": "2"})]}
    assert said("matches-order", orders=["PO-1"], body=body, earlier=[ORDER]).is_ok


def test_an_invoice_fits_what_was_shipped_at_the_prices_of_the_order() -> None:
    def invoice(code: str, *lines: dict[str, Any], earlier: Any = (ORDER, NOTICE)) -> Said:
        return said(code, kind="invoice", orders=["PO-1"], body={"lines": lines}, earlier=earlier)

    assert invoice("matches-shipment", line("1", "A", "8")).is_ok
    assert invoice("matches-shipment", line("1", "A", "9")).words == "Line 1 (A) has 9; 8 were shipped."
    assert "ship notice" in invoice("matches-shipment", line("1", "A", "8"), earlier=[ORDER]).mend
    assert invoice("matches-prices", line("1", "A", "8", "2.5")).is_ok
    assert (
        invoice("matches-prices", line("1", "A", "8", "3")).words == "Line 1 (A) is charged at 3; the order says 2.50."
    )
    per_hundred = line("1", "A", "8") | {"price": {"amount": "250", "basis_quantity": "100"}}
    assert invoice("matches-prices", per_hundred).is_ok


def test_an_answer_to_ours_counts_when_it_accepts_and_comes_in_time() -> None:
    def answered(code: str, **more: Any) -> Said:
        return CHECKS[code].run(Answered(**({"what": "855 PO-1", "outcome": "accepted"} | more)), None)

    assert answered("acknowledged").words == "You accepted our 855 PO-1."
    assert not answered("acknowledged", outcome="overdue").is_ok
    no = answered("acknowledged", outcome="rejected", notes=["Invalid code value"])
    assert no.words == "Our 855 PO-1 was rejected. You say: Invalid code value."
    assert not answered("in-time", was_late=True).is_ok
    assert answered("advised", by_advice=True).is_ok
    assert not answered("advised").is_ok  # a 997 alone says nothing of the content


@pytest.mark.parametrize("scenario", scenarios().values(), ids=list(scenarios()))
def test_each_scenario_reads_as_a_sentence_and_can_fail(scenario: Scenario) -> None:
    for kind in ("order", "despatch-advice", "invoice"):
        assert scenario.titled(kind)[0].isupper()
        texts = [scenario.titled(kind), scenario.why, *scenario.steps(kind)]
        assert not any("{" in text or "_" in text for text in texts)
        assert " a invoice" not in " ".join(texts)
        assert " a order" not in " ".join(texts)
    nothing: Seen | Answered = (
        Seen("order", "rejected") if scenario.direction == "inbound" else Answered("855", "overdue")
    )
    results = run_checks(scenario, nothing)
    assert not catalogue.is_passed(results)
    assert all(one.mend for _, one in results if not one.is_ok)


def test_what_is_asked_of_a_kind() -> None:
    def defaults(kind: str, direction: str = "inbound") -> list[str]:
        return [one.code for one in fitting(kind, direction) if one.is_default(kind, direction)]

    assert defaults("order") == ["valid", "several-lines", "duplicate"]
    assert defaults("order-change") == ["valid", "change", "cancel"]
    assert defaults("despatch-advice") == ["valid", "matches-order"]
    assert defaults("invoice") == ["valid", "matches-both", "allowance", "wrong-total", "duplicate"]
    assert defaults("inventory-report") == ["valid"]
    assert defaults("order-response", "outbound") == ["acknowledged"]


def test_a_scenario_with_an_unknown_check_or_argument_is_refused() -> None:
    scenario = scenarios()["several-lines"]
    for wrong in (["no-such-check"], ["lines"], [{"lines": "three"}], [{"accepted": 1}]):
        broken = Scenario(**{name: getattr(scenario, name) for name in Scenario.__struct_fields__} | {"checks": wrong})
        with pytest.raises(DeclarationError):
            broken.asked()


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="already"):
        check("accepted", "Again")(lambda seen, argument: Said(True, ""))
