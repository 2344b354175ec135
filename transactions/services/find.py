"""Find traffic by what people have at hand: a business key, a control number, a correlation id, a digest, a name.

Every look-up goes by an index and compares exactly, or by how something begins; nothing here scans a large table.
A kind of row is found by several routes, each with a name for what it compares.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from config.core import lookups  # noqa: F401  # registers `begins`
from partners.models import Identity, Partner
from transactions.models import Document, FunctionalGroup, InboundFile, Interchange, SentSet

LOOK_UPS = 500  # rows of one table that lead to rows of another; a number used more often needs a filter beside it
DIGEST_DIGITS = range(6, 65)
CONTROL_NUMBER_WIDTH = 9
KEY_WIDTH = 10  # document numbers of SAP, with their zeros
NUMBER_WIDTHS = (4, KEY_WIDTH, 16)  # ST02 at its shortest, DOCNUM of an IDoc
KEY_LETTERS = 80  # of a number that are kept
NAME_LETTERS = 3  # fewer begin too many names


class Route(NamedTuple):
    """One way to a row. what: the words for what is compared; where: its condition."""

    what: str
    where: Q


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


def _padded(text: str, *widths: int) -> list[str]:
    """A number without leading zeros, and as wide as systems write it."""
    if not text.isdecimal():
        return []
    bare = text.lstrip("0") or "0"
    return [bare, *(bare.zfill(width) for width in widths)]


class Term:
    """What somebody looks for, without blanks around it, and what it leads to: looked up when asked for, and once."""

    def __init__(self, text: str) -> None:
        self.text = text.strip().replace("\x00", "")

    @cached_property
    def key(self) -> UUID | None:
        """The id that it spells. Thirty-two digits are a number that somebody gave."""
        return None if self.text.isdecimal() else as_uuid(self.text)

    @cached_property
    def spellings(self) -> list[str]:
        """As typed, in capitals, which most systems write their numbers in, and with the zeros that people omit."""
        text = self.text[:KEY_LETTERS]
        return list(dict.fromkeys([text, text.upper(), *_padded(text, KEY_WIDTH)]))

    @cached_property
    def numbers(self) -> list[str]:
        """A control number of a set or document, as typed or with its zeros."""
        text = self.text[:KEY_LETTERS]
        return list(dict.fromkeys([text, text.upper(), *_padded(text, *NUMBER_WIDTHS)]))

    @cached_property
    def partners(self) -> list[int]:
        return list(Partner.objects.filter(code=self.text.lower()).values_list("pk", flat=True))

    @cached_property
    def interchanges(self) -> list[UUID]:
        found = Interchange.objects.filter(control_number__in=control_numbers(self.text)).order_by("-pk")
        return list(found.values_list("pk", flat=True)[:LOOK_UPS])

    @cached_property
    def groups(self) -> list[UUID]:
        named = Q(control_number__in=[self.text, self.text.lstrip("0") or "0"]) | Q(
            interchange_id__in=self.interchanges
        )
        return list(FunctionalGroup.objects.filter(named).order_by("-pk").values_list("pk", flat=True)[:LOOK_UPS])

    @cached_property
    def documents(self) -> list[UUID]:
        found = Document.objects.filter(business_key__in=self.spellings).order_by("-pk")
        return list(found.values_list("pk", flat=True)[:LOOK_UPS])

    @cached_property
    def files(self) -> list[UUID]:
        """Files whose name begins so, the first LOOK_UPS by name."""
        if len(self.text) < NAME_LETTERS:
            return []
        begins = Q()
        for spelling in {*self.spellings, self.text.lower()}:
            begins |= Q(name__begins=spelling)
        return list(InboundFile.objects.filter(begins).order_by().values_list("pk", flat=True)[:LOOK_UPS])


def document_routes(term: Term) -> list[Route]:
    """Documents by id, correlation id, business key, or control number of document, group or interchange."""
    own = [
        Route("business key", Q(business_key__in=term.spellings)),
        # One by one, since an index gives the newest of one number at once: half of all X12 documents are "0001".
        *(Route("control number", Q(control_number=number)) for number in term.numbers),
    ]
    if term.key:  # shops number their orders so, too
        return [Route("document id", Q(pk=term.key)), Route("correlation id", Q(file_id=term.key)), *own]
    return [*own, Route("GS or ISA control number", Q(group_id__in=term.groups))]


def file_routes(term: Term) -> list[Route]:
    """Files by correlation id, name (its beginning suffices), sha256 (likewise) or ISA control number."""
    if term.key:
        return [Route("correlation id", Q(pk=term.key))]
    carriers = Interchange.objects.filter(pk__in=term.interchanges).values("file_id")
    routes = [Route("file name", Q(pk__in=term.files)), Route("ISA control number", Q(pk__in=carriers))]
    by_digest = digest_range(term.text)
    return [*routes, Route("SHA-256", by_digest)] if by_digest else routes


def interchange_routes(term: Term) -> list[Route]:
    """Interchanges by id, correlation id or control number."""
    if term.key:
        return [Route("interchange id", Q(pk=term.key)), Route("correlation id", Q(file_id=term.key))]
    return [Route("ISA control number", Q(control_number__in=control_numbers(term.text)))]


def acknowledgment_routes(term: Term) -> list[Route]:
    """Acknowledgments by id, correlation id, their own control number, or that of the interchange they answer."""
    if term.key:
        return [Route("acknowledgment id", Q(pk=term.key)), Route("correlation id", Q(file_id=term.key))]
    return [
        Route("answers ISA control number", Q(interchange_id__in=term.interchanges)),
        Route("ISA control number we sent", Q(control_number__in=control_numbers(term.text))),
    ]


def sent_routes(term: Term) -> list[Route]:
    """What we sent by id, correlation id of what made us send it, our control numbers, or a document's number."""
    if term.key:
        return [Route("id", Q(pk=term.key)), Route("correlation id", Q(file_id=term.key))]
    sets = SentSet.objects.filter(reference__in=term.spellings).values("group_id")
    return [
        Route("ISA control number we sent", Q(interchange_control__in=control_numbers(term.text))),
        Route("GS control number we sent", Q(group_control=term.text.strip().lstrip("0") or "0")),
        Route("document number", Q(pk__in=sets)),
    ]


