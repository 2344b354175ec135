"""What becomes of every file of a folder, without storing anything: how progress is judged."""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from mappings.engine.codes import Code, Severity
from mappings.engine.formats import HEAD, FileFormat, guess_format
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.services.standard_mapping import standard_mapping
from partners.policies import Policies
from transactions.pipeline.preview import preview
from transactions.pipeline.translate import StreamItem, Terms
from transactions.states import DocumentOutcome

logger = logging.getLogger(__name__)

UNMAPPED = "unmapped"
ANSWERS = "answers"


class FileReport(msgspec.Struct):
    """One file. path: relative to the folder. senders: as StreamItem names them. answers: TA1, 997 and 999, which are
    no documents. outcomes: of its documents; findings: how often each code occurred. canonical: how many documents have
    which canonical form. crash: our own failure, "" when there was none.
    """

    path: str
    format: str = ""
    senders: list[str] = []
    documents: int = 0
    answers: int = 0
    outcomes: dict[str, int] = {}
    canonical: dict[str, int] = {}
    errors: int = 0
    warnings: int = 0
    findings: dict[str, int] = {}
    seconds: float = 0.0
    crash: str = ""

    @property
    def outcome(self) -> str:
        """In a word: accepted, partly, rejected, unmapped (read, but the library has no mapping), answers (TA1, 997 and
        999, which are no documents), no documents, unreadable, or crash."""
        if self.crash:
            return "crash"
        if Code.LAYOUT_UNKNOWN in self.findings:
            return UNMAPPED
        if not self.documents and self.answers and not self.errors:
            return ANSWERS
        if not self.documents:
            return "unreadable" if self.errors else "no documents"
        if self.outcomes.get(DocumentOutcome.ACCEPTED):
            return (
                "accepted"
                if self.outcomes == {DocumentOutcome.ACCEPTED: self.documents} and not self.errors
                else "partly"
            )
        return UNMAPPED if set(self.outcomes) == {UNMAPPED} else "rejected"


class Totals(msgspec.Struct):
    """Sums over the files."""

    files: int = 0
    documents: int = 0
    seconds: float = 0.0
    formats: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    documents_by_outcome: dict[str, int] = {}
    canonical: dict[str, int] = {}


def files_in(folder: Path) -> list[Path]:
    """Every regular file below a folder, in a fixed order; hidden ones are left out."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def report_files(paths: Iterable[Path], folder: Path) -> Iterator[FileReport]:
    """Report on each file. A failure of ours is reported like any other end, and the next file is taken."""
    for path in paths:
        report = FileReport(on_one_line(str(path.relative_to(folder))))
        begun = time.perf_counter()
        try:
            _read(path, report)
        except Exception as error:  # a report on five hundred files must not end at the first that we cannot read
            logger.exception("reporting on %s failed", path)
            report.crash = on_one_line(f"{type(error).__name__}: {error}")
        report.seconds = time.perf_counter() - begun
        yield report


def on_one_line(text: str) -> str:
    """A text, such as a file's name, with line ends, control characters and bytes that are no UTF-8 as escapes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _read(path: Path, report: FileReport) -> None:
    def terms_for(interchange: InterchangeHeader, group: GroupHeader, set_id: str) -> Terms:
        return Terms(standard_mapping(set_id, group.version), Policies())

    with path.open("rb") as stream:
        report.format = guess_format(stream.read(HEAD)).value
        stream.seek(0)
        counts: Counter[str] = Counter()
        outcomes: Counter[str] = Counter()
        canonical: Counter[str] = Counter()
        senders: set[str] = set()
        for item in preview(stream, terms_for):
            _count(item, report, counts, outcomes, canonical)
            senders.add(item.sender)
    report.senders = sorted(senders - {""})
    report.findings, report.outcomes, report.canonical = dict(counts), dict(outcomes), dict(canonical)


def _count(
    item: StreamItem, report: FileReport, counts: Counter[str], outcomes: Counter[str], canonical: Counter[str]
) -> None:
    findings = list(item.findings)
    report.answers += item.answer is not None
    if item.translated is not None:
        report.documents += 1
        findings += item.translated.findings
        unmapped = any(found.code is Code.MAPPING_MISSING for found in findings)
        outcomes[UNMAPPED if unmapped else item.translated.outcome.value] += 1
        if item.translated.body:
            canonical[item.translated.schema] += 1
    for found in findings:
        counts[found.code.value] += 1
        report.errors += found.severity is Severity.ERROR
        report.warnings += found.severity is Severity.WARNING


def add_up(reports: Iterable[FileReport]) -> Totals:
    """The totals of many reports."""
    formats: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    by_outcome: Counter[str] = Counter()
    canonical: Counter[str] = Counter()
    totals = Totals()
    for report in reports:
        totals.files += 1
        totals.documents += report.documents
        totals.seconds += report.seconds
        formats[report.format or FileFormat.OTHER] += 1
        outcomes[report.outcome] += 1
        by_outcome.update(report.outcomes)
        canonical.update(report.canonical)
    totals.formats, totals.outcomes = dict(formats), dict(outcomes)
    totals.documents_by_outcome, totals.canonical = dict(by_outcome), dict(canonical)
    return totals
