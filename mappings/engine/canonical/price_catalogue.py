"""`price-catalogue/1`: what a seller offers, and at which prices (X12 832, UBL Catalogue, price files)."""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.order import (
    CommodityCode,
    Description,
    ItemIdentifier,
    LeadTime,
    Packaging,
    Price,
    Purpose,
)
from mappings.engine.canonical.order_change import LineAction
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
from mappings.engine.canonical.terms import (
    AllowanceCharge,
    Carriage,
    Currency,
    DeliveryTerms,
    Handling,
    Measurement,
    PackagingInstruction,
    PaymentTerms,
    Tax,
)


class CataloguePrice(Price, frozen=True, kw_only=True):
    """A price with when and for whom it holds; `quantity` is the least that it is for."""

    quantity_until: Quantity | None = None
    dates: list[DateEntry] = []
    location: Identifier | None = None
    location_name: Text | None = None
    references: list[Reference] = []


class Condition(Part, frozen=True, kw_only=True):
    """A restriction or condition of sale."""

    qualifier: Code | None = None
    text: Text | None = None
    quantity_qualifier: Code | None = None
    quantity: Number | None = None


class CatalogueLine(Part, frozen=True, kw_only=True):
    """An item that is offered, or what it is made of.

    action: what changes about it since the catalogue before. order_quantity: in what and how much of it is ordered at
    once. parent_key: the line whose part it is; relation and quantity: how, and how much of it.
    """

    key: Sequence
    line_id: Text | None = None
    parent_key: Sequence | None = None
    parent_line_id: Text | None = None
    relation: Literal["add", "delete", "included", "information", "substituted", "other"] | None = None
    relation_code: Code | None = None
    quantity: Quantity | None = None
    action: LineAction | None = None
    action_code: Code | None = None
    orderable: bool | None = None
    order_quantity: Quantity | None = None
    minimum: Quantity | None = None
    maximum: Quantity | None = None
    identifiers: list[ItemIdentifier] = []
    descriptions: list[Description] = []
    commodity_codes: list[CommodityCode] = []
    characteristics: list[Characteristic] = []
    prices: list[CataloguePrice] = []
    packaging: list[Packaging] = []
    packaging_instructions: list[PackagingInstruction] = []
    measurements: list[Measurement] = []
    conditions: list[Condition] = []
    lead_times: list[LeadTime] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    parties: list[Party] = []
    contacts: list[Contact] = []
    taxes: list[Tax] = []
    allowances_charges: list[AllowanceCharge] = []
    payment_terms: list[PaymentTerms] = []
    delivery_terms: list[DeliveryTerms] = []
    carriage: list[Carriage] = []
    handling: list[Handling] = []


class CatalogueStated(Part, frozen=True, kw_only=True):
    """What the sender says the document adds up to."""

    line_count: int | None = None
    hash_total: Number | None = None


class CatalogueComputed(Part, frozen=True, kw_only=True):
    """What the document holds."""

    line_count: int


class CatalogueTotals(Part, frozen=True, kw_only=True):
    """Stated totals beside computed ones."""

    stated: CatalogueStated | None = None
    computed: CatalogueComputed


class PriceCatalogue(Part, frozen=True, kw_only=True):
    """A price list or catalogue, or a change of one."""

    model: Literal["price-catalogue/1"]
    number: Annotated[str, Meta(min_length=1, description="The sender's number of the catalogue: the business key.")]
    version: Text | None = None
    revision: Text | None = None
    replaces: Text | None = None
    purpose: Purpose
    purpose_code: Code | None = None
    type_code: Code | None = None
    name: Text | None = None
    issue_date: Date | None = None
    issue_time: Time | None = None
    valid_from: Date | None = None
    valid_until: Date | None = None
    currency: CurrencyCode | None = None
    currencies: list[Currency] = []
    exchange: Exchange | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
    prices: list[CataloguePrice] = []
    conditions: list[Condition] = []
    lead_times: list[LeadTime] = []
    taxes: list[Tax] = []
    allowances_charges: list[AllowanceCharge] = []
    payment_terms: list[PaymentTerms] = []
    delivery_terms: list[DeliveryTerms] = []
    carriage: list[Carriage] = []
    packaging_instructions: list[PackagingInstruction] = []
    lines: list[CatalogueLine] = []
    totals: CatalogueTotals
