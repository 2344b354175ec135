"""Partners as rows of a CSV file: the columns, how a row is read, how a partner is written."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from partners.identities import faults, normalise
from partners.models import Language, Role
from partners.models.partner import validate_time_zone

COLUMNS = (
    *("code", "name", "roles", "active", "time_zone", "language", "parent", "groups", "tags", "notes"),
    *("isa", "gs", "gln", "duns", "as2", "contact_name", "contact_email", "contact_phone"),
)
IDENTITY_COLUMNS = ("isa", "gs", "gln", "duns", "as2")
REQUIRED = ("code", "name")
MOST_ROWS = 20_000
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3
_BEGINS = r"(^|[,;|\t\r\n])"
_UNSEEN = (  # as in mappings.engine.text.export, which stands above this app: a test keeps the two alike
    r"\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
_FORMULA = rf"[{_UNSEEN}\"]*[{_SIGNS}]"
_CALCULATED = re.compile(rf"{_BEGINS}(?={_FORMULA})|^(?=[\t\r\n])")
_MARKED = re.compile(rf"{_BEGINS}'(?={_FORMULA}|[\t\r\n])")


class Unreadable(Exception):
    """The file as a whole cannot be taken; the text says why."""


class Row(NamedTuple):
    """One line of the file. number: as a spreadsheet counts it, the heading being 1."""

    number: int
    cells: dict[str, str]

    def words(self, column: str) -> list[str]:
        """Several values of one cell, which stand between semicolons."""
        return [word.strip() for word in self.cells.get(column, "").split(";") if word.strip()]

    def identities(self) -> list[tuple[str, str, str]]:
        """Kind, qualifier and value of each, normalised. "ZZ:ACME" has a qualifier."""
        found = []
        for kind in IDENTITY_COLUMNS:
            for word in self.words(kind):
                qualifier, separator, value = word.partition(":") if kind == "isa" else ("", ":", word)
                found.append((kind, *normalise(kind, qualifier if separator else "", value if separator else word)))
        return found


def read_rows(content: bytes) -> list[Row]:
    """The rows of a file with a heading. UTF-8 (a BOM is taken off), separated by commas or semicolons.

    Raises Unreadable for another encoding, unknown or missing columns, too many rows, and quotes that never end.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is not UTF-8 (byte {error.start}). Save it as “CSV UTF-8”.") from error
    if "\0" in text:
        raise Unreadable("The file is no text: it holds NUL characters. Save it as “CSV UTF-8”.")
    try:
        return _rows(text)
    except csv.Error as error:
        raise Unreadable(
            f"The file cannot be read as CSV: {error}. Is there a quotation mark without its end?"
        ) from error


def _rows(text: str) -> list[Row]:
    lines = text.splitlines()
    first = lines[0] if lines else ""
    reader = csv.reader(StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        heading = [name.strip().lower() for name in next(reader)]
    except StopIteration:
        raise Unreadable("The file is empty.") from None
    if unknown := [name for name in heading if name and name not in COLUMNS]:
        raise Unreadable(f"Unknown columns: {', '.join(unknown)}. Known are: {', '.join(COLUMNS)}.")
    if missing := [name for name in REQUIRED if name not in heading]:
        raise Unreadable(f"Columns are missing: {', '.join(missing)}.")
    rows = []
    for number, values in enumerate(reader, 2):
        if any(value.strip() for value in values):
            cells = {name: _plain(value) for name, value in zip(heading, values, strict=False) if name}
            rows.append(Row(number, cells))
        if len(rows) > MOST_ROWS:
            raise Unreadable(f"At most {MOST_ROWS} partners at once: split the file.")
    return rows


def faults_of(row: Row) -> Iterator[str]:
    """What is wrong with a row by itself, in sentences that begin with the column."""
    for column in REQUIRED:
        if not row.cells.get(column):
            yield f"{column}: is missing."
    code = row.cells.get("code", "")
    if code and not (code.isascii() and code.replace("-", "").isalnum() and code == code.lower() and code[0] != "-"):
        yield f"code: use lower-case letters, digits and hyphens, not “{code}”."
    if len(code) > 40 or len(row.cells.get("name", "")) > 200:
        yield "code, name: at most 40 and 200 characters."
    if unknown := set(row.words("roles")) - set(Role.values):
        yield f"roles: there is no {', '.join(sorted(unknown))}; there are {', '.join(Role.values)}."
    if row.cells.get("active", "") not in ("", "yes", "no"):
        yield "active: yes or no."
    if row.cells.get("language", "") not in ("", *Language.values):
        yield f"language: one of {', '.join(Language.values)}."
    if zone := row.cells.get("time_zone", ""):
        yield from _time_zone(zone)
    for kind, qualifier, value in row.identities():
        for said in faults(kind, qualifier, value).values():
            yield f"{kind}: {said}"
    email, phone = row.cells.get("contact_email", ""), row.cells.get("contact_phone", "")
    if row.cells.get("contact_name") and not (email or phone):
        yield "contact_email: give an e-mail address or a telephone number."
    if email and not _is_address(email):
        yield f"contact_email: {email} is no address."


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= LONGEST_EMAIL


def _time_zone(zone: str) -> Iterator[str]:
    try:
        validate_time_zone(zone)
    except ValidationError as error:
        yield f"time_zone: {' '.join(error.messages)}"


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, whichever sign it separates cells by: an apostrophe stands before
    what would be one (OWASP, CSV Injection). `_plain` takes it away."""
    return _CALCULATED.sub(lambda found: f"{found[1] or ''}'", text)


def _plain(value: str) -> str:
    return _MARKED.sub(r"\1", value.strip())
