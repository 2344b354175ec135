"""The bytes of one document, as people and programs may see them."""

from typing import NamedTuple

from config.core.blobs import open_blob
from mappings.engine.xml.envelope import mask_secrets
from transactions.models import Document

_TYPES = {"x12": ("application/edi-x12", "edi"), "xml": ("application/xml", "xml"), "text": ("text/plain", "txt")}


class DocumentSource(NamedTuple):
    """content_type, extension: of its format. The bytes of a text document are its rows, without the header."""

    content: bytes
    content_type: str
    extension: str


def document_source(document: Document, limit: int | None = None) -> DocumentSource:
    """The bytes of a document as they came; secrets that an XML document carries are masked.

    The document needs its file. limit: the most bytes to read. An XML document in an encoding whose offsets cannot be
    told gives its whole file. Raises FileNotFoundError when the storage does not have the file.
    """
    content_type, extension = _TYPES[document.format]
    with open_blob(document.file.sha256) as blob:
        blob.seek(max(document.offset, 0))
        size = document.length if document.offset >= 0 else document.file.size
        content = blob.read(size if limit is None else min(size, limit))
    if document.format == "xml":
        content = mask_secrets(content)
    return DocumentSource(content, content_type, extension)
