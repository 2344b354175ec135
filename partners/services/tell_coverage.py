"""Say what a look at an agreement brought: on the timeline, to those who answer for it, and as a task."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from partners.models import (
    Agreement,
    AgreementStatus,
    Coverage,
    NoticeKind,
    OnboardingCase,
    OnboardingEvent,
    OnboardingTask,
    OnboardingVerb,
    Stage,
)
from partners.models.onboarding import WORKED
from partners.services.latest_changes import LatestChange, latest_changes
from partners.services.notify import notify

WARN_BEFORE = timedelta(hours=4)
OVERLAP = timedelta(minutes=16)  # a rotation is lost when its test failed, some minutes after it was saved
DAYS_WITHOUT_HOLD = 3
ITSELF = "Onramp"


class Before(NamedTuple):
    """What was known before the look. checked_at: None when something that may concern everybody changed."""

    stage: str
    was_lost: bool
    checked_at: datetime | None

    @classmethod
    def of(cls, coverage: Coverage) -> "Before":
        return cls(coverage.stage, bool(coverage.lost), coverage.checked_at)


def tell(agreement: Agreement, coverage: Coverage, before: Before) -> None:
    """In the transaction of the look: events, notices and tasks of what changed by it. Each is told once."""
    if bool(coverage.lost) != before.was_lost:
        verb = OnboardingVerb.LOST if coverage.lost else OnboardingVerb.REGAINED
        OnboardingEvent.objects.create(agreement=agreement, verb=verb, data={"lost": coverage.lost})
        if coverage.lost:
            _tell_loss(agreement, coverage, before.checked_at)
        else:
            _finish_task(agreement)
    if coverage.stage != before.stage:
        data = {"from": before.stage, "to": coverage.stage}
        OnboardingEvent.objects.create(agreement=agreement, verb=OnboardingVerb.STAGE, data=data)
    if coverage.lost and agreement.status == AgreementStatus.LIVE:
        _tell_hold(agreement, coverage)
        _warn_of_end(agreement, coverage)
    if agreement.status == AgreementStatus.RETIRED:
        _finish_task(agreement)


def end_override(coverage: Coverage) -> None:
    """Note on the timeline that an override ended, once."""
    if not coverage.override_by or coverage.override_until is None or coverage.override_until > timezone.now():
        return
    OnboardingEvent.objects.create(
        agreement_id=coverage.pk, verb=OnboardingVerb.OVERRIDE_ENDED, data={"reason": coverage.override_reason}
    )
    coverage.override_by = ""


def _tell_loss(agreement: Agreement, coverage: Coverage, checked_at: datetime | None) -> None:
    approval = coverage.approval
    if coverage.lost_at is None or approval is None:
        return  # it went live by an override, whose own notice said so
    looked = checked_at - OVERLAP if checked_at else approval.submitted_at
    changes = latest_changes(agreement, max(looked, approval.submitted_at))
    is_live = agreement.status == AgreementStatus.LIVE
    if not (is_live and _tell_hold(agreement, coverage, changes)):
        notify(
            agreement,
            NoticeKind.LOST,
            coverage.lost_at,
            lost=coverage.lost,
            changes=changes,
            is_live=is_live,
            status=agreement.get_status_display().lower(),
            hold_from=coverage.hold_from,
        )
    _give_task(agreement, coverage)


def _tell_hold(agreement: Agreement, coverage: Coverage, changes: list[LatestChange] | None = None) -> bool:
    """Once for each end of a grace period or override. changes: when nothing was told of the loss before.

    Returns whether documents are held and it was told now.
    """
    since = coverage.hold_from
    if since is None or since > timezone.now():
        return False
    if not notify(agreement, NoticeKind.HELD, since, lost=coverage.lost, changes=changes, hold_from=since):
        return False
    OnboardingEvent.objects.create(agreement=agreement, verb=OnboardingVerb.HELD, data={"since": since.isoformat()})
    return True


def _warn_of_end(agreement: Agreement, coverage: Coverage) -> None:
    """When an override nears its end and there is still no approval: hours before, less for a short one."""
    now, until = timezone.now(), coverage.override_until
    if not coverage.override_by or until is None or not now < until <= now + WARN_BEFORE:
        return
    given = OnboardingEvent.objects.filter(agreement=agreement, verb=OnboardingVerb.OVERRIDDEN).first()
    if given is not None and until - now > (until - given.at) / 4:
        return
    notify(
        agreement,
        NoticeKind.OVERRIDE_ENDS,
        until,
        until=until,
        by=coverage.override_by,
        reason=coverage.override_reason,
        lost=coverage.lost,
        holds=coverage.hold_from is not None,
    )


def _give_task(agreement: Agreement, coverage: Coverage) -> None:
    """In the open case, where there is one: due on the day before documents are held."""
    case = OnboardingCase.objects.filter(partner=agreement.partner_id, closed_at=None).first()
    if case is None:
        return
    stages = {stage for stage, _ in WORKED}
    today = timezone.now().date()
    due = coverage.hold_from.date() if coverage.hold_from else today + timedelta(days=DAYS_WITHOUT_HOLD)
    OnboardingTask.objects.get_or_create(
        agreement=agreement,
        done_at=None,
        defaults={
            "case": case,
            "title": f"Have it approved again: {str(agreement).partition(': ')[2]}"[:200],
            "stage": coverage.stage if coverage.stage in stages else Stage.APPROVAL,
            "due": max(due, today),
        },
    )


def _finish_task(agreement: Agreement) -> None:
    for task in OnboardingTask.objects.filter(agreement=agreement, done_at=None):
        task.done_at, task.done_by = timezone.now(), ITSELF
        task.save()
