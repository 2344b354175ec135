"""The guide is what analysts learn from: what it shows must work, and what exists must be in it."""

import re
from pathlib import Path

from mappings.engine.rules.compiler import compile_mapping
from mappings.engine.rules.functions import FUNCTIONS
from mappings.engine.rules.reader import BLOCK_KEYS, FALLBACKS, VALUE_KEYS
from mappings.engine.rules.source import CONTEXT
from mappings.engine.rules.yaml import load
from mappings.library import index

GUIDE = (Path(__file__).parents[3] / "config" / "docs" / "guides" / "mapping-language.md").read_text(encoding="utf-8")


def test_examples_of_whole_mappings_compile() -> None:
    examples = [text for text in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if "mapping:" in text]
    assert len(examples) == 2
    for example in examples:
        assert compile_mapping(index.resolve(load(example))).canonical == "order/1"


def test_nothing_is_left_out() -> None:
    for name in {*FUNCTIONS, *VALUE_KEYS, *BLOCK_KEYS, *FALLBACKS}:
        assert re.search(rf"`[^`\n]*\b{name}\b", GUIDE) or re.search(rf"\b{name}:", GUIDE), name
    for name in CONTEXT:
        assert name.split(".")[1] in GUIDE, name


def test_functions_are_shown_with_their_examples() -> None:
    for name, function in FUNCTIONS.items():
        example = function.examples[0]
        row = next(line for line in GUIDE.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"`{example.text}`" in row, name
        assert row.endswith(f"→ `{example.result}` |"), name
