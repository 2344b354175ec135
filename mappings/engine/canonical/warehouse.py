"""What a depositor and his warehouse tell each other: `warehouse-order/1` (ship this: X12 940) and
`warehouse-shipping-advice/1` (this was shipped: X12 945; this is on its way to you: X12 943)."""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.despatch_advice import Lot
from mappings.engine.canonical.order import CommodityCode, Description, ItemIdentifier, Packaging, Purpose
from mappings.engine.canonical.order_response import LineStatusType, OrderReference
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
    PackagingInstruction,
    StatedAmount,
)


class WarehouseUnit(Part, frozen=True, kw_only=True):
    """A carton or pallet, or whatever the sender groups lines by. sscc: eighteen digits without the (00)."""

    key: Sequence
    id: Text | None = None
    sscc: Text | None = None
    marks: list[Mark] = []
    references: list[Reference] = []


class WarehouseLine(Part, frozen=True, kw_only=True):
    """An item to be shipped, or that was. unit_id: the unit that it lies in.

    In an order quantity is what is to be shipped, in an advice what was; quantity_difference is ordered less shipped.
    """

    key: Sequence
    unit_id: Text | None = None
    line_id: Text | None = None
    order: OrderReference | None = None
    status: LineStatusType | None = None
    status_code: Code | None = None
    reason_code: Code | None = None
    quantity: Quantity | None = None
    quantity_ordered: Quantity | None = None
    quantity_difference: Number | None = None
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    commodity_codes: list[CommodityCode] = []
    characteristics: list[Characteristic] = []
    lots: list[Lot] = []
    packaging: list[Packaging] = []
    lading: list[Lading] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []
    stated_amounts: list[StatedAmount] = []


class WarehouseStated(Part, frozen=True, kw_only=True):
    """What the sender says the document adds up to."""

    line_count: int | None = None
    quantity: Number | None = None
    quantity_unit_code: Code | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None
    packages: int | None = None
    pallets: int | None = None


class WarehouseComputed(Part, frozen=True, kw_only=True):
    """What the lines add up to; quantity is the hash total, whatever the units."""

    line_count: int
    quantity: Number | None = None


class WarehouseTotals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones."""

    stated: WarehouseStated | None = None
    computed: WarehouseComputed


class WarehouseDocument(Part, frozen=True, kw_only=True):
    """What orders to a warehouse and advices of shipments have in common."""

    number: Annotated[str, Meta(min_length=1, description="The business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    type_code: Code | None = None
    issue_date: Date | None = None
    issue_time: Time | None = None
    order: OrderReference | None = None
    link_number: Text | None = None
    exchange: Exchange | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    delivery_terms: list[DeliveryTerms] = []
    carriage: list[Carriage] = []
    equipment: list[Equipment] = []
    handling: list[Handling] = []
    lading: list[Lading] = []
    packaging_instructions: list[PackagingInstruction] = []
    units: list[WarehouseUnit] = []
    lines: list[WarehouseLine] = []
    totals: WarehouseTotals


class WarehouseOrder(WarehouseDocument, frozen=True, kw_only=True):
    """An order of a depositor to his warehouse. number is the depositor's; order is the customer's."""

    model: Literal["warehouse-order/1"]


class WarehouseShippingAdvice(WarehouseDocument, frozen=True, kw_only=True):
    """A shipment out of a warehouse, or a transfer into one.

    number is that of the shipment; depositor_order the order to the warehouse that it carries out. allowances_charges:
    what the shipment costs, as the warehouse or its carrier says.
    """

    model: Literal["warehouse-shipping-advice/1"]
    type: Literal["shipment", "transfer"]
    depositor_order: Text | None = None
    allowances_charges: list[AllowanceCharge] = []
