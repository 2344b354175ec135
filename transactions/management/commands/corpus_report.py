"""manage.py corpus_report DIR"""

import sys
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from transactions.management.corpus import FileReport, Totals, add_up, files_in, report_files

BAR = 30
MOST_CODES = 4


class Command(BaseCommand):
    help = (
        "Read every file of a folder with the standard mappings, store nothing, and print what became of each: format, "
        "sender, documents, canonical form, findings, seconds. The last line is the totals. Needs no database."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012  # as Django declares it; checks look into the database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", metavar="DIR", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON object a file, the totals as the last")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["dir"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        paths = files_in(folder)
        reports: list[FileReport] = []
        for report in report_files(paths, folder):
            reports.append(report)
            self.stdout.write(_as_json(report) if options["json"] else _as_line(report))
            self._progress(len(reports), len(paths))
        totals = add_up(reports)
        self.stdout.write(_totals_as_json(totals) if options["json"] else _totals_as_line(totals))

    def _progress(self, done: int, of: int) -> None:
        """On standard error and only for a person, so that the output can be kept."""
        if sys.stderr.isatty():
            filled = BAR * done // of
            end = "\n" if done == of else ""
            self.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done}/{of}", ending=end)


def _as_json(report: FileReport) -> str:
    return msgspec.json.encode({**msgspec.to_builtins(report), "outcome": report.outcome}).decode()


def _totals_as_json(totals: Totals) -> str:
    return msgspec.json.encode({"totals": totals}).decode()


def _as_line(report: FileReport) -> str:
    codes = sorted(report.findings.items(), key=lambda pair: -pair[1])
    told = [f"{code} ×{times}" if times > 1 else code for code, times in codes[:MOST_CODES]]
    if len(codes) > MOST_CODES:
        told.append(f"and {len(codes) - MOST_CODES} more")
    parts = [
        f"{report.outcome:<12}",
        f"{report.format:<9}",
        report.path,
        f"{report.documents} documents",
        ", ".join(f"{schema} ×{times}" for schema, times in report.canonical.items()) or "no canonical form",
        ", ".join(report.senders) or "no sender",
        report.crash or "; ".join(told) or "no findings",
        f"{report.seconds:.2f} s",
    ]
    return "  ".join(parts)


def _totals_as_line(totals: Totals) -> str:
    def listed(counts: dict[str, int]) -> str:
        return ", ".join(f"{name} {times}" for name, times in sorted(counts.items())) or "none"

    return (
        f"{totals.files} files ({listed(totals.outcomes)}; {listed(totals.formats)}), {totals.documents} documents "
        f"({listed(totals.documents_by_outcome)}), canonical: {listed(totals.canonical)}, {totals.seconds:.1f} s"
    )
