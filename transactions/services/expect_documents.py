"""The watch over what partners owe us: what is due is noted, what comes settles it, what does not is a case.

Runs on a schedule, by several at once if it must be: rows are unique by rule and reference, and change by condition.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from partners.models import AgreementStatus, ExpectedDocument, Occasion
from partners.services.working_time import is_business_day, local_instant, zone_of
from transactions.models import AwaitedDocument, Document, SentSet, Watched
from transactions.services.awaited_references import due_of, reference_of
from transactions.services.note_arrivals import Rules, note_arrivals
from transactions.services.overdue_documents import mark_missing
from transactions.states import AwaitedState, DocumentStage

# Documents are final a little before others can see them: what was read lately is read again.
OVERLAP = timedelta(minutes=2)
BATCH = 500
BATCHES = 20  # of one run; the next one goes on
DAYS_BACK = 3  # of a schedule, for a watch that stood still
KIND_OF_SET = {"850": "order", "875": "order", "860": "order-change", "855": "order-response", "865": "order-response"}


class Watch(NamedTuple):
    """How many documents were looked at, and how many became overdue."""

    documents: int
    overdue: int


def expect_documents() -> Watch:
    """Note what is due, settle what has come, open cases for what has not. A fixed number of queries for each batch."""
    now = timezone.now()
    in_force = ExpectedDocument.objects.filter(is_active=True, agreement__status=AgreementStatus.LIVE)
    expected = list(in_force.select_related("agreement__partner__calendar", "after_partner"))
    read = 0
    if expected:
        rules = Rules(expected)
        _note_schedules(rules.scheduled_all, now)
        _note_sent(expected, now)
        read = sum(note_arrivals(batch, rules, now) for batch in _batches(rules, expected, now))
    return Watch(read, mark_missing(now))


def _batches(rules: Rules, expected: Sequence[ExpectedDocument], now: datetime) -> Iterator[list[Document]]:
    """Documents that became final since the last run and may concern a rule, in the order in which they did."""
    after = _begin("documents", expected)
    wanted = Document.objects.filter(stage=DocumentStage.FINAL, partner__in=rules.partners, kind__in=rules.kinds)
    key: tuple[datetime, UUID | None] = (after, None)
    for _ in range(BATCHES):
        at, pk = key
        further = Q(final_at__gt=at) | Q(final_at=at, id__gt=pk) if pk else Q(final_at__gt=at)
        batch = list(wanted.filter(further).order_by("final_at", "id")[:BATCH])
        if batch:
            yield batch
            key = (batch[-1].final_at or now, batch[-1].pk)
        if len(batch) < BATCH:
            _watched("documents", now)
            return
        _watched("documents", key[0])


def _begin(name: str, expected: Sequence[ExpectedDocument]) -> datetime:
    """Where to read on: never before the first rule was made."""
    first = min(rule.created_at for rule in expected)
    until = Watched.objects.filter(name=name).values_list("until", flat=True).first()
    return max(first, until - OVERLAP) if until else first


def _watched(name: str, until: datetime) -> None:
    Watched.objects.get_or_create(name=name, defaults={"until": until})
    Watched.objects.filter(name=name, until__lt=until).update(until=until)


def _note_schedules(scheduled: Sequence[ExpectedDocument], now: datetime) -> None:
    """A row for each day on which a rule awaits something, of today and of the days that were missed."""
    due: dict[tuple[int, str], AwaitedDocument] = {}
    for rule in scheduled:
        partner = rule.agreement.partner
        today = now.astimezone(zone_of(partner)).date()
        for back in range(DAYS_BACK + 1):
            day = today - timedelta(days=back)
            at = local_instant(partner, day, rule.by)
            if at < rule.created_at or (rule.weekdays and day.weekday() not in rule.weekdays):
                continue
            if not is_business_day(partner, day, any_weekday=bool(rule.weekdays)):
                continue
            due[rule.pk, day.isoformat()] = _row(rule, day.isoformat(), at, now)
    if not due:
        return
    references = {reference for _, reference in due}
    known = AwaitedDocument.objects.filter(expected__in={pk for pk, _ in due}, reference__in=references)
    for key in known.values_list("expected_id", "reference"):
        due.pop(key, None)
    AwaitedDocument.objects.bulk_create(due.values(), batch_size=BATCH, ignore_conflicts=True)


def _note_sent(expected: Sequence[ExpectedDocument], now: datetime) -> None:
    """What we sent makes its answer due."""
    rules: dict[tuple[int, str, str], list[ExpectedDocument]] = defaultdict(list)
    for rule in expected:
        if rule.occasion == Occasion.SENT:
            partner_id = rule.after_partner_id or rule.agreement.partner_id
            rules[partner_id, rule.agreement.environment, rule.after_kind].append(rule)
    if not rules:
        return
    after = _begin("sent", expected)
    sent = SentSet.objects.filter(group__sent_at__gt=after, group__partner__in={key[0] for key in rules})
    rows = []
    for one in sent.exclude(reference="").filter(set_id__in=KIND_OF_SET).select_related("group").iterator(BATCH):
        at = one.group.sent_at
        key = (one.group.partner_id, one.group.environment, KIND_OF_SET[one.set_id])
        for rule in rules.get(key, ()):
            if at >= rule.created_at:
                due = due_of(rule, rule.agreement.partner, at, {})
                rows.append(_row(rule, reference_of(one.reference), due or datetime.max.replace(tzinfo=UTC), at))
    AwaitedDocument.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    _watched("sent", now)


def _row(rule: ExpectedDocument, reference: str, due: datetime, since: datetime) -> AwaitedDocument:
    return AwaitedDocument(
        expected=rule,
        partner=rule.agreement.partner,
        environment=rule.agreement.environment,
        reference=reference,
        state=AwaitedState.AWAITED,
        due_at=due,
        since=since,
    )
