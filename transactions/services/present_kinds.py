"""What kinds of documents beside orders say that an order does not: the facts and the words of their lines."""

from collections.abc import Iterable
from typing import Any, NamedTuple

Body = dict[str, Any]

NUMBERS = {
    "order": "Order",
    "order-change": "Change of order",
    "order-response": "Answer",
    "despatch-advice": "Shipment",
    "invoice": "Invoice",
    "remittance-advice": "Payment",
    "receipt-advice": "Receipt",
    "inventory-report": "Stock report",
    "product-activity": "Report of sales",
    "price-catalogue": "Catalogue",
    "return": "Return",
    "warehouse-order": "Order to the warehouse",
    "warehouse-shipping-advice": "Shipment",
    "transport-status": "Shipment of the carrier",
    "freight-invoice": "Freight invoice",
    "load-tender": "Load",
    "load-tender-response": "Load",
    "application-advice": "Advice",
    "text-message": "Message",
}
"""The kinds that are shown for reading, with what their number is called."""


UNITS = 20
"""So many handling units, stops, answers are named among the facts; the JSON has all."""


class Linked(NamedTuple):
    """A value for people, and the JSON pointer of what it shows of the canonical form."""

    label: str
    value: str
    pointer: str


def is_shown(schema: str) -> bool:
    """Whether documents of this schema ("order/1") are shown for reading beside their JSON."""
    return schema.partition("/")[0] in NUMBERS


def number_label(body: Body) -> str:
    """What the number of the document is called."""
    return NUMBERS.get(str(body.get("model", "")).partition("/")[0], "Number")


def words(term: str) -> str:
    """A term of the canonical model in words: "delivery_requested" is "Delivery requested"."""
    return term.replace("_", " ").capitalize()


def coded(body: Body, name: str) -> str:
    """A translated value with the sender's own code beside it."""
    value, code = body.get(name, ""), body.get(f"{name}_code", "")
    return f"{words(value)} ({code})" if value and code else words(value) or code


def own_facts(body: Body) -> Iterable[Linked]:
    """The facts of changes and answers: which order, which change, what the answer is."""
    order = body.get("order") or {}
    yield Linked("Status", coded(body, "status"), "/status /status_code")
    yield Linked("To order", order.get("number", ""), "/order/number")
    yield Linked("Seller's order", order.get("seller_number", ""), "/order/seller_number")
    yield Linked("Number of the change", body.get("change_number", ""), "/change_number")
    yield Linked("Change", body.get("sequence", ""), "/sequence")
    for number, entry in enumerate(body.get("orders", [])):
        yield Linked("Order", (entry.get("order") or {}).get("number", ""), f"/orders/{number}/order/number")
    yield Linked("Shipment", (body.get("despatch") or {}).get("number", ""), "/despatch/number")
    yield from _load_facts(body)
    yield from _responses(body)
    yield Linked("Due", body.get("due_date", ""), "/due_date")
    yield Linked("Paid", body.get("payment_date", ""), "/payment_date")
    if isinstance(body.get("handling"), str):  # that of a payment; of goods it is a list
        yield Linked("What it does", coded(body, "handling"), "/handling /handling_code")
    for number, entry in enumerate(body.get("billing_references", [])):
        yield Linked(words(entry.get("type", "invoice")), entry.get("number", ""), f"/billing_references/{number}")
    yield Linked("Authorization", body.get("authorization", ""), "/authorization")
    yield Linked("Version", body.get("version", ""), "/version")
    for start, end in (("period_start", "period_end"), ("valid_from", "valid_until")):
        days = " to ".join(filter(None, (body.get(start, ""), body.get(end, ""))))
        yield Linked("Period" if start == "period_start" else "Valid", days, f"/{start} /{end}")
    yield Linked("Date of the order", body.get("order_date") or order.get("date", ""), "/order_date /order/date")


