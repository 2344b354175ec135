"""Look again at what an agreement's approval was given on, and at how far the agreement has come."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from partners.models import Agreement, AgreementStatus, Coverage, Stage
from partners.readiness.registry import Judged, judge
from partners.services.effective_policies import effective_policies, house_read_once
from partners.services.evidence import in_words, uncovered
from partners.services.refresh_case import refresh_cases
from partners.services.retest import await_retests, ring_retests
from partners.services.tell_coverage import Before, end_override, tell
from partners.signals import carrying_changed

AT_ONCE = 500
AGAIN = timedelta(minutes=15)
NEVER_APPROVED = {
    "name": "approval",
    "title": "Approval",
    "stage": Stage.APPROVAL.value,
    "reason": "It went live by an emergency override, and nobody approved it.",
}


def recheck(agreement: Agreement) -> Coverage:
    """Judge an agreement now and keep it: its stage, what blocks it, what its approval does not cover any more.

    Lost coverage is flagged at once; the policies say from when on documents are held. Safe to run at any time and by
    several at once.
    """
    with transaction.atomic():
        Coverage.objects.get_or_create(agreement_id=agreement.pk)
        coverage = (
            Coverage.objects.select_for_update(of=("self",), no_key=True)
            .select_related("approval")
            .get(pk=agreement.pk)
        )
        stored = Agreement.objects.select_related("partner").get(pk=agreement.pk)
        if coverage.approval is not None:
            await_retests(stored)
        judged = judge(stored)
        lost = _lost(stored, coverage, judged)
        before = Before.of(coverage)
        end_override(coverage)
        coverage.verdicts = [_verdict(one) for one in judged]
        coverage.stage = stage_of(stored, judged, coverage, lost)
        _flag(stored, coverage, lost)
        coverage.checked_at = timezone.now()
        _note_carrying(stored, coverage)
        coverage.save()
        tell(stored, coverage, before)
    refresh_cases(stored)
    return coverage


def recheck_partners(partners: Iterable[int]) -> None:
    """Look again at every agreement of these partners that is followed: looked at before, or in an open case."""
    with house_read_once():
        for agreement in _followed().filter(partner__in=list(partners)):
            recheck(agreement)


def mark_all_due() -> None:
    """Something changed that may concern everybody: nobody counts as looked at any more."""
    Coverage.objects.update(checked_at=None)


def recheck_due(limit: int = AT_ONCE) -> int:
    """Look again at those that something concerned, and at those that nobody looked at for long.

    Time alone makes certificates, overrides, grace periods and keys end. Returns how many were looked at.
    """
    now = timezone.now()
    due = Q(coverage=None) | Q(coverage__checked_at=None) | Q(coverage__checked_at__lt=now - AGAIN)
    for end in ("hold_from", "override_until"):  # told by the next round, not after AGAIN
        due |= Q(**{f"coverage__{end}__lte": now, f"coverage__{end}__gt": F("coverage__checked_at")})
    found = list(_followed().filter(due).order_by("coverage__checked_at", "pk")[:limit])
    with house_read_once():
        for agreement in found:
            recheck(agreement)
    ring_retests()
    return len(found)


def stage_of(agreement: Agreement, judged: list[Judged], coverage: Coverage, lost: list[dict[str, str]]) -> Stage:
    """The first stage whose evidence is missing."""
    if agreement.status == AgreementStatus.RETIRED:
        return Stage.RETIRED
    if agreement.status == AgreementStatus.SUSPENDED:
        return Stage.SUSPENDED
    if missing := next((one.stage for one in judged if not one.is_ok and not _waits(one, coverage)), None):
        return missing
    is_live = agreement.status == AgreementStatus.LIVE
    return Stage.LIVE if is_live and coverage.approval is not None and not lost else Stage.APPROVAL


def _followed() -> Any:
    in_case = Q(onboarding_cases__closed_at=None, onboarding_cases__isnull=False)
    followed = Agreement.objects.filter(in_case | Q(coverage__isnull=False))
    return followed.exclude(status=AgreementStatus.RETIRED).select_related("partner").distinct()


def _lost(agreement: Agreement, coverage: Coverage, judged: list[Judged]) -> list[dict[str, str]]:
    """What the approval in force does not cover; empty for an agreement that never had one."""
    if coverage.approval is None:
        was_overridden = coverage.override_until is not None or NEVER_APPROVED in coverage.lost
        return [NEVER_APPROVED] if was_overridden and agreement.status == AgreementStatus.LIVE else []
    lost = [
        {
            "name": change.name,
            "title": change.title,
            "stage": change.stage,
            "reason": in_words(change),
        }
        for change in uncovered(agreement, coverage.approval)
    ]
    failing = (one for one in judged if one.is_lasting and not one.is_ok and not _waits(one, coverage))
    return lost + [{"name": one.name, "title": one.title, "stage": one.stage, "reason": one.reason} for one in failing]


def _note_carrying(agreement: Agreement, coverage: Coverage) -> None:
    """Tell the apps above after the commit when documents pass now and did not before, or the other way round."""
    carries = agreement.status == AgreementStatus.LIVE and not coverage.is_held
    is_news = coverage.carries != carries and not (coverage.carries is None and carries)
    if is_news:
        transaction.on_commit(lambda: carrying_changed.send(sender=None, agreement=agreement.pk), robust=True)
    coverage.carries = carries


def _waits(one: Judged, coverage: Coverage) -> bool:
    """An approval carries on while a rotated certificate is tested by itself."""
    return one.is_pending and coverage.approval is not None


def _verdict(one: Judged) -> dict[str, Any]:
    return {"name": one.name, "title": one.title, "stage": one.stage, "ok": one.is_ok, "reason": one.reason}


def _flag(agreement: Agreement, coverage: Coverage, lost: list[dict[str, str]]) -> None:
    """The first loss counts: another change later gives no more time."""
    coverage.lost = lost
    is_overridden = coverage.override_until is not None and coverage.override_until > timezone.now()
    if not lost:
        coverage.lost_at = coverage.hold_from = None
        if not is_overridden:
            coverage.override_until, coverage.override_reason = None, ""
        return
    coverage.lost_at = coverage.lost_at or timezone.now()
    policies = effective_policies(agreement.partner, agreement)
    holds = policies.when_uncovered == "hold"
    # An override is the grace that a person gave: when it ends, there is no other.
    ends = coverage.override_until or coverage.lost_at + timedelta(hours=policies.grace_hours)
    coverage.hold_from = ends if holds else None
