"""What carriers and those who ship with them tell each other: `load-tender/1` (X12 204), `load-tender-response/1`
(990), `transport-status/1` (214) and `freight-invoice/1` (210)."""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.carried import CarriedLading, Hazard, LadingException, Place, Tariff, TransportEquipment
from mappings.engine.canonical.order import ItemIdentifier, Purpose
from mappings.engine.canonical.parties import Exchange, Party
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
    Zone,
)
from mappings.engine.canonical.terms import (
    Carriage,
    Currency,
    Handling,
    Mark,
    PaymentTerms,
    StatedAmount,
)

EventType = Literal[
    "acknowledged", "pickup_scheduled", "arrived_for_pickup", "picked_up", "departed_pickup", "en_route",
    "arrived_at_terminal", "departed_terminal", "out_for_delivery", "delivery_scheduled", "arrived_for_delivery",
    "delivered", "departed_delivery", "delivery_attempted", "refused", "returned", "delayed", "rerouted", "cancelled",
    "estimated_arrival", "exception", "other",
]  # fmt: skip


class TransportPackage(Part, frozen=True, kw_only=True):
    """One parcel (X12 CD3) with its tracking numbers, what it weighs and costs, and who signed for it."""

    weight_qualifier: Code | None = None
    weight: Number | None = None
    zone: Text | None = None
    service_levels: list[Code] = []
    pickup_code: Code | None = None
    amounts: list[StatedAmount] = []
    payment_code: Code | None = None
    references: list[Reference] = []
    marks: list[Mark] = []
    dates: list[DateEntry] = []
    events: list["TransportEvent"] = []
    charges: list["Charge"] = []
    exceptions: list[LadingException] = []
    lading: list[CarriedLading] = []
    signed_by: Text | None = None


class TransportEvent(Part, frozen=True, kw_only=True):
    """Something that happened to the load, or an appointment."""

    type: EventType
    status_code: Code | None = None
    reason_code: Code | None = None
    appointment_code: Code | None = None
    date: Date | None = None
    time: Time | None = None
    zone: Zone | None = None
    zone_code: Code | None = None
    place: Place | None = None
    equipment: list[TransportEquipment] = []


class TransportLine(Part, frozen=True, kw_only=True):
    """A part of the load and what happened to it."""

    key: Sequence
    line_id: Text | None = None
    events: list[TransportEvent] = []
    references: list[Reference] = []
    marks: list[Mark] = []
    lading: list[CarriedLading] = []
    exceptions: list[LadingException] = []
    handling: list[Handling] = []
    notes: list[Note] = []
    parties: list[Party] = []
    orders: list["TransportOrder"] = []
    packages: list[TransportPackage] = []


class TransportComputed(Part, frozen=True, kw_only=True):
    """What the document holds."""

    line_count: int
    charges_amount: Number | None = None


class TransportStated(Part, frozen=True, kw_only=True):
    """What the sender says the document adds up to."""

    weight: Quantity | None = None
    weight_qualifier: Code | None = None
    volume: Quantity | None = None
    packages: int | None = None
    rate: Number | None = None
    rate_code: Code | None = None
    declared_value: Number | None = None
    amounts: list[StatedAmount] = []


class TransportTotals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones."""

    stated: TransportStated | None = None
    computed: TransportComputed


class TransportDocument(Part, frozen=True, kw_only=True):
    """What all of them have in common. shipment_number: the shipper's number of the load."""

    number: Annotated[str, Meta(min_length=1, description="The business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    shipment_number: Text | None = None
    carrier: Identifier | None = None
    issue_date: Date | None = None
    exchange: Exchange | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    carriage: list[Carriage] = []
    equipment: list[TransportEquipment] = []
    handling: list[Handling] = []


class TransportStatus(TransportDocument, frozen=True, kw_only=True):
    """Where a load is, and what happened to it. number is the carrier's."""

    model: Literal["transport-status/1"]
    marks: list[Mark] = []
    lines: list[TransportLine] = []
    totals: TransportTotals


class Charge(Part, frozen=True, kw_only=True):
    """What is charged for a line of a freight invoice, or taken off it where the amount is below zero."""

    sequence: Sequence
    code: Code | None = None
    description: Text | None = None
    rate: Number | None = None
    rate_code: Code | None = None
    amount: Number | None = None
    advances: Number | None = None
    prepaid: Number | None = None
    declared_value: Number | None = None
    rated_quantity: Number | None = None
    rated_quantity_code: Code | None = None
    payment_code: Code | None = None
    percent: Number | None = None


class FreightLine(Part, frozen=True, kw_only=True):
    """What was carried and what it costs. signed_by: who took the goods, and when."""

    key: Sequence
    line_id: Text | None = None
    lading: list[CarriedLading] = []
    charges: list[Charge] = []
    freight_classes: list[Code] = []
    tariffs: list[Tariff] = []
    packages: list[TransportPackage] = []
    dates: list[DateEntry] = []
    signed_by: Text | None = None
    marks: list[Mark] = []
    references: list[Reference] = []
    notes: list[Note] = []
    parties: list[Party] = []
    orders: list["TransportOrder"] = []


class TransportOrder(Part, frozen=True, kw_only=True):
    """An order whose goods are in the load."""

    number: Text | None = None
    reference: Text | None = None
    other_reference: Text | None = None
    quantity: Quantity | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None


class Stop(Part, frozen=True, kw_only=True):
    """A place where the load is taken up or set down."""

    sequence: Sequence
    type: Literal["load", "unload", "complete_load", "complete_unload", "partial_load", "partial_unload", "other"]
    type_code: Code | None = None
    quantity: Quantity | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None
    description: Text | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    handling: list[Handling] = []
    lading: list[CarriedLading] = []
    marks: list[Mark] = []
    hazards: list[Hazard] = []
    equipment: list[TransportEquipment] = []
    orders: list[TransportOrder] = []
    items: list[ItemIdentifier] = []


class FreightInvoice(TransportDocument, frozen=True, kw_only=True):
    """What a carrier charges for a load. number is the carrier's number of the invoice."""

    model: Literal["freight-invoice/1"]
    type: Literal["invoice", "credit_note", "other"]
    freight_payment: (
        Literal["prepaid", "collect", "prepaid_and_charged", "third_party", "pickup", "as_agreed", "other"] | None
    ) = None
    freight_payment_code: Code | None = None
    correction_code: Code | None = None
    delivery_date: Date | None = None
    currency: CurrencyCode | None = None
    currencies: list[Currency] = []
    payment_terms: list[PaymentTerms] = []
    orders: list[TransportOrder] = []
    stops: list[Stop] = []
    lines: list[FreightLine] = []
    totals: TransportTotals


class LoadTender(TransportDocument, frozen=True, kw_only=True):
    """A load that is offered to a carrier. number is the shipper's number of it."""

    model: Literal["load-tender/1"]
    freight_payment: (
        Literal["prepaid", "collect", "prepaid_and_charged", "third_party", "pickup", "as_agreed", "other"] | None
    ) = None
    freight_payment_code: Code | None = None
    application_code: Code | None = None
    currency: CurrencyCode | None = None
    stops: list[Stop] = []
    totals: TransportTotals


class LoadTenderResponse(TransportDocument, frozen=True, kw_only=True):
    """Whether a carrier takes a load. number is the shipper's number of it."""

    model: Literal["load-tender-response/1"]
    status: Literal["accepted", "declined", "cancelled", "conditional", "other"]
    status_code: Code | None = None
    reason_code: Code | None = None
    events: list[TransportEvent] = []
    charges: list[Charge] = []
