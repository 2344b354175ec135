"""What is agreed about a trade: payment, delivery, transport, packaging, money off and on, taxes, amounts."""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.parts import (
    Code,
    CurrencyCode,
    Date,
    Identifier,
    Location,
    Number,
    Part,
    Quantity,
    Sequence,
    Text,
    Time,
    Unit,
)


class PaymentTerms(Part, frozen=True, kw_only=True):
    """When and how the buyer pays, and what he may deduct for paying early."""

    type: (
        Literal["basic", "end_of_month", "fixed_date", "discount_not_applicable", "previously_agreed", "other"] | None
    ) = None
    type_code: Code | None = None
    basis: Literal["ship_date", "delivery_date", "invoice_date", "receipt_of_goods", "other"] | None = None
    basis_code: Code | None = None
    discount_percent: Number | None = None
    discount_due_date: Date | None = None
    discount_days: int | None = None
    discount_amount: Number | None = None
    net_due_date: Date | None = None
    net_days: int | None = None
    deferred_due_date: Date | None = None
    deferred_amount: Number | None = None
    payable_percent: Number | None = None
    day_of_month: int | None = None
    payment_method_code: Code | None = None
    late_percent: Number | None = None
    description: Text | None = None


class DeliveryTerms(Part, frozen=True, kw_only=True):
    """Who pays the freight, and where title and risk pass."""

    freight_payment: (
        Literal["prepaid", "collect", "prepaid_and_charged", "third_party", "pickup", "as_agreed", "other"] | None
    ) = None
    freight_payment_code: Code | None = None
    location: Location | None = None
    terms_list_code: Annotated[str, Meta(description="Which list terms_code is from (X12 element 334).")] | None = None
    terms_code: Annotated[str, Meta(description="Incoterms or another transport term, as sent.")] | None = None
    title_passage: Location | None = None
    risk_of_loss_code: Code | None = None
    description: Text | None = None


TransportMode = Literal[
    "air", "rail", "road", "sea", "inland_water", "parcel", "less_than_truckload", "private_carrier",
    "customer_pickup", "intermodal", "other",
]  # fmt: skip


class Carriage(Part, frozen=True, kw_only=True):
    """One leg or choice of transport: carrier, mode, routing, transit time, service level."""

    sequence_code: Code | None = None
    carrier: Identifier | None = None
    mode: TransportMode | None = None
    mode_code: Code | None = None
    routing: Text | None = None
    status_code: Code | None = None
    location: Location | None = None
    direction_code: Code | None = None
    transit_time: Number | None = None
    transit_time_code: Code | None = None
    service_levels: list[Code] = []
    country: Text | None = None


class Handling(Part, frozen=True, kw_only=True):
    """Special handling or a hazard class."""

    handling_code: Code | None = None
    hazard_list_code: Code | None = None
    hazard_class: Code | None = None
    description: Text | None = None


class Equipment(Part, frozen=True, kw_only=True):
    """A trailer, container or rail car."""

    type_code: Code | None = None
    owner_initial: Text | None = None
    number: Text | None = None
    weight: Quantity | None = None
    weight_qualifier: Code | None = None
    ownership_code: Code | None = None
    seal_number: Text | None = None


class Lading(Part, frozen=True, kw_only=True):
    """What is loaded: packages, weight, volume."""

    packaging_code: Code | None = None
    packages: int | None = None
    commodity_list_code: Code | None = None
    commodity_code: Code | None = None
    description: Text | None = None
    weight: Quantity | None = None
    weight_qualifier: Code | None = None
    volume: Quantity | None = None


class PackagingInstruction(Part, frozen=True, kw_only=True):
    """How the goods are to be marked, packed or loaded."""

    type_code: Code | None = None
    characteristic_code: Code | None = None
    agency_code: Code | None = None
    code: Code | None = None
    text: Text | None = None
    unit_load_code: Code | None = None


class Measurement(Part, frozen=True, kw_only=True):
    """A measured property, as one value or a range."""

    reference_code: Code | None = None
    qualifier: Code | None = None
    value: Number | None = None
    unit: Unit | None = None
    unit_code: Code | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    significance_code: Code | None = None
    attribute_code: Code | None = None


