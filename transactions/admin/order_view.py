"""An `order/1` for reading: facts, parties, lines and totals in the order in which people look for them."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

LINES = 500

Body = dict[str, Any]


class PartyView(NamedTuple):
    role: str
    name: str
    identifiers: list[str]
    address: list[str]
    contacts: list[str]


class LineView(NamedTuple):
    key: str
    line_id: str
    items: list[str]
    description: str
    quantity: str
    price: str
    amount: str
    dates: list[str]
    is_subline: bool


class OrderView(NamedTuple):
    """facts and totals: label and value pairs; is_cut: the order has more lines than are shown."""

    facts: list[tuple[str, str]]
    parties: list[PartyView]
    lines: list[LineView]
    totals: list[tuple[str, str]]
    notes: list[str]
    line_count: int
    is_cut: bool


def order_view(body: Body) -> OrderView:
    """Lay an order out. body: the canonical document, decimals as strings."""
    currency = body.get("currency", "")
    lines = body.get("lines", [])
    return OrderView(
        facts=list(_facts(body)),
        parties=[_party(party) for party in body.get("parties", [])],
        lines=[_line(line, currency) for line in lines[:LINES]],
        totals=list(_totals(body.get("totals", {}), currency)),
        notes=[note["text"] for note in body.get("notes", []) if note.get("text")],
        line_count=len(lines),
        is_cut=len(lines) > LINES,
    )


def words(term: str) -> str:
    """A term of the canonical model in words: "delivery_requested" is "Delivery requested"."""
    return term.replace("_", " ").capitalize()


def grouped(number: str) -> str:
    """An exact decimal with thousands separated, its scale unchanged."""
    try:
        return f"{Decimal(number):,f}"
    except InvalidOperation:
        return number


def money(number: str | None, currency: str) -> str:
    """An amount with its currency; "" when there is none. One decimal is written as two: 38.20, not 38.2."""
    if not number:
        return ""
    _, point, decimals = number.partition(".")
    return f"{grouped(number + '0' if point and len(decimals) == 1 else number)} {currency}".rstrip()


def quantity(value: Body | None) -> str:
    """A quantity with the normalised unit, else the sender's."""
    if not value:
        return ""
    return f"{grouped(value.get('value', ''))} {value.get('unit') or value.get('unit_code') or ''}".rstrip()


def _coded(body: Body, name: str) -> str:
    """A translated value with the sender's own code beside it."""
    value, code = body.get(name, ""), body.get(f"{name}_code", "")
    return f"{words(value)} ({code})" if value and code else words(value) or code


def _facts(body: Body) -> Iterable[tuple[str, str]]:
    yield "Order", body.get("number", "")
    if release := body.get("release_number"):
        yield "Release", release
    yield "Date", body.get("issue_date", "")
    yield "Purpose", _coded(body, "purpose")
    yield "Type", _coded(body, "type")
    if currency := body.get("currency"):
        yield "Currency", currency
    for entry in body.get("dates", []):
        yield _label(entry, "type"), _date(entry)
    for reference in body.get("references", []):
        yield _label(reference, "type"), reference.get("value") or reference.get("description", "")
    for terms in body.get("payment_terms", []):
        yield "Payment", _payment(terms)
    for terms in body.get("delivery_terms", []):
        yield "Delivery", _coded(terms, "freight_payment") or terms.get("description", "")


def _label(body: Body, name: str) -> str:
    value = body.get(name, "")
    return words(value) if value and value != "other" else f"Qualifier {body.get('qualifier', '?')}"


def _date(entry: Body) -> str:
    until = f" to {entry['until']}" if entry.get("until") else ""
    return " ".join(filter(None, (entry.get("date", ""), entry.get("time", ""), entry.get("text", "")))) + until


def _payment(terms: Body) -> str:
    parts = []
    if percent := terms.get("discount_percent"):
        days = f" within {terms['discount_days']} days" if terms.get("discount_days") else ""
        parts.append(f"{percent} %{days}")
    if net := terms.get("net_days"):
        parts.append(f"net {net} days")
    if description := terms.get("description"):
        parts.append(description)
    return ", ".join(parts) or _coded(terms, "type")


def _party(party: Body) -> PartyView:
    address = party.get("address") or {}
    place = " ".join(filter(None, (address.get("postal_code"), address.get("city"), address.get("region"))))
    return PartyView(
        role=_label(party, "role") if party.get("role") != "other" else f"Role {party.get('role_code', '?')}",
        name=" ".join(filter(None, (party.get("name", ""), *party.get("additional_names", [])))),
        identifiers=[_identifier(identifier) for identifier in party.get("identifiers", [])],
        address=[*address.get("lines", []), *filter(None, (place, address.get("country")))],
        contacts=[_contact(contact) for contact in party.get("contacts", [])],
    )


def _identifier(identifier: Body) -> str:
    scheme = identifier.get("scheme") or identifier.get("scheme_code") or ""
    return f"{scheme.replace('_', ' ')} {identifier.get('value', '')}".strip()


def _contact(contact: Body) -> str:
    channels = [channel.get("value", "") for channel in contact.get("channels", [])]
    return ", ".join(filter(None, (contact.get("name", ""), *channels)))


def _line(line: Body, currency: str) -> LineView:
    price = line.get("price") or {}
    own_currency = price.get("currency") or line.get("currency") or currency
    basis = f" per {grouped(price['basis_quantity'])}" if price.get("basis_quantity", "1") != "1" else ""
    unit = f" / {price['basis_unit']}" if price.get("basis_unit") else ""
    return LineView(
        key=str(line.get("key", "")),
        line_id=line.get("line_id", ""),
        items=[f"{item['scheme'].replace('_', ' ')} {item['value']}" for item in line.get("identifiers", [])],
        description=" ".join(d["text"] for d in line.get("descriptions", []) if d.get("text")),
        quantity=quantity(line.get("quantity")),
        price=money(price.get("amount"), own_currency) + (basis or unit),
        amount=money(line.get("amount"), line.get("currency") or currency),
        dates=[f"{_label(entry, 'type')}: {_date(entry)}" for entry in line.get("dates", [])],
        is_subline=bool(line.get("parent_key")),
    )


def _totals(totals: Body, currency: str) -> Iterable[tuple[str, str]]:
    computed, stated = totals.get("computed") or {}, totals.get("stated") or {}
    if amount := computed.get("lines_amount"):
        yield "Sum of lines", money(amount, currency)
    for entry in stated.get("amounts", []):
        yield f"Stated {words(entry.get('type', 'other')).lower()}", money(entry.get("amount"), currency)
    if "line_count" in computed:
        said = f" (stated: {stated['line_count']})" if "line_count" in stated else ""
        yield "Lines", f"{computed['line_count']}{said}"
    if total := computed.get("quantity"):
        said = f" (stated hash: {grouped(stated['hash_total'])})" if stated.get("hash_total") else ""
        yield "Quantities", f"{grouped(total)}{said}"
