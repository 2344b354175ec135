"""Put what a partner says together with what we sent: its rows change, and a refusal becomes a case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from mappings.engine.findings import Code, finding
from mappings.engine.x12.answers import Answer, DocumentAnswer, Note
from mappings.engine.x12.reconciliation import Reconciliation, reconcile
from transactions.models import ExceptionCase, InboundFile, SentGroup, SentSet, Verb
from transactions.pipeline.answers import said_of
from transactions.pipeline.storable import storable_json
from transactions.services.cases import NewCase, Subject, close_case, open_cases
from transactions.services.find_sent import as_engine
from transactions.services.trail import record
from transactions.states import AnswerState, CaseCategory, CaseStatus, Disposition, Queue

REFUSED = (AnswerState.REJECTED, AnswerState.PARTLY)
ANSWERED = (AnswerState.ACCEPTED, AnswerState.WITH_ERRORS, *REFUSED)


def reconcile_with(group: SentGroup, answer: Answer, answering: InboundFile, now: datetime) -> None:
    """Take one answer to a group that we sent. Must run under the lock of its row (`Sent`).

    The worst that was ever said counts: what was accepted can be rejected later (by an 824), never the other way. An
    event goes to the file that made us send it; a refusal opens a case there, and an answer that came late closes the
    one about its absence.
    """
    result = reconcile(as_engine(group), [answer], now)
    was = group.outcome
    is_refused = _save(group, result, answering, now) or (group.outcome in REFUSED and group.outcome != was)
    if group.file_id != answering.pk:
        words = said_of(str(group), answer)
        record(group.file_id, Verb.ANSWERED, at=now, words=words, outcome=group.outcome, answered_by=str(answering.pk))
    if was == AnswerState.OVERDUE and group.outcome != was:
        _close_overdue(group)
    if is_refused:
        open_cases([_refusal(group, answer)])


def _save(group: SentGroup, result: Reconciliation, answering: InboundFile, now: datetime) -> bool:
    """Returns whether a set was refused by it that was not before: the others may still wait for their answers."""
    changed, is_refused = [], False
    for row, said in zip(group.sets.all(), result.sets, strict=True):
        notes = _stored(said.notes)
        is_refused |= said.outcome.value in REFUSED and row.outcome != said.outcome.value
        if (row.outcome, row.notes) != (said.outcome.value, notes):
            row.outcome, row.notes = said.outcome.value, notes
            changed.append(row)
    SentSet.objects.bulk_update(changed, ["outcome", "notes"], batch_size=200)
    was = group.outcome
    outcome = result.outcome.value
    if was == AnswerState.NONE and outcome not in ANSWERED:
        outcome = was
    group.outcome, group.answered_at, group.answered_by = outcome, now, answering
    group.notes = [*group.notes, *(note for note in _stored(result.notes) if note not in group.notes)]
    saved = SentGroup.objects.filter(pk=group.pk, outcome=was).update(
        outcome=group.outcome, notes=group.notes, answered_at=now, answered_by=answering
    )
    if not saved:
        raise RuntimeError(f"{group} was answered by somebody else, though its row is locked")
    return is_refused


def _stored(notes: Sequence[Note]) -> list[dict[str, Any]]:
    stored: list[dict[str, Any]] = storable_json(msgspec.to_builtins(notes))
    return stored


def _refusal(group: SentGroup, answer: Answer) -> NewCase:
    about = str(group)
    if isinstance(answer, DocumentAnswer):
        about = f"{answer.qualifier} {answer.reference} in {about}".strip()
    reason = finding(Code.SENT_REJECTED, said_of(about, answer))
    return NewCase(subject_of(group), CaseCategory.ANSWER, Queue.INTEGRATION, reason)


def subject_of(group: SentGroup) -> Subject:
    """What a case about the answer to something is filed under."""
    return Subject(group.pk, group.file, partner_id=group.partner_id, environment=group.environment)


def _close_overdue(group: SentGroup) -> None:
    for case in ExceptionCase.objects.filter(
        subject=group.pk, category=CaseCategory.ANSWER, code=Code.SENT_OVERDUE, status=CaseStatus.OPEN
    ):
        close_case(case, actor="", resolution="The partner has answered by now.", disposition=Disposition.NO_ACTION)
