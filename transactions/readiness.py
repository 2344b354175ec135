"""What traffic adds to the readiness of an agreement: the scenarios that it passed with test documents."""

from typing import Any

from partners.models import Agreement
from partners.readiness.registry import Check, Verdict, register_check, watch
from transactions.models import Certification, ScenarioChoice
from transactions.services.certification_state import NO_MAPPING, ScenarioState, has_mapping, is_certified, states

NAME = "scenarios-passed"


def scenarios_passed(agreement: Agreement) -> Verdict:
    """Every scenario that is asked has a passing run that still stands on what the agreement says now."""
    if not is_certified(agreement):
        return Verdict(True, "A test agreement: certification runs on such.")
    known = states(agreement)
    asked = [one for one in known if one.planned.is_asked]
    excused = [one for one in known if one.planned.choice is not None and not one.planned.is_asked]
    evidence = {"scenarios": [_evidence(one) for one in asked]} | (
        {"excused": [_excuse(one) for one in excused]} if excused else {}
    )
    if missing := [one for one in asked if one.standing is None]:
        said = " ".join(f"{one.title}: {one.fell or _lacking(one)}" for one in missing[:3])
        more = f" And {len(missing) - 3} more." if len(missing) > 3 else ""
        unjudged = "" if has_mapping(agreement) else f" {NO_MAPPING}"
        said = f"{len(asked) - len(missing)} of {len(asked)} scenarios passed.{unjudged} {said}{more}"
        return Verdict(False, said, evidence)
    if not asked:
        return Verdict(True, "No scenario is asked of it.", evidence)
    waived = sum(one.planned.is_waived for one in excused)
    more = f" {waived} {'was' if waived == 1 else 'were'} waived." if waived else ""
    return Verdict(True, f"{'All ' if len(asked) > 1 else ''}{len(asked)} passed.{more}", evidence)


def _lacking(state: ScenarioState) -> str:
    return "not passed yet." if state.runs else "nothing was sent for it yet."


def _evidence(state: ScenarioState) -> dict[str, Any]:
    run = state.standing
    if run is None:
        return {"scenario": state.scenario.code, "title": state.title, "passed": False}
    return {
        "scenario": state.scenario.code,
        "title": state.title,
        "passed": True,
        "run": str(run.pk),
        "document": str(run.document_id or ""),
        "name": run.name,
        "sha256 of the file": run.sha256,
        "at": run.at.isoformat(),
        "round": run.round,
    }


def _excuse(state: ScenarioState) -> dict[str, str]:
    choice = state.planned.choice
    if choice is None:
        raise ValueError("nobody decided about it")
    return {
        "scenario": choice.scenario,
        "title": state.title,
        "decision": choice.decision,
        "reason": choice.reason,
        "by": choice.by,
        "at": choice.at.isoformat(),
    }


def register() -> None:
    """Called once, when Onramp starts."""
    register_check(Check(NAME, "Scenarios", scenarios_passed, is_lasting=False))
    watch(Certification, lambda row: {row.agreement.partner_id})
    watch(ScenarioChoice, lambda row: {row.agreement.partner_id})
