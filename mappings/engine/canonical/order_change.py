"""`order-change/1`: what changes about an order that was sent before (X12 860; UBL OrderChange, OrderCancellation).

Each line says with `action` what is to become of it. Quantity, price and the rest are those that hold from now on,
unless `action_code` says otherwise; the totals are those of the lines sent, not of the whole order as changed.
"""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.order import Order, OrderLine, Totals
from mappings.engine.canonical.parts import Code, Date, Quantity, Text

LineAction = Literal[
    "add", "delete", "change", "replace", "reschedule", "unchanged", "transfer", "reject_change", "other",
]  # fmt: skip


class OrderChangeLine(OrderLine, frozen=True, kw_only=True):
    """A line of the order, and what is to become of it.

    quantity is the one ordered from now on; quantity_left is what is still to be delivered of it.
    """

    action: LineAction
    action_code: Code | None = None
    quantity_left: Quantity | None = None


class OrderChange(Order, frozen=True, kw_only=True):
    """A change of a purchase order.

    number is that of the order. change_number is the sender's for the change, where he has one; sequence tells the
    changes of one order apart and gives their order. order_date is the date of the order, issue_date of the change.
    """

    model: Literal["order-change/1"]  # type: ignore[assignment]
    change_number: Text | None = None
    sequence: Annotated[str, Meta(min_length=1, description="Which change of the order this is, as sent.")] | None = (
        None
    )
    request_reference: Text | None = None
    order_date: Date | None = None
    lines: list[OrderChangeLine] = []  # type: ignore[assignment]
    totals: Totals
