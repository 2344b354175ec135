"""Reject what was submitted, or withdraw it."""

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Agreement, OnboardingEvent, OnboardingVerb, Submission, SubmissionState
from partners.models.coverage import UNDECIDED
from partners.services.approve_submission import refuse_unseen, why_not
from partners.services.refused import StatusRefused


def reject_submission(submission: Submission, *, by: User, reason: str, digest: str | None = None) -> Submission:
    """Undecided → rejected, with the reason for who submitted it. Raises StatusRefused for whom approving is closed.

    digest: of the evidence that was looked at; None where the page itself shows it.
    """
    refuse_unseen(submission, digest)
    return _close(submission, by, reason, SubmissionState.REJECTED, OnboardingVerb.REJECTED)


def withdraw_submission(submission: Submission, *, by: User, reason: str = "") -> Submission:
    """Undecided → withdrawn, by whoever may submit. Raises StatusRefused."""
    return _close(submission, by, reason, SubmissionState.WITHDRAWN, OnboardingVerb.WITHDRAWN)


def _close(submission: Submission, by: User, reason: str, state: SubmissionState, verb: OnboardingVerb) -> Submission:
    with transaction.atomic():
        # The agreement first, as whoever approves does: else the two wait for each other.
        Agreement.objects.select_for_update(no_key=True).get(pk=submission.agreement_id)
        stored = (
            Submission.objects.select_for_update(of=("self",), no_key=True)
            .select_related("submitted_by", "approved_by", "agreement__partner")
            .get(pk=submission.pk)
        )
        if stored.state not in UNDECIDED:
            raise StatusRefused(f"It is {stored.get_state_display().lower()} already.")
        if state == SubmissionState.REJECTED and (said := why_not(stored, by)):
            raise StatusRefused(said)
        stored.state, stored.reason = state, reason
        stored.closed_by, stored.closed_at = by.get_username(), timezone.now()
        stored.save()
        data = {"submission": stored.pk, "reason": reason}
        subject = f"agreement {stored.agreement_id}"
        record_decision(f"agreement.{verb}", subject, by.get_username(), name=str(stored.agreement), **data)
        OnboardingEvent.objects.create(agreement=stored.agreement, verb=verb, actor=by.get_username(), data=data)
    return stored
