"""Admission: each partner has at most UNITS_PER_PARTNER units at work at a time, so that none starves the others."""

from django.conf import settings
from django.utils import timezone

from config.core.repeatable import repeatable
from partners.models import Partner
from transactions.models import WorkUnit
from transactions.states import UNIT_FROM, UnitState

AT_WORK = (UnitState.ADMITTED, UnitState.RUNNING)


def admit(partner_id: int) -> list[WorkUnit]:
    """Admit as many waiting units of a partner as it has places. Returns them; the caller rings their doorbells.

    Small files go before large ones, then as they came. The partner's row is locked meanwhile, so that two who admit
    at once do not both fill the last place.
    """
    waiting = WorkUnit.objects.filter(partner_id=partner_id, state=UnitState.WAITING)
    if not waiting.exists():
        return []
    with repeatable():
        Partner.objects.select_for_update(no_key=True).only("pk").get(pk=partner_id)
        places = settings.UNITS_PER_PARTNER - WorkUnit.objects.filter(partner_id=partner_id, state__in=AT_WORK).count()
        if places <= 0:
            return []
        interactive_first = waiting.order_by("-lane", "file_id", "ordinal")
        admitted = list(interactive_first.defer("spans")[:places])
        WorkUnit.objects.filter(pk__in=[unit.pk for unit in admitted], state__in=UNIT_FROM[UnitState.ADMITTED]).update(
            state=UnitState.ADMITTED, changed_at=timezone.now()
        )
        return admitted
