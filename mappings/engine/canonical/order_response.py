"""`order-response/1`: the seller's answer to an order or to a change of it.

X12 855, and 865 in answer to a change; UBL OrderResponse and OrderResponseSimple; cXML ConfirmationRequest. As in UBL,
an answer is the order once more, as the seller sees it, with what he makes of it. A line may have several statuses:
sixty accepted, forty back-ordered. Where a line has none, the status of the document counts.
"""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.order import Description, ItemIdentifier, Order, OrderLine, OrderType, Price, Totals
from mappings.engine.canonical.order_change import LineAction
from mappings.engine.canonical.parts import Code, Date, DateEntry, Note, Part, Quantity, Text
from mappings.engine.canonical.terms import AllowanceCharge, Tax

ResponseStatus = Literal[
    "accepted", "accepted_with_changes", "received", "on_hold", "rejected", "counter_offer", "line_by_line", "other",
]  # fmt: skip

LineStatusType = Literal[
    "accepted", "accepted_with_changes", "accepted_quantity_changed", "accepted_price_changed",
    "accepted_price_pending", "accepted_date_changed", "accepted_date_pending", "back_ordered",
    "partly_back_ordered", "substituted", "on_hold", "added", "deleted", "rejected", "shipped", "released",
    "unchanged", "other",
]  # fmt: skip


class OrderReference(Part, frozen=True, kw_only=True):
    """An order of the buyer, or a line of it; seller_number is what the seller calls the order."""

    number: Text | None = None
    line_id: Text | None = None
    release_number: Text | None = None
    change_sequence: Text | None = None
    seller_number: Text | None = None
    date: Date | None = None


class LineStatus(Part, frozen=True, kw_only=True):
    """What becomes of a part of the line, or of all of it where no quantity is said.

    identifiers and descriptions are of what comes instead; price is the one that the seller confirms.
    """

    status: LineStatusType
    status_code: Code | None = None
    quantity: Quantity | None = None
    dates: list[DateEntry] = []
    price: Price | None = None
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    request_reference: Text | None = None
    reason_agency_code: Code | None = None
    reason_list_code: Code | None = None
    reason_code: Code | None = None
    notes: list[Note] = []
    taxes: list[Tax] = []
    allowances_charges: list[AllowanceCharge] = []


class OrderResponseLine(OrderLine, frozen=True, kw_only=True):
    """A line of the order as the seller sees it.

    quantity and price are those that he repeats for the whole line; what he confirms stands in the statuses.
    order: the order and line answered, where the line says so itself. action: what the change asked for that is
    answered here.
    """

    order: OrderReference | None = None
    action: LineAction | None = None
    action_code: Code | None = None
    quantity_left: Quantity | None = None
    statuses: list[LineStatus] = []


class OrderResponse(Order, frozen=True, kw_only=True):
    """The answer to one order.

    number is the seller's number of the answer; formats that know none (X12) give the order's here too. issue_date is
    the day of the answer; that of the order stands in `order`.
    """

    model: Literal["order-response/1"]  # type: ignore[assignment]
    number: Annotated[str, Meta(min_length=1, description="The number of the answer: the business key.")]
    type: OrderType | None = None  # type: ignore[assignment]
    answers: Annotated[Literal["order", "order_change"], Meta(description="What is answered.")]
    status: ResponseStatus
    status_code: Code | None = None
    order: OrderReference
    sequence: Annotated[str, Meta(min_length=1, description="Which change of the order is answered.")] | None = None
    request_reference: Text | None = None
    lines: list[OrderResponseLine] = []  # type: ignore[assignment]
    totals: Totals
