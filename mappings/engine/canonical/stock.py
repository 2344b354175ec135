"""`inventory-report/1` and `product-activity/1`: what is in stock, and what became of it.

X12 846 and 852, UBL InventoryReport and StockAvailabilityReport, stock files. Both are snapshots: the same report may
come again. A line is an item; its quantities say what each of them counts, and where.
"""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.despatch_advice import Lot
from mappings.engine.canonical.order import (
    CommodityCode,
    DeliverySplit,
    Description,
    ItemIdentifier,
    LeadTime,
    Packaging,
    Price,
    Purpose,
)
from mappings.engine.canonical.parties import Characteristic, Exchange, Party
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
from mappings.engine.canonical.terms import Currency, Measurement, StatedAmount

StockType = Literal[
    "on_hand", "available", "committed", "on_order", "in_transit", "back_ordered", "reserved", "damaged", "on_hold",
    "unusable", "minimum", "maximum", "reorder_point", "planned", "projected", "out_of_stock", "beginning", "ending",
    "sold", "returned", "received", "withdrawn", "transferred", "adjusted", "requested", "lost_sales", "incoming",
    "other",
]  # fmt: skip


class StockQuantity(Part, frozen=True, kw_only=True):
    """How much of the item, and what is counted. location: where, if not at the place of the whole report.

    splits: the same by place or date.
    """

    type: StockType
    qualifier: Code | None = None
    quantity: Quantity | None = None
    location: Identifier | None = None
    location_name: Text | None = None
    dates: list[DateEntry] = []
    references: list[Reference] = []
    measurements: list[Measurement] = []
    prices: list[Price] = []
    splits: list[DeliverySplit] = []


class StockLine(Part, frozen=True, kw_only=True):
    """An item and its quantities."""

    key: Sequence
    line_id: Text | None = None
    status_code: Code | None = None
    quantities: list[StockQuantity] = []
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    commodity_codes: list[CommodityCode] = []
    characteristics: list[Characteristic] = []
    lots: list[Lot] = []
    packaging: list[Packaging] = []
    prices: list[Price] = []
    measurements: list[Measurement] = []
    lead_times: list[LeadTime] = []
    stated_amounts: list[StatedAmount] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []
    contacts: list[Contact] = []


class StockStated(Part, frozen=True, kw_only=True):
    """What the sender says the document adds up to."""

    line_count: int | None = None
    hash_total: Number | None = None


class StockComputed(Part, frozen=True, kw_only=True):
    """What the document holds."""

    line_count: int


class StockTotals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones."""

    stated: StockStated | None = None
    computed: StockComputed


class InventoryReport(Part, frozen=True, kw_only=True):
    """What is in stock, or can be had."""

    model: Literal["inventory-report/1"]
    number: Annotated[str, Meta(min_length=1, description="The sender's number of the report: the business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    type_code: Code | None = None
    issue_date: Date | None = None
    issue_time: Time | None = None
    currency: CurrencyCode | None = None
    currencies: list[Currency] = []
    exchange: Exchange | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    measurements: list[Measurement] = []
    lines: list[StockLine] = []
    totals: StockTotals


class ProductActivity(InventoryReport, frozen=True, kw_only=True):
    """What was sold, returned, received and ordered in a period, and what is left."""

    model: Literal["product-activity/1"]  # type: ignore[assignment]
    handling_code: Code | None = None
    period_start: Date | None = None
    period_end: Date | None = None
