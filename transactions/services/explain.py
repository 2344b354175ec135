"""Explain a canonical document: where in the source each value comes from, and which rule made it.

Nothing of it is stored. It is worked out again from the bytes as received and the mapping version that the current
form was made with, so it is always the lineage of that very form.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from config.core.blobs import open_blob
from mappings.engine.rules.lineage import Lineage
from mappings.services.compiled import compiled
from partners.models import Agreement
from transactions.models import Attempt, CanonicalDocument, Document
from transactions.pipeline.units import read_span, span_of


class NoCanonicalForm(Exception):
    """The document was not translated; its findings say why."""


class Explained(NamedTuple):
    """mapping, checksum: the version that made the form; body: the form; rows: the sources of its values, in order."""

    mapping: str
    checksum: str
    body: dict[str, object]
    rows: list[Lineage]


def explain(document: Document) -> Explained:
    """The lineage of a document's current canonical form, both ways: by pointer and by place.

    The document needs its file, its unit, and its group with the interchange. Raises NoCanonicalForm, and
    FileNotFoundError when the storage does not have the file.
    """
    canonical = CanonicalDocument.objects.only("revision", "body").filter(document=document, is_current=True).first()
    if canonical is None:
        raise NoCanonicalForm
    # A form carries the number of the attempt that made it as its revision.
    attempt = Attempt.objects.select_related("mapping_version__mapping").get(
        document=document, number=canonical.revision
    )
    version = attempt.mapping_version
    if version is None:
        raise NoCanonicalForm
    mapping = compiled(version)
    with open_blob(document.file.sha256) as stream:
        for agreement in _agreements(document):
            reading = read_span(stream, span_of(document), document.group, document.set_id, mapping, agreement)
            mapped = mapping.explain(reading.tree, reading.locator, reading.values)
            if agreement is None or json.loads(canonical.body) == mapped.body:
                break
    return Explained(str(version), version.checksum, mapped.body, mapped.lineage)


def _agreements(document: Document) -> Iterator[Agreement | None]:
    """Under what a document may have been read. How a text file's values are written is agreed on, and may have been
    agreed anew since: the reading that makes the stored form is the one that is explained.
    """
    if document.format != "xml" and document.agreement is not None and hasattr(document.agreement, "assignment"):
        yield document.agreement
    yield None
