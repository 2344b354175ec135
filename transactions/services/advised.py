"""An 824 is told where people look for it: on the order that it names, and as a case when it rejects."""

from uuid import UUID

from config.core.ids import derived_uuid7
from mappings.engine.findings import Code, finding
from mappings.engine.x12.answers import DocumentAnswer, Outcome
from transactions.models import Document, InboundFile, Interchange, Verb
from transactions.pipeline.answers import said_of, what_is_meant
from transactions.pipeline.storable import storable_text
from transactions.services.cases import Subject, open_case
from transactions.services.trail import record
from transactions.states import CaseCategory, Queue

ORDERS = ("order", "order-change")
# Who mends what the partner's application rejects, by the set that it rejects (ST01). The others: customer service.
QUEUE_OF_SET = dict.fromkeys(("810", "812", "820", "880"), Queue.FINANCE)


def tell_document(
    answer: DocumentAnswer, file: InboundFile, interchange: Interchange, document: int, *, is_ours: bool
) -> None:
    """Tell an 824 on the orders that it names, and open a case when it rejects.

    document: ordinal of the 824 in its file. is_ours: it is about something that we sent, which has a case already.
    The case is about the order that is named, else about the 824 itself: what it rejects is not Onramp's.
    """
    words = said_of(what_is_meant(answer), answer)
    orders = _orders(answer, interchange)
    for order in orders:
        record(order.file_id, Verb.ANSWERED, document_id=order.pk, words=words, answered_by=str(file.pk))
    if is_ours or interchange.partner_id is None or answer.outcome not in (Outcome.REJECTED, Outcome.PARTLY):
        return
    reason = finding(Code.SENT_REJECTED, words)
    queue = QUEUE_OF_SET.get(answer.set_id, Queue.CUSTOMER_SERVICE)
    own = _itself(derived_uuid7(file.pk, "document", document), file, interchange)
    open_case(Subject.of_document(orders[0]) if orders else own, CaseCategory.ANSWER, queue, reason)


def _orders(answer: DocumentAnswer, interchange: Interchange) -> list[Document]:
    """The latest order of the partner with each number."""
    found: dict[str, Document] = {}
    numbers = {storable_text(number, 80) for number in answer.orders}
    if numbers and interchange.partner_id is not None:
        rows = Document.objects.filter(
            business_key__in=numbers,
            partner_id=interchange.partner_id,
            environment=interchange.environment,
            kind__in=ORDERS,
        )
        for row in rows.select_related("file", "group__interchange").order_by("pk"):
            found[row.business_key] = row
    return list(found.values())


def _itself(key: UUID, file: InboundFile, interchange: Interchange) -> Subject:
    return Subject(key, file, interchange, partner_id=interchange.partner_id, environment=interchange.environment)
