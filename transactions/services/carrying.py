"""Which units of work nobody has begun, and which of them an agreement stops."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from partners.models import Agreement, AgreementStatus
from transactions.states import UnitState


def is_stopped() -> Exists:
    """For a query of units: the agreement of a unit carries no documents now.

    A subquery about the agreement alone and no join: on PostgreSQL a conditional update of the unit then still sees
    what another worker did to it meanwhile.
    """
    agreement = Agreement.objects.filter(pk=OuterRef("agreement_id"))
    is_held = Q(coverage__hold_from__isnull=False, coverage__hold_from__lte=timezone.now())
    return Exists(agreement.filter(~Q(status=AgreementStatus.LIVE) | is_held))


def not_at_work() -> Q:
    """For a query of units: routed and not begun, or begun by a worker that died."""
    died = Q(state=UnitState.RUNNING, lease_until__lt=timezone.now())
    return Q(state__in=[UnitState.WAITING, UnitState.ADMITTED]) | died
