"""Find what we sent by what a partner says of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

import msgspec
from django.db.models import Prefetch, Q

from mappings.engine.x12.answers import Answer, DocumentAnswer, GroupAnswer, InterchangeAnswer, Note, Outcome
from mappings.engine.x12.reconciliation import SentGroup as Group
from mappings.engine.x12.reconciliation import SentSet as Set
from mappings.engine.x12.reconciliation import answers_group
from transactions.models import Interchange, SentGroup, SentSet
from transactions.pipeline.answers import ReadAnswer
from transactions.pipeline.storable import storable_text
from transactions.states import AnswerState

BATCH = 400
MOST_OF_A_NUMBER = 100  # numbers begin again: of one, so many of the newest are looked at


class Sent:
    """What we sent and the answers of one file may be about. Its rows are locked until the transaction ends.

    Answers in an interchange of nobody, or of somebody who may not come this way, are about nothing.
    """

    def __init__(self, read: Sequence[ReadAnswer], interchanges: Mapping[int, Interchange]) -> None:
        """interchanges: of the answering file, by their ordinals."""
        self._by_number: dict[str, list[SentGroup]] = defaultdict(list)
        known = [one for one in read if interchanges[one.interchange].partner_id is not None]
        answering = [interchanges[one.interchange] for one in known]
        keys = set(_candidates([answer for one in known for answer in one.answers], answering)) if known else set()
        rows = SentGroup.objects.filter(pk__in=keys).select_related("acknowledgment", "file")
        sets = Prefetch("sets", SentSet.objects.order_by("ordinal"))
        locked = rows.defer("acknowledgment__content", "file__findings").prefetch_related(sets).order_by("pk")
        # In one order everywhere: no two files that answer the same groups wait for each other.
        for row in locked.select_for_update(of=("self",), no_key=True) if keys else ():
            for number in (_isa(row.interchange_control), _gs(row.group_control), *_references(row)):
                self._by_number[number].append(row)

    def answered_by(self, answer: Answer, interchange: Interchange) -> list[SentGroup]:
        """The groups that an answer is about: all of an interchange, one otherwise; none when we sent no such thing.

        interchange: that brought it. Only what went to the one who answers counts; the latest of a number is meant.
        """
        about = [
            row
            for number in _numbers(answer)
            for row in self._by_number.get(number, ())
            if _is_theirs(row, interchange) and answers_group(answer, as_engine(row))
        ]
        if not about:
            return []
        newest = max(about, key=lambda row: (row.sent_at, row.pk))
        if isinstance(answer, InterchangeAnswer):
            return [row for row in about if row.sent_at == newest.sent_at]
        return [newest]


def _is_theirs(row: SentGroup, interchange: Interchange) -> bool:
    """Sent to the partner that answers, or to the address that it answers from (a VAN's, for several partners)."""
    if interchange.partner_id is None or row.environment != interchange.environment:
        return False  # whoever may not come this way has no say
    return row.partner_id == interchange.partner_id or row.receiver == interchange.sender


def _candidates(answers: Iterable[Answer], answering: Iterable[Interchange]) -> Iterator[UUID]:
    """Ids of the groups that have one of the numbers and went to one of those who answer."""
    partners, senders = {one.partner_id for one in answering}, {one.sender for one in answering}
    theirs = SentGroup.objects.filter(Q(partner_id__in=partners) | Q(receiver__in=senders))
    numbers = sorted({number for answer in answers for number in _numbers(answer)})
    for kind, column in (("isa", "interchange_control"), ("gs", "group_control"), ("ref", "sets__reference")):
        values = [value for number in numbers for name, value in [number.split(":", 1)] if name == kind and value]
        for start in range(0, len(values), BATCH):
            some = values[start : start + BATCH]
            newest = theirs.filter(Q(**{f"{column}__in": some})).order_by("-pk")
            yield from newest.values_list("pk", flat=True)[: MOST_OF_A_NUMBER * len(some)]


def _isa(number: str) -> str:
    return f"isa:{storable_text(number, 20).rjust(9, '0')}"


def _gs(number: str) -> str:
    return f"gs:{storable_text(number, 20).lstrip('0')}"


def _references(row: SentGroup) -> set[str]:
    return {f"ref:{one.reference}" for one in row.sets.all() if one.reference}


def _numbers(answer: Answer) -> list[str]:
    """The keys under which what an answer is about may stand."""
    match answer:
        case InterchangeAnswer():
            return [_isa(answer.control_number)]
        case GroupAnswer():
            return [_gs(answer.control_number)]
        case DocumentAnswer():
            named = {storable_text(number, 80) for number in (answer.reference, answer.original) if number}
            if answer.group_control:
                return [_gs(answer.group_control)]
            return [f"ref:{number}" for number in sorted(named)]


def as_engine(row: SentGroup) -> Group:
    """A row with its sets as the reconciliation takes it."""
    return Group(
        interchange_control=row.interchange_control,
        functional_id=row.functional_id,
        control_number=row.group_control,
        sets=tuple(
            Set(one.set_id, one.control_number, one.reference, _outcome(one.outcome), _notes(one.notes))
            for one in row.sets.all()
        ),
        due=row.due_at,
        outcome=_outcome(row.outcome),
    )


def _outcome(state: str) -> Outcome:
    return Outcome.WAITING if state == AnswerState.NONE else Outcome(state)


def _notes(stored: list[dict[str, object]]) -> tuple[Note, ...]:
    return msgspec.convert(stored, tuple[Note, ...])
