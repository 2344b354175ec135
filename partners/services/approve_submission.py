"""Approve what was submitted, or give the second approval."""

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Coverage, OnboardingEvent, OnboardingVerb, Submission, SubmissionState
from partners.readiness.registry import judge
from partners.services.evidence import MaterialChange, uncovered
from partners.services.four_eyes import DECIDED, is_one_of, is_same_person, mailbox
from partners.services.locked import locked_agreement
from partners.services.recheck import recheck
from partners.services.refused import StatusRefused
from partners.services.tell_outdated import tell_outdated

APPROVE, SECOND = "partners.approve_submission", "partners.second_submission"


class Outdated(StatusRefused):
    """What was submitted is not what is set up now. changed: in which parts of the evidence."""

    def __init__(self, changed: list[MaterialChange]) -> None:
        self.changed = changed
        names = ", ".join(one.title for one in changed)
        super().__init__(f"What was submitted changed meanwhile: {names}. It must be submitted again.")


def approve_submission(submission: Submission, *, by: User, reason: str = "", digest: str | None = None) -> Submission:
    """Open → approved, or → half where policy asks for two; half → approved by a second person with the second role.

    The evidence must be whole and still hold: what changed meanwhile makes the submission outdated, and every check
    must pass now. digest: of the evidence that was looked at; None where the page itself shows it. Raises
    StatusRefused. Of two at the same moment one wins, and the other is told.
    """
    refuse_unseen(submission, digest)
    try:
        with transaction.atomic():
            approved = _approve(submission, by, reason)
    except Outdated as outdated:
        _outdate(submission, outdated.changed)
        raise
    recheck(approved.agreement)
    return approved


def refuse_unseen(submission: Submission, digest: str | None) -> None:
    """Raises StatusRefused when the decision was made on other evidence: nobody decides on what they did not see."""
    if digest is not None and digest.strip().lower() != submission.digest:
        raise StatusRefused("This is not the checksum of its evidence. Read it, and decide on what it says.")


def why_not(submission: Submission, user: User) -> str:
    """Why a person may not give the approval that a submission waits for; "" when they may."""
    if submission.state == SubmissionState.OPEN:
        needed = APPROVE
    elif submission.state == SubmissionState.HALF:
        needed = SECOND
    else:
        who = submission.seconded_by or submission.approved_by or submission.closed_by
        return f"It is {submission.get_state_display().lower()} already{f', by {who}' if who else ''}."
    if not user.has_perm(needed):
        return "It waits for " + ("the second approval, by another role." if needed == SECOND else "an approver.")
    if is_same_person(user, submission.submitted_by, submission.submitted_email):
        if user.pk == submission.submitted_by_id:
            return "You submitted it; somebody else decides."
        return f"{submission.submitted_by} submitted it, whose mailbox is yours; somebody else decides."
    first = submission.approved_by
    if first is not None and is_same_person(user, first, submission.approved_email):
        return "You gave the first approval; somebody else gives the second."
    if _worked_on(submission, user):
        return "You changed the agreement yourself; somebody else decides."
    return ""


def _approve(submission: Submission, by: User, reason: str) -> Submission:
    agreement = locked_agreement(submission.agreement_id)
    stored = (
        Submission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("submitted_by", "approved_by")
        .get(pk=submission.pk)
    )
    stored.agreement = agreement
    if said := why_not(stored, by):
        raise StatusRefused(said)
    if not stored.is_intact:
        raise StatusRefused("The evidence is not what was submitted: its checksum differs.")
    if changed := uncovered(agreement, stored):
        raise Outdated(changed)
    if failing := [one for one in judge(agreement) if not one.is_ok]:
        raise StatusRefused(" ".join(f"{one.title}: {one.reason}" for one in failing))
    second = stored.state == SubmissionState.HALF
    if second:
        stored.seconded_by, stored.seconded_email, stored.seconded_at = by, mailbox(by), timezone.now()
    else:
        stored.approved_by, stored.approved_email, stored.approved_at = by, mailbox(by), timezone.now()
    is_whole = second or not stored.needs_second
    stored.state = SubmissionState.APPROVED if is_whole else SubmissionState.HALF
    stored.reason = reason or stored.reason
    stored.save()
    if is_whole:
        Coverage.objects.update_or_create(agreement=agreement, defaults={"approval": stored})
    verb = OnboardingVerb.SECONDED if second else OnboardingVerb.APPROVED
    data = {"submission": stored.pk, "digest": stored.digest, "reason": reason}
    record_decision(f"agreement.{verb}", f"agreement {agreement.pk}", by.get_username(), name=str(agreement), **data)
    OnboardingEvent.objects.create(agreement=agreement, verb=verb, actor=by.get_username(), data=data)
    return stored


def _worked_on(submission: Submission, user: User) -> bool:
    """Whether the person changed the agreement since its last approval: as the history has it, by any account."""
    history = submission.agreement.history.exclude(history_user=None)
    last = submission.agreement.submissions.filter(state=SubmissionState.APPROVED).first()
    history = history.exclude(history_change_reason=DECIDED)
    since = history.filter(history_date__gt=last.submitted_at) if last else history
    return is_one_of(user, since.order_by().values("history_user"))


def _outdate(submission: Submission, changed: list[MaterialChange]) -> None:
    with transaction.atomic():
        held = Submission.objects.select_for_update(of=("self",)).select_related("submitted_by", "agreement__partner")
        stored = held.get(pk=submission.pk)
        if stored.state in (SubmissionState.OPEN, SubmissionState.HALF):
            stored.state, stored.reason = SubmissionState.OUTDATED, "It changed before it was decided."
            stored.save()
            OnboardingEvent.objects.create(
                agreement_id=stored.agreement_id, verb=OnboardingVerb.OUTDATED, data={"submission": stored.pk}
            )
            tell_outdated(stored, changed)
