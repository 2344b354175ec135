"""States of traffic rows and the transitions that are allowed; nothing else changes a stage."""

from django.db import models


class FileStage(models.TextChoices):
    """How far a file has come. Its outcome is another field."""

    RECEIVED = "received", "Received"
    PROCESSING = "processing", "Processing"
    HELD = "held", "Held"
    FINISHED = "finished", "Finished"


class FileOutcome(models.TextChoices):
    NONE = "", "–"
    ACCEPTED = "accepted", "Accepted"
    PARTLY = "partly", "Partly accepted"
    REJECTED = "rejected", "Rejected"
    UNREADABLE = "unreadable", "Unreadable"


class WaitsFor(models.TextChoices):
    """Why a received file is not worked yet, by the policies of its partner."""

    NOTHING = "", "–"
    HOURS = "hours", "Outside the hours of work"
    RATE = "rate", "More came in an hour than agreed"


class UnitState(models.TextChoices):
    """WAITING → ADMITTED → RUNNING → DONE; HELD waits for a person; DEAD gave up after its attempts.

    Back to HELD go those that nobody works on when their agreement stops.
    """

    HELD = "held", "Held"
    WAITING = "waiting", "Waiting"
    ADMITTED = "admitted", "Admitted"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    DEAD = "dead", "Dead"


class Lane(models.TextChoices):
    """Small files do not queue behind large ones."""

    INTERACTIVE = "interactive", "Interactive"
    BULK = "bulk", "Bulk"


class DocumentStage(models.TextChoices):
    """PROCESSED: validated and translated, waiting for its file to be finalised. FINAL: its outcome is known."""

    PROCESSED = "processed", "Processed"
    FINAL = "final", "Final"


class DocumentOutcome(models.TextChoices):
    """REJECTED: the sender's fault. FAILED: ours. DUPLICATE: a person may decide otherwise."""

    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    FAILED = "failed", "Failed"
    DUPLICATE = "duplicate", "Duplicate"


class Verdict(models.TextChoices):
    """What the acknowledgment says of a set: AK501 (X12 data element 717)."""

    ACCEPTED = "A", "Accepted"
    WITH_ERRORS = "E", "Accepted with errors"
    REJECTED = "R", "Rejected"


class InterchangeState(models.TextChoices):
    """Held: nothing in it is worked on until a person decides. Refused envelopes are read, and nothing is accepted."""

    OPEN = "open", "Open"
    HELD = "held", "Held"


class AwaitedState(models.TextChoices):
    """Awaited and overdue ones are open; the others are settled."""

    AWAITED = "awaited", "Awaited"
    OVERDUE = "overdue", "Overdue"
    ARRIVED = "arrived", "Arrived"
    LATE = "late", "Arrived late"
    WAIVED = "waived", "No longer awaited"


class Queue(models.TextChoices):
    """The team that an exception case waits for."""

    INTEGRATION = "integration-support", "Integration support"
    ONBOARDING = "onboarding", "Onboarding"
    CUSTOMER_SERVICE = "customer-service", "Customer service"
    FINANCE = "finance", "Finance"


class AnswerState(models.TextChoices):
    """What the receiver says of what we sent. NONE: nobody has to say anything. The others as the engine's Outcome."""

    NONE = "none", "No answer expected"
    WAITING = "waiting", "Waiting for an answer"
    OVERDUE = "overdue", "Overdue"
    ACCEPTED = "accepted", "Accepted"
    WITH_ERRORS = "with-errors", "Accepted with errors"
    PARTLY = "partly", "Partly accepted"
    REJECTED = "rejected", "Rejected"


class CaseCategory(models.TextChoices):
    UNREADABLE = "unreadable", "Unreadable file"
    UNROUTABLE = "unroutable", "Unroutable"
    ENVELOPE = "envelope", "Envelope fault"
    SYNTAX = "syntax", "Syntax fault"
    MAPPING = "mapping", "Mapping fault"
    BUSINESS = "business", "Business rule"
    DUPLICATE = "duplicate", "Duplicate"
    ANSWER = "answer", "Answer to what we sent"
    MISSING = "missing", "Missing document"
    INTERNAL = "internal", "Fault of Onramp"


class CaseStatus(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class Disposition(models.TextChoices):
    """How a case ended."""

    SOLVED = "solved", "Solved"
    FAILED_AGAIN = "failed-again", "Processed again, and failed again"
    REJECTED = "rejected", "Rejected"
    OVERRULED = "overruled", "Accepted anyway"
    SUPERSEDED = "superseded", "Superseded by a correction"
    NO_ACTION = "no-action", "No action needed"


# Of which a worker has still to say something; held and dead ones wait for a person.
OPEN_UNITS = (UnitState.WAITING, UnitState.ADMITTED, UnitState.RUNNING)

# From which states a row may come into a state. Conditional updates filter by these.
UNIT_FROM: dict[UnitState, frozenset[UnitState]] = {
    UnitState.HELD: frozenset({UnitState.WAITING, UnitState.ADMITTED, UnitState.RUNNING}),
    UnitState.WAITING: frozenset({UnitState.HELD, UnitState.DEAD}),
    UnitState.ADMITTED: frozenset({UnitState.WAITING, UnitState.RUNNING}),
    UnitState.RUNNING: frozenset({UnitState.ADMITTED, UnitState.RUNNING}),
    UnitState.DONE: frozenset({UnitState.RUNNING}),
    UnitState.DEAD: frozenset({UnitState.RUNNING, UnitState.ADMITTED}),
}
FILE_FROM: dict[FileStage, frozenset[FileStage]] = {
    FileStage.RECEIVED: frozenset({FileStage.HELD}),
    FileStage.PROCESSING: frozenset({FileStage.RECEIVED, FileStage.HELD}),
    FileStage.HELD: frozenset({FileStage.RECEIVED, FileStage.PROCESSING}),
    FileStage.FINISHED: frozenset({FileStage.PROCESSING}),
}
AWAITED_FROM: dict[AwaitedState, frozenset[AwaitedState]] = {
    AwaitedState.OVERDUE: frozenset({AwaitedState.AWAITED}),
    AwaitedState.ARRIVED: frozenset({AwaitedState.AWAITED, AwaitedState.OVERDUE}),
    AwaitedState.LATE: frozenset({AwaitedState.AWAITED, AwaitedState.OVERDUE}),
    AwaitedState.WAIVED: frozenset({AwaitedState.AWAITED, AwaitedState.OVERDUE}),
}
DOCUMENT_FROM: dict[DocumentStage, frozenset[DocumentStage]] = {
    DocumentStage.FINAL: frozenset({DocumentStage.PROCESSED}),
}
# What may be processed again: an accepted document has gone on to others.
REPROCESSABLE = frozenset({DocumentOutcome.REJECTED, DocumentOutcome.FAILED, DocumentOutcome.DUPLICATE})
