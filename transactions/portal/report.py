"""The report about one file: what we found in it, what is wrong, where, and how to mend it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q

from mappings.engine.findings import Code, Finding, finding
from mappings.engine.formats import FileFormat
from transactions.models import Attempt, CanonicalDocument, Document, InboundFile, WorkUnit
from transactions.pipeline.storable import read_findings
from transactions.portal import timeline
from transactions.portal.located import Located, locate
from transactions.portal.wording import NOT_TAKEN, FindingView, Status, document_status, file_status, finding_views
from transactions.services.present_order import money
from transactions.services.receive_upload import is_correctable
from transactions.services.source_parts import Source
from transactions.states import DocumentOutcome, DocumentStage, FileStage, UnitState

FAILED_SHOWN, OTHERS_SHOWN, FINDINGS_SHOWN = 10, 25, 20
ENVELOPES_SHOWN = 50
LIVE = (FileStage.RECEIVED, FileStage.PROCESSING)


class DocumentRow(NamedTuple):
    """findings: at most FINDINGS_SHOWN; more: how many there are beyond; total: with currency, "" when none;
    source: what its findings point into.
    """

    document: Document
    status: Status
    total: str
    findings: list[Located]
    more: int
    source: Source | None


class Progress(NamedTuple):
    """What a page that waits asks for again and again. done, total: documents, also those that await the rest.

    is_corrected: what failed has been replaced, all of it.
    """

    status: Status
    is_live: bool
    done: int
    total: int
    counts: list[tuple[str, int]]
    is_corrected: bool = False

    @property
    def sentence(self) -> str:
        """ "3 documents: 2 accepted, 1 rejected." """
        if not self.total:
            return self.status.words
        parts = ", ".join(f"{count} {words}" for words, count in self.counts)
        return f"{self.total} document{'s' if self.total != 1 else ''}: {parts}." if parts else self.status.words


REPLACED, REPEATED = "replaced", "repeated"
COUNTED = (
    (DocumentOutcome.ACCEPTED, "accepted"),
    (DocumentOutcome.REJECTED, "rejected"),
    (DocumentOutcome.DUPLICATE, "duplicate"),
    (REPLACED, "replaced by a correction"),
    (REPEATED, "accepted before"),
)


def progress_of(file: InboundFile) -> Progress:
    """Count the documents of a file by what became of them: two queries, by index on the file."""
    replaced = ExpressionWrapper(Q(superseded_by__isnull=False), BooleanField())
    rows = Document.objects.filter(file=file).order_by().annotate(is_replaced=replaced)
    counts: Counter[str] = Counter()
    for stage, outcome, is_replaced, count in rows.values_list("stage", "outcome", "is_replaced").annotate(Count("pk")):
        became = DocumentOutcome.REJECTED if outcome in NOT_TAKEN else outcome
        if is_replaced:
            became = REPEATED if outcome == DocumentOutcome.DUPLICATE else REPLACED
        counts[became if stage == DocumentStage.FINAL else ""] += count
    done = counts.total()
    total = max(file.documents_total, done)
    told = [(words, counts[outcome]) for outcome, words in COUNTED if counts[outcome]]
    waiting = total - done + counts[""]
    if file.stage == FileStage.HELD and waiting:
        told.append(("on hold", waiting))
    settled = counts[REPLACED] + counts[REPEATED] + counts[DocumentOutcome.ACCEPTED]
    is_corrected = counts[REPLACED] > 0 and settled == total
    return Progress(file_status(file, is_corrected=is_corrected), file.stage in LIVE, done, total, told, is_corrected)


def report_of(file: InboundFile) -> dict[str, Any]:
    """What the report shows, in a fixed number of queries and with at most FAILED_SHOWN sources read."""
    failed = list(_documents(file).exclude(outcome=DocumentOutcome.ACCEPTED).order_by("ordinal")[: FAILED_SHOWN + 1])
    first_units = WorkUnit.objects.filter(file=file, ordinal__lte=OTHERS_SHOWN + 1)
    accepted = list(
        _documents(file)
        .filter(unit__in=first_units.values("pk"), outcome=DocumentOutcome.ACCEPTED)
        .order_by("ordinal")[: OTHERS_SHOWN + 1]
    )
    shown = failed[:FAILED_SHOWN], accepted[:OTHERS_SHOWN]
    totals = totals_of([document.pk for rows in shown for document in rows])
    attempts = _attempts(shown[0])
    holds = _holds(file)
    progress = progress_of(file)
    stored = read_findings([*file.findings, *_envelope_findings(file)])
    found = finding_views(stored, is_x12=file.format == FileFormat.X12)
    return {
        "file": file,
        "progress": progress,
        "holds": holds,
        "findings": [view for view in found if view not in holds],
        "failed": [_failed_row(document, totals, attempts.get(document.pk)) for document in shown[0]],
        "accepted": [DocumentRow(d, document_status(d), totals.get(d.pk, ""), [], 0, None) for d in shown[1]],
        "is_cut": len(failed) > FAILED_SHOWN or len(accepted) > OTHERS_SHOWN,
        "acknowledgments": list(file.acknowledgments.defer("content").order_by("id")[:ENVELOPES_SHOWN]),
        "corrections": list(file.corrections.order_by("-id")[:ENVELOPES_SHOWN]),
        "is_correctable": is_correctable(file) and not progress.is_corrected,
        "timeline": timeline.of_file(file),
    }


def totals_of(ids: Sequence[UUID]) -> dict[UUID, str]:
    """The total of each document that has one, with its currency."""
    rows = CanonicalDocument.objects.filter(document__in=ids, is_current=True, total__isnull=False)
    return {
        key: money(str(total), currency) for key, total, currency in rows.values_list("document", "total", "currency")
    }


class CurrentAttempt(NamedTuple):
    """is_ours: our own failure. What it was is for integration support and goes no further than this."""

    findings: list[Finding]
    is_ours: bool


def _attempts(documents: Sequence[Document]) -> dict[UUID, CurrentAttempt]:
    rows = Attempt.objects.filter(document__in=[d.pk for d in documents], number=F("document__attempt"))
    return {
        key: CurrentAttempt(read_findings(found), bool(internal))
        for key, found, internal in rows.values_list("document_id", "findings", "internal_error")
    }


def attempt_of(document: Document) -> CurrentAttempt:
    """What the current attempt found."""
    return _attempts([document]).get(document.pk, CurrentAttempt([], False))


def _documents(file: InboundFile) -> Any:
    return Document.objects.filter(file=file).select_related("file", "unit", "group__interchange", "superseded_by")


def _failed_row(document: Document, totals: dict[UUID, str], attempt: CurrentAttempt | None) -> DocumentRow:
    found, is_ours = attempt or CurrentAttempt([], False)
    located = locate(document, found) if found else None
    shown = located.findings if located else []
    return DocumentRow(
        document,
        document_status(document, is_ours=is_ours),
        totals.get(document.pk, ""),
        shown[:FINDINGS_SHOWN],
        max(len(shown) - FINDINGS_SHOWN, 0),
        located.source if located else None,
    )


def _envelope_findings(file: InboundFile) -> list[dict[str, Any]]:
    stored: list[dict[str, Any]] = []
    for envelopes in (file.interchanges, file.groups):
        rows = envelopes.exclude(findings=[]).order_by("id").values_list("findings", flat=True)
        for findings in rows[:ENVELOPES_SHOWN]:
            stored.extend(findings)
    return stored[:200]


def _holds(file: InboundFile) -> list[FindingView]:
    """Why documents of the file wait, each reason once; what we gave up on is ours."""
    units = file.units.filter(state__in=[UnitState.HELD, UnitState.DEAD]).order_by("ordinal")
    reasons: dict[str, Finding] = {}
    for state, reason in units.values_list("state", "held_for")[:ENVELOPES_SHOWN]:
        found = finding(Code.INTERNAL_FAILURE) if state == UnitState.DEAD else None
        if found is None and reason is not None:
            found = read_findings([reason])[0]
        if found is not None:
            reasons.setdefault(str(found.code), found)
    return finding_views(list(reasons.values()))
