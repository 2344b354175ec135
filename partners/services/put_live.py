"""Put an agreement live: documents are accepted by it from now on."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import (
    Agreement,
    AgreementStatus,
    Coverage,
    FreezePeriod,
    OnboardingEvent,
    OnboardingVerb,
    SubmissionState,
)
from partners.readiness.registry import judge
from partners.services.evidence import uncovered
from partners.services.four_eyes import DECIDED
from partners.services.locked import locked_agreement
from partners.services.recheck import recheck
from partners.services.refused import StatusRefused

CAN_GO_LIVE = (AgreementStatus.DRAFT, AgreementStatus.SUSPENDED)


def put_live(agreement: Agreement, *, by: User) -> Agreement:
    """Draft or suspended → live, with the decision in the audit chain. Raises StatusRefused.

    It needs an approval that covers what is set up now, and a day that is not frozen; or an emergency override.
    """
    with transaction.atomic():
        stored = locked_agreement(agreement.pk)
        if stored.status not in CAN_GO_LIVE:
            raise StatusRefused(f"{stored} is {stored.get_status_display().lower()}.")
        if said := why_not_live(stored):
            raise StatusRefused(said)
        was = stored.status
        stored.status = AgreementStatus.LIVE
        stored._change_reason = DECIDED  # type: ignore[attr-defined]  # read by simple-history
        stored.save()
        record_decision("agreement.put_live", f"agreement {stored.pk}", by.get_username(), name=str(stored), was=was)
        OnboardingEvent.objects.create(
            agreement=stored, verb=OnboardingVerb.LIVE, actor=by.get_username(), data={"was": was}
        )
    recheck(stored)
    return stored


def why_not_live(agreement: Agreement) -> str:
    """What keeps an agreement from being put live now, in sentences; "" for nothing."""
    now = timezone.now()
    coverage = Coverage.objects.select_related("approval").filter(agreement=agreement).first()
    if coverage is not None and coverage.override_until is not None and coverage.override_until > now:
        return ""
    if frozen := freeze_on(now):
        return f"Nothing goes live until {frozen.ends} ({frozen.name}), but by an emergency override."
    approval = coverage.approval if coverage is not None else None
    if approval is None or approval.state != SubmissionState.APPROVED:
        return f"{agreement} is not approved: submit it, and an approver decides."
    if changed := uncovered(agreement, approval):
        names = ", ".join(change.title for change in changed)
        return f"Its approval does not cover it any more: {names} changed. Submit it again."
    failing = (one for one in judge(agreement) if one.is_lasting and not one.is_ok)
    if said := " ".join(f"{one.title}: {one.reason}" for one in failing):
        return f"What it was approved on does not hold any more. {said}"
    return ""


def freeze_on(at: datetime) -> FreezePeriod | None:
    """The frozen period of a moment (by its day in UTC), the one that ends last."""
    day = at.date()
    return FreezePeriod.objects.filter(begins__lte=day, ends__gte=day).order_by("-ends").first()
