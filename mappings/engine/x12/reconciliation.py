"""Which of our documents a partner has accepted: what we sent, put together with what came back."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from mappings.engine.x12.answers import Answer, DocumentAnswer, GroupAnswer, InterchangeAnswer, Note, Outcome, SetAnswer
from mappings.engine.x12.envelope import same_number


class SentSet(msgspec.Struct, frozen=True):
    """One set of ours: ST01, ST02, and the number that its document goes by (an invoice number), "" for none.

    outcome, notes: what earlier answers said.
    """

    set_id: str
    control_number: str
    reference: str = ""
    outcome: Outcome = Outcome.WAITING
    notes: tuple[Note, ...] = ()


class SentGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One group of ours, or an interchange without groups. due: until when it has to be answered (an instant), None
    when it has not. outcome: what earlier answers said of one whose sets nobody answers.
    """

    interchange_control: str
    functional_id: str
    control_number: str
    sets: tuple[SentSet, ...]
    due: datetime | None = None
    outcome: Outcome = Outcome.WAITING


class Reconciled(msgspec.Struct, frozen=True):
    """What became of one set of ours, and every fault that the partner named."""

    sent: SentSet
    outcome: Outcome
    notes: tuple[Note, ...] = ()


class Reconciliation(msgspec.Struct, frozen=True):
    """outcome: of the group as a whole. sets: in the order sent. strangers: answered sets that we did not send."""

    outcome: Outcome
    sets: tuple[Reconciled, ...]
    notes: tuple[Note, ...] = ()
    strangers: tuple[SetAnswer, ...] = ()


# From the best to the worst, for a set about which several answers came.
_GRAVITY = [
    Outcome.WAITING,
    Outcome.OVERDUE,
    Outcome.ACCEPTED,
    Outcome.WITH_ERRORS,
    Outcome.PARTLY,
    Outcome.REJECTED,
]


def answers_group(answer: Answer, sent: SentGroup) -> bool:
    """Is this answer about that group, or about a document in it? Control numbers are compared as numbers."""
    if isinstance(answer, InterchangeAnswer):
        return same_number(answer.control_number, sent.interchange_control)
    if isinstance(answer, GroupAnswer):
        return answer.functional_id == sent.functional_id and same_number(answer.control_number, sent.control_number)
    return any(_is_about(answer, one, sent) for one in sent.sets)


def reconcile(sent: SentGroup, answers: Iterable[Answer], at: datetime) -> Reconciliation:
    """Put the answers to one group together; those to other groups are left out.

    at: now (an instant). A set that a 997 or 999 does not list takes part in what it says of the group: it lists
    those with errors and may leave out the others; of what its counts do not cover it says nothing. An 824 speaks
    after it, and can reject what was accepted.
    """
    about = [answer for answer in answers if answers_group(answer, sent)]
    outcomes = [_of_set(one, sent, about, at) for one in sent.sets]
    notes = tuple(note for answer in about if not isinstance(answer, DocumentAnswer) for note in answer.notes)
    strangers = tuple(
        answered
        for answer in about
        if isinstance(answer, GroupAnswer)
        for answered in answer.sets
        if not any(_same_set(answered, one) for one in sent.sets)
    )
    whole = _of_sets(outcomes) if outcomes else _without_sets(sent, about, at)
    return Reconciliation(whole, tuple(outcomes), notes, strangers)


def _of_set(one: SentSet, sent: SentGroup, about: list[Answer], at: datetime) -> Reconciled:
    outcome = max(one.outcome, _unanswered(sent, at), key=_GRAVITY.index)
    notes = list(one.notes)
    for answer in about:
        said, faults = _said_of(one, sent, answer)
        if said is not None:
            outcome = max(outcome, said, key=_GRAVITY.index)
        notes += faults
    return Reconciled(one, outcome, tuple(dict.fromkeys(notes)))


def _unanswered(sent: SentGroup, at: datetime) -> Outcome:
    return Outcome.OVERDUE if sent.due is not None and at > sent.due else Outcome.WAITING


def _said_of(one: SentSet, sent: SentGroup, answer: Answer) -> tuple[Outcome | None, tuple[Note, ...]]:
    if isinstance(answer, InterchangeAnswer):
        # An accepted envelope says nothing about what is in it.
        return (Outcome.REJECTED if answer.outcome is Outcome.REJECTED else None), ()
    if isinstance(answer, DocumentAnswer):
        return (_advised(answer), answer.notes) if _is_about(answer, one, sent) else (None, ())
    listed = next((said for said in answer.sets if _same_set(said, one)), None)
    if listed is not None:
        return listed.outcome or answer.outcome, listed.notes
    if not _speaks_of_the_rest(answer, sent):
        return None, ()
    if answer.outcome in (Outcome.WITH_ERRORS, Outcome.PARTLY) and answer.sets:
        return Outcome.ACCEPTED, ()
    return answer.outcome, ()


def _speaks_of_the_rest(answer: GroupAnswer, sent: SentGroup) -> bool:
    """Whether an answer says something of sets that it does not list.

    Some partners answer each set by itself: AK9 counts that set only, and says nothing of the others. What it accepts
    beyond the sets that it lists must be as many as it does not list (AK904); a refusal is taken for all that it may
    mean. Without counts the answer is about the whole group.
    """
    if not (answer.included or answer.received or answer.accepted):
        return True
    ours = [said for said in answer.sets if any(_same_set(said, one) for one in sent.sets)]
    rest = len(sent.sets) - len({(said.set_id, said.control_number) for said in ours})
    if answer.outcome is Outcome.REJECTED:
        return not ours or answer.included >= len(sent.sets)
    counted: tuple[Outcome, ...] = (Outcome.ACCEPTED, Outcome.WITH_ERRORS)
    if answer.included >= len(sent.sets):
        counted = counted[:1]  # it is about all, and some count in AK904 only what is without errors
    return answer.accepted - sum(said.outcome in counted for said in ours) >= rest


def _advised(answer: DocumentAnswer) -> Outcome | None:
    if answer.item and answer.outcome is Outcome.REJECTED:
        return Outcome.PARTLY
    return answer.outcome


def _same_set(said: SetAnswer, one: SentSet) -> bool:
    """ST02 is text; some partners drop its leading zeros all the same."""
    return said.set_id == one.set_id and same_number(said.control_number, one.control_number)


def _is_about(answer: DocumentAnswer, one: SentSet, sent: SentGroup) -> bool:
    if answer.set_id and answer.set_id != one.set_id:
        return False
    if answer.group_control and not same_number(answer.group_control, sent.control_number):
        return False
    if answer.set_control:
        return bool(answer.group_control) and same_number(answer.set_control, one.control_number)
    return bool(one.reference) and one.reference in (answer.reference, answer.original)


def _without_sets(sent: SentGroup, about: list[Answer], at: datetime) -> Outcome:
    said = [answer.outcome for answer in about if answer.outcome is not None]
    return max([*said, sent.outcome, _unanswered(sent, at)], key=_GRAVITY.index)


def _of_sets(sets: list[Reconciled]) -> Outcome:
    outcomes = {one.outcome for one in sets}
    if len(outcomes) == 1:
        return outcomes.pop()
    unanswered = outcomes & {Outcome.WAITING, Outcome.OVERDUE}
    if unanswered:
        return Outcome.OVERDUE if Outcome.OVERDUE in unanswered else Outcome.WAITING
    refused = outcomes & {Outcome.REJECTED, Outcome.PARTLY}
    return Outcome.PARTLY if refused else Outcome.WITH_ERRORS
