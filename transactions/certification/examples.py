"""Examples of the documents that scenarios ask for, in canonical form: made from one order, or from the partner's own.

How they are written is not known here: the mapping that reads a partner's documents writes them
(`transactions.services.scenario_sample`). No database.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from transactions.certification.seen import Reference

Body = dict[str, Any]
Line = dict[str, Any]
ORDER = Path(__file__).parent / "samples" / "order.json"
CHARGE, TOO_MUCH = Decimal("8.50"), Decimal(100)
CARRIED = ("key", "line_id", "quantity", "price", "amount", "identifiers", "descriptions", "commodity_codes")
"""What of an order's line is repeated in the documents that answer it."""
STATED = {
    "UBL": {
        "total": "TaxInclusiveAmount", "payable": "PayableAmount", "lines_total": "LineExtensionAmount",
        "tax_exclusive": "TaxExclusiveAmount",
    },
    "cXML Invoice": {
        "lines_total": "SubtotalAmount", "tax": "Tax", "total": "NetAmount", "other": "GrossAmount",
        "payable": "DueAmount",
    },
    "cXML": {"total": "Total"},
    "810": {"total": "TDS01"},
    "850": {"total": "TT"},
    "": {"total": "invoice_total", "lines_total": "Subtotal"},
}  # fmt: skip
"""How formats name their totals, by how the name of the document begins; the first that fits."""
CXML, WITH_TOTAL_IN_CXML = "cXML", ("order", "order-response")
WITHOUT_CHARGES = ("lines_total",)


def example_of(
    kind: str, scenario: str, earlier: Sequence[Reference], *, document: str, stamp: str, day: date
) -> Body | None:
    """A document that shows a scenario; None where there is no example of its kind.

    earlier: what the partner's tests have by now, the latest last: what answers an order answers the latest of it.
    document: what it is written as: "850", "UBL Order", the name of a layout; totals are named as it names them.
    stamp: digits that make numbers new. day: that of the document.
    """
    make = MADE.get(kind)
    if make is None:
        return None
    order = _order(earlier, ours=kind in ANSWERS)
    body = make(order or _standard_order(f"TEST-{stamp}", day), f"{PREFIXES[kind]}-{stamp}", day)
    if kind == "order":
        body = _of_order(scenario, order, body)
    body = VARIED.get(scenario, lambda one: one)(body)
    if document.startswith(CXML):
        body = _with_payload_of_order(body)
    if kind == "invoice" or scenario == "wrong-total" or (document.startswith(CXML) and kind in WITH_TOTAL_IN_CXML):
        return _totalled(body, document, TOO_MUCH if scenario == "wrong-total" else Decimal(0))
    return body


def _order(earlier: Sequence[Reference], *, ours: bool) -> Body | None:
    """The latest order of the tests; ours: one that we sent, where there is one, since that is to be answered."""
    orders = [one for one in reversed(earlier) if one.kind == "order" and one.body.get("lines")]
    found = next((one for one in orders if one.is_ours), None) if ours else None
    found = found or next((one for one in orders if ours or not one.is_ours), None)
    return dict(found.body) if found is not None else None


def _standard_order(number: str, day: date) -> Body:
    body: Body = json.loads(ORDER.read_text(encoding="utf-8"))
    wanted = {"type": "delivery_requested", "qualifier": "002", "date": (day + timedelta(days=14)).isoformat()}
    return body | {"number": number, "issue_date": day.isoformat(), "issue_time": "09:30:00", "dates": [wanted]}


def _of_order(scenario: str, order: Body | None, new: Body) -> Body:
    """An order that repeats, changes or cancels one of the tests; else a new one."""
    if order is None or scenario not in ("duplicate", "change", "cancel"):
        return new
    return new | {"number": order["number"], "lines": _lines(order)}


def _new_order(_: Body, number: str, day: date) -> Body:
    return _standard_order(number, day)


def _change(order: Body, number: str, day: date) -> Body:
    lines = _lines(order)
    first = lines[0] | {"action": "change", "action_code": "QD"}
    before = Decimal(first["quantity"]["value"])
    first["quantity_left"] = first["quantity"] | {"value": f"{before - 1:f}"}
    return _dealt(order, day, lines=[_priced(first)]) | {
        "model": "order-change/1", "number": order["number"], "purpose": "change", "purpose_code": "04",
        "type": "standard", "type_code": "SA", "sequence": "1", "change_number": number,
        "order_date": order.get("issue_date", day.isoformat()), "notes": [{"text": "As we said on the phone"}],
    }  # fmt: skip


def _response(order: Body, number: str, day: date) -> Body:
    lines = [
        line | {"statuses": [{"status": "accepted", "status_code": "IA", "quantity": line["quantity"]}]}
        for line in _lines(order)
    ]
    return _dealt(order, day, lines=lines) | {
        "model": "order-response/1", "number": order["number"], "purpose": "original", "purpose_code": "00",
        "answers": "order", "status": "accepted", "status_code": "AD", "order": _named(order, day),
    }  # fmt: skip


