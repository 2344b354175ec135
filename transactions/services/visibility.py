"""What of the traffic is a partner's to see: what is its own, and what came through its own connections."""

from django.db.models import Q, QuerySet

from partners.models import Partner
from transactions.models import Acknowledgment, Document, InboundFile


def files_of(partner: Partner) -> QuerySet[InboundFile]:
    """What came through its own connections."""
    return InboundFile.objects.filter(partner=partner)


def documents_of(partner: Partner) -> QuerySet[Document]:
    return Document.objects.filter(partner=partner)


def acknowledgments_of(partner: Partner) -> QuerySet[Acknowledgment]:
    return Acknowledgment.objects.filter(partner=partner)


def reachable_documents(partner: Partner) -> QuerySet[Document]:
    """Its own, and those of others in files that it brought (a VAN, a 3PL). To look up by id or file only."""
    return Document.objects.filter(_own_or_brought(partner))


def reachable_acknowledgments(partner: Partner) -> QuerySet[Acknowledgment]:
    """As `reachable_documents`: who carries a partner's documents takes its acknowledgments back."""
    return Acknowledgment.objects.filter(_own_or_brought(partner))


def _own_or_brought(partner: Partner) -> Q:
    return Q(partner=partner) | Q(file__partner=partner)
