"""Tell whoever submitted an agreement that it changed before anybody decided, so that they submit it again."""

from django.urls import reverse

from config.core.mail import address_of, compose
from partners.models import NoticeKind, Submission
from partners.services.evidence import MaterialChange, in_words
from partners.services.latest_changes import latest_changes
from partners.services.notify import keep_notice, owners_of


def tell_outdated(submission: Submission, changed: list[MaterialChange]) -> None:
    """Inside the transaction that makes it outdated. changed: since it was submitted.

    The owners stand in for a submitter who has left or has no mailbox. It is of the kind of lost approvals: what an
    approver was to say yes to does not stand any more.
    """
    agreement, by = submission.agreement, submission.submitted_by
    lost = [{"title": one.title, "reason": in_words(one)} for one in changed]
    subject, text = compose(
        "submission_outdated",
        agreement=str(agreement),
        submitted_at=submission.submitted_at,
        lost=lost,
        changes=latest_changes(agreement, submission.submitted_at),
        link=address_of(reverse("admin:partners_agreement_change", args=[agreement.pk])),
    )
    to = [by.email] if by.is_active and by.email else owners_of(agreement)
    keep_notice(f"outdated:{submission.pk}", NoticeKind.LOST, subject, text, to, agreement)
