"""Let go what was held for an agreement, when it carries documents again."""

from partners.models import Agreement
from partners.services.recognise import why_held
from transactions.models import ExceptionCase, WorkUnit
from transactions.services.release import release
from transactions.states import CaseCategory, CaseStatus, UnitState

BY = "Onramp"
AT_ONCE = 500  # cases


def release_resumed(agreement_id: int) -> int:
    """Release each case that holds units of the agreement, oldest first. Returns how many were let go.

    What is held for another reason too stays held, with a case that says so. May run twice.
    """
    agreement = Agreement.objects.select_related("partner", "coverage").filter(pk=agreement_id).first()
    if agreement is None or why_held(agreement):
        return 0
    groups = WorkUnit.objects.filter(agreement=agreement, state=UnitState.HELD).values("group")
    cases = ExceptionCase.objects.filter(
        group__in=groups, document=None, category=CaseCategory.UNROUTABLE, status=CaseStatus.OPEN
    )
    return sum(release(case, actor=BY).ok for case in list(cases.order_by("opened_at", "pk")[:AT_ONCE]))
