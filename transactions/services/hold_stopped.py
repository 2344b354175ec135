"""Hold units that were routed under an agreement and not begun, when it stops to carry documents."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mappings.engine.findings import Code, Finding, Place, finding
from partners.models import Agreement
from partners.services.recognise import why_held
from transactions.models import InboundFile, Verb, WorkUnit
from transactions.pipeline.rows import place_of
from transactions.pipeline.storable import storable_json
from transactions.services.admit import admit_next
from transactions.services.carrying import is_stopped, not_at_work
from transactions.services.cases import NewCase, Subject, open_cases
from transactions.services.doorbell import ring_finalise, ring_unit
from transactions.services.process_unit import has_open_units
from transactions.services.trail import record
from transactions.states import CaseCategory, Queue, UnitState

AT_ONCE = 500  # files


def hold_stopped(agreement_id: int) -> int:
    """Hold every unit of an agreement that nobody works on, when it carries nothing now. Returns how many.

    A unit that a worker has begun is brought to its end. May run twice, and while workers claim units: a unit is held
    or begun, never both.
    """
    waiting = WorkUnit.objects.filter(not_at_work(), agreement=agreement_id)
    files = list(waiting.order_by("file_id").values_list("file_id", flat=True).distinct()[:AT_ONCE])
    return sum(_hold_file(file_id, agreement_id) for file_id in files)


def hold_unit(unit_id: UUID) -> bool:
    """Hold one admitted unit, and others of its file, when its agreement stopped after it was let in."""
    unit = WorkUnit.objects.filter(not_at_work(), is_stopped(), pk=unit_id).only("file_id", "agreement_id").first()
    return unit is not None and unit.agreement_id is not None and _hold_file(unit.file_id, unit.agreement_id) > 0


def _hold_file(file_id: UUID, agreement_id: int) -> int:
    with transaction.atomic():
        file = InboundFile.objects.select_for_update(of=("self",), no_key=True).get(pk=file_id)
        agreement = Agreement.objects.select_related("partner", "coverage").get(pk=agreement_id)
        reason = why_held(agreement)
        if not reason:
            return 0
        units = WorkUnit.objects.filter(not_at_work(), file=file, agreement=agreement)
        held = 0
        for unit in list(units.select_related("group__interchange__file", "group__file").order_by("ordinal")):
            found = _finding(unit, reason)
            still = WorkUnit.objects.filter(not_at_work(), pk=unit.pk)
            taken = still.update(
                state=UnitState.HELD, held_for=storable_json(found), lease_until=None, changed_at=timezone.now()
            )
            if taken:
                case = NewCase(Subject.of_group(unit.group), CaseCategory.UNROUTABLE, Queue.ONBOARDING, found)
                open_cases([case])
            held += taken
        if held:
            record(file.pk, Verb.HELD, units=held, reason=reason)
            _go_on(file, agreement.partner_id)
    return held


def _go_on(file: InboundFile, partner_id: int) -> None:
    """Their places are free for others, and what is done of the file is finalised."""

    def ring() -> None:
        for unit in admit_next(partner_id):
            ring_unit(unit)
        if not has_open_units(file.pk):
            ring_finalise(file.pk, file.lane)

    transaction.on_commit(ring)


def _finding(unit: WorkUnit, reason: str) -> Finding:
    group = unit.group
    place = Place(offset=unit.spans[0][0]) if group.interchange is None else place_of(group.interchange, group)
    return finding(Code.AGREEMENT_STOPPED, reason, place, f"{unit.set_id} {group.version}".strip())
