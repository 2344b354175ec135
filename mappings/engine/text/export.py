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
_UNSEEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Blanks, control characters and what is drawn as nothing (Unicode's Default_Ignorable_Code_Point): before a formula,
some programs drop them.
"""
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"  # behind the four: in full width, and small
_FORMULA = re.compile(rf'(^|[{_SEPARATORS}])([{_UNSEEN}"]*[{_SIGNS}][^{_SEPARATORS}]*)')
_AROUND = re.compile(rf'^[{_UNSEEN}"]+|[{_UNSEEN}"]+$')
_LETTER = re.compile("[A-DF-Za-z]")
_BLANK_STARTS = ("\t", "\r", "\n")


def harmless(text: str) -> str:
    """A cell that no spreadsheet calculates: what is like a formula and is no number gets an apostrophe first."""
    if _is_number(text) and text.isprintable():
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
    return found.group() if _is_number(_AROUND.sub("", piece)) else f"{start}'{piece}"


def _is_number(text: str) -> bool:
    """Whether a text is a number without letters but the E of a power: -USD12 is a cell in the column USD."""
    return number_text(POINTS, text) is not None and not _LETTER.search(text)
