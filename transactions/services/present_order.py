"""An order for reading: facts, parties, lines and totals in the order in which people look for them.

The other kinds with parties and lines are shown the same way; `present_kinds` has what is theirs alone.
"""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from transactions.services.present_kinds import (
    Linked,
    coded,
    line_facts,
    number_label,
    own_facts,
    texts,
    unit_facts,
    words,
)
from transactions.services.present_rest import rest_of

LINES = 500

SHOWN = {"/model", "/exchange", "/lines", "/parties", "/notes", "/messages"}
"""Of a document: what is said above it, and what has parts of its own."""

PARTY_SHOWN = ("role", "role_code", "name", "additional_names", "identifiers", "address", "contacts")
LINE_SHOWN = ("line_id", "identifiers", "descriptions", "quantity", "price", "amount", "currency", "dates")

Body = dict[str, Any]


class PartyView(NamedTuple):
    """pointer: of the party in the canonical form; its lists stand in the order of the form. rest: all that is left."""

    role: str
    name: str
    identifiers: list[str]
    address: list[str]
    contacts: list[str]
    pointer: str = ""
    rest: tuple[Linked, ...] = ()


class LineView(NamedTuple):
    """charges: allowances, charges and taxes of the line. statuses: what is to become of it, or was answered.

    rest: all that is left.
    """

    key: str
    line_id: str
    items: list[str]
    description: str
    quantity: str
    price: str
    amount: str
    dates: list[str]
    is_subline: bool
    pointer: str = ""
    charges: tuple[Linked, ...] = ()
    statuses: tuple[Linked, ...] = ()
    rest: tuple[Linked, ...] = ()


