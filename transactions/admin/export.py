"""Lists as CSV: the rows that a list shows with its filters, streamed, and no more than `ROWS` of them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from mappings.engine.text.export import write_csv
from transactions.admin import badges
from transactions.models import Document, ExceptionCase, InboundFile

ROWS = 10_000
CHUNK = 500
BYTE_ORDER_MARK = "\ufeff"  # so that spreadsheets read UTF-8

DOCUMENT_HEADER = (
    "document id", "correlation id", "partner", "environment", "format", "kind", "set", "version", "business key",
    "control number", "outcome", "stage", "errors", "warnings", "total", "currency", "received (UTC)",
)  # fmt: skip
FILE_HEADER = (
    "correlation id", "name", "partner", "environment", "format", "channel", "status", "documents", "accepted", "bytes",
    "sha256", "received (UTC)", "finished (UTC)",
)  # fmt: skip

CASE_HEADER = (
    "case id", "correlation id", "status", "queue", "category", "partner", "environment", "case", "about", "code",
    "amount at risk", "currency", "assignee", "opened (UTC)", "due (UTC)", "closed (UTC)", "closed by", "ended as",
    "reason",
)  # fmt: skip


def document_cells(row: Document) -> list[str]:
    """Cells under DOCUMENT_HEADER."""
    return [
        str(row.pk), str(row.file_id), row.partner.code, row.environment, row.format, row.kind, row.set_id, row.version,
        row.business_key, row.control_number, row.outcome, row.stage, str(row.errors), str(row.warnings),
        "" if row.total is None else f"{row.total:.2f}", row.currency, _instant(row.received_at),
    ]  # fmt: skip


def file_cells(row: InboundFile) -> list[str]:
    """Cells under FILE_HEADER."""
    return [
        str(row.pk), row.name, row.partner.code if row.partner else "", row.environment, row.format, row.channel,
        badges.file_status(row), str(row.documents_total), str(row.documents_accepted), str(row.size), row.sha256,
        _instant(row.received_at), _instant(row.finished_at),
    ]  # fmt: skip


def case_cells(row: ExceptionCase) -> list[str]:
    """Cells under CASE_HEADER."""
    return [
        str(row.pk), str(row.file_id or ""), row.status, row.queue, row.category,
        row.partner.code if row.partner else "", row.environment, row.summary, row.about, row.code,
        "" if row.amount is None else f"{row.amount:.2f}", row.currency,
        row.assignee.get_username() if row.assignee else "", _instant(row.opened_at), _instant(row.due_at),
        _instant(row.closed_at), row.closed_by, row.disposition, row.resolution,
    ]  # fmt: skip


def _instant(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""


def csv_response(
    rows: QuerySet, header: Sequence[str], cells: Callable[[Any], list[str]], name: str
) -> StreamingHttpResponse:
    """The rows as a download. A last line says so when there are more; no cell is calculated by a spreadsheet."""
    response = StreamingHttpResponse(_lines(rows, header, cells), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(rows: QuerySet, header: Sequence[str], cells: Callable[[Any], list[str]]) -> Iterator[str]:
    found = rows[: ROWS + 1].iterator(chunk_size=CHUNK)
    lines = chain([list(header)], (cells(row) for row in islice(found, ROWS)))
    yield BYTE_ORDER_MARK
    while chunk := list(islice(lines, CHUNK)):
        yield write_csv(chunk[0], chunk[1:])
    if next(found, None) is not None:
        yield write_csv([f"Cut after {ROWS} rows: narrow the list by a filter."], [])
