"""The short way through rows never says what the complete one would not say, and leaves nothing clean to it."""

import random
from collections.abc import Iterator
from functools import cache

import pytest

from tests.mappings.engine.express.text.differential import (
    Comparison,
    Source,
    changed,
    generated,
    of_corpus,
    of_library,
)
from tests.mappings.engine.text.test_corpus import FILES


@pytest.fixture(autouse=True)
def programs_compile(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A file for which no program can be compiled is read the long way; here that would hide a mistake of ours."""
    yield
    assert [record.getMessage() for record in caplog.records] == []


@cache
def sources(seeds: int) -> list[Source]:
    return [*of_library(), *generated(range(seeds))]


@pytest.mark.parametrize("seeds", [1, pytest.param(3, marks=pytest.mark.thorough)])
def test_what_is_clean_is_mapped_as_by_the_mapping_and_what_is_not_is_left_to_it(seeds: int) -> None:
    comparison = Comparison()

    assert [one for source in sources(seeds) for one in comparison.differences(source)] == []
    # Whoever sends clean files of a layout of the library never waits for the long way.
    assert comparison.sure == comparison.clean
    assert all(comparison.sure[source.mapping] for source in sources(seeds))


@pytest.mark.parametrize(("seeds", "changes"), [(1, 100), pytest.param(3, 400, marks=pytest.mark.thorough)])
def test_no_change_makes_it_say_what_is_not_so(seeds: int, changes: int) -> None:
    comparison, chance, known = Comparison(), random.Random(20261121), sources(seeds)

    found = [one for _ in range(changes) for one in comparison.differences(changed(chance.choice(known), chance))]

    assert found == []
    assert 0.2 < sum(comparison.sure.values()) / sum(comparison.tried.values()) < 0.9


@pytest.mark.parametrize("files", [FILES] if FILES else [])
def test_documents_of_the_corpus_that_are_called_clean_are_clean(files: list[object]) -> None:
    comparison = Comparison()

    assert [one for source in of_corpus(FILES) for one in comparison.differences(source)] == []
    assert comparison.sure["csv-orders-store"] > 100
