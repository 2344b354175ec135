"""`return/1`: goods that go back, asked for or allowed (X12 180, UBL InstructionForReturns, return files)."""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.despatch_advice import Lot
from mappings.engine.canonical.order import (
    CommodityCode,
    DeliverySplit,
    Description,
    ItemIdentifier,
    Price,
    Purpose,
    QualifiedQuantity,
)
from mappings.engine.canonical.order_response import OrderReference
from mappings.engine.canonical.parties import Characteristic, Exchange, Party
from mappings.engine.canonical.parts import (
    Code,
    Contact,
    CurrencyCode,
    Date,
    DateEntry,
    Note,
    Number,
    Part,
    Quantity,
    Reference,
    Sequence,
    Text,
    Time,
)
from mappings.engine.canonical.payment import BillingReference
from mappings.engine.canonical.terms import (
    AllowanceCharge,
    Carriage,
    Lading,
    Measurement,
    PackagingInstruction,
    StatedAmount,
)

ReturnType = Literal["request", "authorization", "denial", "notification", "instruction", "other"]


class Disposition(Part, frozen=True, kw_only=True):
    """Why something goes back, what was decided, and what is to become of it."""

    disposition_code: Code | None = None
    reason_code: Code | None = None
    response_code: Code | None = None
    description: Text | None = None


class ReturnLine(Part, frozen=True, kw_only=True):
    """One thing that goes back."""

    key: Sequence
    line_id: Text | None = None
    order: OrderReference | None = None
    billing_reference: BillingReference | None = None
    quantity: Quantity | None = None
    price: Price | None = None
    amount: Number | None = None
    currency: CurrencyCode | None = None
    dispositions: list[Disposition] = []
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    commodity_codes: list[CommodityCode] = []
    characteristics: list[Characteristic] = []
    lots: list[Lot] = []
    quantities: list[QualifiedQuantity] = []
    delivery_splits: list[DeliverySplit] = []
    measurements: list[Measurement] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []
    carriage: list[Carriage] = []
    allowances_charges: list[AllowanceCharge] = []
    stated_amounts: list[StatedAmount] = []


class ReturnStated(Part, frozen=True, kw_only=True):
    """What the sender says the document adds up to."""

    line_count: int | None = None
    packages: int | None = None
    amounts: list[StatedAmount] = []


class ReturnComputed(Part, frozen=True, kw_only=True):
    """What the lines add up to; quantity is the hash total, whatever the units."""

    line_count: int
    quantity: Number | None = None
    lines_amount: Number | None = None


class ReturnTotals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones."""

    stated: ReturnStated | None = None
    computed: ReturnComputed


class Return(Part, frozen=True, kw_only=True):
    """A return of goods."""

    model: Literal["return/1"]
    number: Annotated[str, Meta(min_length=1, description="The sender's number of the return: the business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    type: ReturnType
    type_code: Code | None = None
    authorization: Annotated[str, Meta(min_length=1, description="The number under which it may come back.")] | None = (
        None
    )
    issue_date: Date | None = None
    issue_time: Time | None = None
    currency: CurrencyCode | None = None
    order: OrderReference | None = None
    billing_reference: BillingReference | None = None
    dispositions: list[Disposition] = []
    exchange: Exchange | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    allowances_charges: list[AllowanceCharge] = []
    carriage: list[Carriage] = []
    lading: list[Lading] = []
    packaging_instructions: list[PackagingInstruction] = []
    lines: list[ReturnLine] = []
    totals: ReturnTotals
