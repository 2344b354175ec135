"""What is promoted from a canonical document to indexed columns."""

import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from transactions.checks.order import stated_total

MAX_AMOUNT = Decimal(10) ** 13  # the column has 15 digits, two of them after the point
REQUESTED = ("delivery_requested", "delivery_required", "ship_requested")


class Facts(NamedTuple):
    """total: stated by the sender, else computed; None where it is unknown or does not fit the column."""

    business_key: str = ""
    release: str = ""
    purpose: str = ""
    total: Decimal | None = None
    currency: str = ""
    issue_date: datetime.date | None = None
    requested_date: datetime.date | None = None
    line_count: int = 0


def facts_of(body: dict[str, Any]) -> Facts:
    """Promote the facts of an `order/1` body."""
    total = stated_total(body) or body.get("totals", {}).get("computed", {}).get("lines_amount")
    return Facts(
        business_key=body.get("number", "")[:80],
        release=body.get("release_number", "")[:80],
        purpose=body.get("purpose", "")[:40],
        total=_amount(total),
        currency=body.get("currency", ""),
        issue_date=_date(body.get("issue_date")),
        requested_date=_requested(body),
        line_count=len(body.get("lines", [])),
    )


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    amount = Decimal(text)
    return amount.quantize(Decimal("0.01")) if abs(amount) < MAX_AMOUNT else None


def _date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _requested(body: dict[str, Any]) -> datetime.date | None:
    by_type = {entry["type"]: entry.get("date") for entry in reversed(body.get("dates", []))}
    return _date(next((by_type[kind] for kind in REQUESTED if by_type.get(kind)), None))
