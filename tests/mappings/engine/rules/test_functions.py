"""The functions of the language do what their published examples say."""

import pytest

from mappings.engine.rules.functions import FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.examples, "a function without an example is not documented"
    for example in function.examples:
        assert len(example.arguments) == len(function.parameters)
        assert function.call(example.text, *example.arguments) == example.result


def test_registry_is_sorted_so_that_people_find_what_they_need() -> None:
    assert list(FUNCTIONS) == sorted(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_argument_makes_a_function_fail(name: str) -> None:
    function = FUNCTIONS[name]
    for text in ("a", "  ", "-", "ÄÖ", "a-b-c"):
        for filler in ("", "-", "xyz"):
            arguments = [filler if parameter.type is str else 1 for parameter in function.parameters]
            assert isinstance(function.call(text, *arguments), str)
