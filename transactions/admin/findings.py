"""Findings as rows of a table: severity, code, place, message, how to mend it, and what X12 calls it."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mappings.engine.findings import Code, Finding, Rule, Severity
from transactions.pipeline.storable import read_findings

NAMED = frozenset(
    {
        Code.SENDER_UNKNOWN, Code.SENDER_NOT_ALLOWED, Code.PARTNER_INACTIVE, Code.AGREEMENT_MISSING,
        Code.AGREEMENT_STOPPED, Code.ENVIRONMENT_MISMATCH, Code.MAPPING_MISSING, Code.LAYOUT_UNKNOWN,
        Code.FORMAT_UNSUPPORTED,
    }
)  # fmt: skip
"""Codes whose message names the value already."""
ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class FindingRow(NamedTuple):
    """segment: the line of the source that it leads to, 0 for none; page: the line to begin with that shows it, 0 where
    the page does.
    """

    severity: str
    code: str
    place: str
    segment: int
    message: str
    value: str
    mend: str
    x12: str
    layer: str
    page: int = 0


def x12_codes(rule: Rule) -> str:
    """The codes that an acknowledgment carries for a rule, such as "AK304 8, AK403 1"."""
    named = (
        ("TA105", rule.ta1),
        ("AK905", rule.group),
        ("AK502", rule.set),
        ("AK304", rule.segment),
        ("AK403", rule.element),
    )
    return ", ".join(f"{element} {code}" for element, code in named if code)


def finding_row(found: Finding, line: int | None = None, page: int = 0) -> FindingRow:
    """line: of the source that it stands beside, where that is not the segment of its place."""
    rule = found.rule
    return FindingRow(
        severity=str(found.severity),
        code=str(found.code),
        place=found.place.label(),
        segment=found.place.segment if line is None else line,
        message=found.message,
        value="" if found.code in NAMED and found.value in found.message else found.value,
        mend=rule.mend,
        x12=x12_codes(rule),
        layer=str(rule.layer),
        page=page,
    )


def finding_rows(
    findings: Iterable[Finding], lines: Mapping[Finding, tuple[int, int]] | None = None
) -> list[FindingRow]:
    """Rows, errors first, then in the order of the source. lines: by finding its line of the source and the page of it
    (see FindingRow); all others lead nowhere.
    """
    ordered = sorted(findings, key=_order)
    return [finding_row(found, *((None, 0) if lines is None else lines.get(found, (0, 0)))) for found in ordered]


def _order(found: Finding) -> tuple[int, ...]:
    place = found.place
    return ORDER[found.severity], place.segment, place.element, place.line, place.row


def stored_rows(stored: list[dict[str, Any]]) -> list[FindingRow]:
    """Rows of findings as a traffic row stores them."""
    return finding_rows(read_findings(stored))
