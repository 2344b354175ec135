"""If these fail, nobody learns that a partner's document is missing, or somebody is sent to ask for one that came."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from partners.models import Agreement, AgreementStatus, BusinessCalendar, Environment, ExpectedDocument, Partner
from tests.factories import PartnerSetup, make_file, make_partner
from transactions.models import AwaitedDocument, CanonicalDocument, Document, ExceptionCase, SentGroup, SentSet
from transactions.services.awaited_references import due_of, orders_named
from transactions.services.expect_documents import expect_documents
from transactions.services.settle_awaited import waive

MADE = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday
CAME = MADE + timedelta(hours=1)


@pytest.fixture
def setup(db: None) -> PartnerSetup:
    return make_partner("acme")


def agreed(setup: PartnerSetup, kind: str, set_id: str) -> Agreement:
    return Agreement.objects.create(partner=setup.partner, kind=kind, set_id=set_id, status=AgreementStatus.LIVE)


def expect(agreement: Agreement, **rule: Any) -> ExpectedDocument:
    expected = ExpectedDocument(agreement=agreement, **rule)
    expected.full_clean()
    expected.save()
    ExpectedDocument.objects.filter(pk=expected.pk).update(created_at=MADE)
    return expected


def came(setup: PartnerSetup, at: datetime, kind: str = "order", body: Any = None, **row: Any) -> Document:
    """A document that was accepted, with this canonical form."""
    document = make_file(setup, received_at=at).documents[0]
    Document.objects.filter(pk=document.pk).update(kind=kind, final_at=at, **row)
    if body is not None:
        purpose = body.pop("purpose", "original")
        CanonicalDocument.objects.filter(document=document).update(body=json.dumps(body), purpose=purpose)
    return document


def answer(setup: PartnerSetup, at: datetime, number: str = "PO-1") -> Document:
    return came(setup, at, "order-response", {"number": "R-1", "order": {"number": number}})


def order(setup: PartnerSetup, at: datetime, number: str = "PO-1", **body: Any) -> Document:
    return came(setup, at, "order", {"number": number, **body})


def watch(monkeypatch: pytest.MonkeyPatch, now: datetime) -> dict[str, str]:
    """Run the watch at that time; reference and state of all that is awaited."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    expect_documents()
    return dict(AwaitedDocument.objects.order_by("reference").values_list("reference", "state"))


