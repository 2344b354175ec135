"""The JSON Schema of mapping declarations, for editors and for whoever writes them by a program.

It tells the form: which keys may stand where, and what stands behind them. That a segment, field, code list or fragment
exists is checked when a mapping is compiled, by what compiles it.

    python -m mappings.engine.rules.language_schema        writes mapping.schema.json beside this module
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from mappings.engine.canonical.schema import DIALECT
from mappings.engine.rules import language
from mappings.engine.rules.language import LITERAL, TEXT, Word, of
from mappings.engine.rules.plain import Data
from mappings.engine.text.settings import Layout

PATH = Path(__file__).parent / "mapping.schema.json"


def language_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of a mapping as it is written: it may extend another one."""
    _, layout = msgspec.json.schema_components([Layout], ref_template="#/$defs/{name}")
    return {
        "$schema": DIALECT,
        "title": "Onramp mapping declaration",
        **_object(language.TOP, required=("mapping",)),
        "anyOf": [{"required": ["extends"]}, {"required": ["source", "target", "rules"]}],
        "$defs": {
            "source": {
                "oneOf": [
                    _object(language.X12, required=tuple(language.X12)),
                    _object(language.XML, required=("format", "document")),
                    _text(layout["Layout"]),
                ]
            },
            "rules": {"type": "object", "additionalProperties": {"anyOf": [of("rule"), {"type": "null"}]}},
            "rule": {"anyOf": [of("value"), of("object"), of("block"), {"type": "array", "items": of("block")}]},
            "value": {"anyOf": [TEXT, _one_source()]},
            "text_source": {"anyOf": [TEXT, _parts()]},
            "object": _object(language.OBJECT),
            "block": _object(language.BLOCK | language.EXTENDING),
            "condition": {"anyOf": [TEXT, _object(language.CONDITION)]},
            "call": {"anyOf": [{"enum": _without_arguments()}, *_calls()]},
            "fallback": {"anyOf": [{"enum": [*language.FALLBACK]}, _only("default", LITERAL)]},
            "supply": _object(language.SUPPLY),
            **{name: schema for name, schema in layout.items() if name != "Layout"},
        },
    }


def schema_text() -> str:
    """The schema as it stands in its file: indented, with a final newline."""
    return json.dumps(language_schema(), indent=1, ensure_ascii=False) + "\n"


def _object(words: dict[str, Word], required: tuple[str, ...] = ()) -> dict[str, Any]:
    properties = {name: {**word.form, "description": word.summary} for name, word in words.items()}
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})


def _only(name: str, form: Data) -> dict[str, Any]:
    return {"type": "object", "properties": {name: form}, "required": [name], "additionalProperties": False}


def _one_source() -> dict[str, Any]:
    """A value has one source and any options."""
    return _object(language.VALUE_SOURCES | language.VALUE_OPTIONS) | {
        "oneOf": [{"required": [name]} for name in language.VALUE_SOURCES]
    }


def _parts() -> dict[str, Any]:
    """What may stand inside `from` and `concat`."""
    names = ("from", "concat", "join")
    words = {name: language.VALUE_SOURCES[name] for name in names}
    return _object(words | {"separator": language.VALUE_OPTIONS["separator"]}) | {
        "oneOf": [{"required": [name]} for name in names]
    }


def _without_arguments() -> list[str]:
    return [name for name, parameters in language.PARAMETERS.items() if not parameters["required"]]


def _calls() -> list[dict[str, Any]]:
    return [_only(name, parameters) for name, parameters in language.PARAMETERS.items()]


def _text(layout: dict[str, Any]) -> dict[str, Any]:
    """A layout; its name is `layout` in a declaration."""
    properties = {("layout" if name == "name" else name): form for name, form in layout["properties"].items()}
    form = {"format": {"const": "text"}} | properties
    required = ["format", *("layout" if name == "name" else name for name in layout["required"])]
    return {"type": "object", "properties": form, "required": required, "additionalProperties": False}


if __name__ == "__main__":
    PATH.write_text(schema_text(), encoding="utf-8")
