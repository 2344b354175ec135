"""`remittance-advice/1`: what was paid, and for which invoices (X12 820 of trade, UBL RemittanceAdvice, payment files).

A line is for one open item. paid_amount is what the payment has for it; billed_amount, discount_amount and the
adjustments say how it came to that.
"""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.order import Purpose
from mappings.engine.canonical.order_response import OrderReference
from mappings.engine.canonical.parties import Exchange, Party
from mappings.engine.canonical.parts import (
    Code,
    Contact,
    CurrencyCode,
    Date,
    DateEntry,
    Note,
    Number,
    Part,
    Reference,
    Sequence,
    Text,
    Time,
)
from mappings.engine.canonical.payment import Adjustment, BillingReference, Direction, PaymentMeans
from mappings.engine.canonical.terms import Currency, StatedAmount

Handling = Literal[
    "payment_and_remittance", "payment_only", "remittance_only", "prenotification", "notification", "split", "other",
]  # fmt: skip


class RemittanceLine(Part, frozen=True, kw_only=True):
    """One open item that the payment is for. entity: the number of the group that the sender put it in (X12 ENT)."""

    key: Sequence
    line_id: Text | None = None
    entity: Text | None = None
    billing_reference: BillingReference | None = None
    order: OrderReference | None = None
    action_code: Code | None = None
    direction: Direction | None = None
    paid_amount: Number | None = None
    billed_amount: Number | None = None
    discount_amount: Number | None = None
    currency: CurrencyCode | None = None
    adjustments: list[Adjustment] = []
    stated_amounts: list[StatedAmount] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []


class RemittanceStated(Part, frozen=True, kw_only=True):
    """What the sender says the payment adds up to."""

    line_count: int | None = None
    amounts: list[StatedAmount] = []


class RemittanceComputed(Part, frozen=True, kw_only=True):
    """What the lines add up to; adjustments_amount is of those that belong to no line."""

    line_count: int
    paid_amount: Number | None = None
    adjustments_amount: Number | None = None


class RemittanceTotals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones."""

    stated: RemittanceStated | None = None
    computed: RemittanceComputed


class RemittanceAdvice(Part, frozen=True, kw_only=True):
    """A payment, or the advice of one."""

    model: Literal["remittance-advice/1"]
    number: Annotated[str, Meta(min_length=1, description="The sender's number of the payment: the business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    handling: Handling | None = None
    handling_code: Code | None = None
    direction: Direction | None = None
    direction_code: Code | None = None
    issue_date: Date | None = None
    issue_time: Time | None = None
    payment_date: Date | None = None
    currency: CurrencyCode | None = None
    currencies: list[Currency] = []
    exchange: Exchange | None = None
    payment_means: list[PaymentMeans] = []
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    adjustments: list[Adjustment] = []
    lines: list[RemittanceLine] = []
    totals: RemittanceTotals
