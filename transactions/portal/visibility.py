"""Traffic as the pages of a partner's people look it up, by `services.visibility`."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from partners.models import Partner
from transactions.models import Acknowledgment, Document, InboundFile
from transactions.services.visibility import files_of, reachable_acknowledgments, reachable_documents
from transactions.states import FileOutcome


def listed_files_of(partner: Partner) -> QuerySet[InboundFile]:
    """For lists: each file with `is_corrected`, whether a correction of it was accepted as a whole."""
    accepted = InboundFile.objects.filter(corrects=OuterRef("pk"), outcome=FileOutcome.ACCEPTED)
    return files_of(partner).defer("findings").annotate(is_corrected=Exists(accepted))


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
