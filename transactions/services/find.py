"""Find traffic by what people have at hand: a business key, a control number, a correlation id, a digest, a partner.

Every look-up goes by an index and compares exactly; nothing here scans a table.
"""

import re
from uuid import UUID

from django.db.models import Q, QuerySet

from partners.models import Partner
from transactions.models import Document, FunctionalGroup, Interchange

LOOK_UPS = 500  # rows of one table that lead to rows of another; a number used more often needs a filter beside it
DIGEST_DIGITS = range(6, 65)
CONTROL_NUMBER_WIDTH = 9


def as_uuid(term: str) -> UUID | None:
    """The UUID that a term spells, with or without hyphens."""
    try:
        return UUID(term)
    except ValueError:
        return None


def digest_range(term: str) -> Q | None:
    """Rows whose sha256 begins with the term: a range, which an index answers under any collation."""
    if len(term) not in DIGEST_DIGITS or not re.fullmatch("[0-9a-fA-F]+", term):
        return None
    low = term.lower()
    return Q(sha256__gte=low, sha256__lt=low + "g")


def control_numbers(term: str) -> list[str]:
    """The ways a control number is written: as typed, and with the leading zeros of ISA13."""
    return list(dict.fromkeys([term, term.zfill(CONTROL_NUMBER_WIDTH)])) if term.isdecimal() else [term]


def _partners(term: str) -> list[int]:
    return list(Partner.objects.filter(code=term.lower()).values_list("pk", flat=True))


def _interchanges(term: str) -> list[UUID]:
    found = Interchange.objects.filter(control_number__in=control_numbers(term)).order_by("-pk")
    return list(found.values_list("pk", flat=True)[:LOOK_UPS])


def _groups(term: str) -> list[UUID]:
    named = Q(control_number__in=[term, term.lstrip("0") or "0"]) | Q(interchange_id__in=_interchanges(term))
    return list(FunctionalGroup.objects.filter(named).order_by("-pk").values_list("pk", flat=True)[:LOOK_UPS])


def _documents(term: str) -> list[UUID]:
    found = Document.objects.filter(business_key__in=_spellings(term)).order_by("-pk")
    return list(found.values_list("pk", flat=True)[:LOOK_UPS])


def _spellings(term: str) -> list[str]:
    return list(dict.fromkeys([term, term.upper()]))


def find_files(queryset: QuerySet, term: str) -> QuerySet:
    """Files by correlation id, sha256 (its first digits suffice), ISA control number or partner code."""
    if correlation_id := as_uuid(term):
        return queryset.filter(pk=correlation_id)
    named = Q(partner_id__in=_partners(term))
    named |= Q(pk__in=Interchange.objects.filter(pk__in=_interchanges(term)).values("file_id"))
    if by_digest := digest_range(term):
        named |= by_digest
    return queryset.filter(named)


def find_documents(queryset: QuerySet, term: str) -> QuerySet:
    """Documents by id, correlation id, business key, ISA or GS control number, or partner code."""
    if key := as_uuid(term):
        return queryset.filter(Q(pk=key) | Q(file_id=key))
    return queryset.filter(
        Q(business_key__in=_spellings(term)) | Q(group_id__in=_groups(term)) | Q(partner_id__in=_partners(term))
    )


def find_canonicals(queryset: QuerySet, term: str) -> QuerySet:
    """Canonical documents by id, document id or business key."""
    if key := as_uuid(term):
        return queryset.filter(Q(pk=key) | Q(document_id=key))
    return queryset.filter(business_key__in=_spellings(term))


def find_interchanges(queryset: QuerySet, term: str) -> QuerySet:
    """Interchanges by id, correlation id, control number or partner code."""
    if key := as_uuid(term):
        return queryset.filter(Q(pk=key) | Q(file_id=key))
    return queryset.filter(Q(control_number__in=control_numbers(term)) | Q(partner_id__in=_partners(term)))


def find_groups(queryset: QuerySet, term: str) -> QuerySet:
    """Groups by id, correlation id, or control number of the group or its interchange."""
    if key := as_uuid(term):
        return queryset.filter(Q(pk=key) | Q(file_id=key) | Q(interchange_id=key))
    return queryset.filter(pk__in=_groups(term))


def find_acknowledgments(queryset: QuerySet, term: str) -> QuerySet:
    """Acknowledgments by id, correlation id, control number of the interchange they answer, or partner code."""
    if key := as_uuid(term):
        return queryset.filter(Q(pk=key) | Q(file_id=key))
    return queryset.filter(Q(interchange_id__in=_interchanges(term)) | Q(partner_id__in=_partners(term)))


def find_cases(queryset: QuerySet, term: str) -> QuerySet:
    """Cases by id, correlation id, document id, business key, ISA control number or partner code."""
    if key := as_uuid(term):
        return queryset.filter(Q(pk=key) | Q(file_id=key) | Q(document_id=key))
    return queryset.filter(
        Q(document_id__in=_documents(term))
        | Q(interchange_id__in=_interchanges(term))
        | Q(partner_id__in=_partners(term))
    )
