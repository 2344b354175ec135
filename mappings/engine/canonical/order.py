"""`order/1`: a purchase order (UBL Order; X12 850 and 875, cXML OrderRequest, IDoc ORDERS05, order exports)."""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.parties import (
    Characteristic,
    Exchange,
    Party,
)
from mappings.engine.canonical.parts import (
    Code,
    Contact,
    CurrencyCode,
    Date,
    DateEntry,
    Identifier,
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
    Currency,
    DeliveryTerms,
    Equipment,
    Handling,
    Lading,
    Mark,
    Measurement,
    PackagingInstruction,
    Paperwork,
    PaymentTerms,
    SalesCondition,
    StatedAmount,
    Tax,
)

Purpose = Literal[
    "original", "cancellation", "addition", "deletion", "change", "replace", "confirmation", "duplicate", "status",
    "response", "resubmission", "proposal", "information", "draft", "other",
]  # fmt: skip

OrderType = Literal[
    "standard", "blanket", "release", "drop_ship", "rush", "emergency", "reorder", "sample", "special",
    "consignment", "promotion", "change", "confirmation", "rental", "lease", "other",
]  # fmt: skip

ItemScheme = Literal[
    "buyer", "seller", "manufacturer", "upc", "upc_without_check_digit", "upc_case", "ean", "gtin", "sku", "style",
    "model", "catalogue", "brand", "color", "size", "description", "isbn", "ndc", "nsn", "lot", "serial", "drawing",
    "drawing_revision", "engineering_change", "commodity", "commodity_group", "order_line", "contract",
    "mutually_defined", "other",
]  # fmt: skip

PriceType = Literal[
    "unit", "net", "gross", "contract", "catalogue", "list", "retail", "suggested_retail", "wholesale", "promotional",
    "distributor", "quoted", "estimated", "discount", "free", "other",
]  # fmt: skip


class ItemIdentifier(Part, frozen=True, kw_only=True):
    """One of the numbers of an item: the buyer's, the seller's, a GTIN."""

    scheme: ItemScheme
    qualifier: Code | None = None
    value: Text


class Description(Part, frozen=True, kw_only=True):
    """What the item is, in words or as a code of an agency's list."""

    text: Text | None = None
    type_code: Code | None = None
    characteristic_code: Code | None = None
    agency_code: Code | None = None
    code: Code | None = None
    position_code: Code | None = None
    language: Code | None = None


class Price(Part, frozen=True, kw_only=True):
    """A price for `basis_quantity` of the item (1 where nothing is said).

    basis_unit stands only where the price basis names a unit of its own ("per each"); it may differ from the unit
    ordered, and then the line's amount is not quantity times price.
    """

    amount: Number
    type: PriceType | None = None
    type_code: Code | None = None
    basis_quantity: Number | None = None
    basis_unit: Text | None = None
    basis_code: Code | None = None
    class_of_trade_code: Code | None = None
    quantity: Quantity | None = None
    multiplier: Number | None = None
    multiplier_code: Code | None = None
    total: Number | None = None
    condition: Text | None = None
    currency: CurrencyCode | None = None


class Packaging(Part, frozen=True, kw_only=True):
    """How the item is packed: pieces in a pack, size of a piece, weight and dimensions of a pack."""

    pack: int | None = None
    inner_pack: int | None = None
    size: Quantity | None = None
    packaging_code: Code | None = None
    weight_qualifier: Code | None = None
    gross_weight: Quantity | None = None
    gross_volume: Quantity | None = None
    length: Number | None = None
    width: Number | None = None
    height: Number | None = None
    dimension_unit: Text | None = None
    dimension_unit_code: Code | None = None
    layer_code: Code | None = None


class CommodityCode(Part, frozen=True, kw_only=True):
    """A customs or tariff number."""

    value: Text
    list_code: Code | None = None


class QualifiedQuantity(Part, frozen=True, kw_only=True):
    """A quantity beside the one ordered (minimum, maximum, free goods)."""

    qualifier: Code
    quantity: Quantity


class LeadTime(Part, frozen=True, kw_only=True):
    """Time between two events."""

    code: Code
    value: Number | None = None
    period_code: Code | None = None
    date: Date | None = None


class ChangeReason(Part, frozen=True, kw_only=True):
    """Why and from when quantity or price of the line differ (X12 PO3)."""

    reason_code: Code
    date: Date | None = None
    price_type_code: Code | None = None
    price: Number | None = None
    basis_code: Code | None = None
    quantity: Quantity | None = None
    description: Text | None = None


class Contract(Part, frozen=True, kw_only=True):
    """The contract that the order or line draws on."""

    number: Text | None = None
    type_code: Code | None = None
    amount: Number | None = None
    percent: Number | None = None
    discount_percent: Number | None = None
    version: Text | None = None


