"""What was decided about scenarios goes along when an agreement is copied: as proposals, never as decisions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from partners.models import Agreement
from partners.services.agreement_parts import PartRefused
from transactions.certification.catalogue import fitting
from transactions.models import ScenarioChoice, ScenarioDecision
from transactions.services.certification_state import is_certified
from transactions.services.plan_certification import LONGEST

COPIED = (ScenarioDecision.ASKED, ScenarioDecision.LEFT_OUT)
"""A waiver is of one partner, and so is what was shown: neither says anything of another."""


class ScenarioDecisions:
    """What is asked beyond the kind's own scenarios, and what is left out, with the reasons."""

    def told(self, agreement: Agreement) -> Any:
        rows = ScenarioChoice.objects.filter(agreement=agreement, decision__in=COPIED)
        return [
            {"scenario": one.scenario, "decision": one.decision, "reason": one.reason, "of": str(agreement)}
            for one in rows
        ]

    def make(self, draft: Agreement, told: Any) -> None:
        """Nobody has decided for the draft yet. What does not fit it, such as a test agreement, is left behind."""
        if not is_certified(draft):
            return
        fits = {one.code for one in fitting(draft.kind, draft.direction)}
        try:
            for one in told:
                code, decision = str(one["scenario"]), ScenarioDecision(one["decision"])
                if code not in fits or decision not in COPIED:
                    continue
                reason = f"{one['reason']} (as for {one['of']})"[:LONGEST]
                row = ScenarioChoice(
                    agreement=draft, scenario=code, decision=decision, reason=reason, at=timezone.now(), by=""
                )
                row.full_clean(exclude=["by"])
                row.save()
        except (TypeError, KeyError, AttributeError, ValueError) as error:
            raise PartRefused(f"Scenarios are not told as they must be: {error}") from error
        except ValidationError as error:
            raise PartRefused(f"Scenarios: {' '.join(error.messages)}") from error

    def words(self, agreement: Agreement) -> list[tuple[str, str]]:
        rows = ScenarioChoice.objects.filter(agreement=agreement).exclude(by="")
        return [("Scenarios decided on", "; ".join(str(one) for one in rows))]
