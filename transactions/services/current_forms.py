"""The current canonical forms of one model that somebody names by what they have at hand."""

from transactions.models import CanonicalDocument
from transactions.services.find import Term, find_canonicals

MOST = 20
LONGEST = 80


def current_forms(text: str, schema: str) -> list[CanonicalDocument]:
    """Those that a term names (`find_canonicals`), newest first, at most MOST. Each brings its partner and what became
    of its document. One query.
    """
    if not (term := Term(text[:LONGEST]).text):
        return []
    rows = CanonicalDocument.objects.filter(is_current=True, schema=schema).select_related("partner", "document")
    return list(find_canonicals(rows, term).order_by("-pk")[:MOST])
