"""Let go what was held: recognise it again, or process it although its control number came before."""

from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from transactions.models import ExceptionCase, FunctionalGroup, InboundFile, Interchange, Verb, WorkUnit
from transactions.services.acknowledge import acknowledge_interchange
from transactions.services.admit import admit
from transactions.services.advance import ring_units
from transactions.services.cases import close_case, open_cases
from transactions.services.doorbell import ring_finalise, ring_split
from transactions.services.route import Router, case_of_hold
from transactions.services.trail import record
from transactions.states import (
    FILE_FROM,
    UNIT_FROM,
    CaseCategory,
    CaseStatus,
    FileStage,
    InterchangeState,
    UnitState,
)


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
    if case.group_id is None:
        InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[FileStage.RECEIVED]).update(
            stage=FileStage.RECEIVED, attempts=0, lease_until=None
        )
        transaction.on_commit(lambda: ring_split(file))
    else:
        dead = WorkUnit.objects.filter(group_id=case.group_id, state=UnitState.DEAD)
        dead.update(state=UnitState.WAITING, attempts=0, last_error="", changed_at=timezone.now())
        _go_on(file)
    record(file.pk, Verb.RETRIED, actor=actor)
    close_case(case, actor=actor, resolution="Tried again.")
    return Released(True, "Onramp tries again.")


def _recognise_again(case: ExceptionCase, file: InboundFile, actor: str) -> Released:
    interchange = Interchange.objects.select_related("file").get(cases=case)
    groups = list(FunctionalGroup.objects.filter(interchange=interchange).select_related("interchange"))
    units = list(WorkUnit.objects.filter(group__in=groups, state__in=UNIT_FROM[UnitState.WAITING] - {UnitState.DEAD}))
    was_held = interchange.state == InterchangeState.HELD
    router = Router(file)
    holds = router.decide(interchange, groups, units, let_duplicates_pass=case.category == CaseCategory.DUPLICATE)
    interchange.save()
    FunctionalGroup.objects.bulk_update(groups, ["is_refused"], batch_size=200)
    WorkUnit.objects.bulk_update(
        units, ["partner", "agreement", "environment", "held_for", "state", "changed_at"], batch_size=200
    )
    free = [unit for unit in units if unit.state == UnitState.WAITING]
    open_cases(case_of_hold(interchange, hold) for hold in holds if not _had_case(hold.group or interchange, case))
    held_groups = {unit.group_id for unit in units if unit.state == UnitState.HELD}
    still_held = interchange.state == InterchangeState.HELD or case.group_id in held_groups
    if still_held and not free:
        return Released(False, f"Still held: {holds[-1].reason.message}")
    _close_answered(interchange, held_groups, actor)
    record(file.pk, Verb.RELEASED, actor=actor, interchange=interchange.control_number, units=len(free))
    if was_held and interchange.partner is not None:
        acknowledge_interchange(interchange, router.policies(interchange.partner))
    _go_on(file)
    return Released(True, f"Released: {sum(len(unit.spans) for unit in free)} documents go on.")


def _had_case(subject: Interchange | FunctionalGroup, case: ExceptionCase) -> bool:
    return ExceptionCase.objects.filter(subject=subject.pk).exclude(pk=case.pk).exists() or subject.pk == case.subject


def _close_answered(interchange: Interchange, held_groups: set[UUID], actor: str) -> None:
    held = (CaseCategory.UNROUTABLE, CaseCategory.DUPLICATE)
    for case in ExceptionCase.objects.filter(interchange=interchange, category__in=held, status=CaseStatus.OPEN):
        if case.document_id is None and case.group_id not in held_groups:
            close_case(case, actor=actor, resolution="Released.")


def _go_on(file: InboundFile) -> None:
    """The file goes on: its waiting units are admitted, and whoever can work is rung for."""
    InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[FileStage.PROCESSING]).update(
        stage=FileStage.PROCESSING, finished_at=None
    )
    partners = (
        WorkUnit.objects.filter(file=file, state=UnitState.WAITING).order_by().values_list("partner_id", flat=True)
    )
    admitted = [unit for partner_id in set(partners) if partner_id is not None for unit in admit(partner_id)]
    transaction.on_commit(lambda: ring_units(admitted))
    if not admitted:
        transaction.on_commit(lambda: ring_finalise(file.pk, file.lane))