def test_an_order_without_its_855_is_a_case_that_closes_when_it_comes(
    setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect(agreed(setup, "order-response", "855"), hours=24)
    document = order(setup, CAME)
    assert watch(monkeypatch, CAME + timedelta(minutes=1)) == {"PO-1": "awaited"}
    assert watch(monkeypatch, CAME + timedelta(hours=23)) == {"PO-1": "awaited"}
    assert not ExceptionCase.objects.exists()

    assert watch(monkeypatch, CAME + timedelta(hours=25)) == {"PO-1": "overdue"}
    case = ExceptionCase.objects.get()
    assert (case.category, case.queue, case.status, case.partner) == (
        "missing", "customer-service", "open", setup.partner,
    )  # fmt: skip
    said = "within 24 hours of the order: nothing for PO-1 came by 2026-11-17 09:00 UTC."
    assert case.summary == f"855 of {setup.partner} {said}"
    document.refresh_from_db()
    assert (case.amount, case.currency) == (document.total, "")

    answer(setup, CAME + timedelta(hours=26))
    assert watch(monkeypatch, CAME + timedelta(hours=27)) == {"PO-1": "late"}
    case.refresh_from_db()
    assert (case.status, case.disposition) == ("closed", "solved")
    assert "after it was due" in case.resolution


def test_what_comes_in_time_is_no_case(setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(agreed(setup, "order-response", "855"), hours=24)
    order(setup, CAME, " po-1 ")
    answer(setup, CAME + timedelta(hours=1))
    assert watch(monkeypatch, CAME + timedelta(hours=2)) == {"PO-1": "arrived"}
    assert watch(monkeypatch, CAME + timedelta(hours=30)) == {"PO-1": "arrived"}
    assert not ExceptionCase.objects.exists()


def test_what_the_watch_sees_late_but_came_in_time_closes_as_such(
    setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect(agreed(setup, "order-response", "855"), hours=24)
    order(setup, CAME)
    assert watch(monkeypatch, CAME + timedelta(hours=25)) == {"PO-1": "overdue"}
    document = answer(setup, CAME + timedelta(hours=23))
    Document.objects.filter(pk=document.pk).update(final_at=CAME + timedelta(hours=25))
    assert watch(monkeypatch, CAME + timedelta(hours=25, minutes=1)) == {"PO-1": "arrived"}
    assert "in time" in ExceptionCase.objects.get().resolution


def test_an_answer_before_the_order_is_waited_for_by_nobody(
    setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect(agreed(setup, "order-response", "855"), hours=24)
    answer(setup, CAME)
    assert watch(monkeypatch, CAME + timedelta(minutes=1)) == {"PO-1": "arrived"}
    order(setup, CAME + timedelta(minutes=5))
    assert watch(monkeypatch, CAME + timedelta(hours=40)) == {"PO-1": "arrived"}


@pytest.mark.parametrize("kind", ["order", "order-change"])
def test_a_cancelled_order_is_waited_for_by_nobody(
    setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    expect(agreed(setup, "order-response", "855"), hours=24)
    order(setup, CAME)
    assert watch(monkeypatch, CAME + timedelta(hours=25)) == {"PO-1": "overdue"}
    came(setup, CAME + timedelta(hours=26), kind, {"number": "PO-1", "purpose": "cancellation"})
    assert watch(monkeypatch, CAME + timedelta(hours=27)) == {"PO-1": "waived"}
    assert ExceptionCase.objects.get().resolution == "The order was cancelled."


def test_no_ship_notice_by_the_ship_date_where_the_partner_is(
    setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    Partner.objects.filter(pk=setup.partner.pk).update(time_zone="America/Chicago")
    setup.partner.refresh_from_db()
    expect(agreed(setup, "despatch-advice", "856"), deadline="ship-date", by=time(18))
    order(setup, CAME, "PO-1", dates=[{"type": "ship_requested", "date": "2026-11-18"}])
    order(setup, CAME, "PO-2")  # names no date: nothing to be late for
    assert watch(monkeypatch, datetime(2026, 11, 18, 23, 59, tzinfo=UTC)) == {"PO-1": "awaited"}
    assert watch(monkeypatch, datetime(2026, 11, 19, 0, 1, tzinfo=UTC)) == {"PO-1": "overdue"}
    notice = {"number": "S-1", "lines": [{"order": {"number": "PO-1"}}, {"order": {"number": "PO-3"}}]}
    came(setup, datetime(2026, 11, 19, 1, tzinfo=UTC), "despatch-advice", notice)
    assert watch(monkeypatch, datetime(2026, 11, 19, 2, tzinfo=UTC)) == {"PO-1": "late", "PO-3": "arrived"}


def test_orders_of_one_partner_are_answered_by_another(setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = make_partner("customer")
    expect(agreed(setup, "order-response", "855"), hours=24, after_partner=customer.partner)
    order(setup, CAME, "OWN-1")
    order(customer, CAME, "PO-1")
    assert watch(monkeypatch, CAME + timedelta(hours=25)) == {"PO-1": "overdue"}
    assert ExceptionCase.objects.get().partner == setup.partner


def test_the_other_environment_and_what_was_rejected_answer_nothing(
    setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect(agreed(setup, "order-response", "855"), hours=24)
    order(setup, CAME)
    document = answer(setup, CAME + timedelta(hours=1))
    Document.objects.filter(pk=document.pk).update(environment=Environment.TEST)
    document = answer(setup, CAME + timedelta(hours=2))
    Document.objects.filter(pk=document.pk).update(outcome="rejected")
    assert watch(monkeypatch, CAME + timedelta(hours=25)) == {"PO-1": "overdue"}


def test_a_rule_that_is_switched_off_or_whose_agreement_ended_opens_no_case(
    setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = agreed(setup, "order-response", "855")
    expect(agreement, hours=24)
    order(setup, CAME)
    watch(monkeypatch, CAME + timedelta(hours=1))
    Agreement.objects.filter(pk=agreement.pk).update(status=AgreementStatus.RETIRED)
    assert watch(monkeypatch, CAME + timedelta(hours=25)) == {"PO-1": "waived"}
    assert not ExceptionCase.objects.exists()


def test_a_person_gives_up_waiting(setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(agreed(setup, "order-response", "855"), hours=24)
    order(setup, CAME)
    watch(monkeypatch, CAME + timedelta(hours=25))
    awaited = AwaitedDocument.objects.get()
    assert waive(awaited, actor="ada", reason="Answered by telephone.")
    assert not waive(awaited, actor="bob", reason="Again.")
    case = ExceptionCase.objects.get()
    assert (case.status, case.closed_by, case.resolution) == ("closed", "ada", "Answered by telephone.")


def test_an_order_that_we_sent_is_answered_in_time(setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(agreed(setup, "order-response", "855"), occasion="sent", hours=24)
    made = make_file(setup, received_at=CAME)
    group = SentGroup.objects.create(
        id=made.group.pk,
        file=made.file,
        partner=setup.partner,
        environment="production",
        receiver="ZZ:ACME",
        interchange_control="000000001",
        functional_id="PO",
        group_control="1",
        outcome="waiting",
        sent_at=CAME,
    )
    for ordinal, number in enumerate(("PO-1", "PO-2"), 1):
        SentSet.objects.create(
            group=group, ordinal=ordinal, set_id="850", control_number=str(ordinal), reference=number, outcome="waiting"
        )
    answer(setup, CAME + timedelta(hours=2), "PO-2")
    assert watch(monkeypatch, CAME + timedelta(hours=3)) == {"PO-1": "awaited", "PO-2": "arrived"}
    assert watch(monkeypatch, CAME + timedelta(hours=25)) == {"PO-1": "overdue", "PO-2": "arrived"}


def test_a_rule_that_is_removed_takes_its_cases_along(setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = expect(agreed(setup, "order-response", "855"), hours=24)
    order(setup, CAME)
    watch(monkeypatch, CAME + timedelta(hours=25))
    rule.delete()
    assert watch(monkeypatch, CAME + timedelta(hours=26)) == {}
    assert ExceptionCase.objects.get().resolution == "The rule that awaited it was removed."


@pytest.fixture
def daily(setup: PartnerSetup) -> ExpectedDocument:
    """Stock every business day by 18:00 in Ohio, where Thanksgiving is a holiday."""
    setup.partner.calendar = BusinessCalendar.objects.create(
        name="Ohio", time_zone="America/New_York", weekdays=[0, 1, 2, 3, 4], holidays={"2026-11-26": "Thanksgiving"}
    )
    setup.partner.save()
    return expect(agreed(setup, "inventory-report", "846"), occasion="schedule", by=time(18))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_a_file_that_did_not_come_on_its_day_by_its_hour(
    setup: PartnerSetup, daily: ExpectedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert watch(monkeypatch, at(16, 22, 59)) == {"2026-11-16": "awaited"}
    assert watch(monkeypatch, at(16, 23, 1)) == {"2026-11-16": "overdue"}
    came(setup, at(17, 1), "inventory-report", outcome="rejected")  # Monday still, in Ohio; rejected, but it came
    assert watch(monkeypatch, at(17, 2)) == {"2026-11-16": "late"}
    assert ExceptionCase.objects.get().status == "closed"


def test_a_late_file_fulfils_the_oldest_day_when_its_own_has_one(
    setup: PartnerSetup, daily: ExpectedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(monkeypatch, at(16, 23, 1))
    watch(monkeypatch, at(17, 12))
    came(setup, at(17, 13), "inventory-report")
    assert watch(monkeypatch, at(17, 14)) == {"2026-11-16": "overdue", "2026-11-17": "arrived"}
    came(setup, at(17, 15), "inventory-report")
    assert watch(monkeypatch, at(17, 16)) == {"2026-11-16": "late", "2026-11-17": "arrived"}


def test_weekends_and_holidays_are_no_days(
    setup: PartnerSetup, daily: ExpectedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (20, 21, 22, 23, 24, 25, 26, 27):
        watch(monkeypatch, at(day, 15))
    days = set(AwaitedDocument.objects.values_list("reference", flat=True))
    assert days == {f"2026-11-{day}" for day in (17, 18, 19, 20, 23, 24, 25, 27)}


def test_a_weekly_file(setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(agreed(setup, "inventory-report", "846"), occasion="schedule", by=time(9), weekdays=[2])
    for day in (16, 17, 18, 19):
        watch(monkeypatch, at(day, 15))
    assert list(AwaitedDocument.objects.values_list("reference", "state")) == [("2026-11-18", "overdue")]


def test_the_watch_costs_the_same_however_many_documents_there_are(
    setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    expect(agreed(setup, "order-response", "855"), hours=24)
    for number in range(6):
        order(setup, CAME, f"PO-{number}")
    with django_assert_max_num_queries(14):
        assert len(watch(monkeypatch, CAME + timedelta(minutes=1))) == 6


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"hours": None}, "Say within how many hours"),
        ({"deadline": ""}, "by when"),
        ({"after_kind": ""}, "after which document"),
        ({"occasion": "sent", "deadline": "ship-date"}, "only hours"),
        ({"occasion": "schedule", "weekdays": [7]}, "numbers from 0"),
    ],
)
def test_rules_without_sense_are_refused(setup: PartnerSetup, rule: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ExpectedDocument(agreement=setup.agreement, **rule).full_clean()


def test_dates_of_lines_count_where_the_document_has_none() -> None:
    rule = ExpectedDocument(deadline="delivery-date", by=time(12))
    lines = [{"dates": [{"type": "delivery_requested", "date": "2026-12-0" + day}]} for day in "31"]
    partner = Partner(code="acme", time_zone="UTC")
    assert due_of(rule, partner, MADE, {"lines": lines}) == datetime(2026, 12, 1, 12, tzinfo=UTC)
    confirmed = {"lines": lines, "dates": [{"type": "delivery_promised", "date": "2026-12-09"}]}
    assert due_of(rule, partner, MADE, confirmed) == datetime(2026, 12, 9, 12, tzinfo=UTC)


def test_which_orders_a_document_names() -> None:
    notice = {
        "order": None,
        "orders": [{"order": {"number": "A"}}, {"key": "2"}],
        "lines": [{"order": {"number": "a"}}],
    }
    assert orders_named("despatch-advice", notice) == ["A"]
    assert orders_named("order", {"number": "PO-1"}) == ["PO-1"]