class OrderView(NamedTuple):
    """first: the line that is shown first, from 1; is_cut: the order has more lines than are shown.

    rest: all that is left of the head.
    """

    linked_facts: list[Linked]
    parties: list[PartyView]
    lines: list[LineView]
    linked_totals: list[Linked]
    notes: list[str]
    line_count: int
    is_cut: bool
    charges: list[Linked]
    rest: list[Linked]
    first: int = 1

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Label and value pairs."""
        return [(fact.label, fact.value) for fact in self.linked_facts]

    @property
    def totals(self) -> list[tuple[str, str]]:
        """Label and value pairs."""
        return [(total.label, total.value) for total in self.linked_totals]


def order_view(body: Body, first: int = 1, most: int = LINES) -> OrderView:
    """Lay an order out. body: the canonical document, decimals as strings. first: the line to begin with, from 1;
    most: how many lines to lay out.
    """
    currency = body.get("currency", "")
    lines = body.get("lines", [])
    start = max(first, 1) - 1
    facts = [fact for fact in _facts(body) if fact.value]
    totals = list(_totals(body.get("totals", {}), currency))
    charges = list(_charges(body, currency, ""))
    return OrderView(
        linked_facts=facts,
        parties=[_party(party, f"/parties/{index}") for index, party in enumerate(body.get("parties", []))],
        lines=[
            _line(line, currency, f"/lines/{index}") for index, line in enumerate(lines[start : start + most], start)
        ],
        linked_totals=totals,
        notes=texts(body),
        line_count=len(lines),
        is_cut=len(lines) > most,
        charges=charges,
        rest=rest_of(body, "", SHOWN | _pointers(facts, totals, charges)),
        first=start + 1,
    )


def _pointers(*groups: Iterable[Linked]) -> set[str]:
    """The pointers of all that is shown by these."""
    return {pointer for group in groups for entry in group for pointer in entry.pointer.split()}


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


def _facts(body: Body) -> Iterable[Linked]:
    yield Linked(number_label(body), body.get("number", ""), "/number")
    yield from own_facts(body)
    yield Linked("Release", body.get("release_number", ""), "/release_number")
    yield Linked("Date", body.get("issue_date", ""), "/issue_date")
    yield Linked("Purpose", coded(body, "purpose"), "/purpose /purpose_code")
    yield Linked("Type", coded(body, "type"), "/type /type_code")
    yield Linked("Currency", body.get("currency", ""), "/currency")
    for index, entry in enumerate(body.get("dates", [])):
        yield Linked(_label(entry, "type"), _date(entry), f"/dates/{index}")
    for index, reference in enumerate(body.get("references", [])):
        value = reference.get("value") or reference.get("description", "")
        yield Linked(_label(reference, "type"), value, f"/references/{index}")
    for index, terms in enumerate(body.get("payment_terms", [])):
        yield Linked("Payment", _payment(terms), f"/payment_terms/{index}")
    for index, terms in enumerate(body.get("delivery_terms", [])):
        value = coded(terms, "freight_payment") or terms.get("description", "")
        yield Linked("Delivery", value, f"/delivery_terms/{index}")
    yield from unit_facts(body)


def _charges(body: Body, currency: str, base: str) -> Iterable[Linked]:
    """Allowances, charges and taxes of the order or of a line."""
    for index, entry in enumerate(body.get("allowances_charges", [])):
        label = words(entry.get("kind", "other"))
        if service := entry.get("description") or entry.get("service_code"):
            label = f"{label}: {service}"
        yield Linked(label, _charge(entry, currency), f"{base}/allowances_charges/{index}")
    for index, entry in enumerate(body.get("taxes", [])):
        kind = entry.get("type") or entry.get("type_code") or ""
        label = f"Tax, {kind.upper() if len(kind) < 4 else kind}" if kind else "Tax"
        value = _charge(entry, currency) or ("exempt" if entry.get("exempt") else entry.get("registration", ""))
        yield Linked(label, value, f"{base}/taxes/{index}")


def _charge(entry: Body, currency: str) -> str:
    percent = f"{grouped(entry['percent'])} %" if entry.get("percent") else ""
    amount = money(entry.get("amount"), entry.get("currency") or currency)
    rate = f"{money(entry['rate'], currency)} each" if entry.get("rate") and not amount else ""
    included = "included in the price" if entry.get("included") else ""
    return ", ".join(filter(None, (amount, percent, rate, included)))


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
    return ", ".join(parts) or coded(terms, "type")


def _party(party: Body, pointer: str) -> PartyView:
    address = party.get("address") or {}
    place = " ".join(filter(None, (address.get("postal_code"), address.get("city"), address.get("region"))))
    return PartyView(
        role=_label(party, "role") if party.get("role") != "other" else f"Role {party.get('role_code', '?')}",
        name=" ".join(filter(None, (party.get("name", ""), *party.get("additional_names", [])))),
        identifiers=[_identifier(identifier) for identifier in party.get("identifiers", [])],
        address=[*address.get("lines", []), *filter(None, (place, address.get("country")))],
        contacts=[_contact(contact) for contact in party.get("contacts", [])],
        pointer=pointer,
        rest=tuple(rest_of(party, pointer, {f"{pointer}/{name}" for name in PARTY_SHOWN})),
    )


def _identifier(identifier: Body) -> str:
    scheme = identifier.get("scheme") or identifier.get("scheme_code") or ""
    return f"{scheme.replace('_', ' ')} {identifier.get('value', '')}".strip()


def _contact(contact: Body) -> str:
    channels = [channel.get("value", "") for channel in contact.get("channels", [])]
    return ", ".join(filter(None, (contact.get("name", ""), *channels)))


def _line(line: Body, currency: str, pointer: str) -> LineView:
    price = line.get("price") or {}
    own_currency = price.get("currency") or line.get("currency") or currency
    basis = f" per {grouped(price['basis_quantity'])}" if price.get("basis_quantity", "1") != "1" else ""
    unit = f" / {price['basis_unit']}" if price.get("basis_unit") else ""
    charges = tuple(_charges(line, line.get("currency") or currency, pointer))
    statuses = tuple(line_facts(line, pointer, quantity))
    shown = {f"{pointer}/{name}" for name in LINE_SHOWN} | _pointers(charges, statuses)
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
        pointer=pointer,
        charges=charges,
        statuses=statuses,
        rest=tuple(rest_of(line, pointer, shown)),
    )


def _totals(totals: Body, currency: str) -> Iterable[Linked]:
    computed, stated = totals.get("computed") or {}, totals.get("stated") or {}
    made, said_so = "/totals/computed", "/totals/stated"
    if amount := computed.get("lines_amount"):
        yield Linked("Sum of lines", money(amount, currency), f"{made}/lines_amount")
    for index, entry in enumerate(stated.get("amounts", [])):
        label = f"Stated {words(entry.get('type', 'other')).lower()}"
        yield Linked(label, money(entry.get("amount"), currency), f"{said_so}/amounts/{index}")
    if "line_count" in computed:
        said = f" (stated: {stated['line_count']})" if "line_count" in stated else ""
        yield Linked("Lines", f"{computed['line_count']}{said}", f"{made}/line_count {said_so}/line_count")
    if total := computed.get("quantity"):
        said = f" (stated hash: {grouped(stated['hash_total'])})" if stated.get("hash_total") else ""
        yield Linked("Quantities", f"{grouped(total)}{said}", f"{made}/quantity {said_so}/hash_total")
