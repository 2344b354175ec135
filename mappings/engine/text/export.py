"""Writes rows as CSV that a spreadsheet opens without calculating anything."""

import csv
import io
from collections.abc import Iterable, Sequence

from mappings.engine.text.numbers import POINTS, number_text

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that spreadsheets take for a formula (OWASP, CSV Injection)."""


def harmless(text: str) -> str:
    """A cell that no spreadsheet calculates: what begins like a formula and is no number gets an apostrophe first."""
    if text.startswith(DANGEROUS) and number_text(POINTS, text) is None:
        return f"'{text}"
    return text


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Text of a CSV file (RFC 4180: commas, double quotes, CRLF) with every cell harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()
