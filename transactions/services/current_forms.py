"""Canonical documents by what people have at hand: the document's id, its correlation id, its number."""

from django.db.models import Q, QuerySet

from transactions.models import CanonicalDocument
from transactions.services.find import Term

MOST = 20
LONGEST = 80


def find_canonical(text: str, schema: str) -> list[CanonicalDocument]:
    """The current forms of one model that a term names, newest first, at most MOST. Each brings its partner and what
    became of its document.

    text: an id of a document, a correlation id, or a business key as a whole, whatever its case. One query.
    """
    term = Term(text[:LONGEST])
    if not term.text:
        return []
    found = _named(term).filter(is_current=True, schema=schema).select_related("partner", "document")
    return list(found.order_by("-pk")[:MOST])


def _named(term: Term) -> QuerySet[CanonicalDocument]:
    if term.key:
        return CanonicalDocument.objects.filter(Q(document_id=term.key) | Q(document__file_id=term.key))
    return CanonicalDocument.objects.filter(business_key__in=term.spellings)
