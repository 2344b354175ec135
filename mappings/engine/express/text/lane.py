"""The short way for files of one form and a mapping: bytes in, canonical JSON out, or nothing where it is not sure."""

import codecs
import functools
from collections.abc import Iterator, Sequence
from decimal import Context, DivisionByZero, Inexact, InvalidOperation, localcontext
from itertools import accumulate, islice
from typing import BinaryIO

import msgspec

from mappings.engine.express.shape import Doubt
from mappings.engine.express.text.canonical import Canonical
from mappings.engine.express.text.cells import Columns
from mappings.engine.express.text.groups import Documents, Grouper
from mappings.engine.express.text.plan import RowPlan
from mappings.engine.express.text.program import Program, Programs
from mappings.engine.express.text.rows import ENCODINGS, Blocks, Lost
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.text import detect
from mappings.engine.text.columns import converters
from mappings.engine.text.layouts import called
from mappings.engine.text.settings import Detection, Layout, TextSettings

EXACT = Context(prec=400, traps=[Inexact, DivisionByZero, InvalidOperation])
"""As the complete way computes (`rules.values`)."""
ENOUGH = 200
"""Documents that tell what is usual. Until so many came, the first ones do."""


Rendered = tuple[int, str]
"""A document: the number of its first row in the file, and the canonical document as JSON, "" where only the complete
way can tell."""


class Lane:
    """Keeps what it learns of files, nothing of documents; safe to share."""

    def __init__(self, layout: Layout, settings: TextSettings, mapping: CompiledMapping) -> None:
        """layout, settings: of a part of a file, nothing left open (`detect.for_part`). Raises Doubt where there is no
        short way."""
        self._detection = _detected(layout, settings)
        names = self._detection.columns
        columns = called(names, layout)
        self._read = [Canonical(step) for step in converters(layout, names, self._detection.settings)]
        self._width = len(names)
        self._key = tuple(columns.index(name) for name in layout.key if name in columns)
        if (layout.key and not self._key) or any(one.index in self._key for one in self._read):
            raise Doubt("a key that is no text")
        read = {one.index for one in self._read}
        self._texts = [index for index in range(self._width) if index not in read]
        known = Columns(
            {name: index for index, name in enumerate(columns)},
            numbers={one.index: one.numbers for one in self._read if one.is_number},
            dates=[one.index for one in self._read if not one.is_number],
        )
        self.programs = Programs(_plan(mapping), known)
        self._learning: list[list[Sequence[str]]] | None = []
        self._program: Program | None = None

    def documents(self, stream: BinaryIO, row: int) -> Iterator[Rendered]:
        """The documents of a part of a file in their order, all of them or as far as it is sure which rows they have.

        row: the number of the row before the part.
        """
        grouper = Grouper(self._width, self._key, self._texts, row)
        try:
            for found in grouper.documents(Blocks(stream, self._detection.settings, self._width).batches()):
                if self._learning is not None:
                    self._learn(found)
                yield from self._rendered(found)
        except Lost:
            return

    def _learn(self, documents: Documents) -> None:
        """See what is usual: at once, and again when enough came to tell."""
        known = [*(self._learning or ()), *islice(documents.rows(), ENOUGH)]
        is_enough = len(known) >= ENOUGH
        if self._program is None or is_enough:
            self._program = self._made(known)
        self._learning = None if is_enough else known

    def _rendered(self, documents: Documents) -> Iterator[Rendered]:
        """All at once, as far as they are not unusual."""
        with localcontext(EXACT):
            if documents.doubtful:
                bodies = list(self._without(documents))
            else:
                bodies = self._bodies(documents.columns, documents.sizes, documents.is_bare)
        return zip(documents.numbers, bodies, strict=True)

    def _without(self, documents: Documents) -> Iterator[str]:
        """All but the doubtful ones."""
        begin = 0
        ends = [0, *accumulate(documents.sizes)]
        for index in (*documents.doubtful, len(documents.sizes)):
            if begin < index:
                columns = [column[ends[begin] : ends[index]] for column in documents.columns]
                yield from self._bodies(columns, documents.sizes[begin:index], documents.is_bare)
            if index < len(documents.sizes):
                yield ""
            begin = index + 1

    def _bodies(self, columns: Sequence[Sequence[str]], sizes: list[int], is_bare: bool) -> list[str]:
        """JSON; "" for what is not sure, which is found by halves. columns: more rows may stand behind the documents.
        is_bare: as in Documents."""
        if self._program is None:
            return [""] * len(sizes)
        made = self._run(self._program, columns, sizes, is_bare)
        if made is None and len(columns[0]) > (count := sum(sizes)):
            columns = [column[:count] for column in columns]
            made = self._run(self._program, columns, sizes, is_bare)
        if made is not None or len(sizes) == 1:
            return made or [""]
        half = len(sizes) // 2
        row = sum(sizes[:half])
        return [
            *self._bodies([column[:row] for column in columns], sizes[:half], is_bare),
            *self._bodies([column[row:] for column in columns], sizes[half:], is_bare),
        ]

    def _run(
        self, program: Program, columns: Sequence[Sequence[str]], sizes: list[int], is_bare: bool
    ) -> list[str] | None:
        """None: a cell cannot be read, a table has nothing for a text, or a sum cannot be exact."""
        canonical = list(columns)
        try:
            for read in self._read:
                canonical[read.index] = read.of(columns[read.index])
            return program(canonical, sizes, is_bare)
        except (Doubt, ArithmeticError):
            return None

    def _made(self, documents: list[list[Sequence[str]]]) -> Program | None:
        """None where there is no program for what is usual in some documents."""
        try:
            return self.programs.make(self.programs.usual(documents))
        except Doubt:
            return None


@functools.lru_cache(maxsize=128)
def _plan(mapping: CompiledMapping) -> RowPlan:
    """Raises Doubt."""
    return RowPlan(mapping.declaration)


@functools.lru_cache(maxsize=128)
def _lane(form: bytes, mapping: CompiledMapping) -> Lane | None:
    layout, settings = msgspec.json.decode(form, type=tuple[Layout, TextSettings])
    try:
        return Lane(layout, settings, mapping)
    except Doubt:
        return None


def lane_for(layout: Layout, settings: TextSettings, mapping: CompiledMapping) -> Lane | None:
    """The lane for parts of files of this form, kept; None where there is no short way.

    There is none for fixed-width text, for encodings of more than one byte but UTF-8, where a number or a date is the
    key, and for mappings that `RowPlan` does not take.
    """
    is_text = isinstance(mapping.source, TabularSource)
    return _lane(msgspec.json.encode((layout, settings)), mapping) if is_text else None


def _detected(layout: Layout, settings: TextSettings) -> Detection:
    """What the reader makes of the form of a part, whatever stands in it. Raises Doubt where that depends."""
    if settings.header_row != 0 or not settings.columns or settings.quote is None or settings.fixed:
        raise Doubt("not a part")
    if settings.delimiter in ("", " ") or codecs.lookup(settings.encoding or "utf-16").name not in ENCODINGS:
        raise Doubt("delimiter or encoding")
    if len(f"a{settings.delimiter}b".splitlines()) > 1:
        raise Doubt("a delimiter that ends lines elsewhere")
    detection = detect.detect(b"x", settings, [layout])
    if detection.layout is None or detection.settings.fixed:
        raise Doubt("layout")
    for own, name in zip(detection.columns, called(detection.columns, layout), strict=True):
        if name in layout.numbers and own not in settings.numbers:
            raise Doubt(name)
        if name in layout.dates and own not in settings.dates and "" not in settings.dates:
            raise Doubt(name)
    return detection
