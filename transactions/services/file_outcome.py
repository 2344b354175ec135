"""What became of a file as a whole."""

from transactions.models import InboundFile
from transactions.states import FileOutcome


def file_outcome(file: InboundFile, accepted: int, documents: int) -> FileOutcome:
    """The outcome of a file with so many documents, so many of them accepted."""
    if documents == 0:
        faulty = file.interchanges.filter(has_errors=True).exists()
        return FileOutcome.REJECTED if faulty else FileOutcome.ACCEPTED
    if accepted == documents:
        return FileOutcome.ACCEPTED
    return FileOutcome.PARTLY if accepted else FileOutcome.REJECTED
