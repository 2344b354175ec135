"""What the checks of a scenario see: a document judged by the terms of the agreement that is certified, and those
before it; or what the partner says of a document of ours.
"""

import json
from datetime import datetime

from config.core.blobs import open_blob
from mappings.models import Assignment
from partners.models import Agreement, Environment
from transactions.certification.seen import Answered, Reference, Seen
from transactions.models import CanonicalDocument, Document, OurTestDocument, SentSet
from transactions.pipeline.judge import Translated
from transactions.pipeline.units import span_of, translate_spans
from transactions.services.awaited_references import orders_named, reference_of
from transactions.states import AnswerState, DocumentOutcome, DocumentStage

MOST_BEFORE = 200  # documents of the round that the checks know of, the latest
ADVICE = "824"


def judged(agreement: Agreement, document: Document) -> Translated:
    """The document as it would be judged under the agreement now, whatever it came under; stores nothing.

    It needs its unit, file, and group with interchange. Raises DeclarationError, and FileNotFoundError when the
    storage has not the file.
    """
    assignment = Assignment.objects.select_related("version__mapping").defer("version__declaration")
    agreement.assignment = assignment.get(agreement=agreement)
    with open_blob(document.file.sha256) as stream:
        units = translate_spans(stream, [span_of(document)], document.group, document.set_id, agreement)
        return next(iter(units)).translated


def seen_of(
    agreement: Agreement, document: Document, translated: Translated, since: datetime, *, came_again: bool
) -> Seen:
    """What the checks see of a document that came. since: when the round began. came_again: the
    very bytes of its file came once more.

    That its number came before was decided when it came; all else is as the agreement has it now.
    """
    outcome = translated.outcome.value
    if document.outcome == DocumentOutcome.DUPLICATE:
        outcome = document.outcome
    body = json.loads(translated.body) if translated.body else {}
    return Seen(
        kind=agreement.kind,
        outcome=outcome,
        number=reference_of(translated.promoted.business_key or document.business_key),
        purpose=translated.promoted.purpose,
        body=body,
        orders=orders_named(agreement.kind, body),
        findings=translated.findings,
        earlier=earlier(agreement, since, before=document),
        came_again=came_again and document.outcome == DocumentOutcome.ACCEPTED,
        unread="We failed on it ourselves; you need do nothing." if translated.internal_error else "",
    )


def earlier(agreement: Agreement, since: datetime, *, before: Document | None = None) -> list[Reference]:
    """What was accepted of the partner's tests since then, the latest last, with the documents of ours to answer."""
    ours = OurTestDocument.objects.filter(partner=agreement.partner_id).order_by("pk")
    found = [
        Reference(one.kind, reference_of(one.number), "original", one.body, orders_named(one.kind, one.body), True)
        for one in ours
    ]
    accepted = Document.objects.filter(
        partner=agreement.partner_id,
        environment=Environment.TEST,
        stage=DocumentStage.FINAL,
        outcome=DocumentOutcome.ACCEPTED,
        received_at__gte=since,
    )
    if before is not None:
        accepted = accepted.filter(pk__lt=before.pk)
    kinds = dict(accepted.order_by("-pk").values_list("pk", "kind")[:MOST_BEFORE])
    forms = CanonicalDocument.objects.filter(document__in=kinds, is_current=True).order_by("document_id")
    for pk, number, purpose, text in forms.values_list("document_id", "business_key", "purpose", "body"):
        body = json.loads(text)
        found.append(Reference(kinds[pk], reference_of(number), purpose, body, orders_named(kinds[pk], body)))
    return found


def answered_of(sent: SentSet) -> Answered:
    """What the partner says of a document of ours. It needs its group."""
    group = sent.group
    by_advice = group.answered_by_id is not None and (
        Document.objects.filter(file=group.answered_by_id, set_id=ADVICE).exists()
    )
    late = group.due_at is not None and group.answered_at is not None and group.answered_at > group.due_at
    notes = [str(note.get("words") or note.get("code", "")) for note in [*sent.notes, *group.notes]]
    is_late = late or group.outcome == AnswerState.OVERDUE
    return Answered(str(sent), sent.outcome, [note for note in notes if note], by_advice, is_late)
