"""Files whose columns are known get a program without the others: it must say what the complete one says."""

from pathlib import Path

import pytest

from mappings.engine.rules.program import Program
from mappings.engine.rules.source import Source
from mappings.engine.rules.variants import MOST, PATIENCE, Variants
from mappings.engine.text.cells import Rows
from mappings.engine.text.record import Record
from mappings.library import index
from tests.mappings.engine.text.golden import cases, documents, explained, mapped, source

SHOP = index.compiled("csv-orders-shop")


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parts[-3]}/{case.name}")
def test_a_program_for_the_columns_of_a_file_says_what_the_complete_one_says(case: Path) -> None:
    name, found, _ = documents(source(case))
    mapping = index.compiled(name)
    tree = Record(found[0]).node
    program = mapping.program("")
    for _ in range(PATIENCE):
        program = mapping.variants.of(tree) or program
    assert program is not mapping.program("")
    for document in found:
        complete, narrow = explained(name, document), mapped(name, document)
        assert (narrow.body, narrow.findings) == (complete.body, complete.findings)


def test_only_columns_that_keep_coming_get_a_program_of_their_own() -> None:
    """To make one takes milliseconds; who sends other columns each time must not slow the others down."""
    made: list[Source] = []

    def generate(narrowed: Source) -> Program:
        made.append(narrowed)
        return SHOP.program("")

    variants = Variants(SHOP.source, generate)
    usual = Rows(("Name", "Lineitem sku"), [], [])
    for number in range(PATIENCE):
        assert variants.of(Rows((f"Column {number}",), [], [])) is None
        assert (variants.of(usual) is not None) is (number == PATIENCE - 1)
    assert len(made) == 1
    for number in range(3 * MOST):
        assert variants.of(usual) is SHOP.program("")
        assert variants.of(Rows((f"Other {number}",), [], [])) is None
