"""All open cases by stage, and how long cases stay in each. A fixed number of queries, however many cases."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils import timezone

from partners.models import Agreement, AgreementStatus, OnboardingCase, OnboardingEvent, OnboardingVerb, Stage

SHOWN = 500  # cases of the board
IN_COLUMN = 25  # cards of one stage
EVENTS = 10_000
UNCOVERED = 50  # agreements
LOOK_BACK = timedelta(days=365)
DURABLE = (
    *(Stage.PROFILE, Stage.CONNECTIVITY, Stage.SPECIFICATION),
    *(Stage.MAPPING, Stage.CERTIFICATION, Stage.APPROVAL),
)


class Wanted(NamedTuple):
    """Which cases: of an owner, of a cohort, begun before so many days, blocked, late."""

    owner: int | None = None
    cohort: int | None = None
    age: int | None = None
    only: str = ""


class Card(NamedTuple):
    """days_left: until the target date, negative when it has passed, None without one. late: tasks past their day."""

    case: OnboardingCase
    age: int
    in_stage: int
    days_left: int | None
    late: int
    open_tasks: int
    blocks: list[dict[str, str]]

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def day(self) -> str:
        return days_left_words(self.case.target_date)


class Column(NamedTuple):
    """cards: all of the stage; shown: those that one looks at first, with the nearest day."""

    stage: Stage
    cards: list[Card]

    @property
    def shown(self) -> list[Card]:
        return self.cards[:IN_COLUMN]

    @property
    def more(self) -> int:
        return max(0, len(self.cards) - IN_COLUMN)


class StageDuration(NamedTuple):
    """days: the median over `cases` that left the stage; percent: of the longest."""

    stage: Stage
    days: float
    cases: int
    percent: float

    @property
    def words(self) -> str:
        """The time in the unit that suits it: days, hours or minutes."""
        minutes = self.days * 24 * 60
        if minutes >= 24 * 60:
            return f"{self.days:.1f} days"
        return f"{minutes / 60:.1f} hours" if minutes >= 60 else f"{minutes:.0f} min"


def board(wanted: Wanted | None = None) -> tuple[list[Column], bool]:
    """The columns from first contact to live, and whether there are more cases than are shown. One query."""
    found = [card for card in map(_card, open_cases(wanted or Wanted())[: SHOWN + 1])]
    cards, is_cut = found[:SHOWN], len(found) > SHOWN
    by_stage: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        by_stage[card.case.stage].append(card)
    stages = [stage for stage in Stage if stage in (*DURABLE, Stage.LIVE) or by_stage[stage]]
    return [Column(stage, by_stage[stage]) for stage in stages], is_cut


def open_cases(wanted: Wanted):  # type: ignore[no-untyped-def]  # an annotated queryset
    """The cases that a board shows, those with the nearest day first."""
    today = timezone.now().date()
    undone = Q(tasks__done_at=None, tasks__isnull=False)
    cases = (
        OnboardingCase.objects.filter(closed_at=None)
        .select_related("partner", "owner", "cohort")
        .annotate(
            open_tasks=Count("tasks", filter=undone, distinct=True),
            late_tasks=Count("tasks", filter=undone & Q(tasks__due__lt=today), distinct=True),
        )
    )
    if wanted.owner is not None:
        cases = cases.filter(owner=wanted.owner or None) if wanted.owner else cases.filter(owner=None)
    if wanted.cohort is not None:
        cases = cases.filter(cohort=wanted.cohort)
    if wanted.age is not None:
        cases = cases.filter(begun_at__lte=timezone.now() - timedelta(days=wanted.age))
    if wanted.only == "blocked":
        cases = cases.exclude(blocks=[])
    if wanted.only == "late":
        cases = cases.filter(Q(target_date__lt=today) | Q(late_tasks__gt=0))
    return cases.order_by("target_date", "pk")


def durations(now: datetime | None = None) -> list[StageDuration]:
    """How long cases stayed in each stage, by those that left it within a year. One query."""
    now = now or timezone.now()
    moved = OnboardingEvent.objects.filter(
        case__isnull=False, verb__in=[OnboardingVerb.BEGUN, OnboardingVerb.STAGE], at__gte=now - LOOK_BACK
    )
    rows = moved.order_by("-pk").values_list("case", "verb", "data", "at")[:EVENTS]
    spans = _spans(reversed(list(rows)))
    found = [(stage, median(spans[stage]), len(spans[stage])) for stage in DURABLE if spans[stage]]
    longest = max((days for _, days, _ in found), default=0) or 1
    return [StageDuration(stage, round(days, 4), cases, round(100 * days / longest, 1)) for stage, days, cases in found]


def without_approval() -> list[Agreement]:
    """Live agreements that their approval does not cover, or that nobody approved, those held first. One query."""
    live = Agreement.objects.filter(status=AgreementStatus.LIVE).select_related("partner", "coverage")
    open_ones = live.filter(Q(coverage=None) | Q(coverage__approval=None) | ~Q(coverage__lost=[]))
    return list(open_ones.order_by(F("coverage__hold_from").asc(nulls_last=True), "pk")[:UNCOVERED])


def _spans(rows: Iterable[tuple[int, str, dict[str, str], datetime]]) -> dict[str, list[float]]:
    """Days between coming into a stage and leaving it, of each stage."""
    entered: dict[int, datetime] = {}
    spans: dict[str, list[float]] = defaultdict(list)
    for case, verb, data, at in rows:
        if verb == OnboardingVerb.STAGE and case in entered:
            spans[data["from"]].append((at - entered[case]).total_seconds() / 86_400)
        entered[case] = at
    return spans


def _card(case: OnboardingCase) -> Card:
    now = timezone.now()
    return Card(
        case,
        (now - case.begun_at).days,
        (now - case.stage_since).days,
        days_left(case.target_date, now.date()),
        case.late_tasks,  # type: ignore[attr-defined]  # annotated
        case.open_tasks,  # type: ignore[attr-defined]  # annotated
        case.blocks,
    )


def days_left(target: date | None, today: date) -> int | None:
    """Until a day; negative when it has passed."""
    return (target - today).days if target is not None else None


def days_left_words(target: date | None) -> str:
    """Such as “12 d left”, “due today” or “3 d late”; “no day set” without a day."""
    left = days_left(target, timezone.now().date())
    if left is None:
        return "no day set"
    return "due today" if left == 0 else f"{left} d left" if left > 0 else f"{-left} d late"
