"""Delimited and fixed-width text: the documents of a unit, read from the rows that they have in the file."""

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from mappings.engine.findings import Finding, Place
from mappings.engine.text.reader import DocumentFound, scan
from mappings.engine.text.record import Record
from transactions.pipeline.batches import TextBatch
from transactions.pipeline.judge import Reading
from transactions.pipeline.planned_units import Span

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


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
    found = (event for event in scan(part, batch.settings, [batch.layout], origin) if isinstance(event, DocumentFound))
    for span, document in zip(spans, found, strict=True):
        document.ordinal = span[2]
        yield document


def read_rows(document: DocumentFound) -> Reading:
    """One document of rows as mappings take it. Lines are not told: rows and columns are what people look for."""
    record = Record(document)
    place = Place(offset=document.offset, set=document.ordinal, row=document.numbers[0])

    def finish(later: list[Finding]) -> list[Finding]:
        return record.findings(later)[len(document.findings) :]

    own = [msgspec.structs.replace(f, place=msgspec.structs.replace(f.place, line=0)) for f in document.findings]
    return Reading(document.layout.name, "", record.node, record, {}, own, place, finish)
