"""Explain a canonical document: where in the source each value comes from, and which rule made it.

Nothing of it is stored. It is worked out again from the bytes as received and the mapping version that the current
form was made with, so it is always the lineage of that very form.
"""

from typing import NamedTuple

from config.core.blobs import read_range
from mappings.engine.findings import Place
from mappings.engine.rules.lineage import Lineage
from mappings.engine.x12.validator import validator_for
from mappings.services.compiled import compiled
from transactions.models import Attempt, CanonicalDocument, Document
from transactions.pipeline.rows import delimiters_of, group_header, interchange_header
from transactions.pipeline.translate import context_values


class NoCanonicalForm(Exception):
    """The document was not translated; its findings say why."""


class Explained(NamedTuple):
    """mapping, checksum: the version that made the form; body: the form; rows: the sources of its values, in order."""

    mapping: str
    checksum: str
    body: dict[str, object]
    rows: list[Lineage]


def explain(document: Document) -> Explained:
    """The lineage of a document's current canonical form, both ways: by pointer and by segment.

    The document needs its file, and its group with the interchange. Raises NoCanonicalForm, and FileNotFoundError
    when the storage does not have the file.
    """
    canonical = CanonicalDocument.objects.only("revision").filter(document=document, is_current=True).first()
    if canonical is None:
        raise NoCanonicalForm
    # A form carries the number of the attempt that made it as its revision.
    attempt = Attempt.objects.select_related("mapping_version__mapping").get(
        document=document, number=canonical.revision
    )
    version = attempt.mapping_version
    if version is None:
        raise NoCanonicalForm
    delimiters = delimiters_of(document.group.interchange)
    raw = read_range(document.file.sha256, document.offset, document.length)
    reading = validator_for(document.set_id, document.version).read(raw, delimiters, Place(offset=document.offset))
    values = context_values(interchange_header(document.group.interchange), group_header(document.group), delimiters)
    values |= {"set.id": reading.set_id, "set.control_number": reading.control_number}
    mapped = compiled(version).explain(reading.tree, reading.segments, values)
    return Explained(str(version), version.checksum, mapped.body, mapped.lineage)
