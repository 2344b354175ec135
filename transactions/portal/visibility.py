"""What a partner's people may see: what is their partner's own, and what came through its own connections."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from partners.models import Partner
from transactions.models import Acknowledgment, Document, InboundFile
from transactions.states import FileOutcome


def files_of(partner: Partner) -> QuerySet[InboundFile]:
    return InboundFile.objects.of_partner(partner)


def listed_files_of(partner: Partner) -> QuerySet[InboundFile]:
    """For lists: each file with `is_corrected`, whether a correction of it was accepted as a whole."""
    accepted = InboundFile.objects.filter(corrects=OuterRef("pk"), outcome=FileOutcome.ACCEPTED)
    return files_of(partner).defer("findings").annotate(is_corrected=Exists(accepted))


def documents_of(partner: Partner) -> QuerySet[Document]:
    return Document.objects.of_partner(partner)


def acknowledgments_of(partner: Partner) -> QuerySet[Acknowledgment]:
    return Acknowledgment.objects.filter(partner=partner)


def reachable_documents(partner: Partner) -> QuerySet[Document]:
    """Its own, and those of others in files that it brought (a VAN, a 3PL). To look up by id or file only."""
    return Document.objects.filter(Q(partner=partner) | Q(file__partner=partner))


def reachable_acknowledgments(partner: Partner) -> QuerySet[Acknowledgment]:
    """As `reachable_documents`: who carries a partner's documents takes its acknowledgments back."""
    return Acknowledgment.objects.filter(Q(partner=partner) | Q(file__partner=partner))


def the_file(partner: Partner, pk: UUID) -> InboundFile:
    """Raises Http404 when there is none, or it is somebody else's: the two look alike."""
    file = files_of(partner).select_related("corrects").filter(pk=pk).first()
    if file is None:
        raise Http404
    return file


def the_document(partner: Partner, pk: UUID) -> Document:
    """With its file and envelopes. Raises Http404."""
    related = ("partner", "file", "unit", "group__interchange", "superseded_by")
    document = reachable_documents(partner).select_related(*related).filter(pk=pk).first()
    if document is None:
        raise Http404
    return document


def the_acknowledgment(partner: Partner, pk: UUID) -> Acknowledgment:
    """With the bytes that we sent. Raises Http404."""
    acknowledgment = reachable_acknowledgments(partner).filter(pk=pk).first()
    if acknowledgment is None:
        raise Http404
    return acknowledgment
