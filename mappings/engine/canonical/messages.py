"""What a partner says about documents, or in words: `application-advice/1` (X12 824) and `text-message/1` (864)."""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.order import Purpose, QualifiedQuantity
from mappings.engine.canonical.parties import Exchange, Party
from mappings.engine.canonical.parts import (
    Code,
    Contact,
    Date,
    DateEntry,
    Note,
    Part,
    Reference,
    Sequence,
    Text,
    Time,
    Zone,
)
from mappings.engine.canonical.terms import StatedAmount


class RelatedData(Part, frozen=True, kw_only=True):
    """A code of some list, or words, that explain an error."""

    description: Text | None = None
    identification_code: Code | None = None
    agency_code: Code | None = None
    agency_qualifier: Text | None = None
    list_code: Code | None = None
    code: Text | None = None


class Fault(Part, frozen=True, kw_only=True):
    """One error. Positions are the sender's: of the segment in the document, of the element in the segment."""

    sequence: Sequence
    code: Code | None = None
    message: Text | None = None
    segment: Text | None = None
    segment_position: int | None = None
    element_position: int | None = None
    component_position: int | None = None
    element_number: Text | None = None
    value: Text | None = None
    corrected_value: Text | None = None
    contexts: list[Text] = []
    notes: list[Note] = []
    related: list[RelatedData] = []


class DocumentResponse(Part, frozen=True, kw_only=True):
    """What became of a document, or of a part of it. reference: the number that the document has in business.

    sender_code to version: of the group and the document that are answered.
    """

    key: Sequence
    status: Literal[
        "accepted", "accepted_with_changes", "accepted_with_errors", "partly_accepted", "rejected", "on_hold", "other"
    ]
    level: Literal["document", "item", "batch", "group", "other"]
    status_code: Code | None = None
    reason_code: Code | None = None
    reference: Reference | None = None
    sender_code: Text | None = None
    receiver_code: Text | None = None
    date: Date | None = None
    time: Time | None = None
    group_control_number: Text | None = None
    document_control_number: Text | None = None
    document_type: Text | None = None
    version: Text | None = None
    purpose_code: Code | None = None
    type_code: Code | None = None
    application_code: Code | None = None
    action_code: Code | None = None
    handling_code: Code | None = None
    parties: list[Party] = []
    contacts: list[Contact] = []
    references: list[Reference] = []
    dates: list[DateEntry] = []
    stated_amounts: list[StatedAmount] = []
    quantities: list[QualifiedQuantity] = []
    faults: list[Fault] = []
    codes: list[RelatedData] = []


class ApplicationAdvice(Part, frozen=True, kw_only=True):
    """What a partner's system says of documents that it read. original_number: of the one that all of it is about."""

    model: Literal["application-advice/1"]
    number: Annotated[str, Meta(min_length=1, description="The business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    type_code: Code | None = None
    action_code: Code | None = None
    original_number: Text | None = None
    issue_date: Date | None = None
    issue_time: Time | None = None
    zone: Zone | None = None
    zone_code: Code | None = None
    exchange: Exchange | None = None
    parties: list[Party] = []
    responses: list[DocumentResponse] = []


class Message(Part, frozen=True, kw_only=True):
    """A text; its lines are separated by a newline."""

    key: Sequence
    number: Text | None = None
    title: Text | None = None
    text: Text
    parties: list[Party] = []


class TextMessage(Part, frozen=True, kw_only=True):
    """Texts for people. number is that of the first of them."""

    model: Literal["text-message/1"]
    number: Annotated[str, Meta(min_length=1, description="The business key.")]
    purpose: Purpose
    purpose_code: Code | None = None
    type_code: Code | None = None
    title: Text | None = None
    exchange: Exchange | None = None
    parties: list[Party] = []
    dates: list[DateEntry] = []
    messages: list[Message] = []
