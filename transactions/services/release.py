"""Let go what was held: recognise it again, or process it although its control number came before."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from transactions.models import ExceptionCase, FunctionalGroup, InboundFile, Interchange, Verb, WorkUnit
from transactions.pipeline.answers import ReadAnswer
from transactions.services.acknowledge import acknowledge_interchange
from transactions.services.admit import admit_file
from transactions.services.advance import ring_units
from transactions.services.cases import close_case, open_cases
from transactions.services.doorbell import ring_finalise, ring_split
from transactions.services.held_answers import held_answers
from transactions.services.record_answers import record_answers
from transactions.services.route import Hold, Router, case_of_hold
from transactions.services.trail import record
from transactions.states import (
    FILE_FROM,
    CaseCategory,
    CaseStatus,
    Disposition,
    FileStage,
    InterchangeState,
    UnitState,
)

HOLDING = (CaseCategory.UNROUTABLE, CaseCategory.DUPLICATE)  # cases that keep units from being worked on


class Released(NamedTuple):
    """ok: something was let go. message: what was done, or what still holds it."""

    ok: bool
    message: str


def release(case: ExceptionCase, *, actor: str) -> Released:
    """Release what an open case holds: an interchange, a group, or a file that was given up.

    Unroutable: recognised again with the identities, agreements and mappings of now; what still fits nothing stays
    held, and the message says why. Duplicate: processed all the same. Onramp's own fault: tried again. What an
    interchange answers to what we sent is told and reconciled now.
    """
    if case.file_id is None:
        return Released(False, "Nothing is held by this case.")
    answers = held_answers(case) if case.interchange_id is not None else []
    with transaction.atomic():
        file = (
            InboundFile.objects.select_for_update(of=("self",), no_key=True)
            .select_related("connection", "partner")
            .get(pk=case.file_id)
        )
        if not ExceptionCase.objects.filter(pk=case.pk, status=CaseStatus.OPEN).exists():
            return Released(False, "The case is closed already.")
        if case.document_id is not None or case.category in {CaseCategory.ENVELOPE, CaseCategory.UNREADABLE}:
            return Released(False, "Nothing is held by this case.")
        if case.category == CaseCategory.INTERNAL:
            return _try_again(case, file, actor)
        if case.interchange_id is not None:
            return _recognise_again(case, file, actor, answers)
        return _split_again(case, file, actor) if case.group_id is None else _recognise_batches(case, file, actor)


def _try_again(case: ExceptionCase, file: InboundFile, actor: str) -> Released:
    if not (file.interchanges.exists() or file.groups.exists()):
        _receive_again(file)
    else:
        if case.group_id is not None:
            dead = WorkUnit.objects.filter(group_id=case.group_id, state=UnitState.DEAD)
            dead.update(state=UnitState.WAITING, attempts=0, last_error="", changed_at=timezone.now())
        _go_on(file)
    record(file.pk, Verb.RETRIED, actor=actor)
    close_case(case, actor=actor, resolution="Tried again.")
    return Released(True, "Onramp tries again.")


def _receive_again(file: InboundFile) -> None:
    InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[FileStage.RECEIVED]).update(
        stage=FileStage.RECEIVED, attempts=0, lease_until=None
    )
    transaction.on_commit(lambda: ring_split(file))


def _split_again(case: ExceptionCase, file: InboundFile, actor: str) -> Released:
    """A file that no mapping fitted is looked at anew; if none fits now either, a new case says so."""
    record(file.pk, Verb.RELEASED, actor=actor)
    close_case(case, actor=actor, resolution="Read again with the mappings of now.")
    _receive_again(file)
    return Released(True, "Onramp reads the file again with the mappings of now.")


def _recognise_batches(case: ExceptionCase, file: InboundFile, actor: str) -> Released:
    """All batches of the file that are held: what mends one often mends the others."""
    units = list(WorkUnit.objects.filter(file=file, group__interchange=None, state=UnitState.HELD).order_by("ordinal"))
    groups = FunctionalGroup.objects.in_bulk({unit.group_id for unit in units})
    router = Router(file)
    holds: list[Hold] = []
    for group in groups.values():
        group.file = file
        holds += router.route_batch(group, [unit for unit in units if unit.group_id == group.pk])
    held = {hold.group_id: hold for hold in holds}
    free = _save_routes(units)
    if case.group_id in held and not free:
        return Released(False, f"Still held: {held[case.group_id].reason.message}")
    answered = file.cases.filter(document=None, interchange=None, group__isnull=False)
    _close_answered(answered, set(held), actor)
    record(file.pk, Verb.RELEASED, actor=actor, units=len(free))
    return _on_the_way(file, free)


def _save_routes(units: list[WorkUnit]) -> list[WorkUnit]:
    """Store what was decided about units; returns those that are free now."""
    WorkUnit.objects.bulk_update(
        units, ["partner", "agreement", "environment", "lane", "held_for", "state", "changed_at"], batch_size=200
    )
    return [unit for unit in units if unit.state == UnitState.WAITING]


def _on_the_way(file: InboundFile, free: list[WorkUnit], answers: int = 0) -> Released:
    _go_on(file)
    documents = sum(len(unit.spans) for unit in free)
    read = f"{answers} acknowledgment{'s' if answers != 1 else ''} read" if answers else ""
    told = f"{documents} document{'s' if documents != 1 else ''} on the way" if documents or not answers else ""
    return Released(True, f"Released: {', '.join(filter(None, (told, read)))}.")


def _recognise_again(case: ExceptionCase, file: InboundFile, actor: str, answers: Sequence[ReadAnswer]) -> Released:
    """answers: those in the interchange, if it is held as a whole."""
    interchange = Interchange.objects.select_related("partner").get(cases=case)
    interchange.file = file
    groups = list(FunctionalGroup.objects.filter(interchange=interchange))
    for group in groups:
        group.interchange = interchange
    units = list(WorkUnit.objects.filter(group__interchange=interchange, state=UnitState.HELD))
    was_held = interchange.state == InterchangeState.HELD
    # What waits for its number stays, unless it is what the case is about.
    others = interchange.cases.filter(category=CaseCategory.DUPLICATE, status=CaseStatus.OPEN, group__isnull=False)
    waiting = set(others.exclude(pk=case.pk).values_list("group_id", flat=True))
    units = [unit for unit in units if unit.group_id not in waiting]
    router = Router(file)
    if was_held:
        used, passes = router.claim_groups([(interchange, groups)]), case.category == CaseCategory.DUPLICATE
        holds = router.decide(interchange, groups, units, used, let_duplicates_pass=passes)
        interchange.save(update_fields=["partner", "environment", "state", "findings", "has_errors", "is_refused"])
        FunctionalGroup.objects.bulk_update(groups, ["findings", "has_errors", "is_refused"], batch_size=200)
    else:
        holds = router.route_again(interchange, groups, units)
    free = _save_routes(units)
    still = [hold for hold in holds if hold.category in HOLDING and hold.group_id in (None, case.group_id)]
    if still and not free:
        return Released(False, f"Still held: {still[0].reason.message}")
    _close_answered(
        interchange.cases.filter(document=None),
        {hold.group_id for hold in holds if hold.category in HOLDING} | waiting,
        actor,
    )
    _open_new(interchange, holds)
    record(file.pk, Verb.RELEASED, actor=actor, interchange=interchange.control_number, units=len(free))
    if was_held and interchange.partner is not None:
        if groups or not answers:  # a TA1 is never answered by another
            acknowledge_interchange(interchange, router.policies(interchange.partner))
        record_answers(file, answers, {interchange.ordinal: interchange})
    return _on_the_way(file, free, len(answers) if was_held else 0)


def _open_new(interchange: Interchange, holds: Sequence[Hold]) -> None:
    """Cases for what nobody was told before; one that a person closed is not opened again."""
    told = set(interchange.cases.filter(document=None).values_list("subject", "category"))
    new = (case_of_hold(interchange, hold) for hold in holds)
    open_cases(case for case in new if (case.subject.id, case.category) not in told)


def _close_answered(cases: QuerySet[ExceptionCase], held: AbstractSet[UUID | None], actor: str) -> None:
    """held: ids of the groups that are still held, None for the interchange itself."""
    for case in cases.filter(category__in=HOLDING, status=CaseStatus.OPEN):
        if case.group_id not in held:
            overruled = case.category == CaseCategory.DUPLICATE
            disposition = Disposition.OVERRULED if overruled else Disposition.SOLVED
            close_case(case, actor=actor, resolution="Released.", disposition=disposition)


def _go_on(file: InboundFile) -> None:
    """The file goes on: its waiting units are admitted, and whoever can work is rung for."""
    InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[FileStage.PROCESSING]).update(
        stage=FileStage.PROCESSING, finished_at=None
    )
    admitted = admit_file(file.pk)
    transaction.on_commit(lambda: ring_units(admitted))
    if not admitted:
        transaction.on_commit(lambda: ring_finalise(file.pk, file.lane))
