"""One fault, one finding, at its place: whatever the set, whatever the fault.

`python -m tests.mappings.engine.x12.test_mutations [DOCUMENTS]` prints the figures by kind of fault and by set.
"""

import sys
from collections import Counter
from functools import cache

import pytest
from msgspec.structs import replace

from mappings.engine.findings import Finding
from mappings.engine.x12.functional_groups import group_of as group_of_set
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12 import mutations_of_elements, mutations_of_sums
from tests.mappings.engine.x12.documents import STAR, all_findings, raw
from tests.mappings.engine.x12.generator import SUPPORTED, Generator
from tests.mappings.engine.x12.mutations import KINDS, Document, Mutation, Mutator
from tests.mappings.engine.x12.mutations_of_envelopes import ENVELOPES, group_of

assert mutations_of_elements  # their kinds are in KINDS once they are loaded
assert mutations_of_sums
RELEASES = ("004010", "005010")
SEEDS = (1, 2)
CASES = [(set_id, version) for set_id in SUPPORTED for version in RELEASES]


def findings(set_id: str, version: str, document: Document, repetition: str = "") -> list[Finding]:
    delimiters = replace(STAR, repetition=repetition)
    return validator_for(set_id, version).read(raw(["*".join(row) for row in document]), delimiters).findings


@cache
def generated(set_id: str, version: str, seed: int) -> tuple[Generator, Document]:
    generator = Generator(set_id, version, seed)
    return generator, generator.document()


def mutation(name: str, set_id: str, version: str, seed: int) -> Mutation | None:
    generator, document = generated(set_id, version, seed)
    return KINDS[name](Mutator(generator, document, f"{name} {set_id} {version} {seed}"))


def judged(made: Mutation, set_id: str, version: str) -> str:
    """ "" when the fault is named at its place and nothing else is; what was said otherwise."""
    found = findings(set_id, version, made.document, made.repetition)
    said = [(one.code, one.place.segment, one.place.element, one.place.segment_id) for one in found]
    if said == [(made.code, made.segment, made.element, made.segment_id)]:
        return ""
    expected = f"{made.code} {made.segment_id} segment {made.segment} element {made.element}"
    return f"{set_id} {version}: {expected}; said {[(str(code), *rest) for code, *rest in said]}"


@pytest.mark.parametrize(("set_id", "version"), CASES)
def test_a_valid_document_has_no_findings(set_id: str, version: str) -> None:
    for seed in SEEDS:
        assert findings(set_id, version, generated(set_id, version, seed)[1]) == []


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_fault_is_named_at_its_place_and_nothing_else_is(name: str) -> None:
    tried, wrong = 0, []
    for set_id, version in CASES:
        for seed in SEEDS:
            made = mutation(name, set_id, version, seed)
            if made:
                tried += 1
                wrong.append(judged(made, set_id, version))
    assert [one for one in wrong if one] == []
    assert tried >= 3  # so that no kind is silently never tried


def envelope_of(set_id: str, version: str) -> list[str]:
    """Two valid documents in a group and an interchange that fit."""
    sets = [["*".join(row) for row in generated(set_id, version, seed)[1]] for seed in SEEDS]
    sets[1][0], sets[1][-1] = (row.replace("*0001", "*0002") for row in (sets[1][0], sets[1][-1]))
    return group_of(group_of_set(set_id)[0], version, sets)


def judged_envelope(name: str, set_id: str, version: str) -> str:
    made = ENVELOPES[name](envelope_of(set_id, version))
    said = [(one.code, one.place.segment_id, one.place.element) for one in all_findings(raw(made.segments))]
    if name == "group of another kind":  # said of each of the two sets
        said = said[:1] if said == [said[0]] * 2 else said
    if said == [(made.code, made.segment_id, made.element)]:
        return ""
    return f"{set_id} {version}: expected {made.code} {made.segment_id}{made.element:02d}; said {said}"


@pytest.mark.parametrize("name", ENVELOPES)
def test_each_fault_of_an_envelope_is_named_and_nothing_else_is(name: str) -> None:
    wrong = [judged_envelope(name, set_id, version) for set_id, version in CASES]
    assert [one for one in wrong if one] == []


def test_an_envelope_without_fault_has_no_findings() -> None:
    assert [found for case in CASES for found in all_findings(raw(envelope_of(*case)))] == []


def main(documents: int = 10) -> None:
    tried: Counter[str] = Counter()
    right: Counter[str] = Counter()

    def count(name: str, set_id: str, said: str) -> None:
        for key in (f"kind {name}", f"set {set_id}", "all"):
            tried[key] += 1
            right[key] += not said
        if said:
            sys.stdout.write(f"{name}: {said}\n")

    for set_id, version in CASES:
        for name in KINDS:
            for seed in range(documents):
                made = mutation(name, set_id, version, seed)
                if made is not None:
                    count(name, set_id, judged(made, set_id, version))
        for name in ENVELOPES:
            count(name, set_id, judged_envelope(name, set_id, version))
    sys.stdout.writelines(f"{key:40} {right[key]:6} of {tried[key]:6}\n" for key in sorted(tried))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
