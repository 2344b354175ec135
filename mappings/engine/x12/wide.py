"""Files in UTF-16, which some systems send as they are: read as if each character were one byte."""

from typing import BinaryIO

from msgspec.structs import replace

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.x12.events import EnvelopeEvent, InterchangeOpened
from mappings.engine.x12.utf16 import WIDTH, narrow


class NarrowStream:
    """A binary stream that gives one byte for each two of another. Its `read` is all that the splitter needs."""

    def __init__(self, head: bytes, stream: BinaryIO, encoding: str) -> None:
        """head: what was already read of the stream, without its byte order mark."""
        self._left = head
        self._stream = stream
        self._encoding = encoding

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; b"" at the end."""
        while len(self._left) < WIDTH * size:
            part = self._stream.read(WIDTH * size - len(self._left))
            if not part:
                break
            self._left += part
        taken, self._left = self._left[: WIDTH * size], self._left[WIDTH * size :]
        return narrow(taken, self._encoding)


def widened(event: EnvelopeEvent, start: int, encoding: str) -> EnvelopeEvent:
    """An event with the offsets and lengths that it has in the file. start: of the first character."""
    changes: dict[str, object] = {"offset": start + WIDTH * event.offset}
    if not isinstance(event, InterchangeOpened) and hasattr(event, "length"):
        changes["length"] = WIDTH * event.length
    found = [_placed(one, start) for one in getattr(event, "findings", [])]
    if isinstance(event, InterchangeOpened):
        place = Place(offset=start + WIDTH * event.offset, interchange=event.ordinal)
        found.insert(0, finding(Code.ENCODING_INVALID, f"Not UTF-8; read as {encoding}", place))
    if hasattr(event, "findings"):
        changes["findings"] = found
    return replace(event, **changes)


def _placed(found: Finding, start: int) -> Finding:
    if found.place.offset < 0:
        return found
    return replace(found, place=replace(found.place, offset=start + WIDTH * found.place.offset))
