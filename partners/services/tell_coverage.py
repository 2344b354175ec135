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
from partners.readiness.registry import MATERIAL
from partners.services.evidence import checksum
from partners.services.latest_changes import LatestChange, latest_changes
from partners.services.notify import notify

WARN_BEFORE = timedelta(hours=4)
OVERLAP = timedelta(minutes=16)  # a rotation is lost when its test failed, some minutes after it was saved
DAYS_WITHOUT_HOLD = 3
ITSELF = "Onramp"


class Before(NamedTuple):
    """What was known before the look. checked_at: None when something that may concern everybody changed."""

    stage: str
    lost: list[dict[str, str]]
    checked_at: datetime | None

    @classmethod
    def of(cls, coverage: Coverage) -> "Before":
        return cls(coverage.stage, coverage.lost, coverage.checked_at)


def tell(agreement: Agreement, coverage: Coverage, before: Before) -> None:
    """In the transaction of the look: events, notices and tasks of what changed by it. Each is told once."""
    if news := _keys(coverage.lost) - _keys(before.lost):
        lost = [one for one in coverage.lost if _key(one) in news]
        OnboardingEvent.objects.create(agreement=agreement, verb=OnboardingVerb.LOST, data={"lost": lost})
        _tell_loss(agreement, coverage, before)
    elif before.lost and not coverage.lost:
        OnboardingEvent.objects.create(agreement=agreement, verb=OnboardingVerb.REGAINED, data={"lost": []})
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


def _key(one: dict[str, str]) -> tuple[str, str]:
    """What tells one loss from another: the values of what is set up; of a check its name, for its words may vary."""
    return one["name"], one["reason"] if one["name"] in MATERIAL else ""


def _keys(lost: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {_key(one) for one in lost}


def _tell_loss(agreement: Agreement, coverage: Coverage, before: Before) -> None:
    """The first loss, and each further one: told once for what is lost, however often it goes back and forth."""
    approval = coverage.approval
    if coverage.lost_at is None or approval is None:
        return  # it went live by an override, whose own notice said so
    looked = before.checked_at - OVERLAP if before.checked_at else approval.submitted_at
    changes = latest_changes(agreement, max(looked, approval.submitted_at))
    is_live = agreement.status == AgreementStatus.LIVE
    if not (is_live and _tell_hold(agreement, coverage, changes)):
        event = coverage.lost_at.isoformat()
        if before.lost:
            event += f":{checksum(sorted(_keys(coverage.lost)))[:16]}"
        notify(
            agreement,
            NoticeKind.LOST,
            event,
            lost=coverage.lost,
            is_more=bool(before.lost),
            is_held=coverage.is_held,
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
    if since is None or not coverage.is_held:
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
    case.agreements.add(agreement)
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
