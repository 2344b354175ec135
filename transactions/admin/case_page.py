"""What the page of one exception case shows: the finding, and the source around it."""

from typing import Any

from mappings.engine.findings import Finding
from transactions.admin.findings import finding_row
from transactions.admin.next_steps import next_steps
from transactions.admin.timeline import timeline
from transactions.models import Event, ExceptionCase
from transactions.pipeline.storable import read_findings
from transactions.services.source_lines import source_lines
from transactions.states import CaseStatus

AROUND = 6
EVENTS = 50


def case_context(case: ExceptionCase) -> dict[str, Any]:
    """What the template shows, in a fixed number of queries; reads the source of a case about a document."""
    found = read_findings([case.finding])[0] if case.finding else None
    events = Event.objects.filter(file=case.file_id, document_id=case.document_id).order_by("-id")[:EVENTS]
    return {
        "case": case,
        "steps": next_steps(case) if case.status == CaseStatus.OPEN else [],
        "finding": finding_row(found) if found else None,
        "source_rows": _excerpt(case, found) if found else [],
        "timeline": timeline(events),
    }


def _excerpt(case: ExceptionCase, found: Finding) -> list[Any]:
    """The segments around the place of the finding, or the first ones, in the form that the document's page uses."""
    if case.document is None:
        return []
    try:
        source = source_lines(case.document, [found])
    except OSError:
        # The case can be decided without the bytes; its page links to the document, which says that they are away.
        return []
    first = max(found.place.segment - 1 - AROUND, 0)
    shown = source.lines[first : max(found.place.segment, AROUND) + AROUND]
    return [(line, [finding_row(found) for found in line.findings]) for line in shown]
