"""How a text file is to be read: what an agreement may fix, and what a layout of the library declares."""

from typing import Annotated

import msgspec

from mappings.engine.findings import Finding
from mappings.engine.text.dates import is_pattern
from mappings.engine.text.sniff import known_codec


class NumberStyle(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a column writes numbers.

    decimal: "." or ",", or "" where each value must speak for itself. thousands: the mark between groups of three.
    """

    decimal: str = ""
    thousands: str = ""

    def __post_init__(self) -> None:
        if self.decimal not in ("", ".", ","):
            raise ValueError("decimal is a point or a comma")
        if self.thousands and (len(self.thousands) > 1 or self.thousands == self.decimal or self.thousands.isalnum()):
            raise ValueError("thousands is one mark, and another one than decimal")


class FixedColumn(msgspec.Struct, frozen=True):
    """A column of fixed-width text. start: from 1, as guides print it; length: in characters."""

    name: str
    start: Annotated[int, msgspec.Meta(ge=1)]
    length: Annotated[int, msgspec.Meta(ge=1)]


class TextSettings(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Everything about the form of a file. What is left out is found out from the file itself.

    encoding: a Python codec name. delimiter: one character. quote: one character, or "" for none.
    header_row: row of the column names, from 1; 0 when the file has none. columns: names for a file without a header.
    numbers: style per column, "" for all others. dates: pattern per column ("DD.MM.YYYY"), "" for all others.
    fixed: makes the file fixed-width text; delimiter and quote then mean nothing.
    footer: what a cell begins with in rows that are no part of the data, a number before it and its case aside.
    ValueError (from msgspec.convert ValidationError) when a setting is none.
    """

    encoding: str = ""
    delimiter: str = ""
    quote: str | None = None
    header_row: Annotated[int, msgspec.Meta(ge=0)] | None = None
    columns: tuple[str, ...] = ()
    numbers: dict[str, NumberStyle] = {}
    dates: dict[str, str] = {}
    fixed: tuple[FixedColumn, ...] = ()
    footer: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, mark in (("delimiter", self.delimiter), ("quote", self.quote or "")):
            if len(mark) > 1 or mark in ("\r", "\n", "\0"):
                raise ValueError(f"{name} is one character")
        if self.delimiter and self.delimiter == self.quote:
            raise ValueError("delimiter and quote are two different characters")
        if self.encoding and not known_codec(self.encoding):
            raise ValueError(f"there is no encoding {self.encoding!r}")
        if not all(text.strip() for text in self.footer):
            raise ValueError("footer names texts that are not blank")
        for column, pattern in self.dates.items():
            if pattern and not is_pattern(pattern):
                raise ValueError(f"the date pattern of {column!r} names a year, a month and a day, as in DD.MM.YYYY")

    @property
    def form(self) -> "TextSettings":
        """What of it says how the file is cut into rows and columns."""
        return msgspec.structs.replace(self, numbers={}, dates={}, footer=())

    def or_else(self, other: "TextSettings") -> "TextSettings":
        """These settings, and what they leave open taken from others."""
        left_open = TextSettings()
        chosen = {
            name: getattr(other, name)
            for name in ("encoding", "delimiter", "quote", "header_row", "columns", "fixed", "footer")
            if getattr(self, name) == getattr(left_open, name)
        }
        numbers, dates = {**other.numbers, **self.numbers}, {**other.dates, **self.dates}
        return msgspec.structs.replace(self, numbers=numbers, dates=dates, **chosen)


class Layout(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A known kind of file, recognised by its header: every one of `columns` stands in it, in any order and case.

    optional: columns that it may have. key: columns that tell one document from the next; a row that blanks them all
    continues the document before it. No key: the whole file is one document.
    numbers, dates: columns whose values are made exact decimals and ISO dates.
    settings: what is always so with this kind of file, unless an agreement says otherwise. A file in which its columns
    are not found is read in this form once more.
    """

    name: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    settings: TextSettings = TextSettings()

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that a mapping may ask for."""
        return self.columns + self.optional


class Detection(msgspec.Struct, frozen=True):
    """What a file is, as far as its first bytes tell.

    settings: nothing in it is left open, so that it reads any part of the same file. columns: unique names in the
    order of the file. confidence: 0 to 1 for "encoding", "delimiter" and "header". metadata: rows above the header.
    layout: the known layout it has, if any. findings: an error among them means that it cannot be read.
    """

    settings: TextSettings
    columns: tuple[str, ...] = ()
    confidence: dict[str, float] = {}
    metadata: tuple[tuple[str, ...], ...] = ()
    layout: Layout | None = None
    findings: tuple[Finding, ...] = ()
