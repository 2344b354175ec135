"""Everything that the page of one document shows, in a fixed number of queries."""

import json
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from config.core.admin.columns import milliseconds
from mappings.engine.findings import Finding
from mappings.services.write_document import is_writable
from transactions.admin import badges
from transactions.admin.findings import FindingRow, finding_rows, stored_rows
from transactions.admin.json_text import linked_json
from transactions.admin.source_view import line_of, source_context
from transactions.admin.timeline import timeline
from transactions.models import (
    Acknowledgment,
    Attempt,
    CanonicalDocument,
    Document,
    Event,
    ExceptionCase,
    FunctionalGroup,
    Interchange,
)
from transactions.pipeline.storable import read_findings
from transactions.services.case_rights import visible_cases
from transactions.services.present_kinds import is_shown
from transactions.services.present_order import money, order_view
from transactions.services.segments import lines_of
from transactions.states import REPROCESSABLE, CaseStatus, DocumentOutcome, DocumentStage

ATTEMPTS = 20
EVENTS = 200
CASES = 20
ORDER_LINES = 200
JSON_CHARACTERS = 50_000


def document_of(identifier: str) -> Document | None:
    """The document with all that its page needs of other tables, in one query."""
    return (
        Document.objects.select_related(
            "partner",
            "file",
            "file__connection",
            "agreement",
            "agreement__partner",
            "group",
            "group__interchange",
            "unit",
        )
        .defer("file__findings")
        .filter(pk=identifier)
        .first()
    )


def document_context(document: Document, user: Any, first: int = 1, first_line: int = 1) -> dict[str, Any]:
    """What the template shows to this user. Reads the source from the blob store.

    first, first_line: the line of the source and of the order to begin with, for what is longer than a page.
    """
    attempts = list(
        Attempt.objects.filter(document=document)
        .select_related("mapping_version__mapping")
        .defer("mapping_version__declaration")
        .order_by("-number")[:ATTEMPTS]
    )
    current = next((attempt for attempt in attempts if attempt.number == document.attempt), None)
    findings = read_findings(current.findings) if current else []
    canonical = CanonicalDocument.objects.filter(document=document, is_current=True).first()
    source = source_context(document, findings, first)
    lines = line_of(source["source"]) | source["source_pages"]
    cases = list(visible_cases(user, cases_about(document))[:CASES])
    return {
        "document": document,
        "attempts": [(attempt, milliseconds(attempt.microseconds)) for attempt in attempts],
        "current": current,
        "is_writable": bool(
            current and current.mapping_version_id and is_writable(current.mapping_version.mapping)  # type: ignore[union-attr]
        ),
        "findings": finding_rows(findings, lines),
        "has_revisions": sum(1 for attempt in attempts) > 1,
        "findings_left_out": _left_out(document, findings),
        "refused_with": _refused_with(document),
        "is_reprocessable": document.stage == DocumentStage.FINAL and document.outcome in REPROCESSABLE,
        "open_cases": [case for case in cases if case.status == CaseStatus.OPEN],
        "closed_cases": [case for case in cases if case.status == CaseStatus.CLOSED],
        "acknowledgments": [
            (row, "\n".join(lines_of(bytes(row.content))), *badges.acknowledged(row.verdict))
            for row in acknowledgments_of(document)
        ],
        "timeline": timeline(events_of(document), on_document=True),
        **source,
        **_canonical(canonical, first_line),
        "first_line": first_line,
    }


def cases_about(document: Document) -> QuerySet[ExceptionCase]:
    """Cases about the document, and about the envelopes and the file that it came in: what holds them holds it."""
    subjects = [document.pk, document.group_id, document.file_id]
    if document.group.interchange_id is not None:
        subjects.append(document.group.interchange_id)
    return ExceptionCase.objects.filter(file=document.file_id, subject__in=subjects).order_by("-id")


def _refused_with(document: Document) -> tuple[Interchange | FunctionalGroup, list[FindingRow]] | None:
    """The envelope whose faults took the document with them, and those faults."""
    group = document.group
    if document.outcome == DocumentOutcome.ACCEPTED:
        return None
    for envelope in (group.interchange, group):
        if envelope is not None and envelope.is_refused:
            return envelope, stored_rows(envelope.findings)
    return None


def acknowledgments_of(document: Document) -> list[Acknowledgment]:
    """The 997 of the document's group and the TA1 of its interchange."""
    group = document.group
    return list(
        Acknowledgment.objects.filter(Q(group=group) | Q(interchange=group.interchange_id, group=None)).order_by("id")
    )


def events_of(document: Document) -> list[Event]:
    """What happened to the document, and to its file as a whole, latest first."""
    own = Event.objects.filter(file=document.file_id, document_id=document.pk).order_by("-id")[:EVENTS]
    of_file = Event.objects.filter(file=document.file_id, document_id=None).order_by("-id")[:EVENTS]
    return sorted([*own, *of_file], key=lambda event: (event.at, event.pk), reverse=True)


def _left_out(document: Document, findings: list[Finding]) -> int:
    """How many errors and warnings were found beyond those that are stored."""
    counted = sum(1 for found in findings if found.severity != "info")
    return max(document.errors + document.warnings - counted, 0)


def _canonical(canonical: CanonicalDocument | None, first_line: int) -> dict[str, Any]:
    if canonical is None:
        return {"canonical": None}
    body = json.loads(canonical.body, parse_float=Decimal)
    order = order_view(body, first_line, ORDER_LINES) if is_shown(canonical.schema) else None
    start = order.first - 1 if order and order.is_cut else 0
    part = body | {"lines": body["lines"][start : start + ORDER_LINES]} if order and order.is_cut else body
    text, is_cut = linked_json(part, JSON_CHARACTERS, starts={"/lines": start})
    last = order.first + len(order.lines) - 1 if order else 0
    return {
        "canonical": canonical,
        "canonical_json": text,
        "canonical_json_cut": is_cut or bool(order and order.is_cut),
        "canonical_total": money(str(canonical.total) if canonical.total is not None else None, canonical.currency),
        "order": order,
        "order_last": last,
        "order_next": last + 1 if order and order.lines and last < order.line_count else 0,
    }
