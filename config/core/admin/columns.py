"""Cells of lists: instants with their age, sizes, identifiers."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def short_age(age: timedelta) -> str:
    """An age in one unit: "3 d", "5 h", "12 min", "under 1 min"."""
    seconds = int(age.total_seconds())
    for length, name in UNITS:
        if seconds >= length:
            return f"{seconds // length} {name}"
    return "under 1 min"


def when(at: datetime | None) -> SafeString | str:
    """An instant as ISO date and time (UTC) with its age beside it."""
    if at is None:
        return "–"
    age = short_age(timezone.now() - at)
    return format_html(
        '<time datetime="{}" class="or-when">{} <span class="or-quiet">{}</span></time>',
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M}",
        f"{age} ago",
    )


def size(length: int) -> str:
    """A number of bytes for people, in decimal units as limits are given: "412 bytes", "1.5 kB", "100 MB"."""
    for factor, unit in ((1000**3, "GB"), (1000**2, "MB"), (1000, "kB")):
        if length >= factor:
            return f"{length / factor:.1f} {unit}".replace(".0 ", " ")
    return f"{length} bytes"


def short_id(identifier: UUID) -> SafeString:
    """The end of a UUID, which differs even between rows of one moment; the whole of it on hover."""
    return format_html('<code class="or-nowrap" title="{}">…{}</code>', identifier, str(identifier)[-8:])


def milliseconds(microseconds: int) -> str:
    """A duration for people."""
    return f"{microseconds / 1000:.1f} ms"
