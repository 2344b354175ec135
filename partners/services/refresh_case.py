"""Keep on each case what its agreements say: its stage, and what blocks it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from partners.models import Agreement, AgreementStatus, OnboardingCase, OnboardingEvent, OnboardingVerb, Stage

ORDER = list(Stage)
NO_AGREEMENT = {"title": "Agreement", "reason": "The case has no agreement yet: draft one.", "agreement": ""}


def refresh_cases(agreement: Agreement) -> None:
    """The open cases of an agreement's partner; drafts that belong to none yet join the partner's open case."""
    for case in OnboardingCase.objects.filter(partner=agreement.partner_id, closed_at=None):
        refresh_case(case)


def refresh_case(case: OnboardingCase) -> None:
    """The stage of a case is that of the agreement that has come least far; retired ones do not count."""
    with transaction.atomic():
        stored = OnboardingCase.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
        joining = Agreement.objects.filter(
            partner=stored.partner_id, status=AgreementStatus.DRAFT, onboarding_cases=None
        )
        if found := list(joining):
            stored.agreements.add(*found)
        stage, blocks = _state_of(stored)
        if (stage, blocks) == (stored.stage, stored.blocks):
            return
        changed: dict[str, Any] = {"stage": stage, "blocks": blocks}
        if stage != stored.stage:
            changed["stage_since"] = timezone.now()
            data = {"from": stored.stage, "to": stage}
            OnboardingEvent.objects.create(case=stored, verb=OnboardingVerb.STAGE, data=data)
        # Computed, so not of the history; the events tell how it went.
        OnboardingCase.objects.filter(pk=stored.pk).update(**changed)


def _state_of(case: OnboardingCase) -> tuple[str, list[dict[str, str]]]:
    agreements = list(
        case.agreements.select_related("partner", "coverage").exclude(status=AgreementStatus.RETIRED).order_by("pk")
    )
    if not agreements:
        retired = case.agreements.exists()
        return (Stage.RETIRED, []) if retired else (Stage.PROFILE, [NO_AGREEMENT])
    coverages = [(agreement, getattr(agreement, "coverage", None)) for agreement in agreements]
    stages = [Stage(coverage.stage) if coverage is not None else Stage.PROFILE for _, coverage in coverages]
    blocks = [
        {"title": one["title"], "reason": one["reason"], "agreement": name_of(agreement)}
        for agreement, coverage in coverages
        if coverage is not None
        for one in (*(verdict for verdict in coverage.verdicts if not verdict["ok"]), *coverage.lost)
    ]
    unique = list({(one["title"], one["reason"]): one for one in blocks}.values())
    return min(stages, key=ORDER.index), unique


def name_of(agreement: Agreement) -> str:
    """An agreement without its partner's name, for the page of that partner's case."""
    return str(agreement).partition(": ")[2]
