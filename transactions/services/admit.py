"""Admission: each partner has at most UNITS_PER_PARTNER units at work at a time, so that none starves the others."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from partners.models import Partner
from transactions.models import WorkUnit
from transactions.states import UNIT_FROM, Lane, UnitState

# The order in which waiting units are taken: small files before large ones, then as they came.
LANES = (Lane.INTERACTIVE, Lane.BULK)
AT_WORK = (UnitState.ADMITTED, UnitState.RUNNING)


def admit(partner_id: int) -> list[WorkUnit]:
    """Admit as many waiting units of a partner as it has places. Returns them; the caller rings their doorbells.

    The partner's row is locked meanwhile, so that two who admit at once do not both fill the last place.
    """
    with transaction.atomic():
        Partner.objects.select_for_update(no_key=True).only("pk").get(pk=partner_id)
        at_work = WorkUnit.objects.filter(partner_id=partner_id, state__in=AT_WORK).count()
        places = settings.UNITS_PER_PARTNER - at_work
        admitted: list[WorkUnit] = []
        for lane in LANES:
            if places - len(admitted) <= 0:
                break
            waiting = WorkUnit.objects.filter(partner_id=partner_id, state=UnitState.WAITING, lane=lane)
            admitted += waiting.order_by("file_id", "ordinal").defer("spans")[: places - len(admitted)]
        if admitted:
            WorkUnit.objects.filter(
                pk__in=[unit.pk for unit in admitted], state__in=UNIT_FROM[UnitState.ADMITTED]
            ).update(state=UnitState.ADMITTED, changed_at=timezone.now())
        return admitted
