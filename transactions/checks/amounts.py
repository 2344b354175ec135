"""Sums of documents with money: what is stated, and what it may be made of."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations
from typing import Any

Body = dict[str, Any]
HALF_CENT = Decimal("0.005")


def stated(body: Body) -> dict[str, tuple[int, Decimal]]:
    """The stated totals of a document by their type, the first of each, with their place in the list."""
    found: dict[str, tuple[int, Decimal]] = {}
    for index, (kind, amount) in enumerate(amounts_of(body)):
        found.setdefault(kind, (index, amount))
    return found


def amounts_of(body: Body) -> list[tuple[str, Decimal]]:
    """All stated totals of a document, each with its type, in their order."""
    entries = body.get("totals", {}).get("stated", {}).get("amounts", [])
    return [(entry["type"], Decimal(entry["amount"])) for entry in entries]


def total(parts: Iterable[Body], kind: str = "") -> Decimal:
    """The sum of the amounts of allowances, charges or taxes that are not in the price already.

    kind: "allowance", "charge", "other" (signed as sent), or "" for taxes, which have none: of these the same once more
    in another currency does not count.
    """
    return sum(
        (Decimal(part["amount"]) for part in parts if _counts(part, kind)),
        Decimal(0),
    )


def agrees(amount: Decimal, base: Decimal, extras: Iterable[Decimal], rounded: int) -> bool:
    """Whether an amount is the base with some of the extras, whichever the sender adds.

    rounded: how many amounts may have been rounded to cents. The sign is left aside: credits are written both ways.
    """
    some = [extra for extra in extras if extra]
    slack = HALF_CENT * (rounded + 2)
    sums = (base + sum(chosen, Decimal(0)) for count in range(len(some) + 1) for chosen in combinations(some, count))
    return any(abs(abs(one) - abs(amount)) <= slack for one in sums)


def _counts(part: Body, kind: str) -> bool:
    is_meant = part.get("kind") == kind if kind else "currency" not in part
    return "amount" in part and not part.get("included") and is_meant
