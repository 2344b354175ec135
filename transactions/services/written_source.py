"""A document that was written, laid out as one that was received is: lines with findings, and where its values went."""

from typing import Any, NamedTuple

from mappings.engine.canonical.differences import Difference
from mappings.services.write_document import Written
from transactions.services.lineage_map import LineagePlace, LineageValue, laid_out
from transactions.services.source_lines import BYTES, HEAD, LINES
from transactions.services.source_parts import Source
from transactions.services.source_text import text_source
from transactions.services.source_x12 import SetForm, x12_source
from transactions.services.source_xml import xml_source


class WrittenSource(NamedTuple):
    """source: the document with its findings. places, values: where each value of the canonical form stands in it;
    what stands in it without having been in the form is not among them."""

    source: Source
    places: list[LineagePlace]
    values: list[LineageValue]


def written_source(written: Written, declaration: dict[str, Any]) -> WrittenSource:
    """declaration: of the mapping that wrote it."""
    source = _source(written)
    places, values = laid_out(written.lineage, written.body, source, declaration)
    new = {one.pointer for one in written.added}
    return WrittenSource(source, places, [one for one in values if one.pointer not in new])


def kind_of_loss(lost: Difference) -> str:
    """What happened to a value, in words."""
    return "Not written" if lost.after is None else "Read otherwise"


def _source(written: Written) -> Source:
    raw, is_whole = written.document[:BYTES], len(written.document) <= BYTES
    window, findings = (1, LINES), list(written.findings)
    if written.format == "x12":
        form = SetForm(written.set_id, written.release, written.delimiters)
        return x12_source(raw, form, findings, window, is_whole)
    if written.format == "xml":
        return xml_source(raw, raw[:HEAD], 0, findings, window, is_whole)
    return text_source(raw, written.settings, written.rows_before, findings, window, is_whole)
