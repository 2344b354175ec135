"""Checks the kinds of plain data (from YAML or JSON) that a declaration is made of."""

from collections.abc import Mapping

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest

Data = Mapping[str, object]
Literal = str | int | bool

MAX_DEPTH = 24
"""Rules, conditions and sources inside each other; deeper declarations are refused, not recursed into."""


def as_mapping(data: object, rule: str) -> Data:
    if not isinstance(data, Mapping):
        raise DeclarationError(rule, f"is a mapping of names, not {kind_of(data)}")
    for key in data:
        if not isinstance(key, str):
            raise DeclarationError(rule, f"the key {key!r} is not a text; put it in quotes")
    return data


def as_list(data: object, rule: str) -> list[object]:
    if not isinstance(data, list):
        raise DeclarationError(rule, f"is a list, not {kind_of(data)}")
    return data


def as_text(data: object, rule: str) -> str:
    if not isinstance(data, str):
        raise DeclarationError(rule, f"is a text, not {kind_of(data)}; put numbers in quotes")
    return data


def as_texts(data: object, rule: str) -> tuple[str, ...]:
    return tuple(as_text(item, f"{rule}[{i}]") for i, item in enumerate(as_list(data, rule)))


def as_literal(data: object, rule: str) -> Literal:
    if not isinstance(data, str | int | bool):
        raise DeclarationError(rule, f"is a text, a whole number, true or false, not {kind_of(data)}")
    return data


def only_known(data: Data, allowed: set[str] | frozenset[str], rule: str) -> None:
    for key in data:
        if key not in allowed:
            raise DeclarationError(f"{rule}.{key}".lstrip("."), f"is not known here{nearest(key, allowed)}")


def not_too_deep(depth: int, rule: str) -> None:
    if depth > MAX_DEPTH:
        raise DeclarationError(rule[:200], f"is nested more than {MAX_DEPTH} deep")


def kind_of(data: object) -> str:
    names = {
        type(None): "nothing",
        dict: "a mapping",
        list: "a list",
        str: "a text",
        int: "a number",
        bool: "a truth value",
    }
    return names.get(type(data), type(data).__name__)
