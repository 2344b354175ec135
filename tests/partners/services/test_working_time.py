"""If these fail, a file is worked at night, or waits on a day on which it should not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from partners.models import BusinessCalendar, Partner
from partners.policies import Policies, conflicts
from partners.services.working_time import opens_at

BERLIN = "Europe/Berlin"
CALENDAR = BusinessCalendar(
    name="Ohio", time_zone="America/New_York", weekdays=[0, 1, 2, 3, 4], holidays={"2026-11-26": "Thanksgiving"}
)
DAY = {"work_begins": "08:00", "work_ends": "18:00"}
NIGHT = {"work_begins": "22:00", "work_ends": "06:00"}


@pytest.mark.parametrize(
    ("policies", "calendar", "now", "opens"),
    [
        ({}, None, "2026-11-22 03:00", ""),
        (DAY, None, "2026-11-23 07:30", ""),  # 08:30 in Berlin
        (DAY, None, "2026-11-23 06:30", "2026-11-23 07:00"),
        (DAY, None, "2026-11-23 17:00", "2026-11-24 07:00"),
        (NIGHT, None, "2026-11-23 02:00", ""),  # of the day before
        (NIGHT, None, "2026-11-23 12:00", "2026-11-23 21:00"),
        ({**NIGHT, "work_days": "monday-to-friday"}, None, "2026-11-28 02:00", ""),  # Friday's night
        ({**NIGHT, "work_days": "monday-to-friday"}, None, "2026-11-29 02:00", "2026-11-30 21:00"),
        ({"work_days": "monday-to-friday"}, None, "2026-11-21 12:00", "2026-11-22 23:00"),
        ({"work_days": "business-calendar"}, None, "2026-11-21 12:00", ""),
        ({"work_days": "business-calendar"}, CALENDAR, "2026-11-25 12:00", ""),
        ({"work_days": "business-calendar"}, CALENDAR, "2026-11-26 12:00", "2026-11-27 05:00"),
        ({"work_days": "business-calendar", **DAY}, CALENDAR, "2026-11-27 23:30", "2026-11-30 13:00"),
        (DAY, None, "2026-03-29 05:30", "2026-03-29 06:00"),  # the night in which the clocks change
    ],
)
def test_when_the_hours_begin(policies: dict[str, Any], calendar: Any, now: str, opens: str) -> None:
    partner = Partner(code="acme", time_zone=BERLIN, calendar=calendar)
    found = opens_at(partner, Policies(**policies), datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (f"{found:%Y-%m-%d %H:%M}" if found else "") == opens


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ({"work_begins": "08:00"}, "go together"),
        ({"work_begins": "08:00", "work_ends": "08:00"}, "same time"),
        (DAY, ""),
    ],
)
def test_hours_that_make_no_sense_are_refused(policies: dict[str, Any], said: str) -> None:
    assert bool(said) == bool(conflicts(Policies(**policies)))
    assert said in " ".join(conflicts(Policies(**policies)))
