"""Where pieces of a source stand: what turns the objects that generated code noted into places that people find."""

import functools
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from mappings.engine.findings import Place
from mappings.engine.rules.program import Ref


class Lineage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One source of one value.

    pointer: JSON pointer (RFC 6901) into the body. rule: path of the rule in the declaration.
    segment: index in the set (ST = 1), 0 where no segment is the source: constants, counts, envelope values.
    element, component: from 1, 0 where they do not apply. context: name of the envelope value, if it is one.
    xpath, line: of the element or attribute in an XML record. row, column: of the cell in a text file.
    """

    pointer: str
    rule: str
    segment: int = 0
    segment_id: str = ""
    element: int = 0
    component: int = 0
    context: str = ""
    xpath: str = ""
    line: int = 0
    row: int = 0
    column: str = ""

    @property
    def placed(self) -> bool:
        """Whether it leads to the source or its envelope, rather than to the rule alone."""
        return bool(self.segment or self.context or self.xpath or self.row)


class Locator(Protocol):
    """Knows the places of one document. piece: a segment, an element's node, a row, as generated code noted it.

    element: the number of the element with groups reckoned in; formats without elements look at `ref.key`.
    """

    def text(self, piece: Any, ref: Ref, element: int) -> str:
        """What the reading rule saw."""

    def row(self, lineage: Lineage, piece: Any, ref: Ref, element: int) -> Lineage:
        """The lineage with its place filled in."""

    def place(self, origin: Place, piece: Any, ref: Ref | None = None, element: int = 0) -> Place:
        """The place of a finding: of what was read, or without `ref` of the piece itself."""


class SegmentLocator:
    """Places in an X12 set, whose segments are given in order."""

    def __init__(self, segments: Sequence[Sequence[str]]) -> None:
        self._segments = segments

    @functools.cached_property
    def _indexes(self) -> dict[int, int]:
        return {id(segment): index for index, segment in enumerate(self._segments, 1)}

    def text(self, piece: Sequence[str], ref: Ref, element: int) -> str:
        """A component counts as seen when its element is there."""
        return piece[element].strip() if element < len(piece) else ""

    def row(self, lineage: Lineage, piece: Sequence[str], ref: Ref, element: int) -> Lineage:
        index = self._indexes.get(id(piece), 0)
        return Lineage(lineage.pointer, lineage.rule, index, piece[0], element, ref.component)

    def place(self, origin: Place, piece: Sequence[str], ref: Ref | None = None, element: int = 0) -> Place:
        index = self._indexes.get(id(piece), 0)
        if ref is None:
            return msgspec.structs.replace(origin, offset=-1, segment=index, segment_id=piece[0])
        return msgspec.structs.replace(
            origin,
            offset=-1,
            segment=index,
            segment_id=piece[0],
            loop=ref.loop,
            element=element,
            element_id=ref.element_id,
            component=ref.component,
        )