def _load_facts(body: Body) -> Iterable[Linked]:
    """What is said of a load: who has it, where it stops, what happened to it."""
    load = body.get("shipment_number", "")
    yield Linked("Load of the shipper", load if load != body.get("number") else "", "/shipment_number")
    yield Linked("Order to the warehouse", body.get("depositor_order", ""), "/depositor_order")
    yield Linked("Carrier", (body.get("carrier") or {}).get("value", ""), "/carrier")
    yield Linked("Freight", coded(body, "freight_payment"), "/freight_payment /freight_payment_code")
    yield Linked("Delivered", body.get("delivery_date", ""), "/delivery_date")
    for number, stop in enumerate(body.get("stops", [])[:UNITS]):
        places = [_place(party) for party in stop.get("parties", [])]
        dates = [_moment(entry) for entry in stop.get("dates", [])]
        said = ", ".join(filter(None, [*places, *dates])) or coded(stop, "type")
        yield Linked(f"Stop {stop['sequence']}, {words(stop['type']).lower()}", said, f"/stops/{number}")
    yield from _events(body, "")


def _responses(body: Body) -> Iterable[Linked]:
    """What became of documents that were sent, with their errors."""
    for number, entry in enumerate(body.get("responses", [])[:UNITS]):
        reference = entry.get("reference") or {}
        about = " ".join(filter(None, (words(reference.get("type", "document")), reference.get("value"))))
        yield Linked(about, coded(entry, "status"), f"/responses/{number}")
        for place, fault in enumerate(entry.get("faults", [])[:UNITS]):
            said = " ".join(fault[name] for name in ("segment", "code", "message", "value") if fault.get(name))
            yield Linked("Error", said, f"/responses/{number}/faults/{place}")


def texts(body: Body) -> list[str]:
    """The notes of a document, and the texts that are all it has."""
    messages = [
        "\n".join(filter(None, (entry.get("title"), entry["text"]))) for entry in body.get("messages", [])[:UNITS]
    ]
    return [*messages, *(note["text"] for note in body.get("notes", []) if note.get("text"))]


def _events(part: Body, pointer: str) -> Iterable[Linked]:
    for number, entry in enumerate(part.get("events", [])):
        place = entry.get("place") or {}
        codes = [entry[name] for name in ("status_code", "appointment_code", "reason_code") if entry.get(name)]
        where = " ".join(filter(None, (place.get("city"), place.get("region"))))
        said = ", ".join(filter(None, (_moment(entry), where, " ".join(codes))))
        yield Linked(words(entry["type"]), said, f"{pointer}/events/{number}")


def _moment(entry: Body) -> str:
    return " ".join(filter(None, (entry.get("date"), entry.get("time"))))


def _place(party: Body) -> str:
    address = party.get("address") or {}
    return " ".join(filter(None, (party.get("name"), address.get("city"), address.get("region"))))


def unit_facts(body: Body) -> Iterable[Linked]:
    """The pallets and packages of a shipment, by the first number that they have."""
    for name in ("handling_units", "units"):
        for number, unit in enumerate(body.get(name, [])[:UNITS]):
            mark = (unit.get("marks") or [{}])[0].get("value", "")
            said = unit.get("sscc") or unit.get("id") or mark or "without a number"
            yield Linked(words(unit.get("type", "unit")), said, f"/{name}/{number}")


