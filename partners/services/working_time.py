"""When is it a working day for a partner, and when do its hours begin?"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from partners.models import Partner
from partners.policies import Policies

SATURDAY = 5
LOOKED_AHEAD = 370  # days: a calendar that never opens within a year is one that nobody keeps


def zone_of(partner: Partner) -> ZoneInfo:
    """The time zone of the partner's business calendar, or its own where it has none."""
    return ZoneInfo(partner.calendar.time_zone if partner.calendar else partner.time_zone)


def is_business_day(partner: Partner, day: date, *, any_weekday: bool = False) -> bool:
    """Whether the partner's calendar has it as a working day that is no holiday; without a calendar every day is.

    any_weekday: the weekday is chosen already, only holidays count.
    """
    calendar = partner.calendar
    if calendar is None:
        return True
    return (any_weekday or day.weekday() in calendar.weekdays) and day.isoformat() not in calendar.holidays


def local_instant(partner: Partner, day: date, at: time) -> datetime:
    """That time of that day where the partner is, in UTC."""
    return datetime.combine(day, at, zone_of(partner)).astimezone(UTC)


def opens_at(partner: Partner, policies: Policies, now: datetime) -> datetime | None:
    """When the hours in which the partner's files are worked begin next; None when it is within them.

    A window that ends before it begins goes over midnight and belongs to the day on which it begins.
    """
    if policies.work_days == "every-day" and not policies.work_begins:
        return None
    begins, ends = (time.fromisoformat(text or "00:00") for text in (policies.work_begins, policies.work_ends))
    today = now.astimezone(zone_of(partner)).date()
    begin = now
    for offset in range(-1, LOOKED_AHEAD):
        day = today + timedelta(days=offset)
        if not _is_worked(partner, policies, day):
            continue
        begin = local_instant(partner, day, begins)
        end = local_instant(partner, day + timedelta(days=ends <= begins), ends)
        if now < end:
            break
    return None if begin <= now else begin


def _is_worked(partner: Partner, policies: Policies, day: date) -> bool:
    if policies.work_days == "monday-to-friday":
        return day.weekday() < SATURDAY
    return policies.work_days == "every-day" or is_business_day(partner, day)
