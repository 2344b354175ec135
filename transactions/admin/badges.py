"""Colours of states, the same on every page: red is for a person to do, amber waits, green is done."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from partners.models import Environment
from transactions.models import InboundFile
from transactions.states import (
    AnswerState,
    AwaitedState,
    CaseStatus,
    DocumentOutcome,
    FileOutcome,
    FileStage,
    InterchangeState,
    UnitState,
    Verdict,
)

POSTPONED = "Postponed"
FILE = {
    POSTPONED: "warning",
    FileStage.RECEIVED.label: "info",
    FileStage.PROCESSING.label: "info",
    FileStage.HELD.label: "warning",
    FileOutcome.ACCEPTED.label: "success",
    FileOutcome.PARTLY.label: "warning",
    FileOutcome.REJECTED.label: "danger",
    FileOutcome.UNREADABLE.label: "danger",
}
DOCUMENT = {
    DocumentOutcome.ACCEPTED.label: "success",
    DocumentOutcome.REJECTED.label: "danger",
    DocumentOutcome.FAILED.label: "danger",
    DocumentOutcome.DUPLICATE.label: "warning",
}
VERDICT = {
    Verdict.ACCEPTED.label: "success",
    Verdict.WITH_ERRORS.label: "warning",
    Verdict.REJECTED.label: "danger",
}
ACKNOWLEDGED = {"A": "Accepted", "E": "Accepted with errors", "P": "Partly accepted", "R": "Rejected"}
ACKNOWLEDGMENT = {
    ACKNOWLEDGED["A"]: "success",
    ACKNOWLEDGED["E"]: "warning",
    ACKNOWLEDGED["P"]: "warning",
    ACKNOWLEDGED["R"]: "danger",
}
AWAITED = {
    AwaitedState.AWAITED.label: "info",
    AwaitedState.OVERDUE.label: "danger",
    AwaitedState.ARRIVED.label: "success",
    AwaitedState.LATE.label: "warning",
}
UNIT = {
    UnitState.HELD.label: "warning",
    UnitState.WAITING.label: "info",
    UnitState.ADMITTED.label: "info",
    UnitState.RUNNING.label: "info",
    UnitState.DONE.label: "success",
    UnitState.DEAD.label: "danger",
}
ANSWER = {
    AnswerState.WAITING.label: "info",
    AnswerState.OVERDUE.label: "danger",
    AnswerState.ACCEPTED.label: "success",
    AnswerState.WITH_ERRORS.label: "warning",
    AnswerState.PARTLY.label: "danger",
    AnswerState.REJECTED.label: "danger",
}
INTERCHANGE = {
    InterchangeState.OPEN.label: "success",
    InterchangeState.HELD.label: "warning",
}
FORMATS = (("x12", "X12"), ("xml", "XML"), ("text", "Text, CSV"))
CASE = {CaseStatus.OPEN.label: "danger", CaseStatus.CLOSED.label: "success"}


def with_test(words: str, environment: str) -> SafeString | str:
    """Words of a row, marked when it belongs to the test environment."""
    if environment != Environment.TEST:
        return words
    return format_html('{} <span class="or-severity or-severity-warning">Test</span>', words)


def file_status(file: InboundFile) -> str:
    """One word for a file: its outcome, or how far it has come."""
    if file.stage == FileStage.RECEIVED and file.waits_until is not None:
        return POSTPONED
    return file.get_outcome_display() if file.outcome else file.get_stage_display()


def acknowledged(verdict: str) -> tuple[str, str]:
    """TA104 or AK901 in words, and their colour."""
    words = ACKNOWLEDGED.get(verdict, verdict)
    return words, ACKNOWLEDGMENT.get(words, "")
