"""Change who leads a case and by when it shall be live, or close it."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import OnboardingCase, OnboardingEvent, OnboardingVerb
from partners.services.begin_case import CaseRefused
from partners.services.recheck import recheck
from partners.services.revisions import refuse_outdated


def change_case(
    case: OnboardingCase, *, owner: User | None, target_date: date | None, revision: str | None = None
) -> OnboardingCase:
    """Another owner or day. Its agreements are judged again: certificates must last beyond that day.

    revision: which one it was decided on; None = whichever. Raises CaseRefused and Outdated.
    """
    with transaction.atomic():
        stored = _open_case(case)
        refuse_outdated(stored, revision)
        stored.owner, stored.target_date = owner, target_date
        stored.save()
    for agreement in stored.agreements.select_related("partner"):
        recheck(agreement)
    return stored


def close_case(case: OnboardingCase, *, by: User, reason: str) -> OnboardingCase:
    """The case is over, whether it went live or not; its agreements stay as they are. Raises CaseRefused."""
    with transaction.atomic():
        stored = _open_case(case)
        stored.closed_at, stored.closed_for = timezone.now(), reason[:300]
        stored.save()
        record_decision("onboarding.closed", f"partner {stored.partner.code}", by.get_username(), reason=reason)
        data = {"reason": reason, "stage": stored.stage}
        OnboardingEvent.objects.create(case=stored, verb=OnboardingVerb.CLOSED, actor=by.get_username(), data=data)
    return stored


def _open_case(case: OnboardingCase) -> OnboardingCase:
    rows = OnboardingCase.objects.select_for_update(of=("self",), no_key=True).select_related("partner")
    stored = rows.get(pk=case.pk)
    if stored.closed_at is not None:
        raise CaseRefused("The case is closed.")
    return stored
