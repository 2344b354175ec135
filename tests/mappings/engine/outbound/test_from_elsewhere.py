"""Documents that came as XML or text are written as X12: how much of each is kept, and how clean the set is.

from_elsewhere.tsv has a line for each golden document of another format, and each of the sets that go out that its
model can be written as (004010): how many values the document has, how many reading the set again gives, the errors
of our writer and validator, what the writer left out or cut (each a warning that names its place), and why there are
errors, in words. What X12 has no place for is not kept, codes of other standards among it.

`python -m tests.mappings.engine.outbound.test_from_elsewhere` writes the expectations anew and keeps the reasons. Fewer
values kept, or more findings, is a loss.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mappings.engine.findings import Finding, Place, Severity
from mappings.engine.outbound.x12 import write_set
from mappings.engine.outbound.x12_findings import named
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import SegmentWriter, transaction_set
from mappings.library import index
from tests.mappings.engine.outbound.test_round_trip import DELIMITERS, NAMED, leaves

EXPECTED = Path(__file__).parent / "from_elsewhere.tsv"
RELEASE = "004010"
CLEAN = 74
"""Of 88; the others lack what X12 demands, or say what it has no words for, and go nowhere."""


def written(mapping: CompiledMapping, body: dict[str, Any]) -> tuple[dict[str, Any], list[Finding], list[Finding]]:
    """A document written and read again; errors and warnings of the writer and of the validator."""
    found = write_set(mapping.declaration, RELEASE, body)
    text = "".join(transaction_set(SegmentWriter(DELIMITERS, " "), found.set_id, 1, found.segments))
    reading = validator_for(found.set_id, RELEASE).read(text.encode(), DELIMITERS, Place())
    findings = found.findings + named(mapping.declaration, reading.findings)
    errors = [one for one in findings if one.severity is Severity.ERROR]
    return (
        mapping.apply(reading.tree, {}, reading.segments).body,
        errors,
        [one for one in findings if one not in errors],
    )


def documents() -> Iterator[tuple[str, CompiledMapping, dict[str, Any]]]:
    """Each golden document of another format, by its place, with each mapping that it goes out by."""
    outgoing = [one for one in index.entries().values() if one.format == "x12" and one.set_id in NAMED]
    for path in sorted(index.LIBRARY.glob("*/cases/*/canonical.json")):
        entry = index.entries()[path.parts[-4]]
        fitting = [one for one in outgoing if one.target == entry.target and entry.format != "x12"]
        for number, body in enumerate(json.loads(path.read_text(encoding="utf-8")) if fitting else (), 1):
            for one in fitting:
                yield f"{entry.name}/{path.parts[-2]}\t{number}\t{one.set_id}", index.compiled(one.name), body


def lines() -> Iterator[str]:
    """One for each document and set."""
    for place, mapping, body in documents():
        after, errors, warnings = written(mapping, body)
        before, read = (dict(leaves("", form | {"exchange": {}})) for form in (body, after))
        kept = sum(read.get(pointer) == value for pointer, value in before.items())
        yield f"{place}\t{len(before)}\t{kept}\t{len(errors)}\t{len(warnings)}"


def expected() -> list[list[str]]:
    return [(line + "\t" * 7).split("\t")[:8] for line in EXPECTED.read_text(encoding="utf-8").splitlines()]


@pytest.mark.thorough
def test_what_is_kept_of_other_formats_is_kept() -> None:
    assert list(lines()) == ["\t".join(row[:7]) for row in expected()]


def test_what_is_not_clean_says_why() -> None:
    assert [row[0] for row in expected() if (row[5] != "0") != bool(row[7])] == []


def test_what_x12_has_words_for_is_clean() -> None:
    """What the outbound parts of the mappings are for: a set that our own validator has nothing against."""
    assert sum(row[5] == "0" for row in expected()) >= CLEAN


@pytest.mark.thorough
def test_no_line_of_another_format_is_lost_without_an_error() -> None:
    """Whole lines of SAP's orders once were: their basis of price was another code for the unit."""
    for place, mapping, body in documents():
        after, errors, _ = written(mapping, body)
        assert errors or len(after.get("lines", [])) >= len(body.get("lines", [])), place


if __name__ == "__main__":
    reasons = {tuple(row[:3]): row[7] for row in expected()}
    rows = [line.split("\t") for line in lines()]
    texts = ["\t".join([*row, reasons.get(tuple(row[:3]), "")]).rstrip("\t") for row in rows]
    EXPECTED.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
