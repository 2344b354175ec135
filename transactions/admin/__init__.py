"""Pages about traffic: read-only lists and pages, and actions that call services."""

from transactions.admin.awaited import AwaitedDocumentAdmin
from transactions.admin.cases import ExceptionCaseAdmin
from transactions.admin.documents import CanonicalDocumentAdmin, DocumentAdmin
from transactions.admin.envelopes import AcknowledgmentAdmin, FunctionalGroupAdmin, InterchangeAdmin
from transactions.admin.files import InboundFileAdmin
from transactions.admin.records import AttemptAdmin, DuplicateClaimAdmin, EventAdmin, WorkUnitAdmin
from transactions.admin.sent import SentGroupAdmin

__all__ = [
    "AcknowledgmentAdmin",
    "AttemptAdmin",
    "AwaitedDocumentAdmin",
    "CanonicalDocumentAdmin",
    "DocumentAdmin",
    "DuplicateClaimAdmin",
    "EventAdmin",
    "ExceptionCaseAdmin",
    "FunctionalGroupAdmin",
    "InboundFileAdmin",
    "InterchangeAdmin",
    "SentGroupAdmin",
    "WorkUnitAdmin",
]
