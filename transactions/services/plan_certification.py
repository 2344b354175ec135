"""Decide which scenarios an agreement needs, and begin its certification again."""

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Agreement
from transactions.certification.catalogue import fitting
from transactions.models import Certification, ScenarioChoice, ScenarioDecision
from transactions.services.certification_state import is_certified, plan
from transactions.services.certify import certification_of

LONGEST = 300


class PlanRefused(Exception):
    """Nothing was decided; the text says why."""


def decide_scenario(
    agreement: Agreement, code: str, decision: ScenarioDecision | None, *, by: User, reason: str
) -> ScenarioChoice | None:
    """Ask for a scenario, leave it out, or waive it; None: as the kind of the agreement has it.

    The decision is kept in the audit chain, and the approver sees it with its reason. Raises PlanRefused.
    """
    reason = reason.strip()[:LONGEST]
    scenario = next((one for one in fitting(agreement.kind, agreement.direction) if one.code == code), None)
    if scenario is None or not is_certified(agreement):
        raise PlanRefused("This scenario does not fit the agreement.")
    if not reason:
        raise PlanRefused("Say why.")
    with transaction.atomic():
        Agreement.objects.select_for_update(no_key=True).only("pk").get(pk=agreement.pk)
        kept = ScenarioChoice.objects.filter(agreement=agreement, scenario=code).first()
        was = kept.decision if kept is not None else "default"
        if decision is None:
            if kept is not None:
                kept.delete()
            kept = None
        else:
            kept = kept or ScenarioChoice(agreement=agreement, scenario=code)
            kept.decision, kept.reason, kept.by, kept.at = decision, reason, by.get_username(), timezone.now()
            kept.save()
        verb = f"certification.{decision.value if decision is not None else 'default'}"
        subject = f"agreement {agreement.pk}"
        record_decision(verb, subject, by.get_username(), name=str(agreement), scenario=code, was=was, reason=reason)
    return kept


def take_over_proposals(agreement: Agreement, *, by: User) -> list[ScenarioChoice]:
    """Decide as was decided for the agreement that this one was copied from, each with the reason given there.

    Returns what was decided; empty when nothing is proposed any more.
    """
    proposed = [one.proposal for one in plan(agreement) if one.proposal is not None]
    taken = [
        decide_scenario(agreement, one.scenario, ScenarioDecision(one.decision), by=by, reason=one.reason)
        for one in proposed
    ]
    return [one for one in taken if one is not None]


def begin_again(agreement: Agreement, *, by: User, reason: str) -> Certification:
    """A new round: what was shown before counts no more, and is kept. Raises PlanRefused."""
    reason = reason.strip()[:LONGEST]
    if not is_certified(agreement):
        raise PlanRefused("A test agreement is not certified.")
    if not reason:
        raise PlanRefused("Say why.")
    with transaction.atomic():
        pk = certification_of(agreement).pk
        stored = Certification.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        stored.round += 1
        stored.begun_at, stored.begun_by, stored.reason = timezone.now(), by.get_username(), reason
        stored.seen_until = None
        stored.save()
        subject = f"agreement {agreement.pk}"
        said = {"name": str(agreement), "round": stored.round, "reason": reason}
        record_decision("certification.begun-again", subject, by.get_username(), **said)
    return stored
