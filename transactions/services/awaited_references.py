"""What a canonical document tells of what is awaited: the orders that it names, and the dates that it sets."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from partners.models import Deadline, ExpectedDocument, Partner
from partners.services.working_time import local_instant

NAMED_BY_NUMBER = frozenset({"order", "order-change"})
# The most binding first.
DATES = {
    Deadline.SHIP_DATE: ("ship_promised", "ship_scheduled", "ship_requested", "ship_not_after"),
    Deadline.DELIVERY_DATE: (
        "delivery_promised", "delivery_scheduled", "delivery_required", "delivery_requested", "delivery_not_after",
    ),
}  # fmt: skip
REFERENCE_LENGTH = 80


def reference_of(number: str) -> str:
    """An order's number as it is compared: without blanks around it, capital letters alone."""
    return number.strip().upper()[:REFERENCE_LENGTH]


def orders_named(kind: str, body: dict[str, Any]) -> list[str]:
    """The orders that a document is about, each once, in the order of the document."""
    if kind in NAMED_BY_NUMBER:
        numbers = [body.get("number")]
    else:
        parts = [body, *body.get("orders", []), *body.get("lines", [])]
        numbers = [(part.get("order") or {}).get("number") for part in parts]
    return list(dict.fromkeys(reference_of(number) for number in numbers if number))


def due_of(expected: ExpectedDocument, partner: Partner, at: datetime, body: dict[str, Any]) -> datetime | None:
    """When the answer to a document must be there; None when that goes by a date that it does not name.

    partner: who answers. at: when the document was received or sent.
    """
    if expected.deadline == Deadline.HOURS:
        return at + timedelta(hours=expected.hours or 0)
    day = _date(body, DATES[Deadline(expected.deadline)])
    return local_instant(partner, day, expected.by) if day is not None else None


def _date(body: dict[str, Any], types: tuple[str, ...]) -> date | None:
    """The date of the document as a whole, else the earliest of its lines."""
    for part in ([body], body.get("lines", [])):
        found = {kind: min(days) for kind in types if (days := list(_dates(part, kind)))}
        if chosen := next((found[kind] for kind in types if kind in found), None):
            return chosen
    return None


def _dates(parts: list[dict[str, Any]], kind: str) -> Iterator[date]:
    for part in parts:
        for one in (part, *part.get("statuses", [])):
            for entry in one.get("dates", []):
                if entry.get("type") == kind and entry.get("date"):
                    yield date.fromisoformat(entry["date"])
