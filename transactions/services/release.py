"""Let go what was held: recognise it again, or process it although its control number came before."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from transactions.models import ExceptionCase, FunctionalGroup, InboundFile, Interchange, Verb, WorkUnit
from transactions.services.acknowledge import acknowledge_interchange
from transactions.services.admit import admit_file
from transactions.services.advance import ring_units
from transactions.services.cases import close_case, open_cases
from transactions.services.doorbell import ring_finalise, ring_split
from transactions.services.route import Hold, Router, case_of_hold
from transactions.services.trail import record
from transactions.states import (
    FILE_FROM,
    CaseCategory,
    CaseStatus,
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
    held, and the message says why. Duplicate: processed all the same. Onramp's own fault: tried again.
    """
    with transaction.atomic():
        file = (
            InboundFile.objects.select_for_update(of=("self",))
            .select_related("connection", "partner")
            .get(pk=case.file_id)
        )
        if not ExceptionCase.objects.filter(pk=case.pk, status=CaseStatus.OPEN).exists():
            return Released(False, "The case is closed already.")
        if case.document_id is not None or case.category in {CaseCategory.ENVELOPE, CaseCategory.UNREADABLE}:
            return Released(False, "Nothing is held by this case.")
        if case.category == CaseCategory.INTERNAL:
            return _try_again(case, file, actor)
        return _recognise_again(case, file, actor)


def _try_again(case: ExceptionCase, file: InboundFile, actor: str) -> Released:
    if not Interchange.objects.filter(file=file).exists():
        InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[FileStage.RECEIVED]).update(
            stage=FileStage.RECEIVED, attempts=0, lease_until=None
        )
        transaction.on_commit(lambda: ring_split(file))
    else:
        if case.group_id is not None:
            dead = WorkUnit.objects.filter(group_id=case.group_id, state=UnitState.DEAD)
            dead.update(state=UnitState.WAITING, attempts=0, last_error="", changed_at=timezone.now())
        _go_on(file)
    record(file.pk, Verb.RETRIED, actor=actor)
    close_case(case, actor=actor, resolution="Tried again.")
    return Released(True, "Onramp tries again.")


def _recognise_again(case: ExceptionCase, file: InboundFile, actor: str) -> Released:
    interchange = Interchange.objects.select_related("partner").get(cases=case)
    interchange.file = file
    groups = list(FunctionalGroup.objects.filter(interchange=interchange))
    for group in groups:
        group.interchange = interchange
    units = list(WorkUnit.objects.filter(group__interchange=interchange, state=UnitState.HELD))
    was_held = interchange.state == InterchangeState.HELD
    router = Router(file)
    if was_held:
        holds = router.decide(interchange, groups, units, let_duplicates_pass=case.category == CaseCategory.DUPLICATE)
        interchange.save(update_fields=["partner", "environment", "state", "findings", "is_refused"])
        FunctionalGroup.objects.bulk_update(groups, ["is_refused"], batch_size=200)
    else:
        holds = router.route_again(interchange, groups, units)
    WorkUnit.objects.bulk_update(
        units, ["partner", "agreement", "environment", "held_for", "state", "changed_at"], batch_size=200
    )
    free = [unit for unit in units if unit.state == UnitState.WAITING]
    still = [hold for hold in holds if hold.category in HOLDING and hold.group_id in (None, case.group_id)]
    if still and not free:
        return Released(False, f"Still held: {still[0].reason.message}")
    _close_answered(interchange, {hold.group_id for hold in holds if hold.category in HOLDING}, actor)
    _open_new(interchange, holds)
    record(file.pk, Verb.RELEASED, actor=actor, interchange=interchange.control_number, units=len(free))
    if was_held and interchange.partner is not None:
        acknowledge_interchange(interchange, router.policies(interchange.partner))
    _go_on(file)
    documents = sum(len(unit.spans) for unit in free)
    return Released(True, f"Released: {documents} document{'s' if documents != 1 else ''} on the way.")


def _open_new(interchange: Interchange, holds: Sequence[Hold]) -> None:
    """Cases for what nobody was told before; one that a person closed is not opened again."""
    told = set(interchange.cases.filter(document=None).values_list("subject", "category"))
    new = (case_of_hold(interchange, hold) for hold in holds)
    open_cases(case for case in new if (case.subject.id, case.category) not in told)


def _close_answered(interchange: Interchange, held: set[UUID | None], actor: str) -> None:
    """held: ids of the groups that are still held, None for the interchange itself."""
    for case in interchange.cases.filter(document=None, category__in=HOLDING, status=CaseStatus.OPEN):
        if case.group_id not in held:
            close_case(case, actor=actor, resolution="Released.")


def _go_on(file: InboundFile) -> None:
    """The file goes on: its waiting units are admitted, and whoever can work is rung for."""
    InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[FileStage.PROCESSING]).update(
        stage=FileStage.PROCESSING, finished_at=None
    )
    admitted = admit_file(file.pk)
    transaction.on_commit(lambda: ring_units(admitted))
    if not admitted:
        transaction.on_commit(lambda: ring_finalise(file.pk, file.lane))
