"""What the page shows of a document that was written: itself beside its canonical form, and what is to say of it."""

from typing import Any

from mappings.models import MappingVersion
from mappings.services.write_document import Written
from transactions.admin.findings import finding_rows
from transactions.admin.json_text import linked_json
from transactions.admin.lineage_page import for_script
from transactions.admin.source_view import line_of, source_rows
from transactions.services.written_source import kind_of_loss, written_source

SHOWN = 200  # findings, and values that are not kept
VALUES = 300  # values whose places are listed without a script
JSON_CHARACTERS = 100_000
CLEAN = {
    "x12": "The rules of X12 are kept: there are no findings.",
    "xml": "Its XML Schema is kept: there are no findings.",
    "text": "Its own reader takes it without findings.",
}


def written_context(written: Written, body: dict[str, Any], version: MappingVersion) -> dict[str, Any]:
    """For the template write.html. body: the canonical document; version: that wrote it."""
    found = written_source(written, version.declaration)
    text, is_cut = linked_json(body, JSON_CHARACTERS, {one.pointer for one in written.lost})
    placed = [(value, [found.places[index].label for index in value.places]) for value in found.values if value.places]
    return {
        "written": written,
        "size": len(written.content),
        "clean": CLEAN[written.format],
        "findings": finding_rows(written.findings, line_of(found.source))[:SHOWN],
        "lost": [(one, kind_of_loss(one)) for one in written.lost[:SHOWN]],
        "added": written.added[:SHOWN],
        "source": found.source,
        "source_rows": source_rows(found.source.lines),
        "source_label": "Written",
        "canonical_json": text,
        "canonical_json_cut": is_cut,
        "placed": placed[:VALUES],
        "placed_total": len(placed),
        "lineage": for_script(str(version), found.places, found.values),
    }
