"""Where the documents of a text file stand, also of one that has rows which are none of the data."""

import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from mappings.engine.express.text.places import DocumentAt, places
from mappings.engine.text.asides import Asides
from mappings.engine.text.layouts import called
from mappings.engine.text.reader import DocumentFound, SheetClosed, SheetOpened, Unreadable, scan
from mappings.engine.text.settings import Detection, Layout, TextSettings

_OVERLAP = 256
"""Bytes of a piece that are looked at once more with the next one: a hint may be cut."""


class _SuspectRow(Exception):  # noqa: N818 - a signal inside of this module
    """Only the complete reader can tell what the rows are."""


class _Watched(io.RawIOBase):
    """A seekable stream that stops where rows may come that are none of the data."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._asides: Asides | None = None
        self._last = b""

    def watch(self, detection: Detection) -> None:
        """From here on, for the rows of this file."""
        layout, settings = detection.layout, detection.settings
        if layout is not None and len("a".encode(settings.encoding)) == 1:
            columns = called(detection.columns, layout)
            key = [columns.index(name) for name in layout.key if name in columns]
            self._asides = Asides(detection.columns, key, settings.footer)

    def read(self, size: int = -1) -> bytes:
        """Raises _SuspectRow."""
        piece = self._stream.read(size)
        if self._asides is not None:
            if self._asides.may_stand_in(self._last + piece):
                raise _SuspectRow
            self._last = piece[-_OVERLAP:]
        return piece

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._last = b""
        return self._stream.seek(offset, whence)


def places_in(
    stream: BinaryIO, settings: TextSettings | None, layouts: Sequence[Layout]
) -> Iterator[SheetOpened | DocumentAt | SheetClosed | Unreadable]:
    """As `places`; the end says how many rows are none of the data."""
    watched = _Watched(stream)
    found = 0
    try:
        for event in places(watched, settings, layouts):  # type: ignore[arg-type]  # reads like one
            if isinstance(event, SheetOpened):
                watched.watch(event.detection)
            elif isinstance(event, DocumentAt):
                found = event.ordinal
            yield event
    except _SuspectRow:
        stream.seek(0)
        for told in scan(stream, settings, layouts):
            if isinstance(told, SheetClosed):
                yield told
            elif isinstance(told, DocumentFound) and told.ordinal > found:
                yield DocumentAt(told.ordinal, told.offset, told.length, told.numbers[0] - 1, told.findings)
