"""Declarations are data: what YAML could do beside that is refused."""

from collections.abc import Callable

import pytest

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.yaml import load, load_typed


@pytest.mark.parametrize("read", [load, load_typed])
@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2",
        "rules: {x: {a: 1, a: 2}}",
        "a: !!python/object/apply:os.system [ls]",
        "a: !!python/name:os.system",
        "- a list",
        "a: [",
        "a: &x [*x",
        "",
    ],
)
def test_refused(text: str, read: Callable[[str], object]) -> None:
    with pytest.raises(DeclarationError):
        read(text)


def test_json_is_yaml() -> None:
    assert load('{"a": ["b", 1, true]}') == {"a": ["b", 1, True]}
