"""The short way through XML never says what parser and mapping would not say."""

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.mappings.engine.express.xml.changes import VALUES, VALUES_ONLY, changed
from tests.mappings.engine.express.xml.differential import Comparison, Source, of_corpus, of_library, trial
from tests.mappings.engine.x12.test_corpus import CORPUS

FEW = ("cxml-order/two-lines", "cxml-confirmation/accepted", "idoc-orders05/mock-sap-4715", "ubl-order/bii-order")
CHANGES, OTHER_VALUES = 150, 1_000


@pytest.fixture(autouse=True)
def programs_compile(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What no program can be compiled for is read the long way; here that would hide a mistake of ours."""
    yield
    assert [record.getMessage() for record in caplog.records] == []


@cache
def sources() -> list[Source]:
    return [*of_library()]


@cache
def comparison() -> Comparison:
    """Of all tests here: what lanes learned in one stays in the others."""
    return Comparison()


def test_a_few_documents_and_changes_of_them() -> None:
    few = [source for source in sources() if source[0] in FEW]
    here, chance = comparison(), random.Random(20261121)

    assert [one for name, raw in few for one in here.differences(name, raw)] == []
    changes = [(name, changed(raw, chance, VALUES_ONLY)) for name, raw in few * 10]
    assert [one for name, raw in changes for one in here.differences(name, raw, learning=False)] == []
    assert [one for seed in range(4) for one in trial(here, few, seed)] == []
    assert here.mapped.total() > 10


@pytest.mark.thorough
def test_documents_of_the_library_are_mapped_as_by_the_mapping() -> None:
    here = comparison()

    assert [one for name, raw in sources() for one in here.differences(name, raw)] == []
    # It says something of nearly all, when it sees them for the second time.
    assert here.mapped.total() > 0.2 * here.tried.total()
    assert here.mapped["UBL Order"] > 4


@pytest.mark.thorough
def test_no_change_of_values_makes_it_say_what_is_not_so() -> None:
    chance, here = random.Random(20261121), comparison()
    for name, raw in sources():
        here.differences(name, raw)

    changes = [(name, changed(raw, chance, VALUES_ONLY)) for name, raw in chance.choices(sources(), k=OTHER_VALUES)]

    assert [one for name, raw in changes for one in here.differences(name, raw, learning=False)] == []


@pytest.mark.thorough
def test_no_change_of_structure_makes_it_say_what_is_not_so() -> None:
    assert [one for seed in range(CHANGES) for one in trial(comparison(), sources(), seed)] == []


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("place", ["text", "attribute"])
def test_no_text_becomes_markup_or_code(value: str, place: str) -> None:
    """Each in an order that the lanes know, in a place that they map."""
    name, raw = next(source for source in sources() if source[0] == "cxml-order/two-lines")
    old, new = {"text": (b"hello from item 1<", f"{value}<"), "attribute": (b' orderID="', f' orderID="{value}')}[place]
    assert old in raw
    comparison().differences(name, raw)

    assert comparison().differences(name, raw.replace(old, new.encode(), 1), learning=False) == []


@pytest.mark.thorough
@pytest.mark.parametrize("corpus", [CORPUS] if CORPUS.is_dir() else [])
def test_documents_of_the_corpus_are_told_as_the_parser_tells_them(corpus: Path) -> None:
    here = comparison()

    assert [one for name, raw in of_corpus(corpus) for one in here.differences(name, raw)] == []
    assert sum(here.told.values()) > 60
