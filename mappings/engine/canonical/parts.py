"""What several canonical models share: parties, references, dates, quantities, prices, terms.

Two habits hold everywhere. A value that was translated keeps the sender's own code beside it (`role` and
`role_code`), so that nothing is lost when our list does not know the code. Lists are typed instead of a field
per kind, so that a second ship-to or a third item number needs no new field.
"""

import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

DECIMAL_PATTERN = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?$"

Text = Annotated[str, Meta(min_length=1)]
Code = Annotated[str, Meta(min_length=1, description="A code exactly as the sender wrote it.")]
Number = Annotated[
    Decimal,
    Meta(description="An exact decimal with the sender's scale.", extra_json_schema={"pattern": DECIMAL_PATTERN}),
]
Date = Annotated[datetime.date, Meta(description="A plain date without a time zone.")]
Time = Annotated[
    datetime.time,
    Meta(tz=False, description="A local time of day.", extra_json_schema={"pattern": TIME_PATTERN}),
]
Unit = Annotated[str, Meta(min_length=2, max_length=3, description="Unit code of UN/ECE Recommendation 20 or 21.")]
CurrencyCode = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217 currency code.")]
Sequence = Annotated[int, Meta(ge=1)]


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of every piece of a canonical document: keyword-only, closed, without empty fields."""


class Quantity(Part, frozen=True, kw_only=True):
    """An amount of something, with the unit normalised and as sent (X12 `CA` is UN/ECE `CS`)."""

    value: Number
    unit: Unit | None = None
    unit_code: Code | None = None


IdentifierScheme = Literal[
    "duns", "duns_plus_4", "gln", "scac", "iata", "cage", "dodaac", "tax_number", "plant", "health_industry_number",
    "seller_assigned", "buyer_assigned", "sender_assigned", "receiver_assigned", "mutually_defined", "other",
]  # fmt: skip


class Identifier(Part, frozen=True, kw_only=True):
    """The number of a party or place, with the scheme that gives it a meaning."""

    value: Text
    scheme: IdentifierScheme | None = None
    scheme_code: Code | None = None


class Location(Part, frozen=True, kw_only=True):
    """A place named by a qualified text, or by the qualifier alone ("destination")."""

    value: Text | None = None
    qualifier: Code | None = None


class Address(Part, frozen=True, kw_only=True):
    """A postal address. `region` is the state or province code, `country` as sent."""

    lines: list[Text] = []
    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None
    location: Location | None = None


ChannelType = Literal["phone", "mobile", "fax", "email", "url", "edi_id", "extension", "other"]


class Channel(Part, frozen=True, kw_only=True):
    """One way to reach a contact."""

    value: Text
    type: ChannelType | None = None
    type_code: Code | None = None


ContactFunction = Literal[
    "buyer", "seller", "order", "delivery", "receiving", "shipping", "information", "accounts_payable",
    "accounts_receivable", "customer_service", "technical", "expediter", "other",
]  # fmt: skip


class Contact(Part, frozen=True, kw_only=True):
    """A person or department and how to reach it."""

    function: ContactFunction | None = None
    function_code: Code | None = None
    name: Text | None = None
    channels: list[Channel] = []
    reference: Text | None = None


ReferenceType = Literal[
    "purchase_order", "purchase_order_suffix", "customer_order", "customer_reference", "consignee_order",
    "seller_order", "seller_id", "internal_seller_id", "department", "division", "store", "merchandise_type",
    "promotion", "contract", "release", "requisition", "quote", "price_list", "project", "job", "account",
    "billing_account", "authorization", "invoice", "seller_invoice", "bill_of_lading", "packing_list", "shipment",
    "carrier_reference", "tracking", "lot", "serial", "drawing", "drawing_revision", "engineering_change",
    "tax_number", "tax_exemption", "sales_person", "clause", "receipt", "payment", "check", "return", "load",
    "appointment", "seal", "mutually_defined", "other",
]  # fmt: skip


class Reference(Part, frozen=True, kw_only=True):
    """A number of another document or register. `type` is ours, `qualifier` the sender's. url: where it is."""

    type: ReferenceType
    qualifier: Code | None = None
    value: Text | None = None
    description: Text | None = None
    date: Date | None = None
    url: Text | None = None


Zone = Annotated[str, Meta(pattern=r"^(Z|[+-][0-9]{2}:[0-9]{2})$")]

DateType = Literal[
    "issue", "delivery_requested", "delivery_required", "delivery_scheduled", "delivery_promised",
    "delivery_estimated", "delivery_not_before", "delivery_not_after", "delivery_week", "delivered",
    "ship_requested", "ship_scheduled", "ship_promised", "ship_not_before", "ship_not_after", "shipped",
    "pickup_requested", "pickup_scheduled", "picked_up", "cancel_after", "cancel_if_not_delivered", "available",
    "invoice", "effective",
    "expiration", "promotion_start", "promotion_end", "contract_effective", "contract_expiration", "manufactured",
    "start", "end", "received", "due", "tax_point", "paid", "billing_start", "billing_end", "posted", "other",
]  # fmt: skip


class DateEntry(Part, frozen=True, kw_only=True):
    """One date of a document, line or delivery; `until` closes a period. `zone` only where the sender gave one.

    time_qualifier: what the time means, where the sender says so apart from the date (X12 G6203).
    """

    type: DateType
    qualifier: Code | None = None
    date: Date | None = None
    time: Time | None = None
    time_qualifier: Code | None = None
    zone: Zone | None = None
    zone_code: Code | None = None
    until: Date | None = None
    format_code: Code | None = None
    text: Annotated[str, Meta(description="A date in a form that is kept as sent; see format_code.")] | None = None


class Note(Part, frozen=True, kw_only=True):
    """Free text; lines of one note are separated by a newline."""

    text: Text
    qualifier: Code | None = None
    reference: Text | None = None
    date: Date | None = None
    language: Code | None = None
