"""What manage.py translate prints: one document, or findings about the envelopes, at a time."""

import json
from collections.abc import Iterator
from enum import IntEnum

import msgspec

from mappings.engine.findings import Code, Finding, Place, Severity
from transactions.pipeline.answers import told
from transactions.pipeline.judge import Translated
from transactions.pipeline.translate import StreamItem
from transactions.services.present_findings import present_finding
from transactions.states import DocumentOutcome

UNREADABLE = frozenset({Code.FILE_EMPTY, Code.FILE_UNREADABLE, Code.FORMAT_UNSUPPORTED, Code.ISA_INVALID})


class ExitStatus(IntEnum):
    ACCEPTED = 0
    WITH_ERRORS = 1
    UNREADABLE = 2


class Tally:
    """Keeps what decides the exit status, not the documents."""

    def __init__(self) -> None:
        self._documents = 0
        self._is_unreadable = False
        self._has_errors = False
        self._has_faulty_envelope = False

    def add(self, item: StreamItem) -> None:
        if item.translated is not None:
            self._documents += 1
            self._has_errors |= item.translated.outcome != DocumentOutcome.ACCEPTED
        is_wrong = any(found.severity is Severity.ERROR for found in item.findings)
        self._has_errors |= is_wrong
        self._has_faulty_envelope |= is_wrong and item.translated is None
        self._is_unreadable |= any(found.code in UNREADABLE for found in item.findings)

    @property
    def closing_words(self) -> str:
        """What a reader must know beyond the single documents; "" when there is nothing."""
        if not (self._documents and self._has_faulty_envelope):
            return ""
        return (
            "An envelope is wrong: received, its documents are refused with it, unless the partner's policy is to warn."
        )

    @property
    def exit_status(self) -> ExitStatus:
        if self._is_unreadable and not self._documents:
            return ExitStatus.UNREADABLE
        return ExitStatus.WITH_ERRORS if self._has_errors else ExitStatus.ACCEPTED


def as_json(item: StreamItem) -> str:
    """One line. The canonical document keeps its exact text."""
    return msgspec.json.encode(_shown(item)).decode()


def as_text(item: StreamItem) -> str:
    """For people: a headline, the findings, the canonical document."""
    if item.answer is not None:
        return "\n".join(f"{item.answer.kind}: {words}" for words in told(item.answer))
    if item.translated is None:
        return "\n".join(_finding_lines(item.findings))
    return "\n".join(_document_lines(item, item.translated))


def _shown(item: StreamItem) -> dict[str, object]:
    place = {"interchange": item.place.interchange, "group": item.place.group, "set": item.place.set}
    if not item.place.interchange:
        place = {"document": item.place.set, "row": item.place.row, "line": item.place.line}
    document = item.translated
    if item.answer is not None:
        return {"type": "answer", **place, "kind": item.answer.kind, "says": told(item.answer)}
    if document is None:
        return {"type": "envelope", "findings": [present_finding(found) for found in item.findings]}
    shown: dict[str, object] = {
        "type": "document",
        **place,
        "set_id": document.set_id,
        "control_number": document.control_number,
        "outcome": document.outcome.value,
        "verdict": document.verdict.value if item.place.interchange else None,
        "schema": document.schema or None,
        "canonical": msgspec.Raw(document.body.encode()) if document.body else None,
        "findings": [present_finding(found) for found in document.findings],
    }
    if document.internal_error:
        shown["internal_error"] = document.internal_error
    return shown


def _document_lines(item: StreamItem, document: Translated) -> Iterator[str]:
    yield _headline(item.place, document)
    yield from _finding_lines(document.findings)
    if document.internal_error:
        yield f"  Onramp failed: {document.internal_error}"
    if document.body:
        yield json.dumps(json.loads(document.body), indent=2, ensure_ascii=False)


def _headline(place: Place, document: Translated) -> str:
    outcome = document.outcome.label.lower()
    if not place.interchange:
        where = f"row {place.row}" if place.row else f"line {place.line}"
        return f"{document.set_id}, document {place.set} ({where}): {outcome}"
    return (
        f"{document.set_id} {document.control_number} (interchange {place.interchange}, group {place.group}, "
        f"set {place.set}): {outcome}; acknowledged with {document.verdict.value}"
    )


def _finding_lines(findings: list[Finding]) -> Iterator[str]:
    for found in findings:
        where = found.place.label()
        value = f" [{found.value}]" if found.value else ""
        yield f"  {found.severity.value}: {where + ': ' if where else ''}{found.message}{value} ({found.code.value})"
        yield f"    {found.rule.mend}"
