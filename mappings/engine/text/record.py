"""A document of rows as mappings take it: its cells, and the places of the rows."""

from collections.abc import Iterable
from functools import cached_property

import msgspec

from mappings.engine.findings import Code, Finding, Place
from mappings.engine.rules.places import Lineage
from mappings.engine.rules.program import Ref
from mappings.engine.text.cells import Cells, Rows
from mappings.engine.text.reader import DocumentFound

UNCONVERTED = frozenset({Code.NUMBER_INVALID, Code.NUMBER_AMBIGUOUS, Code.DATE_INVALID})
"""Values that the reader left as they were because it could not read them."""


class Record:
    """node: what mappings apply to. Is the locator of the mapping too."""

    def __init__(self, document: DocumentFound) -> None:
        self._document = document
        columns = document.columns
        rows = [[*cells, ""] for cells in document.rows]
        self.node = Rows(columns, rows, rows[0] if rows else [""] * (len(columns) + 1))

    def text(self, piece: Cells, ref: Ref, element: int) -> str:
        """The cell as the mapping saw it."""
        return piece[self._places.get(ref.key, -1)].strip()

    def row(self, lineage: Lineage, piece: Cells, ref: Ref, element: int) -> Lineage:
        """The lineage with row and column."""
        return msgspec.structs.replace(lineage, row=self._number(piece), column=self._column(ref.key))

    def place(self, origin: Place, piece: Cells, ref: Ref | None = None, element: int = 0) -> Place:
        """Row and column of a cell; without `ref` the row alone."""
        column = self._column(ref.key) if ref else ""
        return msgspec.structs.replace(origin, offset=-1, row=self._number(piece), column=column)

    def findings(self, mapped: Iterable[Finding]) -> list[Finding]:
        """What the reader and a mapping found, without what the mapping says again about a value that the reader named.

        mapped: the findings of the mapping, placed by this record.
        """
        own = self._document.findings
        named = {(found.place.row, found.place.column) for found in own if found.code in UNCONVERTED}
        again = Code.MAPPING_VALUE_INVALID
        rest = [one for one in mapped if one.code is not again or (one.place.row, one.place.column) not in named]
        return own + rest

    def _column(self, key: str) -> str:
        """The column as the file calls it; as the layout does where the file does not have it."""
        return self._names.get(key) or key

    def _number(self, piece: Cells) -> int:
        return self._numbers.get(id(piece), self._document.numbers[0] if self._document.numbers else 0)

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {id(row): number for row, number in zip(self.node.rows, self._document.numbers, strict=True)}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self._document.columns)}

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self._document.columns, self._document.names, strict=True))
