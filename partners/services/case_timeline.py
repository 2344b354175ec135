"""What happened to an onboarding case and its agreements, and what was said about it."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from partners.models import Agreement, Notice, OnboardingCase, OnboardingComment, OnboardingEvent, Stage

TIMELINE = 100


class Told(NamedTuple):
    """One entry of the timeline."""

    at: datetime
    by: str
    what: str
    about: str
    said: OnboardingComment | None = None


def timeline(case: OnboardingCase, agreements: list[Agreement]) -> list[Told]:
    """What happened to the case and its agreements and what was said, latest first. Three queries."""
    events = OnboardingEvent.objects.filter(Q(case=case) | Q(agreement__in=agreements)).order_by("-pk")[:TIMELINE]
    names = {agreement.pk: str(agreement).partition(": ")[2] for agreement in agreements}
    told = [
        Told(one.at, one.actor, one.get_verb_display(), _about(one, names.get(one.agreement_id or 0, "")))
        for one in events
    ]
    comments = OnboardingComment.objects.filter(case=case).order_by("-pk")[:TIMELINE]
    told += [Told(one.at, one.by, "said", "", one) for one in comments]
    for notice in Notice.objects.filter(agreement__in=agreements).order_by("-pk")[:TIMELINE]:
        to = ", ".join(notice.to) or "nobody has an address"
        told.append(Told(notice.at, "", "Notice", f"{notice.subject} · to {to}"))
    return sorted(told, key=lambda one: one.at, reverse=True)[:TIMELINE]


def _about(event: OnboardingEvent, agreement: str) -> str:
    data = event.data
    parts = [agreement, data.get("task", ""), data.get("reason", "")]
    if "to" in data:
        parts.append(f"{Stage(data['from']).label} → {Stage(data['to']).label}")
    parts += [f"{one['title']}: {one['reason']}" for one in data.get("lost", [])]
    if left := data.get("left"):
        parts.append(f"left undone: {'; '.join(left)}")
    return " · ".join(filter(None, parts))
