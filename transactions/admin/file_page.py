"""Everything that the page of one file shows, in a fixed number of queries."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

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
    Verb,
    WorkUnit,
)
from transactions.pipeline.batches import XmlBatch, batch_of
from transactions.pipeline.storable import read_findings
from transactions.services.case_rights import visible_cases
from transactions.services.peek import Peek, peek
from transactions.services.receive_upload import is_correctable
from transactions.services.unknown_layout import UnknownLayout, is_unknown_layout, unknown_layout
from transactions.states import CaseStatus, DocumentOutcome, FileOutcome, FileStage, UnitState

SHOWN = 50
COUNTED = 20_000
"""Documents of a file that are counted by group; the groups of a larger one lead to their lists alone."""
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
    documents = Document.objects.filter(file=file).values_list("outcome").annotate(Count("pk")).order_by()
    units = dict(WorkUnit.objects.filter(file=file).values_list("state").annotate(Count("pk")).order_by())
    by_outcome: dict[str, int] = {}
    for outcome, count in documents:
        by_outcome[outcome] = by_outcome.get(outcome, 0) + count
    done = sum(by_outcome.values())
    total = max(file.documents_total, done)
    return Progress(
        total=total,
        done=done,
        percent=100 * done // total if total else 0,
        outcomes=[(c.label, c.value, by_outcome[c.value]) for c in DocumentOutcome if by_outcome.get(c.value)],
        units=[(c.label, c.value, units[c.value]) for c in UnitState if units.get(c.value)],
        is_live=file.stage in (FileStage.RECEIVED, FileStage.PROCESSING),
    )


def file_context(file: InboundFile, user: Any) -> dict[str, Any]:
    """What the template shows to this user. Lists end at SHOWN; the page links to the whole of each."""
    interchanges = list(
        Interchange.objects.filter(file=file).select_related("partner").order_by("ordinal")[: SHOWN + 1]
    )
    groups = list(FunctionalGroup.objects.filter(file=file).order_by("id")[: SHOWN + 1])
    documents = list(_first_documents(file))
    held = list(
        WorkUnit.objects.filter(file=file, state__in=[UnitState.HELD, UnitState.DEAD]).order_by("ordinal")[:SHOWN]
    )
    acknowledgments = Acknowledgment.objects.filter(file=file).defer("content").order_by("id")[: SHOWN + 1]
    cases = list(visible_cases(user, ExceptionCase.objects.filter(file=file)).order_by("-status", "-id")[: SHOWN + 1])
    events = list(Event.objects.filter(file=file, document_id=None).order_by("-id")[:EVENTS])
    nodes = _nodes(file, groups[:SHOWN])
    open_cases = [case for case in cases[:SHOWN] if case.status == CaseStatus.OPEN]
    return {
        "file": file,
        "size": size(file.size),
        "progress": progress_of(file),
        "findings": stored_rows(file.findings),
        "envelopes": _tree(interchanges[:SHOWN], nodes),
        "batches": [node for node in nodes if node.group.interchange_id is None],
        "again": [event for event in events if event.verb == Verb.RECEIVED_AGAIN],
        "corrections": list(InboundFile.objects.filter(corrects=file).defer("findings").order_by("id")[:SHOWN]),
        "is_correctable": is_correctable(file),
        "peek": _peek(file),
        "layout": _layout(file),
        "layout_case": next((case for case in open_cases if is_unknown_layout(case.code)), None),
        "envelopes_cut": len(interchanges) > SHOWN or len(groups) > SHOWN,
        "documents": [(row, badges.DOCUMENT.get(row.get_outcome_display(), "")) for row in documents[:SHOWN]],
        "documents_cut": len(documents) > SHOWN,
        "held_units": [(unit, _held_for(unit)) for unit in held],
        "acknowledgments": [(row, *badges.acknowledged(row.verdict)) for row in acknowledgments],
        "open_cases": open_cases,
        "closed_cases": [case for case in cases[:SHOWN] if case.status == CaseStatus.CLOSED],
        "timeline": timeline(events),
        "shown": SHOWN,
    }


def _first_documents(file: InboundFile) -> QuerySet[Document]:
    """The first documents in the order of the file, by way of its first units: a file may hold a million."""
    units = WorkUnit.objects.filter(file=file, ordinal__lte=SHOWN + 1)
    rows = Document.objects.filter(unit__in=units.values("pk")).select_related("partner")
    return rows.order_by("ordinal")[: SHOWN + 1]


class GroupNode(NamedTuple):
    """A group with what became of its documents (label, value, count), and what was sent for it.

    sender, kind: of a batch, which is a group outside X12.
    """

    group: FunctionalGroup
    findings: list[FindingRow]
    outcomes: list[tuple[str, str, int]]
    acknowledgments: list[tuple[Acknowledgment, str, str]]
    kind: str = ""
    sender: str = ""


class Envelope(NamedTuple):
    """acknowledgments: of the interchange itself, TA1."""

    interchange: Interchange
    findings: list[FindingRow]
    groups: list[GroupNode]
    acknowledgments: list[tuple[Acknowledgment, str, str]]


def _nodes(file: InboundFile, groups: list[FunctionalGroup]) -> list[GroupNode]:
    outcomes: dict[UUID, dict[str, int]] = {}
    if file.documents_total <= COUNTED:
        counts = Document.objects.filter(group__in=groups).values_list("group", "outcome").annotate(Count("pk"))
        for pk, outcome, count in counts.order_by():
            outcomes.setdefault(pk, {})[outcome] = count
    sent: dict[UUID | None, list[Acknowledgment]] = {}
    for row in Acknowledgment.objects.filter(group__in=groups).defer("content").order_by("id"):
        sent.setdefault(row.group_id, []).append(row)
    return [
        GroupNode(
            group,
            stored_rows(group.findings),
            _named(outcomes.get(group.pk, {})),
            _judged(sent.get(group.pk, [])),
            *_batch(group),
        )
        for group in groups
    ]


def _named(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    return [(choice.label, choice.value, counts[choice.value]) for choice in DocumentOutcome if choice.value in counts]


def _judged(rows: Iterable[Acknowledgment]) -> list[tuple[Acknowledgment, str, str]]:
    return [(row, *badges.acknowledged(row.verdict)) for row in rows]


def _batch(group: FunctionalGroup) -> tuple[str, str]:
    """Kind and sender of what is no X12 group."""
    if group.interchange_id is not None:
        return "", ""
    batch = batch_of(group.format, group.header)
    senders = batch.senders if isinstance(batch, XmlBatch) else ()
    return batch.kind, next((f"{sender.scheme}:{sender.value}".lstrip(":") for sender in senders), "")


def _tree(interchanges: list[Interchange], nodes: list[GroupNode]) -> list[Envelope]:
    answers: dict[UUID, list[Acknowledgment]] = {}
    for row in Acknowledgment.objects.filter(interchange__in=interchanges, group=None).defer("content").order_by("id"):
        answers.setdefault(row.interchange_id, []).append(row)
    return [
        Envelope(
            interchange,
            stored_rows(interchange.findings),
            [node for node in nodes if node.group.interchange_id == interchange.pk],
            _judged(answers.get(interchange.pk, [])),
        )
        for interchange in interchanges
    ]


def _peek(file: InboundFile) -> Peek | None:
    """The first bytes of a file that is not read, where the storage has them."""
    if file.outcome != FileOutcome.UNREADABLE:
        return None
    try:
        return peek(file.sha256)
    except FileNotFoundError:
        return None  # the page says nothing of the bytes then; the download says that they are away


def _layout(file: InboundFile) -> UnknownLayout | None:
    """The columns of a file that is held because no layout fits, where the storage has its bytes."""
    if file.stage != FileStage.HELD or not any(is_unknown_layout(row.get("code", "")) for row in file.findings):
        return None
    try:
        return unknown_layout(file)
    except FileNotFoundError:
        return None  # as for the first bytes


def _held_for(unit: WorkUnit) -> FindingRow | None:
    return finding_row(read_findings([unit.held_for])[0]) if unit.held_for else None
