"""The source of a document, line by line, with what is wrong at each place: what an analyst or a partner reads."""

from collections.abc import Iterable

import msgspec

from config.core.blobs import read_range
from mappings.engine.findings import Finding
from mappings.engine.text.settings import TextSettings
from transactions.models import Document
from transactions.pipeline.units import span_of
from transactions.services.source_parts import Source
from transactions.services.source_text import text_source
from transactions.services.source_x12 import form_of, x12_source
from transactions.services.source_xml import xml_source

LINES = 2_000
WHOLE = 1_000_000
"""More lines than BYTES can have."""
BYTES = 1_000_000
HEAD = 1_024


def source_lines(document: Document, findings: Iterable[Finding], first: int = 1, most: int = 0) -> Source:
    """Read a document's bytes and lay its findings beside its segments, lines or rows. Secrets in XML are masked.

    first: the line to begin with (1 = the first); most: how many lines to give, 0 for LINES. The document needs its
    file, its group with the interchange, and outside X12 its unit. Reads at most BYTES bytes. Raises FileNotFoundError
    when the storage does not have the file.
    """
    offset, length = max(document.offset, 0), document.length or document.file.size
    raw = read_range(document.file.sha256, offset, min(length, BYTES))
    is_whole = len(raw) >= length
    window = (max(first, 1), most or LINES)
    found = list(findings)
    match document.format:
        case "xml":
            head = raw[:HEAD] if not offset else read_range(document.file.sha256, 0, HEAD)
            return xml_source(raw, head, lines_before(document), found, window, is_whole)
        case "text":
            settings = msgspec.convert(document.group.header.get("settings", {}), TextSettings)
            return text_source(raw, settings, lines_before(document), found, window, is_whole)
        case _:
            return x12_source(raw, form_of(document), found, window, is_whole)


def lines_before(document: Document) -> int:
    """Lines (XML) or rows (text) of the file that stand before what `document.offset` points to."""
    if document.format == "xml":  # its span names the line of its root; a file that is one record is read whole
        return max(span_of(document)[3] - 1, 0) if document.offset > 0 else 0
    return span_of(document)[3]
