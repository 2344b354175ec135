"""The canonical forms of a file, one line of JSON each."""

from collections.abc import Iterator
from uuid import UUID

from transactions.models import CanonicalDocument, WorkUnit


def canonicals_of_file(file_id: UUID) -> Iterator[bytes]:
    """The current forms in the order of the file, each as it is stored on a line of its own; a unit in memory at a
    time."""
    units = WorkUnit.objects.filter(file=file_id).order_by("ordinal").values_list("pk", flat=True)
    for unit in units.iterator(chunk_size=500):
        forms = CanonicalDocument.objects.filter(document__unit=unit, is_current=True).order_by("document__ordinal")
        for body in forms.values_list("body", flat=True):
            yield body.replace("\n", " ").encode() + b"\n"
