"""X12 to canonical to X12 to canonical: what every golden case keeps is checked in, and what it loses by name.

round_trip.tsv has a line for each document: the case, its number in the file, how many values its canonical form has,
the errors that our validator finds in what was written, and the values that reading it again does not give or gives
besides.

`python -m tests.mappings.engine.outbound.test_round_trip` writes the expectations anew. A line that grows is a loss.
"""

from collections.abc import Iterator
from pathlib import Path

from mappings.engine.findings import Place, Severity
from mappings.engine.outbound.x12 import write_set
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import SegmentWriter, transaction_set
from mappings.library import index
from tests.mappings.library import golden

EXPECTED = Path(__file__).parent / "round_trip.tsv"
DELIMITERS = Delimiters(element="*", segment="~", component=">", repetition="^")


def leaves(pointer: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(f"{pointer}/{name}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(f"{pointer}/{number}", inner)
    else:
        yield pointer, value


def of_document(case: Path, document: golden.Document) -> str:
    """How many values there are, how many errors the written set has, and what is lost or new."""
    mapping = index.compiled(case.parent.parent.name)
    before = golden.mapped(mapping, document).body
    release = mapping.release_for(document.context["group.version"])
    written = write_set(mapping.declaration, release, before)
    text = "".join(transaction_set(SegmentWriter(DELIMITERS, " "), written.set_id, 1, written.segments))
    reading = validator_for(written.set_id, release).read(text.encode(), DELIMITERS, Place())
    context = document.context | {"interchange.component_separator": DELIMITERS.component}
    after = mapping.apply(reading.tree, context, reading.segments).body
    old, new = (dict(leaves("", body | {"exchange": {}})) for body in (before, after))
    lost = sorted({pointer for pointer, _ in old.items() ^ new.items()})
    errors = sum(found.severity is Severity.ERROR for found in reading.findings)
    return f"{len(old)}\t{errors}\t{' '.join(lost)}"


def lines() -> Iterator[str]:
    for case in golden.cases():
        for number, document in enumerate(golden.documents(case / "input.edi"), 1):
            yield f"{case.parent.parent.name}/{case.name}\t{number}\t{of_document(case, document)}".rstrip()


def test_what_was_kept_is_kept() -> None:
    assert list(lines()) == EXPECTED.read_text().splitlines()


if __name__ == "__main__":
    EXPECTED.write_text("".join(f"{line}\n" for line in lines()))
