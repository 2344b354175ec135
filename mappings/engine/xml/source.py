"""The bytes of an XML file as they come: in chunks, as UTF-8 where another encoding would hide the markup."""

import codecs
from typing import BinaryIO

from mappings.engine.findings import Finding
from mappings.engine.xml.charsets import charset
from mappings.engine.xml.limits import CHUNK_BYTES
from mappings.engine.xml.prolog import Incomplete, Prolog, read_prolog


class XmlBytes:
    """buffer holds what was read and not yet given away; base is the offset of its first byte in the file.

    exact: offsets in the buffer are offsets in the file (UTF-16 is transcoded, and then they are not).
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size_so_far = 0
        first = self._chunk()
        self.charset = charset(first)
        self.exact = not self.charset.wide
        self._decoder = codecs.getincrementaldecoder(self.charset.name)("replace") if self.charset.wide else None
        self.base = self.charset.mark
        self.ended = not first
        self.buffer = self._transparent(first[self.charset.mark :], final=self.ended)

    def prolog(self) -> Prolog | Finding:
        """What stands before the first record; a finding when there is no document."""
        if not self.charset.name:
            return self.charset.findings[0]
        while True:
            try:
                return read_prolog(self.buffer, self.ended)
            except Incomplete:
                self.more()

    def more(self) -> bool:
        """Read another chunk into the buffer; False when there is none."""
        chunk = self._chunk()
        self.ended = self.ended or not chunk
        self.buffer += self._transparent(chunk, final=not chunk)
        return bool(chunk)

    def rest(self, limit: int) -> bytes | None:
        """Everything from the start of the buffer on, or None when that is more than a limit."""
        pieces, size = [self.buffer], len(self.buffer)
        while size <= limit:
            self.buffer = b""
            if not self.more():
                return b"".join([*pieces, self.buffer])
            pieces.append(self.buffer)
            size += len(self.buffer)
        return None

    def drain(self) -> int:
        """Read to the end without keeping anything; returns the size of the file."""
        self.buffer = b""
        while self._chunk():
            continue
        return self.size_so_far

    def drop(self, count: int) -> None:
        """Give away the first bytes of the buffer."""
        self.buffer = self.buffer[count:]
        self.base += count

    def _chunk(self) -> bytes:
        chunk = self._stream.read(CHUNK_BYTES)
        self.size_so_far += len(chunk)
        return chunk

    def _transparent(self, chunk: bytes, final: bool) -> bytes:
        return self._decoder.decode(chunk, final).encode() if self._decoder else chunk
