"""Nothing that somebody writes into a mapping becomes code. When one of these fails, a mapping can run programs."""

import ast
import builtins
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.errors import DeclarationError
from tests.mappings.engine.rules.orders import CODELISTS, compiled, tree

BUILTINS = {"filter", "len", "map", "min", "range"}
HOSTILE = [
    "'", '"', "\\", "\n", "\r", "{", "}", "{}", "%s", "`", "#", ";", "\x00", "\ud800", "\u2028", "';import os;'", '"""',
    "'''", "\\'", "\\n", "{__import__('os')}", "') or print('x') or ('", "]\n    raise SystemExit", "ünïcödé",
]  # fmt: skip
TEXT = "ST*850*1\nBEG*00*SA*1*R"


@pytest.mark.parametrize("text", HOSTILE)
def test_literals_stay_literals(text: str) -> None:
    if text.strip():
        body = _body({"release_number": {"constant": text}})
        assert body["release_number"] == text
        assert _body({"release_number": {"from": "BEG06", "default": text}})["release_number"] == text
    concat = {"concat": ["BEG03", "BEG04"], "separator": text}
    assert _body({"release_number": concat})["release_number"] == f"1{text}R"
    applied = {"from": "BEG04", "apply": {"suffix": {"suffix": text}}}
    assert _body({"release_number": applied})["release_number"] == f"R{text}"


@pytest.mark.parametrize("text", HOSTILE)
def test_values_in_qualifiers_conditions_and_code_lists_are_only_compared(text: str) -> None:
    rules: dict[str, object] = {
        "release_number": {"from": "BEG04", "when": {"path": "BEG04", "in": [text, "R"]}},
        "contract": {"rules": {"number": {"from": "BEG04", "map": "wild", "fallback": "pass"}}},
    }
    if "]" not in text:
        rules["acknowledgment_code"] = {"from": [f"REF[01={text}]/02", "BEG04"]}
    body = _body(rules, codelists=CODELISTS | {"wild": {text: "hit", "R": text or "x"}})
    assert body["release_number"] == "R"
    assert body["contract"] == {"number": text}


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_names_or_errors(text: str) -> None:
    for rules in ({text: "BEG03"}, {"release_number": text}, {"release_number": {"from": f"BEG{text}03"}},
                  {"parties": {"each": text, "rules": {}}}, {"release_number": {"from": "BEG04", "map": text}},
                  {"release_number": {"from": "BEG04", "apply": text}}, {"parties": {"each": "N1", "use": text}},
                  {"release_number": {"from": "BEG04", text: text}}):  # fmt: skip
        with pytest.raises(DeclarationError):
            compiled(rules)


def test_messages_with_braces_are_messages() -> None:
    mapping = compiled({"number": {"from": "BEG08", "required": "{value!r} {0} %s {value}"}})
    root, listed = tree(TEXT)
    (found,) = mapping.apply(root, {}, listed).findings
    assert found.message == "{value!r} {0} %s {value}"


@given(st.text(min_size=1, max_size=20))
def test_any_text_as_a_literal(text: str) -> None:
    mapping = compiled({"release_number": {"constant": text}})
    root, _ = tree(TEXT)
    assert mapping.apply(root, {}).body["release_number"] == text


def test_generated_code_calls_and_reads_nothing_but_its_own() -> None:
    rules = {
        "release_number": {"from": "BEG04", "apply": ["upper", {"part": {"separator": "'", "position": 1}}]},
        "parties": {"each": "N1[01=S'T]", "rules": {"role": {"constant": "other"}, "name": "N102"}},
    }
    program = compiled(rules).program("004010")
    allowed = {*BUILTINS, "component", *program.run.__globals__}
    for name in _free_names(program.source):
        assert name in allowed
        assert not hasattr(builtins, name) or name in BUILTINS
    assert set(program.run.__globals__["__builtins__"]) == BUILTINS


def test_generated_code_is_ascii_so_that_what_people_read_is_what_runs() -> None:
    mapping = compiled({"release_number": {"constant": "\u202egnitset\u202c"}})
    assert mapping.source_code.isascii()


def _body(rules: dict[str, object], **top: object) -> dict[str, object]:
    mapping = compiled(rules, **top)
    root, _ = tree(TEXT)
    return mapping.apply(root, {}).body


def _free_names(source: str) -> Iterator[str]:
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    bound = {argument.arg for argument in function.args.args}
    bound |= {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(function):
        assert not isinstance(node, ast.Import | ast.ImportFrom | ast.Lambda | ast.Global | ast.Nonlocal)
        if isinstance(node, ast.Attribute):
            assert node.attr in {"get", "strip", "append", "join", "isdisjoint"}
        if isinstance(node, ast.Name) and node.id not in bound:
            yield node.id
