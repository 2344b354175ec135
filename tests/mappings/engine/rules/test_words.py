"""The words, their JSON Schema and the reference must say what the readers take, or an editor and a page mislead."""

import copy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mappings.engine.errors import DeclarationError
from mappings.engine.rules import language, outbound_reader, reader, source_reader
from mappings.engine.rules.compiler import compile_mapping
from mappings.engine.rules.language_schema import PATH, language_schema, schema_text
from mappings.engine.rules.reference import reference
from mappings.engine.rules.yaml import load
from mappings.library import index
from tests.mappings.library.test_examples import PAGE, examples

REFERENCE = PAGE.parent / "mapping-reference.md"
VALIDATOR = jsonschema.Draft202012Validator(language_schema())
WHOLE: dict[str, Any] = {
    "mapping": "m",
    "source": {"format": "x12", "set": "850", "releases": ["004010"]},
    "target": "order/1",
    "rules": {
        "number": {"from": ["BEG03", {"concat": ["BEG01", "BEG03"], "separator": "-"}], "required": "no number"},
        "purpose": {"constant": "original"},
        "type": {"constant": "standard"},
        "lines": [{"each": "PO1", "rules": {"key": {"number": "position"}, "line_id": "PO101"}}],
        "totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}}}}},
    },
}


def test_the_words_are_those_of_the_readers() -> None:
    assert set(language.TOP) == reader.TOP_KEYS | set(language.EITHER)
    assert set(language.VALUE_SOURCES) == set(source_reader.SOURCES)
    assert set(language.VALUE_SOURCES | language.VALUE_OPTIONS) == reader.VALUE_KEYS
    assert set(language.OBJECT) == reader.OBJECT_KEYS
    assert set(language.BLOCK) == reader.BLOCK_KEYS
    assert set(language.FALLBACK) == set(reader.FALLBACKS)
    assert set(language.SUPPLY) == outbound_reader.SUPPLY_KEYS


def test_the_schema_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == schema_text(), "run python -m mappings.engine.rules.language_schema"
    jsonschema.Draft202012Validator.check_schema(language_schema())


def test_the_reference_is_current() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), "run python -m mappings.engine.rules.reference > FILE"


def test_what_compiles_fits() -> None:
    compile_mapping(WHOLE)
    VALIDATOR.validate(WHOLE)
    for example in examples(PAGE.read_text(encoding="utf-8")):
        VALIDATOR.validate(load(example.mapping))


@pytest.mark.thorough
@pytest.mark.parametrize("path", sorted(index.LIBRARY.glob("*/mapping.yaml")), ids=lambda path: path.parent.name)
def test_every_standard_mapping_fits(path: Path) -> None:
    VALIDATOR.validate(load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ((), {"titel": "x"}),
        (("source",), {"release": ["004010"]}),
        (("rules",), {"number": {"form": "BEG03"}}),
        (("rules",), {"number": {"from": "BEG03", "constant": "x"}}),
        (("rules",), {"number": {"default": "x"}}),
        (("rules",), {"number": 17}),
        (("rules",), {"number": {"from": "BEG03", "decimals": 10}}),
        (("rules",), {"number": {"from": "BEG03", "apply": ["uper"]}}),
        (("rules",), {"number": {"from": "BEG03", "apply": ["first"]}}),
        (("rules",), {"number": {"from": "BEG03", "apply": [{"first": {"length": "5"}}]}}),
        (("rules",), {"number": {"from": "BEG03", "map": "x12-353-purpose", "fallback": "ignore"}}),
        (("rules",), {"number": {"from": "BEG03", "when": {"paths": "BEG01"}}}),
        (("rules",), {"number": {"from": "BEG03", "when": {"all": []}}}),
        (("rules",), {"lines": [{"each": "PO1", "rule": {}}]}),
        (("rules",), {"references": [{"groups": {"first": 6}, "rules": {"value": "$1"}}]}),
        ((), {"outbound": [{"at": "BEG01", "constant": "00", "if": "x"}]}),
        ((), {"century_pivot": 100}),
        ((), {"codelists": {"units": {"EA": 1.5}}}),
    ],
)
def test_what_the_readers_refuse_does_not_fit(place: tuple[str, ...], value: dict[str, Any]) -> None:
    wrong = copy.deepcopy(WHOLE)
    part = wrong
    for name in place:
        part = part[name]
    part |= value
    with pytest.raises(DeclarationError):
        compile_mapping(wrong)
    assert not VALIDATOR.is_valid(wrong)
