"""Who takes part in a document, and the envelope it came in."""

from typing import Literal

from mappings.engine.canonical.parts import (
    Address,
    Code,
    Contact,
    Date,
    Identifier,
    Part,
    Reference,
    Text,
    Time,
)
from mappings.engine.canonical.terms import Carriage, DeliveryTerms, PackagingInstruction


class Characteristic(Part, frozen=True, kw_only=True):
    """A coded property from an agency's list (X12 SI)."""

    value: Text
    agency_code: Code | None = None
    qualifier: Code | None = None


PartyRole = Literal[
    "buyer", "seller", "supplier", "ship_to", "ship_from", "bill_to", "remit_to", "payer", "ordered_by", "sold_to",
    "mark_for", "end_customer", "consignee", "manufacturer", "carrier", "freight_forwarder", "warehouse", "broker",
    "agent", "shipper", "depositor", "payee", "tax_representative", "notify", "other",
]  # fmt: skip


class Party(Part, frozen=True, kw_only=True):
    """Somebody with a role in the document, under all the numbers the sender gave."""

    role: PartyRole
    role_code: Code | None = None
    name: Text | None = None
    additional_names: list[Text] = []
    identifiers: list[Identifier] = []
    address: Address | None = None
    contacts: list[Contact] = []
    references: list[Reference] = []
    characteristics: list[Characteristic] = []
    relationship_code: Code | None = None
    delivery_terms: list[DeliveryTerms] = []
    carriage: list[Carriage] = []
    packaging_instructions: list[PackagingInstruction] = []


class TradingId(Part, frozen=True, kw_only=True):
    """Under which ids a partner stands in the envelope."""

    id: Text | None = None
    qualifier: Code | None = None
    group_id: Text | None = None


class Exchange(Part, frozen=True, kw_only=True):
    """The envelope that the document came in. Two copies of one document differ here and nowhere else."""

    standard: Literal["x12", "ubl", "cxml", "idoc", "csv"]
    version: Text | None = None
    document_type: Text | None = None
    environment: Literal["production", "test", "information"] | None = None
    sender: TradingId | None = None
    receiver: TradingId | None = None
    interchange_control_number: Text | None = None
    group_control_number: Text | None = None
    document_control_number: Text | None = None
    date: Date | None = None
    time: Time | None = None
