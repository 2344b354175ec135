"""One fault, one finding, at its place: whatever the set, whatever the fault.

`python -m tests.mappings.engine.x12.test_mutations [DOCUMENTS]` prints the figures by kind of fault and by set.
"""

import sys
from collections import Counter
from functools import cache

import pytest

from mappings.engine.findings import Finding
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12 import mutations_of_elements
from tests.mappings.engine.x12.documents import STAR, raw
from tests.mappings.engine.x12.generator import SUPPORTED, Generator
from tests.mappings.engine.x12.mutations import KINDS, Document, Mutation, Mutator

assert mutations_of_elements  # its kinds are in KINDS once it is loaded
RELEASES = ("004010", "005010")
SEEDS = (1, 2)
CASES = [(set_id, version) for set_id in SUPPORTED for version in RELEASES]


def findings(set_id: str, version: str, document: Document) -> list[Finding]:
    return validator_for(set_id, version).read(raw(["*".join(row) for row in document]), STAR).findings


@cache
def generated(set_id: str, version: str, seed: int) -> tuple[Generator, Document]:
    generator = Generator(set_id, version, seed)
    return generator, generator.document()


def mutation(name: str, set_id: str, version: str, seed: int) -> Mutation | None:
    generator, document = generated(set_id, version, seed)
    return KINDS[name](Mutator(generator, document, f"{name} {set_id} {version} {seed}"))


def judged(made: Mutation, set_id: str, version: str) -> str:
    """ "" when the fault is named at its place and nothing else is; what was said otherwise."""
    found = findings(set_id, version, made.document)
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
    assert tried >= 4  # so that no kind is silently never tried


def main(documents: int = 10) -> None:
    tried: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for name in KINDS:
        for set_id, version in CASES:
            for seed in range(documents):
                made = mutation(name, set_id, version, seed)
                if made is None:
                    continue
                said = judged(made, set_id, version)
                for key in (f"kind {name}", f"set {set_id}", "all"):
                    tried[key] += 1
                    right[key] += not said
                if said:
                    sys.stdout.write(f"{name}: {said}\n")
    sys.stdout.writelines(f"{key:40} {right[key]:6} of {tried[key]:6}\n" for key in sorted(tried))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
