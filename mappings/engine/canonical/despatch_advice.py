"""`despatch-advice/1`: what was sent, how it is packed, and which order it is for (the ship notice).

X12 856 in every structure, UBL DespatchAdvice, cXML ShipNoticeRequest, IDoc DESADV and DELVRY.

Four lists and what links them: `orders` (where the shipment names them by themselves), `handling_units` (a tree by
parent_key), `lines`, and `packed`, which says how much of which line lies in which unit. A unit may hold several lines
and a line may lie in several units. Where units stand around lines or inside them (X12), links are by key; where the
sender names units by number, by the ids that he gives. In X12 keys are the places of levels, unique over all lists.
"""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.order import (
    CommodityCode,
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
    Unit,
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
    PackagingInstruction,
    Paperwork,
)


class Pallet(Part, frozen=True, kw_only=True):
    """How a pallet is built (X12 PAL)."""

    type_code: Code | None = None
    tiers: int | None = None
    blocks: int | None = None
    pack: int | None = None
    inner_pack: int | None = None
    unit_weight: Quantity | None = None
    length: Number | None = None
    width: Number | None = None
    height: Number | None = None
    dimension_unit: Unit | None = None
    dimension_unit_code: Code | None = None
    gross_weight: Quantity | None = None
    gross_volume: Quantity | None = None
    exchange_code: Code | None = None


class Lot(Part, frozen=True, kw_only=True):
    """A lot or a single piece of what was sent: its number, how much of it, how long it keeps."""

    number: Text | None = None
    serial: Text | None = None
    quantity: Quantity | None = None
    manufactured: Date | None = None
    best_before: Date | None = None
    expires: Date | None = None


class Load(Part, frozen=True, kw_only=True):
    """So many packages of so many units each (X12 CLD)."""

    packages: int | None = None
    quantity: Number | None = None
    packaging_code: Code | None = None
    size: Quantity | None = None
    references: list[Reference] = []


class DespatchOrder(Part, frozen=True, kw_only=True):
    """An order that something in the shipment is for."""

    key: Sequence
    order: OrderReference | None = None
    type_code: Code | None = None
    change_sequence: Text | None = None
    contract_number: Text | None = None
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []
    contacts: list[Contact] = []
    carriage: list[Carriage] = []
    lading: list[Lading] = []
    delivery_terms: list[DeliveryTerms] = []


class HandlingUnit(Part, frozen=True, kw_only=True):
    """A pallet, carton or container. sscc: its serial shipping container code, eighteen digits without the (00)."""

    key: Sequence
    parent_key: Sequence | None = None
    order_key: Sequence | None = None
    type: Literal["pallet", "package", "container", "other"]
    type_code: Code | None = None
    id: Annotated[str, Meta(min_length=1, description="What the sender calls the unit.")] | None = None
    sscc: Text | None = None
    marks: list[Mark] = []
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    quantity: Quantity | None = None
    packaging: list[Packaging] = []
    pallets: list[Pallet] = []
    packaging_instructions: list[PackagingInstruction] = []
    lading: list[Lading] = []
    equipment: list[Equipment] = []
    handling: list[Handling] = []
    measurements: list[Measurement] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []
    carriage: list[Carriage] = []


class DespatchLine(Part, frozen=True, kw_only=True):
    """One thing that was sent. quantity is what this shipment has of it.

    order: the order and line that it is for; order_key: the entry of `orders`, where there is one. parent_key: the
    line that this one is a part of.
    """

    key: Sequence
    line_id: Text | None = None
    parent_key: Sequence | None = None
    order_key: Sequence | None = None
    order: OrderReference | None = None
    status: LineStatusType | None = None
    status_code: Code | None = None
    quantity: Quantity | None = None
    quantity_ordered: Quantity | None = None
    quantity_to_date: Number | None = None
    quantity_back_ordered: Quantity | None = None
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    commodity_codes: list[CommodityCode] = []
    characteristics: list[Characteristic] = []
    lots: list[Lot] = []
    quantities: list[QualifiedQuantity] = []
    prices: list[Price] = []
    packaging: list[Packaging] = []
    loads: list[Load] = []
    packaging_instructions: list[PackagingInstruction] = []
    marks: list[Mark] = []
    lading: list[Lading] = []
    equipment: list[Equipment] = []
    handling: list[Handling] = []
    measurements: list[Measurement] = []
    paperwork: list[Paperwork] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []
    contacts: list[Contact] = []
    carriage: list[Carriage] = []
    delivery_terms: list[DeliveryTerms] = []
    allowances_charges: list[AllowanceCharge] = []


class Packed(Part, frozen=True, kw_only=True):
    """How much of a line lies in a handling unit; all that is there of it where no quantity is said.

    contained_unit_id: instead of a line, another unit that lies in it, where the sender says it so. A line that lies
    in a unit and is itself packed in units inside that one (X12) is named with both: add up the inner ones only.
    """

    unit_key: Sequence | None = None
    unit_id: Text | None = None
    contained_unit_id: Text | None = None
    line_key: Sequence | None = None
    line_id: Text | None = None
    quantity: Quantity | None = None


class DespatchStated(Part, frozen=True, kw_only=True):
    """What the sender says the document adds up to. level_count: in X12, of orders, units and lines together."""

    level_count: int | None = None
    line_count: int | None = None
    hash_total: Number | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None
    packages: int | None = None
    description: Text | None = None


class DespatchComputed(Part, frozen=True, kw_only=True):
    """What the document adds up to; quantity is the hash total of the lines, whatever their units."""

    line_count: int
    handling_unit_count: int
    quantity: Number | None = None


class DespatchTotals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones."""

    stated: DespatchStated | None = None
    computed: DespatchComputed


class DespatchAdvice(Part, frozen=True, kw_only=True):
    """A shipment."""

    model: Literal["despatch-advice/1"]
    number: Annotated[str, Meta(min_length=1, description="The sender's number of the shipment: the business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    type_code: Code | None = None
    structure_code: (
        Annotated[str, Meta(min_length=1, description="Which levels stand inside which (X12 BSN05).")] | None
    ) = None
    transaction_type_code: Code | None = None
    status_reason_code: Code | None = None
    issue_date: Date | None = None
    issue_time: Time | None = None
    order: OrderReference | None = None
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
    marks: list[Mark] = []
    packaging_instructions: list[PackagingInstruction] = []
    paperwork: list[Paperwork] = []
    allowances_charges: list[AllowanceCharge] = []
    orders: list[DespatchOrder] = []
    handling_units: list[HandlingUnit] = []
    lines: list[DespatchLine] = []
    packed: list[Packed] = []
    totals: DespatchTotals
