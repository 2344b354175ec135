"""Reads a declaration (plain data from YAML or JSON) into its typed form, or says which rule is wrong and why."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.declaration import (
    AllOf,
    AnyOf,
    Block,
    Call,
    Concat,
    Condition,
    Constant,
    Count,
    Declaration,
    Fallback,
    FieldTest,
    FirstOf,
    Groups,
    Join,
    ListRule,
    Literal,
    Not,
    ObjectRule,
    Parent,
    PathSource,
    Position,
    Product,
    Rule,
    Source,
    SourceTest,
    Sum,
    TextSource,
    ValueRule,
)
from mappings.engine.rules.functions import FUNCTIONS, Argument
from mappings.engine.rules.paths import FieldStep, parse_source, parse_target

Item = TypeVar("Item")
Data = Mapping[str, object]

MAX_DEPTH = 24
"""Rules, conditions and sources inside each other; deeper declarations are refused, not recursed into."""

VALUE_KEYS = frozenset({
    "from", "concat", "join", "constant", "number", "parent", "product", "sum", "count",
    "separator", "divided_by", "every", "apply", "map", "fallback", "default", "required", "when", "decimals",
    "releases",
})  # fmt: skip
OBJECT_KEYS = frozenset({"rules", "use", "when", "releases"})
BLOCK_KEYS = OBJECT_KEYS | {"each", "name", "groups", "values", "then"}
TOP_KEYS = frozenset({
    "mapping", "title", "description", "source", "target", "century_pivot", "codelists", "fragments", "rules",
})  # fmt: skip
FALLBACKS = ("drop", "fail", "pass", "warn")


def read(data: object) -> Declaration:
    """The typed declaration. Raises DeclarationError; an `extends` must have been resolved before."""
    top = _mapping(data, "")
    if "extends" in top:
        raise DeclarationError("extends", "resolve the declaration against the library before compiling it")
    _known(top, TOP_KEYS, "")
    source = _mapping(top.get("source"), "source")
    _known(source, {"format", "set", "releases"}, "source")
    releases = _texts(source.get("releases"), "source.releases")
    if not releases:
        raise DeclarationError("source.releases", "name at least one release")
    pivot = top.get("century_pivot", 50)
    if not isinstance(pivot, int) or isinstance(pivot, bool) or not 0 <= pivot <= 99:
        raise DeclarationError("century_pivot", "is a number from 0 to 99")
    reader = _Reader(releases, _mapping(top.get("fragments", {}), "fragments"))
    return Declaration(
        name=_text(top.get("mapping"), "mapping"),
        title=_text(top.get("title", ""), "title"),
        format=_text(source.get("format"), "source.format"),
        set_id=_text(source.get("set"), "source.set"),
        releases=releases,
        target=_text(top.get("target"), "target"),
        century_pivot=pivot,
        codelists=_codelists(top.get("codelists", {})),
        rules=reader.rules(top.get("rules"), "rules", 0),
    )


class _Reader:
    """Reads rules; holds what they may refer to."""

    def __init__(self, releases: tuple[str, ...], fragments: Data) -> None:
        self._releases = releases
        self._fragments = fragments

    def rules(self, data: object, rule: str, depth: int) -> dict[str, Rule]:
        return {name: self.rule(item, f"{rule}.{name}", depth) for name, item in _mapping(data, rule).items()}

    def rule(self, data: object, rule: str, depth: int) -> Rule:
        _depth(depth, rule)
        if isinstance(data, list):
            return ListRule(rule, tuple(self._block(item, f"{rule}[{i}]", depth) for i, item in enumerate(data)))
        if isinstance(data, Mapping):
            if data.keys() & {"each", "groups", "values", "then"}:
                return ListRule(rule, (self._block(data, f"{rule}[0]", depth),))
            if data.keys() & {"rules", "use"}:
                return self._object(data, rule, depth)
        return self._value(data, rule, depth)

    def _object(self, data: Data, rule: str, depth: int) -> ObjectRule:
        _known(data, OBJECT_KEYS, rule)
        return ObjectRule(
            rule=rule,
            rules=self._fields(data, rule, depth),
            when=self._when(data, rule, depth),
            releases=self._only(data, rule),
        )

    def _fields(self, data: Data, rule: str, depth: int) -> dict[str, Rule]:
        """The rules of an object or item: those of the fragment it uses, its own before them."""
        found: dict[str, Rule] = {}
        if "use" in data:
            name = _text(data["use"], f"{rule}.use")
            if name not in self._fragments:
                reason = f"there is no fragment {name!r}{nearest(name, self._fragments)}"
                raise DeclarationError(f"{rule}.use", reason)
            found |= self.rules(self._fragments[name], f"{rule}<{name}>", depth + 1)
        if "rules" in data:
            found |= self.rules(data["rules"], f"{rule}.rules", depth + 1)
        return found

    def _block(self, data: object, rule: str, depth: int) -> Block:
        block = _mapping(data, rule)
        _known(block, BLOCK_KEYS, rule)
        if ("values" in block) == bool(block.keys() & {"rules", "use"}):
            raise DeclarationError(rule, "a block has either `values` (texts) or `rules` and `use` (objects)")
        values = _list(block.get("values", []), f"{rule}.values")
        then = _list(block.get("then", []), f"{rule}.then")
        return Block(
            rule=rule,
            each=parse_source(_text(block["each"], f"{rule}.each"), f"{rule}.each") if "each" in block else None,
            groups=_groups(block["groups"], f"{rule}.groups") if "groups" in block else None,
            rules=self._fields(block, rule, depth),
            values=tuple(self._value(item, f"{rule}.values[{i}]", depth) for i, item in enumerate(values)),
            then=tuple(self._block(item, f"{rule}.then[{i}]", depth + 1) for i, item in enumerate(then)),
            when=self._when(block, rule, depth),
            releases=self._only(block, rule),
        )

    def _value(self, data: object, rule: str, depth: int) -> ValueRule:
        if isinstance(data, str):
            return ValueRule(rule=rule, source=PathSource(parse_source(data, rule)))
        value = _mapping(data, rule)
        _known(value, VALUE_KEYS, rule)
        decimals = value.get("decimals")
        if decimals is not None and (not isinstance(decimals, int) or not 0 <= decimals <= 9):
            raise DeclarationError(f"{rule}.decimals", "is a number from 0 to 9")
        return ValueRule(
            rule=rule,
            source=_source(value, rule, depth),
            apply=_apply(value.get("apply", []), f"{rule}.apply"),
            map=_text(value["map"], f"{rule}.map") if "map" in value else "",
            fallback=_fallback(value["fallback"], f"{rule}.fallback") if "fallback" in value else Fallback("warn"),
            default=_literal(value["default"], f"{rule}.default") if "default" in value else None,
            required=_text(value["required"], f"{rule}.required") if "required" in value else "",
            when=self._when(value, rule, depth),
            decimals=decimals,
            releases=self._only(value, rule),
        )

    def _when(self, data: Data, rule: str, depth: int) -> Condition | None:
        return _condition(data["when"], f"{rule}.when", depth) if "when" in data else None

    def _only(self, data: Data, rule: str) -> tuple[str, ...]:
        named = _texts(data.get("releases", []), f"{rule}.releases")
        for name in named:
            if name not in self._releases:
                reason = f"the mapping is not for release {name!r}{nearest(name, self._releases)}"
                raise DeclarationError(f"{rule}.releases", reason)
        return named


def _source(data: Data, rule: str, depth: int) -> Source:
    kinds = [key for key in SOURCES if key in data]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "none"
        raise DeclarationError(rule, f"a value has one source ({', '.join(SOURCES)}); found {found}")
    return SOURCES[kinds[0]](data, rule, depth)


def _text_source(item: object, rule: str, depth: int) -> TextSource:
    _depth(depth, rule)
    if isinstance(item, str):
        return PathSource(parse_source(item, rule))
    data = _mapping(item, rule)
    _known(data, {"from", "concat", "join", "separator"}, rule)
    source = _source(data, rule, depth)
    if not isinstance(source, TextSource):
        raise DeclarationError(rule, "only from, concat and join can stand here")
    return source


def _from(data: Data, rule: str, depth: int) -> Source:
    paths = data["from"]
    if isinstance(paths, str):
        return PathSource(parse_source(paths, rule))
    items = _list(paths, f"{rule}.from")
    return FirstOf(tuple(_text_source(item, f"{rule}.from[{i}]", depth + 1) for i, item in enumerate(items)))


def _concat(data: Data, rule: str, depth: int) -> Source:
    items = _list(data["concat"], f"{rule}.concat")
    sources = tuple(_text_source(item, f"{rule}.concat[{i}]", depth + 1) for i, item in enumerate(items))
    return Concat(sources, _text(data.get("separator", " "), f"{rule}.separator"))


def _join(data: Data, rule: str, depth: int) -> Source:
    paths = data["join"]
    texts = (paths,) if isinstance(paths, str) else _texts(paths, f"{rule}.join")
    if not texts:
        raise DeclarationError(f"{rule}.join", "name at least one element")
    separator = _text(data.get("separator", " "), f"{rule}.separator")
    return Join(tuple(parse_source(text, f"{rule}.join") for text in texts), separator)


def _number(data: Data, rule: str, depth: int) -> Source:
    if data["number"] != "position":
        raise DeclarationError(f"{rule}.number", "is 'position': the place of the item in its list")
    return Position()


def _product(data: Data, rule: str, depth: int) -> Source:
    factors = tuple(parse_target(text, f"{rule}.product") for text in _texts(data["product"], f"{rule}.product"))
    if not factors:
        raise DeclarationError(f"{rule}.product", "name at least one field")
    divisor = data.get("divided_by")
    return Product(factors, None if divisor is None else _target(divisor, f"{rule}.divided_by"))


def _sum(data: Data, rule: str, depth: int) -> Source:
    terms = data["sum"]
    texts = (terms,) if isinstance(terms, str) else _texts(terms, f"{rule}.sum")
    every = data.get("every", False)
    if not isinstance(every, bool):
        raise DeclarationError(f"{rule}.every", "is true or false")
    return Sum(tuple(parse_target(text, f"{rule}.sum") for text in texts), every)


SOURCES: dict[str, Callable[[Data, str, int], Source]] = {
    "from": _from,
    "concat": _concat,
    "join": _join,
    "constant": lambda data, rule, depth: Constant(_literal(data["constant"], f"{rule}.constant")),
    "number": _number,
    "parent": lambda data, rule, depth: Parent(_text(data["parent"], f"{rule}.parent")),
    "product": _product,
    "sum": _sum,
    "count": lambda data, rule, depth: Count(_target(data["count"], f"{rule}.count")),
}


def _condition(data: object, rule: str, depth: int) -> Condition:
    _depth(depth, rule)
    if isinstance(data, str):
        return SourceTest(PathSource(parse_source(data, rule)))
    item = _mapping(data, rule)
    if len(item) == 1 and (kind := next(iter(item))) in ("all", "any", "not"):
        if kind == "not":
            return Not(_condition(item["not"], f"{rule}.not", depth + 1))
        parts = enumerate(_list(item[kind], f"{rule}.{kind}"))
        conditions = tuple(_condition(part, f"{rule}.{kind}[{i}]", depth + 1) for i, part in parts)
        if not conditions:
            raise DeclarationError(f"{rule}.{kind}", "name at least one condition")
        return AllOf(conditions) if kind == "all" else AnyOf(conditions)
    _known(item, {"path", "field", "in", "equals", "same_as"}, rule)
    values = _texts(item.get("in", []), f"{rule}.in")
    if "equals" in item:
        values += (_text(item["equals"], f"{rule}.equals"),)
    if ("path" in item) == ("field" in item):
        raise DeclarationError(rule, "a condition tests a `path` or a `field`, or is all, any, not")
    if "path" in item:
        if "same_as" in item:
            raise DeclarationError(f"{rule}.same_as", "compares fields, not paths")
        return SourceTest(PathSource(parse_source(_text(item["path"], f"{rule}.path"), f"{rule}.path")), values)
    same = _target(item["same_as"], f"{rule}.same_as") if "same_as" in item else None
    return FieldTest(_target(item["field"], f"{rule}.field"), values, same)


def _apply(data: object, rule: str) -> tuple[Call, ...]:
    calls = []
    for i, item in enumerate(data if isinstance(data, list) else [data]):
        name: object = item
        arguments: object = {}
        if isinstance(item, Mapping) and len(item) == 1:
            name, arguments = next(iter(item.items()))
        calls.append(_call(_text(name, f"{rule}[{i}]"), _mapping(arguments, f"{rule}[{i}]"), f"{rule}[{i}]"))
    return tuple(calls)


def _call(name: str, arguments: Data, rule: str) -> Call:
    if name not in FUNCTIONS:
        raise DeclarationError(rule, f"there is no function {name!r}{nearest(name, FUNCTIONS)}")
    parameters = FUNCTIONS[name].parameters
    _known(arguments, {parameter.name for parameter in parameters}, rule)
    values: list[Argument] = []
    for parameter in parameters:
        value = arguments.get(parameter.name)
        if not isinstance(value, str | int) or not isinstance(value, parameter.type) or isinstance(value, bool):
            kind = "a text" if parameter.type is str else "a whole number"
            raise DeclarationError(f"{rule}.{parameter.name}", f"{name} needs {kind} here")
        if parameter.minimum is not None and isinstance(value, int) and value < parameter.minimum:
            raise DeclarationError(f"{rule}.{parameter.name}", f"is at least {parameter.minimum}")
        values.append(value)
    return Call(name, tuple(values))


def _fallback(data: object, rule: str) -> Fallback:
    if isinstance(data, Mapping):
        _known(data, {"default"}, rule)
        if "default" in data:
            return Fallback("default", _literal(data["default"], f"{rule}.default"))
    if isinstance(data, str) and data in FALLBACKS:
        return Fallback(data)
    raise DeclarationError(rule, f"is one of {', '.join(FALLBACKS)}, or {{default: value}}")


def _groups(data: object, rule: str) -> Groups:
    item = _mapping(data, rule)
    _known(item, {"first", "last", "size"}, rule)
    first, last, size = item.get("first"), item.get("last"), item.get("size", 2)
    if not (isinstance(first, int) and isinstance(last, int) and isinstance(size, int)):
        raise DeclarationError(rule, "needs `first` and `last`, the numbers of elements, and may have `size`")
    if not (1 <= first <= last <= 99 and 1 <= size <= 99):
        raise DeclarationError(rule, "first, last and size are from 1 to 99, first not above last")
    return Groups(first, last, size)


def _codelists(data: object) -> dict[str, dict[str, Literal]]:
    lists: dict[str, dict[str, Literal]] = {}
    for name, entries in _mapping(data, "codelists").items():
        rule = f"codelists.{name}"
        lists[name] = {code: _literal(value, f"{rule}.{code}") for code, value in _mapping(entries, rule).items()}
    return lists


def _mapping(data: object, rule: str) -> Data:
    if not isinstance(data, Mapping):
        raise DeclarationError(rule, f"is a mapping of names, not {_kind(data)}")
    for key in data:
        if not isinstance(key, str):
            raise DeclarationError(rule, f"the key {key!r} is not a text; put it in quotes")
    return data


def _list(data: object, rule: str) -> list[object]:
    if not isinstance(data, list):
        raise DeclarationError(rule, f"is a list, not {_kind(data)}")
    return data


def _text(data: object, rule: str) -> str:
    if not isinstance(data, str):
        raise DeclarationError(rule, f"is a text, not {_kind(data)}; put numbers in quotes")
    return data


def _texts(data: object, rule: str) -> tuple[str, ...]:
    return tuple(_text(item, f"{rule}[{i}]") for i, item in enumerate(_list(data, rule)))


def _literal(data: object, rule: str) -> Literal:
    if not isinstance(data, str | int | bool):
        raise DeclarationError(rule, f"is a text, a whole number, true or false, not {_kind(data)}")
    return data


def _target(data: object, rule: str) -> tuple[FieldStep, ...]:
    return parse_target(_text(data, rule), rule)


def _known(data: Data, allowed: set[str] | frozenset[str], rule: str) -> None:
    for key in data:
        if key not in allowed:
            raise DeclarationError(f"{rule}.{key}".lstrip("."), f"is not known here{nearest(key, allowed)}")


def _depth(depth: int, rule: str) -> None:
    if depth > MAX_DEPTH:
        raise DeclarationError(rule[:200], f"is nested more than {MAX_DEPTH} deep")


def _kind(data: object) -> str:
    names = {
        type(None): "nothing",
        dict: "a mapping",
        list: "a list",
        str: "a text",
        int: "a number",
        bool: "a truth value",
    }
    return names.get(type(data), type(data).__name__)
