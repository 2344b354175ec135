"""What a trial translation shows: the documents it would make, each with its first lines, and its findings."""

from typing import Any, NamedTuple

from transactions.admin import badges
from transactions.admin.findings import FindingRow, finding_rows
from transactions.services.present_order import LineView, order_view
from transactions.services.try_mapping import Tried, TriedDocument

LINES = 10
FINDINGS = 50


class TriedRow(NamedTuple):
    """lines: the first ones, of `line_count`; findings: errors first, cut."""

    document: TriedDocument
    outcome: str
    variant: str
    lines: list[LineView]
    line_count: int
    findings: list[FindingRow]
    finding_count: int


def tried_context(tried: Tried | None) -> dict[str, Any]:
    """For the template tried.html."""
    if tried is None:
        return {}
    rows = [_row(document) for document in tried.documents]
    return {
        "tried": tried,
        "tried_rows": rows,
        "tried_labels": [label for label in ("Number", "Date", "Requested", "Total") if _any(tried, label)],
        "tried_findings": finding_rows(tried.findings)[:FINDINGS],
    }


def _any(tried: Tried, label: str) -> bool:
    return label == "Number" or any(document.facts[label] for document in tried.documents)


def _row(document: TriedDocument) -> TriedRow:
    body = document.body or {}
    view = order_view({**body, "lines": body.get("lines", [])[:LINES]}) if body else None
    label = str(document.outcome.label)
    return TriedRow(
        document,
        label,
        badges.DOCUMENT.get(label, ""),
        view.lines if view is not None else [],
        len(body.get("lines", [])),
        finding_rows(document.findings)[:FINDINGS],
        len(document.findings),
    )
