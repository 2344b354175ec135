"""What became of a file as a whole."""

from django.db.models import Q

from mappings.engine.findings import Severity
from transactions.models import Document, InboundFile
from transactions.pipeline.answers import ACKNOWLEDGMENT_GROUP
from transactions.pipeline.storable import read_findings
from transactions.services.repeats import count_repeats
from transactions.states import DocumentOutcome, FileOutcome, FileStage


def file_outcome(file: InboundFile, accepted: int, documents: int) -> FileOutcome:
    """The outcome of a file with so many documents, so many of them accepted, now or with a file that it corrects.

    A part of it that could not be read as an interchange at all keeps it from being accepted as a whole.
    """
    if documents == 0:
        # A group of answers has no documents; it counts as faulty where it was refused.
        answers = Q(functional_id=ACKNOWLEDGMENT_GROUP, is_refused=False)
        groups = file.groups.filter(has_errors=True).exclude(answers)
        faulty = file.interchanges.filter(has_errors=True).exists() or groups.exists()
        return FileOutcome.REJECTED if faulty else FileOutcome.ACCEPTED
    is_whole = all(found.severity is not Severity.ERROR for found in read_findings(file.findings))
    if accepted == documents and is_whole:
        return FileOutcome.ACCEPTED
    return FileOutcome.PARTLY if accepted else FileOutcome.REJECTED


def recount(file: InboundFile) -> None:
    """The figures of a locked file follow its documents."""
    file.documents_accepted = Document.objects.filter(file=file, outcome=DocumentOutcome.ACCEPTED).count()
    if file.stage == FileStage.FINISHED:
        file.outcome = file_outcome(file, file.documents_accepted + count_repeats(file), file.documents_total)
    file.save(update_fields=["documents_accepted", "outcome"])
