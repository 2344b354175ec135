"""X12 to canonical to X12 to canonical: what every golden case keeps is checked in, and what it loses by name.

round_trip.tsv has a line for each document: the case, its number in the file, how many values its canonical form has,
how many findings (errors and warnings) our validator has on what was written, the values that reading it again does not
give or gives besides, and why, in words, wherever a document does not come back whole or is not clean.

`python -m tests.mappings.engine.outbound.test_round_trip` writes the expectations anew and keeps the reasons. A line
that grows is a loss.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mappings.engine.findings import Finding, Place
from mappings.engine.outbound.x12 import write_set
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import SegmentWriter, transaction_set
from mappings.library import index
from tests.mappings.library import golden

EXPECTED = Path(__file__).parent / "round_trip.tsv"
DELIMITERS = Delimiters(element="*", segment="~", component=">", repetition="^")
NAMED = ("850", "855", "856", "810", "860", "824", "940")
"""The sets that go out; in both releases there must be documents that come back whole and clean."""


def leaves(pointer: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(f"{pointer}/{name}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(f"{pointer}/{number}", inner)
    else:
        yield pointer, value


def differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The values of one document that the other does not have; envelopes aside."""
    old, new = (dict(leaves("", body | {"exchange": {}})) for body in (before, after))
    return sorted({pointer for pointer, _ in old.items() ^ new.items()})


def again(
    mapping: CompiledMapping, release: str, body: dict[str, Any], context: dict[str, str]
) -> tuple[dict[str, Any], list[Finding]]:
    """A document written and read again, and what the validator found in what was written."""
    written = write_set(mapping.declaration, release, body)
    text = "".join(transaction_set(SegmentWriter(DELIMITERS, " "), written.set_id, 1, written.segments))
    reading = validator_for(written.set_id, release).read(text.encode(), DELIMITERS, Place())
    known = context | {"interchange.component_separator": DELIMITERS.component}
    return mapping.apply(reading.tree, known, reading.segments).body, reading.findings


def of_document(case: Path, document: golden.Document) -> str:
    mapping = index.compiled(case.parent.parent.name)
    before = golden.mapped(mapping, document).body
    release = mapping.release_for(document.context["group.version"])
    after, findings = again(mapping, release, before, document.context)
    return f"{len(list(leaves('', before)))}\t{len(findings)}\t{' '.join(differing(before, after))}"


def lines() -> Iterator[str]:
    for case in golden.cases():
        for number, document in enumerate(golden.documents(case / "input.edi"), 1):
            yield f"{case.parent.parent.name}/{case.name}\t{number}\t{of_document(case, document)}"


def expected() -> list[list[str]]:
    return [(line + "\t" * 5).split("\t")[:6] for line in EXPECTED.read_text(encoding="utf-8").splitlines()]


@pytest.mark.thorough
def test_what_was_kept_is_kept() -> None:
    assert list(lines()) == ["\t".join(row[:5]) for row in expected()]


def test_what_is_not_whole_and_clean_says_why() -> None:
    silent = [
        f"{name} {number}"
        for name, number, _, findings, lost, why in expected()
        if (findings != "0" or bool(lost)) != bool(why)
    ]
    assert silent == []


IN_PLACE_OF = {
    ("x12-850-order/bad-values", "1"): {"BEG05", "DTM02"},
    ("x12-856-despatch-advice/two-stores", "1"): {"DTM02"},
    ("x12-856-despatch-advice/every-rule", "3"): {"CTT01"},
}
"""Faults of the sender that are others when they are written: a date that is none is not there."""


def test_what_is_not_clean_was_not_clean_when_it_came() -> None:
    """Writing breaks nothing: each finding is one of the sender's own, or stands where one of those stood."""
    for name, number, _, findings, _, _ in expected():
        if findings == "0":
            continue
        document = golden.documents(index.LIBRARY / name.replace("/", "/cases/") / "input.edi")[int(number) - 1]
        mapping = index.compiled(name.partition("/")[0])
        release = mapping.release_for(document.context["group.version"])
        _, after = again(mapping, release, golden.mapped(mapping, document).body, document.context)
        more = Counter(map(_at, after)) - Counter(map(_at, document.reading.findings))
        assert document.reading.findings
        assert {place for _, place in more} == IN_PLACE_OF.get((name, number), set()), name


def _at(found: Finding) -> tuple[str, str]:
    return found.code, f"{found.place.segment_id}{found.place.element:02d}"


@pytest.mark.parametrize("set_id", NAMED)
def test_the_sets_that_go_out_come_back_whole_and_clean_in_both_releases(set_id: str) -> None:
    whole = {f"{name}/{number}" for name, number, _, findings, lost, _ in expected() if findings == "0" and not lost}
    found = set()
    for case in golden.cases():
        if case.parent.parent.name.startswith(f"x12-{set_id}-"):
            for number, document in enumerate(golden.documents(case / "input.edi"), 1):
                if f"{case.parent.parent.name}/{case.name}/{number}" in whole:
                    found.add(document.context["group.version"][:6])
    assert {"004010", "005010"} <= found


if __name__ == "__main__":
    reasons = {(row[0], row[1]): row[5] for row in expected()}
    rows = [line.split("\t") for line in lines()]
    texts = ["\t".join([*row, reasons.get((row[0], row[1]), "")]).rstrip("\t") for row in rows]
    EXPECTED.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
