"""Which scenarios an agreement needs, and what is known of each."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from mappings.models import Assignment
from partners.models import Agreement, Environment
from partners.services.effective_policies import effective_policies
from transactions.certification.catalogue import Scenario, fitting
from transactions.models import Certification, CertificationRun, ScenarioChoice, ScenarioDecision
from transactions.services.certification_terms import changed_terms, terms_of

NO_MAPPING = "No mapping is chosen for the agreement: nothing is judged before there is one."
MOST_RUNS = 500  # of a round are looked at, the latest


class Planned(NamedTuple):
    """A scenario that fits an agreement. choice: what somebody decided about it; None: as its kind has it.

    proposal: what was decided for the agreement that this one was copied from, while nobody has decided here.
    """

    scenario: Scenario
    is_asked: bool
    is_default: bool
    choice: ScenarioChoice | None
    proposal: ScenarioChoice | None = None

    @property
    def is_waived(self) -> bool:
        return self.choice is not None and self.choice.decision == ScenarioDecision.WAIVED

    @property
    def is_left_out(self) -> bool:
        return self.choice is not None and self.choice.decision == ScenarioDecision.LEFT_OUT


class ScenarioState(NamedTuple):
    """runs: of this round, the latest first. standing: the latest that passed and still stands. fell: why one that
    passed does not stand any more, in words.
    """

    planned: Planned
    title: str
    runs: list[CertificationRun]
    standing: CertificationRun | None
    fell: str

    @property
    def scenario(self) -> Scenario:
        return self.planned.scenario

    @property
    def is_open(self) -> bool:
        """Whether something has still to be shown."""
        return self.planned.is_asked and self.standing is None

    @property
    def word(self) -> str:
        """For labels: passed, open, failed, fell, waived, left-out or not-asked."""
        if self.planned.is_waived:
            return "waived"
        if not self.planned.is_asked:
            return "left-out" if self.planned.is_left_out else "not-asked"
        if self.standing is not None:
            return "passed"
        if self.fell:
            return "fell"
        return "failed" if self.runs else "open"


def is_certified(agreement: Agreement) -> bool:
    """Whether certification concerns the agreement at all: test agreements are what it runs on."""
    return agreement.environment == Environment.PRODUCTION


def has_mapping(agreement: Agreement) -> bool:
    """Whether anything is judged at all. What came before a mapping was chosen is judged then."""
    return Assignment.objects.filter(agreement=agreement).exists()


def plan(agreement: Agreement) -> list[Planned]:
    """The scenarios that fit its kind and direction, in their order. A proposal counts only where it asks for more."""
    if not is_certified(agreement):
        return []
    policy = effective_policies(agreement.partner, agreement).certification
    by_default = policy == "always" or (policy == "onboarding" and agreement.onboarding_cases.exists())
    kept = {one.scenario: one for one in ScenarioChoice.objects.filter(agreement=agreement)}
    planned = []
    for scenario in fitting(agreement.kind, agreement.direction):
        row = kept.get(scenario.code)
        choice, proposal = (row, None) if row is None or row.by else (None, row)
        is_default = by_default and scenario.is_default(agreement.kind, agreement.direction)
        is_asked = row.decision == ScenarioDecision.ASKED if row is not None else False
        if choice is None:
            is_asked = is_asked or is_default
        planned.append(Planned(scenario, is_asked, is_default, choice, proposal))
    return planned


def states(agreement: Agreement) -> list[ScenarioState]:
    """What is known of each scenario that fits the agreement, in their order."""
    planned = plan(agreement)
    if not planned:
        return []
    runs = runs_of(agreement)
    now = terms_of(agreement) if runs else {}
    return [_state(agreement, one, runs.get(one.scenario.code, []), now) for one in planned]


def open_states(agreement: Agreement) -> list[ScenarioState]:
    """Those that have still to be shown."""
    return [one for one in states(agreement) if one.is_open]


def runs_of(agreement: Agreement) -> dict[str, list[CertificationRun]]:
    """The runs of the present round by scenario, the latest first."""
    found: dict[str, list[CertificationRun]] = defaultdict(list)
    rows = CertificationRun.objects.filter(agreement=agreement, round=round_of(agreement))
    for run in rows.select_related("document", "file", "sent")[:MOST_RUNS]:
        found[run.scenario].append(run)
    return found


def round_of(agreement: Agreement) -> int:
    """The present round; 1 before it was begun."""
    kept = Certification.objects.filter(agreement=agreement).values_list("round", flat=True).first()
    return kept or 1


def begun_at(agreement: Agreement) -> datetime:
    """When the present round began. What came since the agreement was made counts in the first."""
    kept = Certification.objects.filter(agreement=agreement).values_list("begun_at", flat=True).first()
    return kept or agreement.created_at


def _state(agreement: Agreement, planned: Planned, runs: list[CertificationRun], now: dict[str, str]) -> ScenarioState:
    good = [run for run in runs if run.passed]
    standing = next((run for run in good if run.stood_on == now), None)
    fell = ""
    if standing is None and good:
        fell = f"It passed on {good[0].at:%Y-%m-%d}; since then {' and '.join(changed_terms(good[0].stood_on, now))} "
        fell += "changed."
    return ScenarioState(planned, planned.scenario.titled(agreement.kind), runs, standing, fell)
