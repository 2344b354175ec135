"""Dates as people write them, to ISO dates; and which way of writing a column has."""

import datetime
import functools
import re
from collections.abc import Iterable

from mappings.engine.rules.values import TEXT_LIMIT, Table

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<fraction>[.,][0-9]{1,9})?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
)
_TIME = rf"(?:[T ]+{_CLOCK})?"
_TIME_ALONE = re.compile(_CLOCK)
_PARTS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<year>(?:[0-9]{2}){1,2})",
    "MON": r"(?P<name>[A-Za-z]{3,9})\.?",
    "MM": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{1,2})",
}
_TOKEN = re.compile("YYYY|YY|MON|MM|DD")
_PIVOT = 70
"""Two-digit years from here on are 19xx, those below 20xx, as POSIX has it (strptime %y)."""
_NEWEST = 2199
SHORTEST = len("1/1/26")

PATTERNS = (
    "YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "YYYYMMDD", "DD.MM.YYYY", "DD.MM.YY", "DD/MM/YYYY", "MM/DD/YYYY",
    "DD-MM-YYYY", "MM-DD-YYYY", "DD/MM/YY", "MM/DD/YY", "DD-MON-YYYY", "DD MON YYYY", "DD-MON-YY", "MON DD, YYYY",
    "MON-DD-YYYY", "MON-DD-YY",
)  # fmt: skip
"""What is looked for. A declared pattern may put YYYY, YY, MM, MON and DD in any other order too."""


def is_pattern(pattern: str) -> bool:
    """Whether a declared pattern names a year, a month and a day, once each."""
    tokens = sorted(_TOKEN.findall(pattern))
    return tokens in (["DD", "MM", "YYYY"], ["DD", "MM", "YY"], ["DD", "MON", "YYYY"], ["DD", "MON", "YY"])


@functools.lru_cache(1024)
def is_date(text: str) -> bool:
    """Whether a text is a date of the calendar by any of PATTERNS."""
    return any(date_text(pattern, text) is not None for pattern in PATTERNS)


def patterns_of(values: Iterable[str]) -> list[str]:
    """The patterns that fit all of a column's values that are not blank; empty when there are none.

    Several patterns remain only where they make different dates of some value: then the column is ambiguous.
    """
    texts = [text for text in map(str.strip, values) if text]
    if not texts or len(texts[0]) < SHORTEST or not any(mark.isdecimal() for mark in texts[0]):
        return []
    fitting = [pattern for pattern in PATTERNS if date_text(pattern, texts[0]) is not None]
    texts = list(dict.fromkeys(texts)) if fitting else []
    found: dict[tuple[str | None, ...], str] = {}
    for pattern in fitting:
        dates = tuple(date_text(pattern, text) for text in texts)
        if None not in dates:
            found.setdefault(dates, pattern)
    return list(found.values())


@functools.lru_cache(256)
def table(pattern: str) -> Table[str]:
    """Text → ISO date by this pattern, None for anything else; fills itself."""
    return Table(functools.partial(date_text, pattern))


def date_text(pattern: str, text: str) -> str | None:
    """ "4.7.2026" by DD.MM.YYYY is "2026-07-04"; with a time of day "2026-07-04T11:00:00", with a zone also "+00:00".

    None when the text is no such date, or no date of the calendar.
    """
    text = text.strip()
    match = _expression(pattern).fullmatch(text) if len(text) <= TEXT_LIMIT else None
    if match is None:
        return None
    found = match.groupdict()
    year = int(found["year"])
    if len(found["year"]) == 2:
        year += 1900 if year >= _PIVOT else 2000
    month = _MONTHS.index(found["name"][:3].lower()) + 1 if _named(found) else int(found.get("month") or 0)
    if not 1900 <= year <= _NEWEST:
        return None
    try:
        date = datetime.date(year, month, int(found["day"])).isoformat()
    except ValueError:
        return None
    if found["hour"] is None:
        return date
    time = _time_text(found)
    return f"{date}T{time}" if time else None


def time_text(text: str) -> str | None:
    """ "8:05 pm" is "20:05:00", "16:05:30.5+01:00" is "16:05:30.5", as written whatever the zone; None for no time."""
    match = _TIME_ALONE.fullmatch(text) if len(text) <= TEXT_LIMIT else None
    return _time_text(match.groupdict() | {"zone": ""}) if match else None


def _named(found: dict[str, str | None]) -> bool:
    name = found.get("name")
    return bool(name) and str(name)[:3].lower() in _MONTHS


def _time_text(found: dict[str, str]) -> str | None:
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] in "Pp" else 0)
    second = found["second"] or "00"
    if hour > 23 or int(found["minute"]) > 59 or int(second) > 59:
        return None
    fraction = (found["fraction"] or "").replace(",", ".")
    zone = found["zone"] or ""
    if zone in ("Z", "UTC", "GMT"):
        zone = "+00:00"
    elif zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{hour:02d}:{found['minute']}:{second}{fraction}{zone}"


@functools.lru_cache(256)
def _expression(pattern: str) -> re.Pattern[str]:
    """The regular expression of a pattern. Without separators, year, month and day have as many digits as letters; with
    them a year of two may be written in full."""
    compact = not re.search("[^A-Z]", pattern)
    source, position = "", 0
    for token in _TOKEN.finditer(pattern):
        part = _PARTS[token[0]]
        source += re.escape(pattern[position : token.start()]) + (_exact(part) if compact else part)
        position = token.end()
    return re.compile(source + re.escape(pattern[position:]) + _TIME)


def _exact(part: str) -> str:
    return part.replace("(?:[0-9]{2}){1,2}", "[0-9]{2}").replace("{1,2}", "{2}")


def written_date(pattern: str, date: str) -> str:
    """An ISO date by a pattern: "2026-07-04" by DD.MM.YYYY is "04.07.2026", by DD-MON-YY "04-Jul-26"."""
    year, month, day = date.split("-")
    parts = {"YYYY": year, "YY": year[2:], "MON": _MONTHS[int(month) - 1].title(), "MM": month, "DD": day}
    return _TOKEN.sub(lambda found: parts[found[0]], pattern)
