"""Delimited and fixed-width text: the documents of a unit, read from the rows that they have in the file."""

import io
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from mappings.engine.express.text.lane import lane_for
from mappings.engine.findings import Finding, Place
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.text.reader import DocumentFound, scan
from mappings.engine.text.record import Record
from transactions.pipeline.batches import TextBatch
from transactions.pipeline.judge import Reading
from transactions.pipeline.planned_units import Span

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


LARGEST = 16 * 1024 * 1024
"""Bytes of a unit that is taken into memory for the short way."""


class _Part(io.RawIOBase):
    """Some bytes of a seekable stream, without taking them all into memory."""

    def __init__(self, stream: BinaryIO, offset: int, length: int) -> None:
        stream.seek(offset)
        self._stream = stream
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        piece = self._stream.read(min(len(view), self._left))
        self._left -= len(piece)
        view[: len(piece)] = piece
        return len(piece)


def rows_at(stream: BinaryIO, spans: Sequence[Span], batch: TextBatch) -> Iterator[DocumentFound]:
    """The documents that stand at these spans, which lie one behind the other, as splitting found them."""
    offset, row = spans[0][0], spans[0][3]
    length = sum(span[1] for span in spans)
    origin = Place(offset=offset, row=row)
    part: BinaryIO = _Part(stream, offset, length)  # type: ignore[assignment]  # reads like one
    events = scan(part, batch.settings, [batch.layout], origin, has_asides=batch.has_asides)
    found = (event for event in events if isinstance(event, DocumentFound))
    for span, document in zip(spans, found, strict=True):
        document.ordinal = span[2]
        yield document


def readings_at(
    stream: BinaryIO, spans: Sequence[Span], batch: TextBatch, mapping: CompiledMapping | None = None
) -> Iterator[tuple[Place, Callable[[], Reading]]]:
    """The documents at these spans, each with what reads it. With a mapping, those that are surely clean are mapped
    already."""
    length = sum(span[1] for span in spans)
    is_short = mapping is not None and length <= LARGEST and not batch.has_asides
    lane = lane_for(batch.layout, batch.settings, mapping) if mapping is not None and is_short else None
    if lane is None:
        for document in rows_at(stream, spans, batch):
            yield place_of(document), partial(read_rows, document)
        return
    stream.seek(spans[0][0])
    found = lane.documents(io.BytesIO(stream.read(length)), spans[0][3])
    unit = _Unit(stream, spans, batch)
    for index, (offset, _, ordinal, row) in enumerate(spans):
        first, body = next(found, (0, ""))
        if first != row + 1:  # from here on only the complete reader knows the rows
            found = iter(())
        elif body:
            place = Place(offset=offset, set=ordinal, row=first)
            yield place, partial(_clean, body, place, batch.layout.name, partial(unit.reading, index))
            continue
        yield place_of(unit.documents[index]), partial(unit.reading, index)


class _Unit:
    """The documents of a unit, which are read completely as soon as one of them has to be."""

    def __init__(self, stream: BinaryIO, spans: Sequence[Span], batch: TextBatch) -> None:
        self._stream = stream
        self._spans = spans
        self._batch = batch

    @cached_property
    def documents(self) -> list[DocumentFound]:
        return list(rows_at(self._stream, self._spans, self._batch))

    def reading(self, index: int) -> Reading:
        return read_rows(self.documents[index])


def _clean(body: str, place: Place, layout: str, complete: Callable[[], Reading]) -> Reading:
    """A document in which nothing is wrong."""
    return Reading(layout, "", None, (), {}, [], place, body=body, complete=complete)


def place_of(document: DocumentFound) -> Place:
    return Place(offset=document.offset, set=document.ordinal, row=document.numbers[0])


def read_rows(document: DocumentFound) -> Reading:
    """One document of rows as mappings take it. Lines are not told: rows and columns are what people look for."""
    record = Record(document)
    place = place_of(document)

    def finish(later: list[Finding]) -> list[Finding]:
        return record.findings(later)[len(document.findings) :]

    own = [msgspec.structs.replace(f, place=msgspec.structs.replace(f.place, line=0)) for f in document.findings]
    return Reading(document.layout.name, "", record.node, record, {}, own, place, finish)