class DeliverySplit(Part, frozen=True, kw_only=True):
    """A part of the line's quantity for one place or date."""

    sequence: Sequence
    quantity: Quantity
    location: Identifier | None = None
    location_name: Text | None = None
    location_role_code: Code | None = None
    location_detail: Text | None = None
    dates: list[DateEntry] = []
    references: list[Reference] = []
    carriage: list[Carriage] = []
    request_reference: Text | None = None
    line_id: Text | None = None


class OrderLine(Part, frozen=True, kw_only=True):
    """One thing ordered. Sublines follow their line and name it by parent_key.

    key is ours, unique in the document and ascending; line_id is whatever the sender calls the line. amount is
    computed: quantity times price over its basis quantity, only where both count the same unit.
    """

    key: Sequence
    line_id: Text | None = None
    parent_key: Sequence | None = None
    parent_line_id: Annotated[str, Meta(description="What the sender calls the line this one belongs to.")] | None = (
        None
    )
    relation: Literal["add", "delete", "included", "information", "substituted", "other"] | None = None
    relation_code: Code | None = None
    quantity: Quantity | None = None
    price: Price | None = None
    prices: list[Price] = []
    amount: Number | None = None
    currency: CurrencyCode | None = None
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    commodity_codes: list[CommodityCode] = []
    characteristics: list[Characteristic] = []
    measurements: list[Measurement] = []
    packaging: list[Packaging] = []
    packaging_instructions: list[PackagingInstruction] = []
    marks: list[Mark] = []
    quantities: list[QualifiedQuantity] = []
    contract: Contract | None = None
    references: list[Reference] = []
    dates: list[DateEntry] = []
    lead_times: list[LeadTime] = []
    notes: list[Note] = []
    parties: list[Party] = []
    contacts: list[Contact] = []
    allowances_charges: list[AllowanceCharge] = []
    taxes: list[Tax] = []
    stated_amounts: list[StatedAmount] = []
    payment_terms: list[PaymentTerms] = []
    delivery_terms: list[DeliveryTerms] = []
    carriage: list[Carriage] = []
    lading: list[Lading] = []
    equipment: list[Equipment] = []
    handling: list[Handling] = []
    delivery_splits: list[DeliverySplit] = []
    sales_conditions: list[SalesCondition] = []
    change_reasons: list[ChangeReason] = []
    paperwork: list[Paperwork] = []


class StatedTotals(Part, frozen=True, kw_only=True):
    """What the sender says the document adds up to."""

    line_count: int | None = None
    hash_total: Number | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None
    description: Text | None = None
    amounts: list[StatedAmount] = []


class ComputedTotals(Part, frozen=True, kw_only=True):
    """What the lines add up to, exactly.

    lines_amount stands only where every line has an amount, all in one currency; sublines count where they are
    added to their line.
    quantity is the hash total: the sum of the quantities of the lines, whatever their units.
    """

    line_count: int
    quantity: Number | None = None
    lines_amount: Number | None = None


class Totals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones, so that they can be compared."""

    stated: StatedTotals | None = None
    computed: ComputedTotals


class Order(Part, frozen=True, kw_only=True):
    """A purchase order."""

    model: Literal["order/1"]
    number: Annotated[str, Meta(min_length=1, description="The buyer's order number: the business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    type: OrderType
    type_code: Code | None = None
    release_number: Text | None = None
    issue_date: Date | None = None
    issue_time: Time | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="Document currency, ISO 4217.")] | None = None
    currencies: list[Currency] = []
    contract: Contract | None = None
    acknowledgment_code: Code | None = None
    invoice_type_code: Code | None = None
    category_code: Code | None = None
    security_code: Code | None = None
    transaction_type_code: Code | None = None
    exchange: Exchange | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    lead_times: list[LeadTime] = []
    notes: list[Note] = []
    prices: list[Price] = []
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    commodity_codes: list[CommodityCode] = []
    characteristics: list[Characteristic] = []
    measurements: list[Measurement] = []
    allowances_charges: list[AllowanceCharge] = []
    taxes: list[Tax] = []
    payment_terms: list[PaymentTerms] = []
    delivery_terms: list[DeliveryTerms] = []
    carriage: list[Carriage] = []
    lading: list[Lading] = []
    equipment: list[Equipment] = []
    handling: list[Handling] = []
    packaging_instructions: list[PackagingInstruction] = []
    marks: list[Mark] = []
    paperwork: list[Paperwork] = []
    sales_conditions: list[SalesCondition] = []
    lines: list[OrderLine] = []
    totals: Totals
