"""`receipt-advice/1`: what arrived, and in what condition (X12 861 and 944, UBL ReceiptAdvice, receipt files)."""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.despatch_advice import Lot
from mappings.engine.canonical.order import (
    CommodityCode,
    Description,
    ItemIdentifier,
    Packaging,
    Purpose,
    QualifiedQuantity,
)
from mappings.engine.canonical.order_response import OrderReference
from mappings.engine.canonical.parties import Characteristic, Exchange, Party
from mappings.engine.canonical.parts import (
    Code,
    Contact,
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
from mappings.engine.canonical.terms import (
    AllowanceCharge,
    Carriage,
    DeliveryTerms,
    Equipment,
    Handling,
    Lading,
    Mark,
    Measurement,
)

ReceiptType = Literal["receipt", "acceptance", "warehouse_receipt", "return_receipt", "other"]

Condition = Literal[
    "good", "damaged", "short", "over", "quality", "incorrect_item", "container", "rejected", "hold", "scrapped",
    "not_received", "other",
]  # fmt: skip


class DespatchReference(Part, frozen=True, kw_only=True):
    """A ship notice, or a line of it."""

    number: Text | None = None
    line_id: Text | None = None
    date: Date | None = None


class ReceiptException(Part, frozen=True, kw_only=True):
    """A part of the line that is not as it should be."""

    condition: Condition
    condition_code: Code | None = None
    quantity: Quantity | None = None
    reason_code: Code | None = None
    action_code: Code | None = None
    lot: Text | None = None
    references: list[Reference] = []
    notes: list[Note] = []


class ReceiptLine(Part, frozen=True, kw_only=True):
    """One thing that arrived, or should have. quantity is what was received; what of it was not kept is
    quantity_returned, and what is in doubt stands in the exceptions."""

    key: Sequence
    line_id: Text | None = None
    order: OrderReference | None = None
    despatch: DespatchReference | None = None
    quantity: Quantity | None = None
    quantity_shipped: Quantity | None = None
    quantity_ordered: Quantity | None = None
    quantity_returned: Quantity | None = None
    quantity_to_date: Number | None = None
    exceptions: list[ReceiptException] = []
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    commodity_codes: list[CommodityCode] = []
    characteristics: list[Characteristic] = []
    lots: list[Lot] = []
    quantities: list[QualifiedQuantity] = []
    packaging: list[Packaging] = []
    measurements: list[Measurement] = []
    marks: list[Mark] = []
    lading: list[Lading] = []
    equipment: list[Equipment] = []
    handling: list[Handling] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []
    contacts: list[Contact] = []
    carriage: list[Carriage] = []
    delivery_terms: list[DeliveryTerms] = []
    allowances_charges: list[AllowanceCharge] = []


class ReceiptStated(Part, frozen=True, kw_only=True):
    """What the sender says the document adds up to."""

    line_count: int | None = None
    hash_total: Number | None = None
    quantity: Number | None = None
    quantity_shipped: Number | None = None
    quantity_damaged: Number | None = None
    packages: int | None = None
    packages_shipped: int | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None
    description: Text | None = None


class ReceiptComputed(Part, frozen=True, kw_only=True):
    """What the lines add up to; quantity is the hash total, whatever the units."""

    line_count: int
    quantity: Number | None = None


class ReceiptTotals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones."""

    stated: ReceiptStated | None = None
    computed: ReceiptComputed


class ReceiptAdvice(Part, frozen=True, kw_only=True):
    """A receipt of goods."""

    model: Literal["receipt-advice/1"]
    number: Annotated[str, Meta(min_length=1, description="The sender's number of the receipt: the business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    type: ReceiptType
    type_code: Code | None = None
    condition: Condition | None = None
    condition_code: Code | None = None
    issue_date: Date | None = None
    issue_time: Time | None = None
    order: OrderReference | None = None
    despatch: DespatchReference | None = None
    exchange: Exchange | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    delivery_terms: list[DeliveryTerms] = []
    carriage: list[Carriage] = []
    lading: list[Lading] = []
    equipment: list[Equipment] = []
    handling: list[Handling] = []
    measurements: list[Measurement] = []
    lines: list[ReceiptLine] = []
    totals: ReceiptTotals
