"""The sweeper: what a broker or a dead worker forgot is rung for again. The rows are the truth."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mappings.engine.findings import Code, finding
from transactions.models import InboundFile, Verb, WorkUnit
from transactions.services.admit import admit_next
from transactions.services.cases import Subject, open_case
from transactions.services.doorbell import ring_finalise, ring_split, ring_unit
from transactions.services.mark_overdue import mark_overdue
from transactions.services.take_row import take_row
from transactions.services.trail import record
from transactions.states import OPEN_UNITS, UNIT_FROM, CaseCategory, FileStage, Queue, UnitState

logger = logging.getLogger(__name__)

QUIET = timedelta(seconds=15)  # so long a row may lie before it is rung for
AGAIN = timedelta(seconds=60)  # and so long before it is rung for once more: a long queue is not a lost message
AT_ONCE = 500


class Swept(NamedTuple):
    """How many doorbells were rung, by what was waiting; how much was given up; how many answers are overdue."""

    files: int
    units: int
    finalisations: int
    given_up: int
    overdue: int


def sweep() -> Swept:
    """Ring for what lies still, return the units of dead workers, give up what failed too often, miss late answers.

    Safe to run at any time and by several at once: rows that another has locked, a sweeper or a worker, are left to it.
    """
    now = timezone.now()
    given_up = _give_up(now)
    swept = Swept(_ring_files(now), _ring_units(now), _ring_finalisations(now), given_up, mark_overdue(now))
    if any(swept):
        logger.info("swept %s", swept)
    return swept


def _ring_files(now: datetime) -> int:
    """Received files that nobody splits, among them those that waited by policy until now, oldest first."""
    quiet = Q(rung_at=None, received_at__lt=now - QUIET) | Q(rung_at__lt=now - AGAIN)
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Q(waits_until=None) | Q(waits_until__lte=now)
    return _ring_each(
        InboundFile.objects.filter(quiet, free, due, stage=FileStage.RECEIVED).order_by("id")[:AT_ONCE], now, ring_split
    )


def _ring_finalisations(now: datetime) -> int:
    """Files in process of which no unit waits or is at work."""
    open_units = WorkUnit.objects.filter(file=OuterRef("pk"), state__in=OPEN_UNITS)
    quiet = Q(rung_at=None, received_at__lt=now - QUIET) | Q(rung_at__lt=now - QUIET)
    settled = InboundFile.objects.filter(quiet, ~Exists(open_units), stage=FileStage.PROCESSING)[:AT_ONCE]
    return _ring_each(settled, now, lambda file: ring_finalise(file.pk, file.lane))


def _ring_each(files: QuerySet[InboundFile], now: datetime, ring: Callable[[InboundFile], None]) -> int:
    with transaction.atomic():
        found = list(files.select_for_update(of=("self",), no_key=True, skip_locked=True))
        InboundFile.objects.filter(pk__in=[file.pk for file in found]).update(rung_at=now)
    for file in found:
        ring(file)
    return len(found)


def _ring_units(now: datetime) -> int:
    """Admitted units that nobody took, units whose worker died, and waiting units of partners with free places."""
    unheard = Q(state=UnitState.ADMITTED, changed_at__lt=now - QUIET)
    orphaned = Q(state=UnitState.RUNNING, lease_until__lt=now, changed_at__lt=now - QUIET)
    begun_often = Q(attempts__gte=settings.UNIT_MAX_ATTEMPTS)
    unattended = WorkUnit.objects.filter(unheard | orphaned).exclude(begun_often).defer("spans")
    with transaction.atomic():
        units = list(unattended.select_for_update(of=("self",), no_key=True, skip_locked=True)[:AT_ONCE])
        WorkUnit.objects.filter(pk__in=[unit.pk for unit in units]).update(changed_at=now)
    waiting = WorkUnit.objects.filter(state=UnitState.WAITING, changed_at__lt=now - QUIET).order_by()
    for partner_id in waiting.values_list("partner_id", flat=True).distinct():
        if partner_id is not None:
            units += admit_next(partner_id, wait=False)
    for unit in units:
        ring_unit(unit)
    return len(units)


def _give_up(now: datetime) -> int:
    """What was begun UNIT_MAX_ATTEMPTS times and never ended waits for a person, with a case that says so."""
    often = settings.UNIT_MAX_ATTEMPTS
    orphaned = Q(state=UnitState.ADMITTED) | Q(state=UnitState.RUNNING, lease_until__lt=now)
    units = WorkUnit.objects.filter(orphaned, attempts__gte=often).select_related("group__interchange", "group__file")
    files = InboundFile.objects.filter(stage=FileStage.RECEIVED, lease_until__lt=now, attempts__gte=often)
    return sum(_bury_unit(unit) for unit in units[:AT_ONCE]) + sum(_bury_file(file) for file in files[:AT_ONCE])


def _bury_unit(unit: WorkUnit) -> bool:
    message = (
        f"Onramp began unit {unit.ordinal} of this file {unit.attempts} times and never ended it. {unit.last_error}"
    )
    with transaction.atomic():
        # Under the file's lock: whoever releases the group's case meanwhile finds this unit, or leaves us to open one.
        still = WorkUnit.objects.filter(pk=unit.pk, state__in=UNIT_FROM[UnitState.DEAD], lease_token=unit.lease_token)
        if not (take_row(InboundFile.objects.filter(pk=unit.file_id)) and take_row(still)):
            return False
        buried = still.update(state=UnitState.DEAD, changed_at=timezone.now())
        if buried:
            reason = finding(Code.INTERNAL_FAILURE, message)
            open_case(Subject.of_group(unit.group), CaseCategory.INTERNAL, Queue.INTEGRATION, reason)
            record(unit.file_id, Verb.GAVE_UP, unit=unit.ordinal, attempts=unit.attempts)
    return bool(buried)


def _bury_file(file: InboundFile) -> bool:
    message = f"Onramp began to split this file {file.attempts} times and never ended it."
    with transaction.atomic():
        still = InboundFile.objects.filter(
            pk=file.pk, stage=FileStage.RECEIVED, attempts=file.attempts, lease_until=file.lease_until
        )
        buried = take_row(still) and still.update(stage=FileStage.HELD, lease_until=None)
        if buried:
            reason = finding(Code.INTERNAL_FAILURE, message)
            open_case(Subject.of_file(file), CaseCategory.INTERNAL, Queue.INTEGRATION, reason)
            record(file.pk, Verb.GAVE_UP, attempts=file.attempts)
    return bool(buried)
