"""What a spreadsheet would calculate in a file of ours, whichever sign it separates cells by."""

import csv
import io
import re

from mappings.engine.text.numbers import POINTS, number_text

INVISIBLE = (
    " \t\r\n\v\f\x1c\x7f\x85\u00a0\u00ad\u115f\u2003\u200b\u200e\u202f\u2060\u2800\u3000\u3164\ufe0f\ufeff\U000e0020"
)
SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b")
HOSTILE = (
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "x;=1+1",
    "x,=1+1",
    "x\t=1+1",
    "x|@A1",
    'x;"=1+1"',
    "x; =1+1",
    "x;;+A1;",
    "x\n=1+1",
    "x\r\n-A1",
    "\uff1d1+1",
    ' "=1+1',
    "-USD12",
    *(f"{mark}=1+1" for mark in INVISIBLE),
    *(f"x;{mark}@A1" for mark in INVISIBLE),
)
"""Values that begin a formula, at the start or where a cell may start (OWASP, CSV Injection)."""


def calculated(text: str) -> list[str]:
    """Cells that begin like a formula and not with a number: by every usual separator, with quotes and without."""
    found: set[str] = set()
    for separator in ",;\t|":
        quoted = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        found |= {cell for row in quoted for cell in row}
        found |= {cell for line in re.split(r"\r\n|\r|\n", text) for cell in line.split(separator)}
    bare = {cell.strip(f'{INVISIBLE}"') for cell in found}
    return sorted(cell for cell in bare if cell.startswith(SIGNS) and not _begins_with_number(cell))


def _begins_with_number(cell: str) -> bool:
    """-5 and -5;b: behind the number stands what would be a cell by another separator, and no formula goes on so."""
    begin = re.split(r"[,;|\t\r\n]", cell, maxsplit=1)[0].strip(f'{INVISIBLE}"')
    return number_text(POINTS, begin) is not None and not re.search("[A-DF-Za-z]", begin)
