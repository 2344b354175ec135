"""An application advice (X12 824) about a document of a partner: what became of it, and why.

The canonical form only; the standard mapping writes it as a set (`mappings.services.write_document`). A 997 or 999
speaks of syntax; this says what mapping and business rules found as well.
"""

from datetime import datetime
from typing import Any

from mappings.engine.findings import Code, Finding, Severity
from transactions.models import Attempt, Document
from transactions.pipeline.storable import read_findings
from transactions.states import DocumentOutcome

FAULTS = 100
"""More errors than this are not read by anybody; OTI says that the document was rejected all the same."""

_STATUS = {
    DocumentOutcome.ACCEPTED: "accepted",
    DocumentOutcome.REJECTED: "rejected",
    DocumentOutcome.DUPLICATE: "rejected",
}
_REFERENCE = {"order": "purchase_order", "order-change": "purchase_order", "order-response": "purchase_order"}
_REFERENCE |= {"invoice": "seller_invoice", "despatch-advice": "shipment"}
_CONDITION = {
    Code.ELEMENT_MISSING: "007",
    Code.ELEMENT_CONDITIONAL_MISSING: "007",
    Code.SEGMENT_MISSING: "007",
    Code.MAPPING_REQUIRED: "007",
    Code.ELEMENT_DATE_INVALID: "009",
    Code.DATE_INVALID: "009",
    Code.ORDER_TOTAL_MISMATCH: "010",
    Code.INVOICE_SUM_MISMATCH: "010",
    Code.DOCUMENT_DUPLICATE: "DUP",
}
_OTHER_CONDITION = "024"
"""X12 data element 647: missing data, invalid date, total out of balance, duplicate; for anything else "other"."""


class NothingToAdvise(Exception):
    """There is nothing yet that the partner could be told; the text says why."""


def advice_of(document: Document, at: datetime) -> dict[str, Any]:
    """The advice as `application-advice/1`.

    at: instant, in UTC. Its number follows from the document and its attempt, so that the same advice has the same
    number. Raises NothingToAdvise for a document that is not final, or that failed by our own fault.
    """
    status = _STATUS.get(DocumentOutcome(document.outcome)) if document.outcome else None
    if status is None or document.final_at is None:
        raise NothingToAdvise("It is not decided what becomes of the document, or Onramp itself failed on it.")
    attempt = Attempt.objects.get(document=document, number=document.attempt)
    errors = [one for one in read_findings(attempt.findings) if one.severity is Severity.ERROR]
    if document.outcome == DocumentOutcome.DUPLICATE:
        errors = [Finding(Code.DOCUMENT_DUPLICATE, Severity.ERROR, "A document with this number was accepted before.")]
    number = document.business_key or document.control_number
    return {
        "model": "application-advice/1",
        "number": f"{document.pk.hex[-12:]}-{document.attempt}".upper(),
        "purpose": "original",
        "original_number": number,
        "issue_date": at.date().isoformat(),
        "issue_time": at.strftime("%H:%M:%S"),
        "zone": "Z",
        "responses": [
            {
                "key": 1,
                "status": "accepted_with_errors" if errors and status == "accepted" else status,
                "level": "document",
                "reference": {"type": _REFERENCE.get(document.kind, "other"), "value": number},
                **_envelope(document),
                "faults": [_fault(place, one) for place, one in enumerate(errors[:FAULTS], 1)],
            }
        ],
    }


def _envelope(document: Document) -> dict[str, str]:
    """Where the document stood, by the numbers of its sender; nothing of it outside X12."""
    if document.format != "x12":
        return {}
    header = document.group.header
    found = {
        "sender_code": header.get("sender", ""),
        "receiver_code": header.get("receiver", ""),
        "group_control_number": document.group.control_number,
        "document_control_number": document.control_number,
        "document_type": document.set_id,
        "version": document.version,
    }
    return {name: text for name, text in found.items() if text}


def _fault(sequence: int, one: Finding) -> dict[str, Any]:
    place = one.place
    found = {
        "sequence": sequence,
        "code": _CONDITION.get(one.code, _OTHER_CONDITION),
        "message": one.message,
        "segment": place.segment_id,
        "segment_position": place.segment,
        "element_position": place.element,
        "component_position": place.component,
        "value": one.value,
    }
    return {name: value for name, value in found.items() if value}