def _ship_notice(order: Body, number: str, day: date) -> Body:
    named = _named(order, day)
    lines = [
        {name: line[name] for name in line if name not in ("price", "amount")}
        | {"key": 10 + place, "order_key": 1, "order": named | {"line_id": str(line.get("line_id", place))}}
        for place, line in enumerate(_lines(order), 1)
    ]
    body = _dealt(order, day, lines=lines)
    return {name: body[name] for name in body if name not in ("currency", "currencies")} | {
        "model": "despatch-advice/1", "number": number, "purpose": "original", "purpose_code": "00",
        "structure_code": "0004", "issue_time": "12:00:00", "orders": [{"key": 1, "order": named}],
    }  # fmt: skip


def _invoice(order: Body, number: str, day: date) -> Body:
    lines = [
        line
        | {
            "order": _named(order, day) | {"line_id": str(line.get("line_id", place))},
            "stated_amounts": [{"type": "lines_total", "qualifier": "LineExtensionAmount", "amount": line["amount"]}]
            if "amount" in line
            else [],
        }
        for place, line in enumerate(map(_priced, _lines(order)), 1)
    ]
    return _dealt(order, day, lines=lines) | {
        "model": "invoice/1", "number": number, "purpose": "original", "type": "invoice", "order": _named(order, day),
    }  # fmt: skip


MADE: dict[str, Callable[[Body, str, date], Body]] = {
    "order": _new_order, "order-change": _change, "order-response": _response, "despatch-advice": _ship_notice,
    "invoice": _invoice,
}  # fmt: skip
ANSWERS = {"order-response", "despatch-advice", "invoice"}
PREFIXES = {"order": "TEST", "order-change": "TEST", "order-response": "RESP", "despatch-advice": "SHIP",
            "invoice": "INV"}  # fmt: skip


def _with_charge(body: Body) -> Body:
    charge = {"kind": "charge", "level": "document", "sequence": 1, "amount": f"{CHARGE:f}", "description": "Freight"}
    codes = {"kind_code": "C", "service_code": "D240"}
    return body | {"allowances_charges": [codes | charge | {"currency": body.get("currency", "USD")}]}


def _changed(body: Body) -> Body:
    if body["model"] != "order/1":
        return body
    lines = [dict(line) for line in body["lines"]]
    lines[0] = _priced(lines[0] | {"quantity": lines[0]["quantity"] | {"value": "12"}})
    return body | {"purpose": "change", "purpose_code": "04", "lines": lines}


def _cancelled(body: Body) -> Body:
    lines = body["lines"]
    if body["model"] == "order-change/1":
        lines = [line | {"action": "delete", "action_code": "DI"} for line in lines]
    return body | {"purpose": "cancellation", "purpose_code": "01", "lines": lines}


VARIED: dict[str, Callable[[Body], Body]] = {
    "allowance": _with_charge, "change": _changed, "cancel": _cancelled,
}  # fmt: skip


def _with_payload_of_order(body: Body) -> Body:
    """cXML names the message of the order, too, beside its number."""
    if body["model"] == "despatch-advice/1":
        orders = [one | {"references": [_payload(one["order"], "DocumentReference")]} for one in body["orders"]]
        return body | {"orders": orders}
    if body["model"] == "order-response/1":
        return body | {"references": [_payload(body["order"], "OrderReference")]}
    return body


def _payload(order: Body, name: str) -> Body:
    return {"type": "purchase_order", "qualifier": name, "value": f"{order['number']}@example.com"}


def _dealt(order: Body, day: date, *, lines: list[Line]) -> Body:
    """What all documents about an order have of it."""
    kept = {name: order[name] for name in ("currency", "currencies") if order.get(name)}
    parties = [one for one in order.get("parties", []) if one.get("role") in ("buyer", "seller")]
    return (
        kept
        | ({"parties": parties} if parties else {})
        | {"issue_date": day.isoformat(), "lines": lines, "totals": {"stated": {"line_count": len(lines)}}}
    )


def _lines(order: Body) -> list[Line]:
    lines = [line for line in order["lines"] if "parent_key" not in line]
    return [
        {name: line[name] for name in CARRIED if name in line} | {"key": place} for place, line in enumerate(lines, 1)
    ]


def _named(order: Body, day: date) -> Body:
    return {"number": order["number"], "date": order.get("issue_date", day.isoformat())}


def _priced(line: Line) -> Line:
    price = line.get("price", {}).get("amount")
    if price is None:
        return line
    amount = Decimal(price) / Decimal(line["price"].get("basis_quantity", 1)) * Decimal(line["quantity"]["value"])
    return line | {"amount": f"{amount:.2f}"}


def _totalled(body: Body, document: str, too_much: Decimal) -> Body:
    """With its totals as the format names them. too_much: by how much they are wrong."""
    of_lines = sum((Decimal(line["amount"]) for line in body["lines"] if "amount" in line), Decimal(0))
    charged = sum((Decimal(one["amount"]) for one in body.get("allowances_charges", [])), Decimal(0))
    names = next(names for begin, names in STATED.items() if document.startswith(begin))
    amounts = []
    for kind, name in names.items():
        amount = of_lines + too_much + (0 if kind in WITHOUT_CHARGES else charged) if kind != "tax" else Decimal(0)
        amounts.append({"type": kind, "qualifier": name, "amount": f"{amount:.2f}"})
    totals = body.get("totals", {})
    return body | {"totals": totals | {"stated": totals.get("stated", {}) | {"amounts": amounts}}}
