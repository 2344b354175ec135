"""Checks of a document against those that it answers: response and ship notice with the order, invoice with both."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from transactions.certification.registry import check
from transactions.certification.seen import Reference, Said, Seen, failed, passed

Line = dict[str, Any]
NAMED = 5  # so many differences are told
NUMBERS = {"description", "lot", "serial", "color", "size", "other"}
"""Schemes that do not tell which item it is."""


@check("matches-order", "It matches its order, line by line")
def matches_order(seen: Seen, _: None) -> Said:
    orders = _named(seen, "order")
    if not orders:
        known = ", ".join(one.number for one in seen.before("order")[:NAMED])
        return failed(
            f"It names {', '.join(seen.orders) or 'no order'}, which is no order of these tests.",
            f"Answer one of these orders: {known}." if known else "There is no test order yet: ask us for one.",
        )
    lines = _lines(seen.body)
    if not lines:
        return failed("It has no lines.", "Send it with a line for each line of the order.")
    ordered = [line for order in orders for line in _lines(order.body)]
    faults = list(_against(lines, ordered, "ordered"))[:NAMED]
    if faults:
        return failed(
            " ".join(faults), "Use the items and quantities of the order; less than was ordered is fine, more is not."
        )
    return passed(f"Its {_count(lines)} fit order {', '.join(one.number for one in orders)}.")


@check("matches-shipment", "It matches what was shipped, line by line")
def matches_shipment(seen: Seen, _: None) -> Said:
    notices = _named(seen, "despatch-advice")
    if not notices:
        return failed(
            f"There is no accepted ship notice for {', '.join(seen.orders) or 'the order that it should name'}.",
            "Send the ship notice of that order first, then the invoice for it.",
        )
    shipped = [line for notice in notices for line in _lines(notice.body)]
    faults = list(_against(_lines(seen.body), shipped, "shipped"))[:NAMED]
    if faults:
        return failed(" ".join(faults), "Charge what the ship notice says: the same items, and no more of them.")
    return passed("It charges no more than was shipped.")


@check("matches-prices", "It charges the prices of the order")
def matches_prices(seen: Seen, _: None) -> Said:
    ordered = [line for order in _named(seen, "order") for line in _lines(order.body)]
    differing = []
    for line in _lines(seen.body):
        twin = _twin(line, ordered)
        charged, agreed = _price(line), _price(twin) if twin is not None else None
        if charged is not None and agreed is not None and charged != agreed:
            differing.append(f"{_name(line)} is charged at {charged:f}; the order says {agreed:f}.")
    if differing:
        return failed(" ".join(differing[:NAMED]), "Charge the prices of the order, or send a change of it first.")
    return passed("No price differs from the order's.")


def _named(seen: Seen, kind: str) -> list[Reference]:
    """The documents of this kind for the orders that are named, the latest of each number."""
    found: dict[str, Reference] = {}
    for one in seen.earlier:
        numbers = [one.number] if kind == "order" else one.orders
        if one.kind == kind and set(numbers) & set(seen.orders):
            found[one.number] = one
    return list(found.values())


def _lines(body: Any) -> list[Line]:
    return [line for line in body.get("lines", []) if "parent_key" not in line]


def _against(lines: Sequence[Line], wanted: Sequence[Line], verb: str) -> Iterator[str]:
    """What of the lines is not among the wanted ones, or is more than these have."""
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        twin = _twin(line, wanted)
        if twin is None:
            yield f"{_name(line)} was not {verb}."
            continue
        quantity, limit = _quantity(line), _quantity(twin)
        key = id(twin)
        taken[key] += quantity or 0
        if quantity is not None and limit is not None and taken[key] > limit:
            yield f"{_name(line)} has {taken[key]:f}; {limit:f} {'was' if limit == 1 else 'were'} {verb}."


def _twin(line: Line, others: Sequence[Line]) -> Line | None:
    """The line of the same item; of several the one of the same line number."""
    own = _items(line)
    same = [other for other in others if own & _items(other)]
    number = line.get("order", {}).get("line_id") or line.get("line_id")
    by_number = [other for other in (same or ([] if own else others)) if number and _number(other) == number]
    return next(iter(by_number or same), None)


def _number(line: Line) -> str:
    return str(line.get("line_id") or "")


def _items(line: Line) -> set[str]:
    """The item's numbers, whoever calls it so: partners name an item by each other's numbers."""
    return {one["value"].strip().upper() for one in line.get("identifiers", []) if one.get("scheme") not in NUMBERS}


def _quantity(line: Line) -> Decimal | None:
    value = line.get("quantity", {}).get("value")
    return Decimal(value) if value is not None else None


def _price(line: Line) -> Decimal | None:
    amount = line.get("price", {}).get("amount")
    return Decimal(amount) / Decimal(line["price"].get("basis_quantity", 1)) if amount is not None else None


def _name(line: Line) -> str:
    items = sorted(_items(line))
    return f"Line {line.get('line_id', line.get('key'))}" + (f" ({items[0]})" if items else "")


def _count(lines: Sequence[Line]) -> str:
    return f"{len(lines)} line{'' if len(lines) == 1 else 's'}"
