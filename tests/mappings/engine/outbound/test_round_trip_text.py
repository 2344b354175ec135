"""Text files to canonical, written and read again: what every golden case keeps, and what it loses by name.

`python -m tests.mappings.engine.outbound.test_round_trip_text` writes round_trip_text.tsv anew. A line that grows is a
loss. Errors are those of the writer and of the reader.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from mappings.engine.findings import Severity
from mappings.engine.outbound.text import write_text
from mappings.engine.text.reader import DocumentFound, scan
from mappings.engine.text.settings import NumberStyle, TextSettings
from mappings.library import index
from tests.mappings.engine.outbound import round_trips
from tests.mappings.engine.text import golden

EXPECTED = Path(__file__).parent / "round_trip_text.tsv"


def again(
    name: str, bodies: list[dict[str, object]], form: TextSettings | None = None
) -> tuple[list[dict[str, object]], int]:
    """Documents written to one file and read from it, and how many errors there were."""
    written = write_text(index.compiled(name).declaration, bodies, form)
    agreed = msgspec.structs.replace(written.settings, columns=()) if form else None
    found = [
        event for event in scan(io.BytesIO(written.raw), agreed, golden.LAYOUTS) if isinstance(event, DocumentFound)
    ]
    read = [golden.mapped(name, document) for document in found]
    findings = [*written.findings, *(one for result in read for one in result.findings)]
    return [result.body for result in read], sum(one.severity is Severity.ERROR for one in findings)


def lines() -> Iterator[str]:
    for case in golden.cases():
        name = case.parent.parent.name
        bodies = golden.outcome(golden.source(case))[0]
        after, errors = again(name, bodies)
        assert len(after) == len(bodies)
        for number, (before, body) in enumerate(zip(bodies, after, strict=True), 1):
            lost = round_trips.differing(before, body)
            yield round_trips.line(
                f"{name}/{case.name}", number, len(list(round_trips.leaves("", before))), errors, lost
            )


def test_what_was_kept_is_kept() -> None:
    assert list(lines()) == ["\t".join(row[:5]) for row in round_trips.read(EXPECTED)]


def test_what_is_not_whole_and_clean_says_why() -> None:
    assert round_trips.silent(round_trips.read(EXPECTED)) == []


@pytest.mark.parametrize("name", ["csv-invoices", "csv-orders-lines", "csv-orders-shop"])
def test_another_form_keeps_the_same_values(name: str) -> None:
    """Semicolons, decimal commas, days first and an older encoding, as agreed with a partner."""
    form = TextSettings(
        encoding="cp1252", delimiter=";", numbers={"": NumberStyle(",")}, dates={"": "DD.MM.YYYY"}, header_row=1
    )
    case = next(case for case in golden.cases() if case.parent.parent.name == name)
    bodies = golden.outcome(golden.source(case))[0]
    after, errors = again(name, bodies, form)
    assert errors == 0
    assert [round_trips.differing(*pair) for pair in zip(bodies, after, strict=True)] == [[]] * len(bodies)


if __name__ == "__main__":
    round_trips.rewrite(EXPECTED, lines())
