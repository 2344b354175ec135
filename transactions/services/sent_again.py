"""An interchange that comes once more with its own number: a transmission that was repeated, and no other one."""

import hashlib

from config.core.blobs import CHUNK, open_blob
from transactions.models import DuplicateClaim, InboundFile, Interchange
from transactions.pipeline.rows import delimiters_of

LINE_ENDS = b"\r\n"


def is_sent_again(interchange: Interchange, earlier: DuplicateClaim) -> bool:
    """Whether an interchange says what the one says that has its number, whatever line ends stand between segments.

    interchange: not saved yet. earlier: the claim of the number, of another file; within one file nothing is repeated.
    """
    first = Interchange.objects.select_related("file").filter(pk=earlier.holder).first()
    if first is None or first.file_id == interchange.file_id:
        return False
    return _digest(first) == _digest(interchange)


def _digest(interchange: Interchange) -> bytes:
    """In flat memory: an interchange may be as large as its file."""
    file: InboundFile = interchange.file
    ends_in_lines = delimiters_of(interchange).segment in LINE_ENDS.decode()
    digest, left = hashlib.sha256(), interchange.length
    with open_blob(file.sha256) as stream:
        stream.seek(interchange.offset)
        while left > 0 and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            digest.update(chunk if ends_in_lines else chunk.translate(None, LINE_ENDS))
    return digest.digest()
