"""The short way through X12 never says what the complete one would not say."""

import random
from collections.abc import Iterator
from functools import cache

import pytest

from tests.mappings.engine.express.differential import (
    Comparison,
    Source,
    changed,
    generated,
    of_corpus,
    of_library,
)
from tests.mappings.engine.x12.documents import raw
from tests.mappings.engine.x12.generator import SUPPORTED
from tests.mappings.engine.x12.mutations import KINDS
from tests.mappings.engine.x12.test_corpus import FILES
from tests.mappings.engine.x12.test_mutations import CASES, mutation

CHANGES = 300


@pytest.fixture(autouse=True)
def programs_compile(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A shape for which no program can be compiled is read the long way; here that would hide a mistake of ours."""
    yield
    assert [record.getMessage() for record in caplog.records] == []


@cache
def sources() -> list[Source]:
    return [*of_library(), *generated(SUPPORTED, range(1))]


def test_a_few_documents_and_changes_of_them() -> None:
    comparison, chance = Comparison(), random.Random(20261121)
    few = list(of_library())[::8]

    assert [one for source in few for one in comparison.differences(source)] == []
    assert [one for source in few for one in comparison.differences(changed(source, chance))] == []
    assert comparison.sure.total() > 3


@pytest.mark.thorough
def test_documents_that_are_called_clean_are_clean_and_mapped_as_by_the_mapping() -> None:
    comparison = Comparison()

    assert [one for source in sources() for one in comparison.differences(source)] == []
    # It says nothing at all about none: half of the generated documents are surely clean.
    assert sum(comparison.sure.values()) > 0.4 * sum(comparison.tried.values())
    assert comparison.sure["850 mapped"] > 3


@pytest.mark.thorough
def test_no_change_makes_it_say_what_is_not_so() -> None:
    comparison, chance = Comparison(), random.Random(20261121)

    found = [one for _ in range(CHANGES) for one in comparison.differences(changed(chance.choice(sources()), chance))]

    assert found == []


@pytest.mark.thorough
def test_what_was_learned_of_documents_does_not_hide_what_is_wrong_with_those_like_them() -> None:
    """A route fits what differs but a little from the documents that it was learned from."""
    comparison, chance = Comparison(3), random.Random(20261122)
    known = [source for source in sources() if len(source.data) < 2000 and "/" in source.name]
    assert [one for source in known for one in comparison.differences(source)] == []
    comparison.times = 1

    found = [one for _ in range(CHANGES) for one in comparison.differences(changed(chance.choice(known), chance))]

    assert found == []


@pytest.mark.thorough
@pytest.mark.parametrize("name", KINDS)
def test_no_kind_of_fault_escapes_it(name: str) -> None:
    """Each kind in some of the sets, others for each kind; `differential` by hand tries all."""
    comparison = Comparison()
    for set_id, version in CASES[list(KINDS).index(name) % 8 :: 8]:
        made = mutation(name, set_id, version, 1)
        if made is not None:
            data = raw(["*".join(row) for row in made.document])
            source = Source(f"{name} {set_id} {version}", set_id, version, data, context={"group.version": version})
            assert comparison.differences(source) == []


@pytest.mark.thorough
@pytest.mark.parametrize("files", [FILES] if FILES else [])
def test_documents_of_the_corpus_that_are_called_clean_are_clean(files: list[tuple[str, str]]) -> None:
    comparison = Comparison()

    assert [one for each in of_corpus(files) for one in comparison.differences(each)] == []
    assert sum(comparison.sure.values()) > 100
