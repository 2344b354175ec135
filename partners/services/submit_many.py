"""Submit many agreements for approval: first a look at each, then each by itself."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from config.core.models import User
from partners.models import Agreement, AgreementStatus, Submission
from partners.models.coverage import UNDECIDED
from partners.readiness.registry import judge
from partners.services.effective_policies import house_read_once
from partners.services.refused import StatusRefused
from partners.services.submit_agreement import submit_agreement

RETROSPECTIVE = "It was live before approvals existed; submitted to be approved as it is."


class Row(NamedTuple):
    """One agreement. refused: why it cannot be submitted; "" when it can. submission: when it was."""

    agreement: Agreement
    refused: str = ""
    submission: Submission | None = None


def never_approved() -> QuerySet[Agreement]:
    """Live agreements that no approval is in force for, and that wait for none."""
    waiting = Submission.objects.filter(agreement=OuterRef("pk"), state__in=UNDECIDED)
    rows = Agreement.objects.filter(
        Q(coverage=None) | Q(coverage__approval=None), ~Exists(waiting), status=AgreementStatus.LIVE
    )
    return rows.select_related("partner").order_by("partner__name", "pk")


def preview_submissions(agreements: Iterable[Agreement]) -> list[Row]:
    """What would come of submitting each; nothing is changed."""
    with house_read_once():
        return [Row(agreement, _why_not(agreement)) for agreement in agreements]


def submit_many(agreements: Iterable[Agreement], *, by: User, note: str = "") -> list[Row]:
    """Submit each by itself; one that is refused harms no other. None is approved or put live by it."""
    rows = []
    for agreement in agreements:
        try:
            rows.append(Row(agreement, submission=submit_agreement(agreement, by=by, note=note)))
        except StatusRefused as refused:
            rows.append(Row(agreement, str(refused)))
    return rows


def _why_not(agreement: Agreement) -> str:
    if agreement.status == AgreementStatus.RETIRED:
        return "It is retired."
    if agreement.submissions.filter(state__in=UNDECIDED).exists():
        return "It waits for an approver already. Submitting again makes that one outdated."
    return " ".join(f"{one.title}: {one.reason}" for one in judge(agreement) if not one.is_ok)
