"""Documents that became final, held against what is awaited: they make others due, or they are what was due."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from partners.models import AwaitedKind, ExpectedDocument, Occasion
from partners.services.working_time import zone_of
from transactions.models import AwaitedDocument, CanonicalDocument, Document
from transactions.services.awaited_references import due_of, orders_named
from transactions.services.settle_awaited import settle, waive
from transactions.states import AwaitedState, DocumentOutcome

Key = tuple[int, str, str]
"""Partner, environment, kind of document."""
CANCELLING = frozenset({"cancellation", "deletion"})
OPEN = (AwaitedState.AWAITED, AwaitedState.OVERDUE)


class Rules:
    """Rules by the documents that concern them."""

    def __init__(self, expected: Sequence[ExpectedDocument]) -> None:
        self.triggers: dict[Key, list[ExpectedDocument]] = defaultdict(list)
        self.answers: dict[Key, list[ExpectedDocument]] = defaultdict(list)
        self.scheduled: dict[Key, list[ExpectedDocument]] = defaultdict(list)
        self.cancels: dict[Key, list[ExpectedDocument]] = defaultdict(list)
        self.scheduled_all = [rule for rule in expected if rule.occasion == Occasion.SCHEDULE]
        for rule in expected:
            agreement = rule.agreement
            own = (agreement.partner_id, agreement.environment, agreement.kind)
            if rule.occasion == Occasion.SCHEDULE:
                self.scheduled[own].append(rule)
                continue
            self.answers[own].append(rule)
            before = (rule.after_partner_id or agreement.partner_id, agreement.environment, rule.after_kind)
            if rule.occasion == Occasion.RECEIVED:
                self.triggers[before].append(rule)
            if rule.after_kind == AwaitedKind.ORDER:
                self.cancels[(*before[:2], AwaitedKind.ORDER_CHANGE)].append(rule)
        keys = [*self.triggers, *self.answers, *self.scheduled, *self.cancels]
        self.partners = {partner for partner, _, _ in keys}
        self.kinds = {kind for _, _, kind in keys}


class _Form(NamedTuple):
    """The canonical form of a document."""

    purpose: str
    body: dict[str, Any]


def note_arrivals(documents: Sequence[Document], rules: Rules, now: datetime) -> int:
    """Take up a batch of final documents; see `expect_documents`. Returns how many there were."""
    came = {(rule.pk, one.file_id): (rule, one) for one in documents for rule in rules.scheduled.get(_key(one), ())}
    for rule, document in came.values():
        _came_on_schedule(rule, document, now)
    accepted = [one for one in documents if one.outcome == DocumentOutcome.ACCEPTED]
    concerned = (rules.triggers, rules.answers, rules.cancels)
    telling = [one for one in accepted if any(_key(one) in some for some in concerned)]
    forms = _forms(telling)
    known = [(document, forms[document.pk]) for document in telling if document.pk in forms]
    made_due = [row for document, form in known for row in _made_due(document, form, rules)]
    AwaitedDocument.objects.bulk_create(made_due, ignore_conflicts=True)
    for document, form in known:
        _cancelled(document, form, rules)
    _answered(known, rules, now)
    return len(documents)


def _key(document: Document) -> Key:
    return document.partner_id, document.environment, document.kind


def _forms(documents: Sequence[Document]) -> dict[UUID, _Form]:
    current = CanonicalDocument.objects.filter(document__in=documents, is_current=True)
    rows = current.values_list("document_id", "purpose", "body")
    return {pk: _Form(purpose, json.loads(body)) for pk, purpose, body in rows}


def _made_due(document: Document, form: _Form, rules: Rules) -> Iterator[AwaitedDocument]:
    if form.purpose in CANCELLING:
        return
    for rule in rules.triggers.get(_key(document), ()):
        partner = rule.agreement.partner
        due = due_of(rule, partner, document.received_at, form.body)
        if due is None or document.received_at < rule.created_at:
            continue
        for reference in orders_named(document.kind, form.body):
            yield AwaitedDocument(
                expected=rule,
                partner=partner,
                environment=document.environment,
                reference=reference,
                due_at=due,
                trigger=document,
                since=document.received_at,
            )


def _cancelled(document: Document, form: _Form, rules: Rules) -> None:
    """Nobody waits for the answer to an order that was cancelled."""
    if form.purpose not in CANCELLING:
        return
    ended = [*rules.triggers.get(_key(document), ()), *rules.cancels.get(_key(document), ())]
    references = orders_named(document.kind, form.body)
    for row in AwaitedDocument.objects.filter(expected__in=ended, reference__in=references, state__in=OPEN):
        waive(row, actor="", reason="The order was cancelled.")


def _answered(known: Sequence[tuple[Document, _Form]], rules: Rules, now: datetime) -> None:
    """What was awaited has come. What comes before it was awaited is noted, so that nobody waits for it later."""
    answers: dict[tuple[int, str], Document] = {}
    partners: dict[int, ExpectedDocument] = {}
    for document, form in known:
        for rule in rules.answers.get(_key(document), ()):
            partners[rule.pk] = rule
            for reference in orders_named(document.kind, form.body):
                answers.setdefault((rule.pk, reference), document)
    references = {reference for _, reference in answers}
    rows = AwaitedDocument.objects.filter(expected__in=partners, reference__in=references)
    found = {(row.expected_id, row.reference): row for row in rows}
    early = []
    for key, document in answers.items():
        row = found.get(key)
        if row is not None:
            settle(row, document, now)
            continue
        rule = partners[key[0]]
        early.append(
            AwaitedDocument(
                expected=rule,
                partner=rule.agreement.partner,
                environment=document.environment,
                reference=key[1],
                state=AwaitedState.ARRIVED,
                document=document,
                since=document.received_at,
                settled_at=now,
            )
        )
    AwaitedDocument.objects.bulk_create(early, ignore_conflicts=True)


def _came_on_schedule(rule: ExpectedDocument, document: Document, now: datetime) -> None:
    """A file fulfils the day on which it came; when that has its file, or awaits none, the oldest day that lacks one.

    Whatever became of its documents: a file that came and was rejected has cases of its own.
    """
    rows = AwaitedDocument.objects.filter(expected=rule).select_related("document")
    day = document.received_at.astimezone(zone_of(rule.agreement.partner)).date().isoformat()
    own = rows.filter(reference=day).first()
    if own is not None and own.state in OPEN:
        settle(own, document, now)
        return
    if rows.filter(document__file=document.file_id).exists():
        return  # another document of a file that fulfilled its day
    missed = rows.filter(state__in=OPEN, reference__lt=day).order_by("reference").first()
    if missed is not None:
        settle(missed, document, now)
