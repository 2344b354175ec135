"""Submit an agreement for approval: what it is approved on is frozen now."""

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Agreement, AgreementStatus, OnboardingEvent, OnboardingVerb, Submission, SubmissionState
from partners.models.coverage import UNDECIDED
from partners.services.effective_policies import effective_policies
from partners.services.evidence import gather
from partners.services.four_eyes import mailbox
from partners.services.locked import locked_agreement
from partners.services.recheck import recheck
from partners.services.refused import StatusRefused


def submit_agreement(agreement: Agreement, *, by: User, note: str = "") -> Submission:
    """Freeze the evidence for an approver. Raises StatusRefused when a check fails, naming each with its reason.

    What was submitted before and is not decided yet becomes outdated.
    """
    with transaction.atomic():
        stored = locked_agreement(agreement.pk)
        if stored.status == AgreementStatus.RETIRED:
            raise StatusRefused(f"{stored} is retired.")
        evidence = gather(stored)
        if failing := [one for one in evidence.judged if not one.is_ok]:
            said = " ".join(f"{one.title}: {one.reason}" for one in failing)
            raise StatusRefused(f"Not everything is ready. {said}")
        for earlier in stored.submissions.select_for_update(no_key=True).filter(state__in=UNDECIDED):
            earlier.state, earlier.reason = SubmissionState.OUTDATED, "Submitted again."
            earlier.save()
        submission = Submission.objects.create(
            agreement=stored,
            evidence=evidence.text,
            digest=evidence.digest,
            note=note,
            needs_second=effective_policies(stored.partner, stored).approvals == "two",
            submitted_by=by,
            submitted_email=mailbox(by),
        )
        data = {"submission": submission.pk, "digest": evidence.digest}
        record_decision("agreement.submitted", f"agreement {stored.pk}", by.get_username(), name=str(stored), **data)
        OnboardingEvent.objects.create(
            agreement=stored, verb=OnboardingVerb.SUBMITTED, actor=by.get_username(), data=data
        )
    recheck(stored)
    return submission
