"""`invoice/1`: an invoice, credit note or debit note; `type` says which.

X12 810, 880 and 812; UBL Invoice and CreditNote; cXML InvoiceDetailRequest; IDoc INVOIC02; invoice files.

One convention for signs: `type` gives the direction, amounts are what the sender wrote. In a credit note an amount
without a sign is credited to the buyer, as in UBL. A line that goes the other way than its document says so with
`direction`.
"""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.despatch_advice import Lot
from mappings.engine.canonical.order import (
    CommodityCode,
    Contract,
    DeliverySplit,
    Description,
    ItemIdentifier,
    Packaging,
    Price,
    Purpose,
    QualifiedQuantity,
)
from mappings.engine.canonical.order_response import LineStatusType, OrderReference
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
from mappings.engine.canonical.payment import BillingReference, Direction, PaymentMeans, Prepayment
from mappings.engine.canonical.terms import (
    AllowanceCharge,
    Carriage,
    Currency,
    DeliveryTerms,
    Handling,
    Measurement,
    PackagingInstruction,
    Paperwork,
    PaymentTerms,
    StatedAmount,
    Tax,
)

InvoiceType = Literal[
    "invoice", "credit_note", "debit_note", "corrected", "consolidated", "prepayment", "self_billed", "proforma",
    "partial", "final", "other",
]  # fmt: skip


class InvoiceLine(Part, frozen=True, kw_only=True):
    """One thing that is charged or credited. Sublines follow their line and name it by parent_key.

    amount is computed: quantity times price over its basis quantity, only where both count the same unit; what the
    sender states stands in stated_amounts. quantity_shipped, where it is not the quantity billed. reason_code: why a
    line is credited or debited.
    """

    key: Sequence
    line_id: Text | None = None
    parent_key: Sequence | None = None
    parent_line_id: Text | None = None
    relation: Literal["add", "delete", "included", "information", "substituted", "other"] | None = None
    relation_code: Code | None = None
    direction: Direction | None = None
    direction_code: Code | None = None
    reason_code: Code | None = None
    order: OrderReference | None = None
    billing_references: list[BillingReference] = []
    status: LineStatusType | None = None
    status_code: Code | None = None
    quantity: Quantity | None = None
    quantity_shipped: Quantity | None = None
    price: Price | None = None
    prices: list[Price] = []
    amount: Number | None = None
    currency: CurrencyCode | None = None
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    commodity_codes: list[CommodityCode] = []
    characteristics: list[Characteristic] = []
    lots: list[Lot] = []
    measurements: list[Measurement] = []
    packaging: list[Packaging] = []
    packaging_instructions: list[PackagingInstruction] = []
    quantities: list[QualifiedQuantity] = []
    delivery_splits: list[DeliverySplit] = []
    contract: Contract | None = None
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []
    contacts: list[Contact] = []
    allowances_charges: list[AllowanceCharge] = []
    taxes: list[Tax] = []
    stated_amounts: list[StatedAmount] = []
    payment_terms: list[PaymentTerms] = []
    delivery_terms: list[DeliveryTerms] = []
    carriage: list[Carriage] = []
    paperwork: list[Paperwork] = []


class InvoiceStated(Part, frozen=True, kw_only=True):
    """What the sender says the document adds up to."""

    line_count: int | None = None
    hash_total: Number | None = None
    quantity: Quantity | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None
    description: Text | None = None
    amounts: list[StatedAmount] = []


class InvoiceComputed(Part, frozen=True, kw_only=True):
    """What the document adds up to, exactly.

    lines_amount stands only where every line has an amount, all in one currency; the others are of the whole
    document, not of its lines. quantity is the hash total of the lines, whatever their units.
    """

    line_count: int
    quantity: Number | None = None
    lines_amount: Number | None = None
    allowances_amount: Number | None = None
    charges_amount: Number | None = None
    tax_amount: Number | None = None


class InvoiceTotals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones."""

    stated: InvoiceStated | None = None
    computed: InvoiceComputed


class Invoice(Part, frozen=True, kw_only=True):
    """An invoice, credit note or debit note."""

    model: Literal["invoice/1"]
    number: Annotated[str, Meta(min_length=1, description="The sender's number of the invoice: the business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    type: InvoiceType
    type_code: Code | None = None
    issue_date: Date | None = None
    issue_time: Time | None = None
    due_date: Date | None = None
    tax_point_date: Date | None = None
    currency: CurrencyCode | None = None
    currencies: list[Currency] = []
    reason_code: Code | None = None
    order: OrderReference | None = None
    billing_references: list[BillingReference] = []
    contract: Contract | None = None
    exchange: Exchange | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    descriptions: list[Description] = []
    characteristics: list[Characteristic] = []
    measurements: list[Measurement] = []
    allowances_charges: list[AllowanceCharge] = []
    taxes: list[Tax] = []
    payment_terms: list[PaymentTerms] = []
    payment_means: list[PaymentMeans] = []
    prepayments: list[Prepayment] = []
    delivery_terms: list[DeliveryTerms] = []
    carriage: list[Carriage] = []
    handling: list[Handling] = []
    packaging_instructions: list[PackagingInstruction] = []
    paperwork: list[Paperwork] = []
    lines: list[InvoiceLine] = []
    totals: InvoiceTotals