def line_facts(line: Body, pointer: str, quantity: Any) -> Iterable[Linked]:
    """What is to become of a line, and what was answered. quantity: puts a quantity into words."""
    order = line.get("order") or {}
    of_order = " line ".join(filter(None, (order.get("number", ""), order.get("line_id", ""))))
    yield from [Linked("Order", of_order, f"{pointer}/order")] if of_order else []
    yield from _payment_facts(line, pointer)
    yield from _item_facts(line, pointer, quantity)
    yield from _carried_facts(line, pointer, quantity)
    for number, entry in enumerate(line.get("exceptions", [])):
        codes = (entry.get(name, "") for name in ("reason_code", "handling_code", "description"))
        said = " ".join(filter(None, (quantity(entry.get("quantity")), *codes)))
        yield Linked(words(entry.get("condition", "other")), said, f"{pointer}/exceptions/{number}")
    for number, lot in enumerate(line.get("lots", [])):
        label, value = ("Lot", lot["number"]) if lot.get("number") else ("Serial number", lot.get("serial", ""))
        yield Linked(label, value, f"{pointer}/lots/{number}")
    if line.get("quantity_back_ordered"):
        yield Linked("On back order", quantity(line["quantity_back_ordered"]), f"{pointer}/quantity_back_ordered")
    if line.get("action"):
        yield Linked("Action", coded(line, "action"), f"{pointer}/action {pointer}/action_code")
    if line.get("quantity_left"):
        yield Linked("Still to come", quantity(line["quantity_left"]), f"{pointer}/quantity_left")
    for number, status in enumerate(line.get("statuses", [])):
        dates = " ".join(entry["date"] for entry in status.get("dates", []) if entry.get("date"))
        items = " ".join(item["value"] for item in status.get("identifiers", []))
        notes = " ".join(note["text"] for note in status.get("notes", []))
        said = " ".join(filter(None, (coded(status, "status"), quantity(status.get("quantity")), dates, items, notes)))
        yield Linked("Status", said, f"{pointer}/statuses/{number}")


def _payment_facts(line: Body, pointer: str) -> Iterable[Linked]:
    """What a line of a payment is for, and how its amount came about."""
    bill = line.get("billing_reference") or {}
    if bill.get("number"):
        yield Linked(words(bill.get("type", "invoice")), bill["number"], f"{pointer}/billing_reference")
    for name in ("paid_amount", "billed_amount", "discount_amount"):
        if name in line:
            yield Linked(words(name), line[name], f"{pointer}/{name}")
    for number, entry in enumerate(line.get("adjustments", [])):
        said = " ".join(filter(None, (entry["amount"], entry.get("reason_code", ""), entry.get("description", ""))))
        yield Linked("Adjustment", said, f"{pointer}/adjustments/{number}")


def _item_facts(line: Body, pointer: str, quantity: Any) -> Iterable[Linked]:
    """Quantities in stock, prices of a catalogue, and why something goes back."""
    for number, entry in enumerate(line.get("quantities", [])):
        if "type" in entry:
            place = (entry.get("location") or {}).get("value") or entry.get("location_name", "")
            said = " at ".join(filter(None, (quantity(entry.get("quantity")), place)))
            yield Linked(words(entry["type"]), said, f"{pointer}/quantities/{number}")
    for number, entry in enumerate(line.get("prices", [])):
        least = quantity(entry.get("quantity"))
        said = " from ".join(filter(None, (entry["amount"], least)))
        yield Linked(f"Price, {words(entry.get('type', 'other')).lower()}", said, f"{pointer}/prices/{number}")
    for number, entry in enumerate(line.get("dispositions", [])):
        said = " ".join(entry[name] for name in ("reason_code", "response_code", "description") if entry.get(name))
        yield Linked("Reason", said, f"{pointer}/dispositions/{number}")


def _carried_facts(line: Body, pointer: str, quantity: Any) -> Iterable[Linked]:
    """What happened to a part of a load, what it costs, and what was ordered of what was shipped."""
    yield from _events(line, pointer)
    for number, entry in enumerate(line.get("charges", [])):
        label = " ".join(filter(None, ("Charge", entry.get("code"), entry.get("description"))))
        yield Linked(label, entry.get("amount") or entry.get("rate", ""), f"{pointer}/charges/{number}")
    if line.get("quantity_ordered"):
        yield Linked("Ordered", quantity(line["quantity_ordered"]), f"{pointer}/quantity_ordered")
    if line.get("unit_id"):
        yield Linked("In unit", line["unit_id"], f"{pointer}/unit_id")
