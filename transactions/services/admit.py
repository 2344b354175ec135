"""Admission: each partner has at most UNITS_PER_PARTNER units at work at a time, so that none starves the others."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from config.core.repeatable import repeatable
from partners.models import Partner
from transactions.models import WorkUnit
from transactions.states import UNIT_FROM, UnitState

AT_WORK = (UnitState.ADMITTED, UnitState.RUNNING)


def admit(partner_id: int, *, wait: bool = True) -> list[WorkUnit]:
    """Admit as many waiting units of a partner as it has places. Returns them; the caller rings their doorbells.

    Small files go before large ones, then as they came. Runs in the caller's transaction and locks the partner's row
    until its end, so that two who admit at once do not both fill the last place.
    wait: for somebody who has locked the partner, most likely for the same; otherwise nothing is admitted now.
    """
    partner = Partner.objects.select_for_update(no_key=True, skip_locked=not wait).filter(pk=partner_id)
    if not partner.values_list("pk").first():
        return []
    places = settings.UNITS_PER_PARTNER - WorkUnit.objects.filter(partner_id=partner_id, state__in=AT_WORK).count()
    if places <= 0:
        return []
    interactive_first = _waiting(partner_id).order_by("-lane", "file_id", "ordinal")
    admitted = list(interactive_first.defer("spans")[:places])
    WorkUnit.objects.filter(pk__in=[unit.pk for unit in admitted], state__in=UNIT_FROM[UnitState.ADMITTED]).update(
        state=UnitState.ADMITTED, changed_at=timezone.now()
    )
    return admitted


def admit_next(partner_id: int, *, wait: bool = True) -> list[WorkUnit]:
    """As `admit`, in a transaction of its own, when anything of the partner waits."""
    if not _waiting(partner_id).exists():
        return []
    with repeatable():
        return admit(partner_id, wait=wait)


def admit_file(file_id: UUID) -> list[WorkUnit]:
    """As `admit_next`, for every partner of whom units of this file wait."""
    waiting = WorkUnit.objects.filter(file_id=file_id, state=UnitState.WAITING, partner__isnull=False)
    partners = list(waiting.order_by("partner_id").values_list("partner_id", flat=True).distinct())
    return [unit for partner_id in partners if partner_id is not None for unit in admit_next(partner_id)]


def _waiting(partner_id: int) -> QuerySet[WorkUnit]:
    return WorkUnit.objects.filter(partner_id=partner_id, state=UnitState.WAITING)
