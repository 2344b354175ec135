"""Who looks at a failure, and by when: declared here as data, each row with its reason."""

from datetime import datetime, timedelta
from typing import NamedTuple

from mappings.engine.findings import Code, Finding, Layer
from transactions.states import CaseCategory, Queue

CATEGORY_OF_LAYER = {
    Layer.ENVELOPE: CaseCategory.ENVELOPE,
    Layer.SYNTAX: CaseCategory.SYNTAX,
    Layer.OVERLAY: CaseCategory.SYNTAX,
    Layer.MAPPING: CaseCategory.MAPPING,
    Layer.BUSINESS: CaseCategory.BUSINESS,
}
QUEUE_OF_CATEGORY = {
    CaseCategory.UNREADABLE: Queue.INTEGRATION,
    CaseCategory.UNROUTABLE: Queue.ONBOARDING,
    CaseCategory.ENVELOPE: Queue.INTEGRATION,
    CaseCategory.SYNTAX: Queue.INTEGRATION,
    CaseCategory.MAPPING: Queue.INTEGRATION,
    CaseCategory.BUSINESS: Queue.CUSTOMER_SERVICE,
    CaseCategory.DUPLICATE: Queue.FINANCE,
    CaseCategory.ANSWER: Queue.INTEGRATION,
    CaseCategory.MISSING: Queue.CUSTOMER_SERVICE,
    CaseCategory.INTERNAL: Queue.INTEGRATION,
}
# Findings that another team decides than the others of their category.
QUEUE_OF_CODE = {
    Code.ORDER_TOTAL_MISMATCH: Queue.FINANCE,  # which of two amounts is owed
    Code.INVOICE_SUM_MISMATCH: Queue.FINANCE,
    Code.LINE_AMOUNT_MISMATCH: Queue.FINANCE,
    Code.CREDIT_WITHOUT_INVOICE: Queue.FINANCE,
    Code.PAYMENT_WITHOUT_LINES: Queue.FINANCE,
    Code.PAYMENT_SUM_MISMATCH: Queue.FINANCE,
    Code.DOCUMENT_DUPLICATE: Queue.FINANCE,  # whether it is to be paid or delivered twice
    Code.INTERCHANGE_DUPLICATE: Queue.INTEGRATION,  # a transmission sent twice, before anyone knows what is in it
}


class Term(NamedTuple):
    """hours: by when a case is due, counted from its opening, nights and weekends included."""

    hours: int
    why: str


TERM_OF_CATEGORY = {
    CaseCategory.INTERNAL: Term(2, "The fault is Onramp's, and the partner waits for it."),
    CaseCategory.UNREADABLE: Term(4, "The sender believes that it arrived, and was told nothing."),
    CaseCategory.UNROUTABLE: Term(8, "All that the sender sends is held until somebody decides."),
    CaseCategory.ENVELOPE: Term(8, "A whole transmission was refused."),
    CaseCategory.MAPPING: Term(8, "The sender was told that it is well-formed, and expects it to be carried out."),
    CaseCategory.SYNTAX: Term(24, "The acknowledgment told the sender, who must correct it."),
    CaseCategory.BUSINESS: Term(24, "The sender must be asked what is meant."),
    CaseCategory.ANSWER: Term(8, "The partner works without what we sent."),
    CaseCategory.MISSING: Term(8, "The partner must be asked before the goods, or the day, are late."),
    CaseCategory.DUPLICATE: Term(24, "The first one was carried out; nothing waits but the answer."),
}
# Where a team works to other hours than those of the category.
TERM_OF_QUEUE_AND_CATEGORY = {
    (Queue.FINANCE, CaseCategory.BUSINESS): Term(48, "Amounts are clarified with the partner's accounts department."),
}


def triage(found: Finding) -> tuple[CaseCategory, Queue]:
    """The category and the queue of a case that a finding opens."""
    category = CATEGORY_OF_LAYER[found.layer]
    return category, QUEUE_OF_CODE.get(found.code, QUEUE_OF_CATEGORY[category])


def term_of(queue: str, category: str) -> Term:
    """How long a team has for a kind of case, and why. queue, category: values of `Queue` and `CaseCategory`."""
    key = (Queue(queue), CaseCategory(category))
    return TERM_OF_QUEUE_AND_CATEGORY.get(key) or TERM_OF_CATEGORY[key[1]]


def due_at(queue: str, category: str, opened_at: datetime) -> datetime:
    """When a case that was opened at this instant is due (UTC)."""
    return opened_at + timedelta(hours=term_of(queue, category).hours)
