"""What became of a file as a whole."""

from mappings.engine.findings import Severity
from transactions.models import InboundFile
from transactions.pipeline.storable import read_findings
from transactions.states import FileOutcome


def file_outcome(file: InboundFile, accepted: int, documents: int) -> FileOutcome:
    """The outcome of a file with so many documents, so many of them accepted.

    A part of it that could not be read as an interchange at all keeps it from being accepted as a whole.
    """
    if documents == 0:
        faulty = any(rows.filter(has_errors=True).exists() for rows in (file.interchanges, file.groups))
        return FileOutcome.REJECTED if faulty else FileOutcome.ACCEPTED
    is_whole = all(found.severity is not Severity.ERROR for found in read_findings(file.findings))
    if accepted == documents and is_whole:
        return FileOutcome.ACCEPTED
    return FileOutcome.PARTLY if accepted else FileOutcome.REJECTED
