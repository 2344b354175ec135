"""Dates as people write them, to ISO dates; and which way of writing a column has."""

import datetime
import functools
import re
from collections.abc import Iterable

from mappings.engine.rules.values import TEXT_LIMIT, Table
from mappings.engine.text.blanks import or_blank
from mappings.engine.text.months import ENGLISH, MONTHS

_CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<fraction>[.,][0-9]{1,9})?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
)
_TIME = rf"(?:(?:[T ]+|, +){_CLOCK}(?: *Uhr)?)?"
_TIME_ALONE = re.compile(_CLOCK)
_PARTS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<year>(?:[0-9]{2}){1,2})",
    "MON": r"(?P<name>[^\W\d_]{3,10})\.?",
    "MM": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{1,2})",
}
_TOKEN = re.compile("YYYY|YY|MON|MM|DD")
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?,? +)?"
_ORDINAL = r"(?:st|nd|rd|th|\.|º)?"
_OF = " +(?:de +)?"
"""What may stand there where the month has a name: "Sat, 5 Dec 2026", "December 5th, 2026", "5. Dezember 2026",
"5 de diciembre de 2026"."""
_PIVOT = 70
"""Two-digit years from here on are 19xx, those below 20xx, as POSIX has it (strptime %y)."""
_NEWEST = 2199
SHORTEST = len("1/1/26")

PATTERNS = (
    "YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "YYYYMMDD", "DD.MM.YYYY", "DD.MM.YY", "DD/MM/YYYY", "MM/DD/YYYY",
    "DD-MM-YYYY", "MM-DD-YYYY", "DD/MM/YY", "MM/DD/YY", "DD-MON-YYYY", "DD MON YYYY", "DD-MON-YY", "MON DD, YYYY",
    "MON-DD-YYYY", "MON-DD-YY", "DD MON YY", "MON DD YYYY", "DD/MON/YYYY", "DDMONYYYY", "YYYY-MON-DD",
)  # fmt: skip
"""What is looked for. A declared pattern may put YYYY, YY, MON, MM and DD in any other order too."""
ISO = "YYYY-MM-DD"
DAYS = "DAYS"
"""The pattern of dates as a spreadsheet counts them: 46361 days after the end of 1899, and .5 for noon (ECMA-376
part 1, 18.17.4.1, the 1900 date system)."""
_DAYS = re.compile(rf"(?P<days>[0-9]{{5}})(?:[.,](?P<part>[0-9]{{1,16}}))?{_TIME}")
_DAY_ZERO = datetime.datetime(1899, 12, 30, tzinfo=datetime.UTC)  # its 29 February 1900 never was
_FIRST_DAY, _LAST_DAY = 18264, 73050
"""1950 to 2099: other numbers are no dates of documents."""


def is_pattern(pattern: str) -> bool:
    """Whether a declared pattern names a year, a month and a day, once each, or is DAYS."""
    if pattern == DAYS:
        return True
    tokens = sorted(_TOKEN.findall(pattern))
    return tokens in (["DD", "MM", "YYYY"], ["DD", "MM", "YY"], ["DD", "MON", "YYYY"], ["DD", "MON", "YY"])


@functools.lru_cache(1024)
def is_date(text: str) -> bool:
    """Whether a text is a date of the calendar by any of PATTERNS."""
    return any(date_text(pattern, text) is not None for pattern in PATTERNS)


def is_day(text: str) -> bool:
    """Whether a text is a date by DAYS. Only in a column of dates that is one: many numbers look so."""
    return date_text(DAYS, text) is not None


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
    """Text → ISO date by this pattern, "" for what stands for none, None for anything else; fills itself."""
    return Table(or_blank(functools.partial(date_text, pattern)))


def date_text(pattern: str, text: str) -> str | None:
    """ "4.7.2026" by DD.MM.YYYY is "2026-07-04"; with a time of day "2026-07-04T11:00:00", with a zone also "+00:00".

    None when the text is no such date, or no date of the calendar.
    """
    text = text.strip()
    expression = _DAYS if pattern == DAYS else _expression(pattern)
    match = expression.fullmatch(text) if len(text) <= TEXT_LIMIT else None
    if match is None:
        return None
    found = match.groupdict()
    if pattern == DAYS:
        return _day_text(found)
    year = int(found["year"])
    if len(found["year"]) == 2:
        year += 1900 if year >= _PIVOT else 2000
    month = MONTHS.get(found["name"].lower(), 0) if found.get("name") else int(found.get("month") or 0)
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


def _day_text(found: dict[str, str]) -> str | None:
    """The date of a day that is counted; its fraction is the time, to the second."""
    days = int(found["days"])
    if not _FIRST_DAY <= days <= _LAST_DAY:
        return None
    seconds = round(float(f"0.{found['part']}") * 86_400) if found["part"] else 0
    moment = _DAY_ZERO + datetime.timedelta(days=days, seconds=seconds)
    if found["hour"] is not None:
        time = _time_text(found)
        return f"{moment:%Y-%m-%d}T{time}" if time else None
    return f"{moment:%Y-%m-%dT%H:%M:%S}" if seconds else f"{moment:%Y-%m-%d}"


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
    is_named = "MON" in pattern and not compact
    source, position = _WEEKDAY if is_named else "", 0
    for token in _TOKEN.finditer(pattern):
        part = _PARTS[token[0]] + (_ORDINAL if is_named and token[0] == "DD" else "")
        between = re.escape(pattern[position : token.start()])
        source += (_OF if is_named and between == r"\ " else between) + (_exact(part) if compact else part)
        position = token.end()
    return re.compile(source + re.escape(pattern[position:]) + _TIME)


def _exact(part: str) -> str:
    return part.replace("(?:[0-9]{2}){1,2}", "[0-9]{2}").replace("{1,2}", "{2}")


def written_date(pattern: str, date: str) -> str:
    """An ISO date by a pattern: "2026-07-04" by DD.MM.YYYY is "04.07.2026", by DD-MON-YY "04-Jul-26"."""
    if pattern == DAYS:
        return str((datetime.date.fromisoformat(date) - _DAY_ZERO.date()).days)
    year, month, day = date.split("-")
    parts = {"YYYY": year, "YY": year[2:], "MON": ENGLISH[int(month) - 1], "MM": month, "DD": day}
    return _TOKEN.sub(lambda found: parts[found[0]], pattern)