def case_routes(term: Term) -> list[Route]:
    """Cases by id, correlation id, document id, business key or ISA control number."""
    if term.key:
        return [
            Route("case id", Q(pk=term.key)),
            Route("correlation id", Q(file_id=term.key)),
            Route("document id", Q(document_id=term.key)),
            Route("business key", Q(document_id__in=term.documents)),
        ]
    return [
        Route("business key", Q(document_id__in=term.documents)),
        Route("ISA control number", Q(interchange_id__in=term.interchanges)),
    ]


def partner_routes(term: Term) -> list[Route]:
    """Partners by the beginning of their code, by words of their name, or by an identity. Their table is small."""
    if term.key or len(term.text) < 2:
        return [Route("code", Q(code=term.text.lower()))]
    identities = Identity.objects.filter(value=term.text.upper()).values("partner_id")
    return [
        Route("code", Q(code__startswith=term.text.lower())),
        Route("name", Q(name__icontains=term.text)),
        Route("identity", Q(pk__in=identities)),
    ]


def _any_of(routes: Sequence[Route]) -> Q:
    named = Q()
    for route in routes:
        named |= route.where
    return named


def _finder(routes_of: Callable[[Term], list[Route]]) -> Callable[[QuerySet, str], QuerySet]:
    def find(queryset: QuerySet, text: str) -> QuerySet:
        """Rows of the queryset that a term names by any of its routes; a partner's code names all of theirs."""
        term = Term(text)
        named = _any_of(routes_of(term))
        return queryset.filter(named if term.key else named | Q(partner_id__in=term.partners))

    return find


find_files = _finder(file_routes)
find_documents = _finder(document_routes)
find_interchanges = _finder(interchange_routes)
find_acknowledgments = _finder(acknowledgment_routes)
find_cases = _finder(case_routes)
find_sent = _finder(sent_routes)


def find_partners(queryset: QuerySet, text: str) -> QuerySet:
    """Partners that a term names."""
    return queryset.filter(_any_of(partner_routes(Term(text))))


def find_canonicals(queryset: QuerySet, text: str) -> QuerySet:
    """Canonical documents by id, document id, correlation id or business key, and never by the code of a partner."""
    term = Term(text)
    named = Q(business_key__in=term.spellings)
    if term.key:
        named |= Q(pk=term.key) | Q(document_id=term.key) | Q(document__file_id=term.key)
    return queryset.filter(named)


def find_groups(queryset: QuerySet, text: str) -> QuerySet:
    """Groups by id, correlation id, or control number of the group or its interchange."""
    term = Term(text)
    if term.key:
        return queryset.filter(Q(pk=term.key) | Q(file_id=term.key) | Q(interchange_id=term.key))
    return queryset.filter(pk__in=term.groups)
