"""What is promoted from a canonical document to indexed columns."""

import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from transactions.checks.order import stated_total

MAX_AMOUNT = Decimal(10) ** 13  # the column has 15 digits, two of them after the point
CURRENCY_LENGTH = 3  # ISO 4217
REQUESTED = ("delivery_requested", "delivery_required", "ship_requested")


class Facts(NamedTuple):
    """business_key, release: uncut. total: stated by the sender, else computed; of a credit note below zero, however
    its sender signs it, so that totals can be added up.

    What is unknown or does not fit its column is None or "": a mapping may write anything, and the body has it all.
    """

    business_key: str = ""
    release: str = ""
    purpose: str = ""
    total: Decimal | None = None
    currency: str = ""
    issue_date: datetime.date | None = None
    requested_date: datetime.date | None = None
    line_count: int = 0


def facts_of(body: dict[str, Any]) -> Facts:
    """Promote the facts of a canonical body of any kind."""
    total = stated_total(body) or body.get("totals", {}).get("computed", {}).get("lines_amount")
    currency = body.get("currency", "")
    return Facts(
        business_key=body.get("number", ""),
        release=_release(body),
        purpose=body.get("purpose", "")[:40],
        total=_signed(_amount(total), body),
        currency=currency if len(currency) <= CURRENCY_LENGTH else "",
        issue_date=_date(body.get("issue_date") or body.get("payment_date") or body.get("period_end")),
        requested_date=_requested(body),
        line_count=len(body.get("lines", [])),
    )


def known_facts(body: dict[str, Any]) -> Facts:
    """Number, release, purpose, total and currency of a body from a document with faults: any of it may be missing."""
    number, release, purpose = (str(body.get(name, "")) for name in ("number", "release_number", "purpose"))
    try:
        facts = facts_of(body)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        # Where the faults are is unknown here; a total that cannot be read is a total that is not told.
        return Facts(number, release, purpose[:40])
    return Facts(number, release, purpose[:40], facts.total, facts.currency)


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount) >= MAX_AMOUNT:
        return None
    rounded = amount.quantize(Decimal("0.01"))
    return rounded if abs(rounded) < MAX_AMOUNT else None


def _release(body: dict[str, Any]) -> str:
    """What tells documents with one number apart: the release of an order, the version of a catalogue, and of an
    invoice that it is a credit or debit note, which senders may number by themselves."""
    kind = body.get("type", "")
    note = kind if kind in ("credit_note", "debit_note") else ""
    parts = (body.get("release_number", ""), body.get("version", ""), body.get("revision", ""), note)
    return " ".join(filter(None, parts))


def _signed(amount: Decimal | None, body: dict[str, Any]) -> Decimal | None:
    return -abs(amount) if amount and body.get("type") == "credit_note" else amount


def _date(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _requested(body: dict[str, Any]) -> datetime.date | None:
    by_type = {entry["type"]: entry.get("date") for entry in reversed(body.get("dates", []))}
    return _date(next((by_type[kind] for kind in REQUESTED if by_type.get(kind)), None))
