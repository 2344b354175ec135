"""Everything that the page of one file shows, in a fixed number of queries."""

from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from config.core.admin.columns import size
from transactions.admin import badges
from transactions.admin.findings import FindingRow, finding_row, stored_rows
from transactions.admin.timeline import timeline
from transactions.models import (
    Acknowledgment,
    Document,
    Event,
    ExceptionCase,
    FunctionalGroup,
    InboundFile,
    Interchange,
    WorkUnit,
)
from transactions.pipeline.storable import read_findings
from transactions.states import CaseStatus, DocumentOutcome, DocumentStage, FileStage, UnitState

SHOWN = 50
EVENTS = 200


class Progress(NamedTuple):
    """How far a file has come. outcomes and units: label, value and count of those that exist."""

    total: int
    done: int
    percent: int
    outcomes: list[tuple[str, str, int]]
    units: list[tuple[str, str, int]]
    is_live: bool


def progress_of(file: InboundFile) -> Progress:
    """Count a file's documents and units by state, by index on the file."""
    documents = Document.objects.filter(file=file).values_list("stage", "outcome").annotate(Count("pk")).order_by()
    units = dict(WorkUnit.objects.filter(file=file).values_list("state").annotate(Count("pk")).order_by())
    by_outcome: dict[str, int] = {}
    done = 0
    for stage, outcome, count in documents:
        by_outcome[outcome] = by_outcome.get(outcome, 0) + count
        done += count if stage == DocumentStage.FINAL else 0
    total = max(file.documents_total, sum(by_outcome.values()))
    return Progress(
        total=total,
        done=done,
        percent=100 * done // total if total else 0,
        outcomes=[(c.label, c.value, by_outcome[c.value]) for c in DocumentOutcome if by_outcome.get(c.value)],
        units=[(c.label, c.value, units[c.value]) for c in UnitState if units.get(c.value)],
        is_live=file.stage in (FileStage.RECEIVED, FileStage.PROCESSING),
    )


def file_context(file: InboundFile) -> dict[str, Any]:
    """What the template shows. Lists end at SHOWN; the page links to the whole of each."""
    interchanges = list(
        Interchange.objects.filter(file=file).select_related("partner").order_by("ordinal")[: SHOWN + 1]
    )
    groups = list(FunctionalGroup.objects.filter(file=file).order_by("id")[: SHOWN + 1])
    documents = list(_first_documents(file))
    held = list(
        WorkUnit.objects.filter(file=file, state__in=[UnitState.HELD, UnitState.DEAD]).order_by("ordinal")[:SHOWN]
    )
    acknowledgments = Acknowledgment.objects.filter(file=file).defer("content").order_by("id")[: SHOWN + 1]
    cases = list(ExceptionCase.objects.filter(file=file).order_by("-status", "-id")[: SHOWN + 1])
    events = Event.objects.filter(file=file, document_id=None).order_by("-id")[:EVENTS]
    return {
        "file": file,
        "size": size(file.size),
        "progress": progress_of(file),
        "findings": stored_rows(file.findings),
        "envelopes": _tree(interchanges[:SHOWN], groups[:SHOWN]),
        "envelopes_cut": len(interchanges) > SHOWN or len(groups) > SHOWN,
        "documents": [(row, badges.DOCUMENT.get(row.get_outcome_display(), "")) for row in documents[:SHOWN]],
        "documents_cut": len(documents) > SHOWN,
        "held_units": [(unit, _held_for(unit)) for unit in held],
        "acknowledgments": [(row, *badges.acknowledged(row.verdict)) for row in acknowledgments],
        "open_cases": [case for case in cases[:SHOWN] if case.status == CaseStatus.OPEN],
        "closed_cases": [case for case in cases[:SHOWN] if case.status == CaseStatus.CLOSED],
        "timeline": timeline(events),
        "shown": SHOWN,
    }


def _first_documents(file: InboundFile) -> QuerySet[Document]:
    """The first documents in the order of the file, by way of its first units: a file may hold a million."""
    units = WorkUnit.objects.filter(file=file, ordinal__lte=SHOWN + 1)
    rows = Document.objects.filter(unit__in=units.values("pk")).select_related("partner")
    return rows.order_by("ordinal")[: SHOWN + 1]


class Envelope(NamedTuple):
    interchange: Interchange
    findings: list[FindingRow]
    groups: list[tuple[FunctionalGroup, list[FindingRow]]]


def _tree(interchanges: list[Interchange], groups: list[FunctionalGroup]) -> list[Envelope]:
    return [
        Envelope(
            interchange,
            stored_rows(interchange.findings),
            [(group, stored_rows(group.findings)) for group in groups if group.interchange_id == interchange.pk],
        )
        for interchange in interchanges
    ]


def _held_for(unit: WorkUnit) -> FindingRow | None:
    return finding_row(read_findings([unit.held_for])[0]) if unit.held_for else None