class Paperwork(Part, frozen=True, kw_only=True):
    """A document that goes with the order by another way. url: where it is, if the sender says so."""

    type_code: Code
    transmission_code: Code | None = None
    copies: int | None = None
    party_role_code: Code | None = None
    identifier: Identifier | None = None
    description: Text | None = None
    url: Text | None = None


class Mark(Part, frozen=True, kw_only=True):
    """Marks and numbers on packages; `until` closes a range."""

    value: Text
    qualifier: Code | None = None
    until: Text | None = None


class AllowanceCharge(Part, frozen=True, kw_only=True):
    """Money off or on, as `kind` says; `amount` as the sender signed it.

    sequence counts within its level; basis_amount is what a percent is taken of; included is true where the price
    already contains it, and absent where the sender did not say.
    """

    kind: Literal["allowance", "charge", "none", "promotion", "charge_request", "allowance_request", "service", "other"]
    kind_code: Code | None = None
    level: Literal["document", "line"]
    sequence: Sequence
    service_code: Code | None = None
    agency_code: Code | None = None
    agency_service_code: Code | None = None
    amount: Number | None = None
    currency: CurrencyCode | None = None
    percent: Number | None = None
    basis: Literal["item_list_cost", "item_net_cost", "discount_gross", "base_price", "base_amount", "other"] | None = (
        None
    )
    basis_code: Code | None = None
    basis_amount: Number | None = None
    rate: Number | None = None
    quantity: Quantity | None = None
    quantity_until: Number | None = None
    handling: (
        Literal[
            "bill_back",
            "off_invoice",
            "vendor_check",
            "credit_account",
            "paid_by_vendor",
            "paid_by_customer",
            "optional",
            "other",
        ]
        | None
    ) = None
    handling_code: Code | None = None
    included: bool | None = None
    reference: Text | None = None
    option: Text | None = None
    description: Text | None = None
    language: Code | None = None


class Tax(Part, frozen=True, kw_only=True):
    """A tax, an exemption, or the tax registration that decides on either.

    currency: of the amounts, where it is not the document's: the same tax once more, as the tax office wants it.
    """

    type: Literal["sales", "vat", "gst", "excise", "use", "other"] | None = None
    type_code: Code | None = None
    level: Literal["document", "line"]
    sequence: Sequence
    amount: Number | None = None
    currency: CurrencyCode | None = None
    percent: Number | None = None
    basis_amount: Number | None = None
    included: bool | None = None
    included_code: Code | None = None
    exempt: bool | None = None
    exempt_code: Code | None = None
    exempt_reason: Text | None = None
    jurisdiction_code: Code | None = None
    jurisdiction_list_code: Code | None = None
    registration: Text | None = None
    locations: list[Location] = []
    line_id: Text | None = None
    description: Text | None = None


class Currency(Part, frozen=True, kw_only=True):
    """A currency of the document, what it is used for, and the rate between it and the document's."""

    use: Literal["document", "pricing", "tax", "payment", "other"]
    code: CurrencyCode
    party_role_code: Code | None = None
    rate: Number | None = None
    market_code: Code | None = None
    date: Date | None = None
    time: Time | None = None
    date_qualifier: Code | None = None


class StatedAmount(Part, frozen=True, kw_only=True):
    """An amount that the sender states, beside those that we compute. currency: where it is not the document's."""

    type: Literal[
        "total", "lines_total", "tax", "freight", "discount", "prepaid", "allowances", "charges", "tax_exclusive",
        "subject_to_discount", "rounding", "payable", "other",
    ]  # fmt: skip
    qualifier: Code | None = None
    amount: Number
    currency: CurrencyCode | None = None
    credit_debit_code: Code | None = None


class SalesCondition(Part, frozen=True, kw_only=True):
    """Back orders, substitutes, partial shipments: what the seller may and may not do."""

    requirement_code: Code | None = None
    action_code: Code | None = None
    amount: Number | None = None
    account: Text | None = None
    date: Date | None = None
    agency_code: Code | None = None
    service_code: Code | None = None
    substitution_code: Code | None = None
    percent: Number | None = None
    percent_qualifier: Code | None = None
