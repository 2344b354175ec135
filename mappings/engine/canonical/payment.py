"""How money is asked for and paid: accounts, means of payment, and the bills that are meant."""

from typing import Annotated, Literal

from msgspec import Meta

from mappings.engine.canonical.parts import (
    Code,
    CurrencyCode,
    Date,
    DateEntry,
    Note,
    Number,
    Part,
    Reference,
    Sequence,
    Text,
)

BillingType = Literal[
    "invoice", "credit_note", "debit_note", "self_billed_invoice", "self_billed_credit_note", "reminder", "other",
]  # fmt: skip

Direction = Annotated[
    Literal["credit", "debit"],
    Meta(description="What the sender calls the amount; where it is named, amounts beside it have no sign."),
]


class BillingReference(Part, frozen=True, kw_only=True):
    """An invoice or note, or a line of it, that is credited, corrected or paid (UBL BillingReference)."""

    type: BillingType
    type_code: Code | None = None
    number: Text | None = None
    line_id: Text | None = None
    date: Date | None = None


class BankAccount(Part, frozen=True, kw_only=True):
    """An account and the bank that keeps it, each with the sender's code of what kind of number it is."""

    number: Text | None = None
    number_code: Code | None = None
    name: Text | None = None
    currency: CurrencyCode | None = None
    bank_id: Text | None = None
    bank_id_code: Code | None = None
    bank_name: Text | None = None


class PaymentMeans(Part, frozen=True, kw_only=True):
    """One way to pay, or the one that was taken.

    reference: what the payment is to name, so that it can be told whose it is.
    """

    method_code: Code | None = None
    format_code: Code | None = None
    channel_code: Code | None = None
    due_date: Date | None = None
    reference: Text | None = None
    payer: BankAccount | None = None
    payee: BankAccount | None = None
    description: Text | None = None


class Prepayment(Part, frozen=True, kw_only=True):
    """What was paid before."""

    id: Text | None = None
    amount: Number
    currency: CurrencyCode | None = None
    date: Date | None = None
    received: Date | None = None
    description: Text | None = None


class Adjustment(Part, frozen=True, kw_only=True):
    """An amount by which less or more is paid than was billed, signed as sent, with its reason."""

    sequence: Sequence
    amount: Number
    reason_code: Code | None = None
    reference_qualifier: Code | None = None
    reference: Text | None = None
    description: Text | None = None
    references: list[Reference] = []
    dates: list[DateEntry] = []
    notes: list[Note] = []
