"""Writes rows as CSV that a spreadsheet opens without calculating anything.

A spreadsheet may separate cells otherwise than we do (where decimals have a comma, by semicolons), and then a value has
cells inside. So a formula is disarmed wherever a cell may begin, not only at the start of a value (OWASP, CSV
Injection). Quotes are no protection there: inside a cell they are text.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from mappings.engine.text.numbers import POINTS, number_text

_SEPARATORS = ",;|\t\r\n"
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20"  # the last four: the same in full width
_FORMULA = re.compile(rf'(^|[{_SEPARATORS}])([ \u00a0"]*[{_SIGNS}][^{_SEPARATORS}]*)')
_BLANK_STARTS = ("\t", "\r", "\n")


def harmless(text: str) -> str:
    """A cell that no spreadsheet calculates: what is like a formula and is no number gets an apostrophe first."""
    if number_text(POINTS, text) is not None and text.isprintable():
        return text
    disarmed = _FORMULA.sub(_disarmed, text)
    return f"'{disarmed}" if disarmed.startswith(_BLANK_STARTS) else disarmed


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Text of a CSV file (RFC 4180: commas, double quotes, CRLF) with every cell harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _disarmed(found: re.Match[str]) -> str:
    start, piece = found.groups()
    is_number = number_text(POINTS, piece.strip(' \u00a0"')) is not None
    return found.group() if is_number else f"{start}'{piece}"
