"""Reads a declaration (plain data from YAML or JSON) into its typed form, or says which rule is wrong and why."""

from collections.abc import Mapping

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.declaration import (
    Block,
    Call,
    Condition,
    Declaration,
    Fallback,
    Groups,
    ListRule,
    Literal,
    ObjectRule,
    PathSource,
    Rule,
    ValueRule,
)
from mappings.engine.rules.formats import read_source_section
from mappings.engine.rules.functions import FUNCTIONS, Argument
from mappings.engine.rules.outbound_reader import read_preferred, read_supplies
from mappings.engine.rules.plain import (
    Data,
    as_list,
    as_literal,
    as_mapping,
    as_text,
    as_texts,
    not_too_deep,
    only_known,
)
from mappings.engine.rules.source import Source
from mappings.engine.rules.source_reader import read_condition, read_source

VALUE_KEYS = frozenset({
    "from", "concat", "join", "constant", "number", "level", "parent", "product", "sum", "count",
    "separator", "divided_by", "every", "alike", "apply", "map", "fallback", "default", "required", "when", "decimals",
    "releases",
})  # fmt: skip
OBJECT_KEYS = frozenset({"rules", "use", "when", "releases"})
BLOCK_KEYS = OBJECT_KEYS | {"each", "name", "groups", "values", "then"}
TOP_KEYS = frozenset({
    "mapping", "title", "description", "source", "target", "century_pivot", "codelists", "fragments", "rules",
    "outbound", "preferred",
})  # fmt: skip
FALLBACKS = ("drop", "fail", "pass", "warn")


def read(data: object) -> Declaration:
    """The typed declaration. Raises DeclarationError; an `extends` must have been resolved before."""
    top = as_mapping(data, "")
    if "extends" in top:
        raise DeclarationError("extends", "resolve the declaration against the library before compiling it")
    only_known(top, TOP_KEYS, "")
    source = read_source_section(top.get("source"))
    pivot = top.get("century_pivot", 50)
    if not isinstance(pivot, int) or isinstance(pivot, bool) or not 0 <= pivot <= 99:
        raise DeclarationError("century_pivot", "is a number from 0 to 99")
    reader = _Reader(source, as_mapping(top.get("fragments", {}), "fragments"))
    target = as_text(top.get("target"), "target")
    codelists = _codelists(top.get("codelists", {}))
    return Declaration(
        name=as_text(top.get("mapping"), "mapping"),
        title=as_text(top.get("title", ""), "title"),
        source=source,
        target=target,
        century_pivot=pivot,
        codelists=codelists,
        rules=reader.rules(top.get("rules"), "rules", 0),
        outbound=read_supplies(top.get("outbound", []), target, source),
        preferred=read_preferred(top.get("preferred", {}), codelists),
    )


class _Reader:
    """Reads rules; holds what they may refer to."""

    def __init__(self, source: Source, fragments: Data) -> None:
        self._releases = source.releases
        self._parse = source.parse
        self._fragments = fragments

    def rules(self, data: object, rule: str, depth: int) -> dict[str, Rule]:
        return {name: self.rule(item, f"{rule}.{name}", depth) for name, item in as_mapping(data, rule).items()}

    def rule(self, data: object, rule: str, depth: int) -> Rule:
        not_too_deep(depth, rule)
        if isinstance(data, list):
            return ListRule(rule, tuple(self._block(item, f"{rule}[{i}]", depth) for i, item in enumerate(data)))
        if isinstance(data, Mapping):
            if data.keys() & {"each", "groups", "values", "then"}:
                return ListRule(rule, (self._block(data, f"{rule}[0]", depth),))
            if data.keys() & {"rules", "use"}:
                return self._object(data, rule, depth)
        return self._value(data, rule, depth)

    def _object(self, data: Data, rule: str, depth: int) -> ObjectRule:
        only_known(data, OBJECT_KEYS, rule)
        return ObjectRule(
            rule=rule,
            rules=self._fields(data, rule, depth),
            when=self._when(data, rule, depth),
            releases=self._only(data, rule),
        )

    def _fields(self, data: Data, rule: str, depth: int) -> dict[str, Rule]:
        """The rules of an object or item: those of the fragments it uses, of two the last, its own before them."""
        found: dict[str, Rule] = {}
        used = data.get("use", [])
        for name in (used,) if isinstance(used, str) else as_texts(used, f"{rule}.use"):
            if name not in self._fragments:
                reason = f"there is no fragment {name!r}{nearest(name, self._fragments)}"
                raise DeclarationError(f"{rule}.use", reason)
            found |= self.rules(self._fragments[name], f"{rule}<{name}>", depth + 1)
        if "rules" in data:
            found |= self.rules(data["rules"], f"{rule}.rules", depth + 1)
        return found

    def _block(self, data: object, rule: str, depth: int) -> Block:
        block = as_mapping(data, rule)
        only_known(block, BLOCK_KEYS, rule)
        if ("values" in block) == bool(block.keys() & {"rules", "use"}):
            raise DeclarationError(rule, "a block has either `values` (texts) or `rules` and `use` (objects)")
        values = as_list(block.get("values", []), f"{rule}.values")
        then = as_list(block.get("then", []), f"{rule}.then")
        return Block(
            rule=rule,
            each=self._parse(as_text(block["each"], f"{rule}.each"), f"{rule}.each") if "each" in block else None,
            groups=_groups(block["groups"], f"{rule}.groups") if "groups" in block else None,
            rules=self._fields(block, rule, depth),
            values=tuple(self._value(item, f"{rule}.values[{i}]", depth) for i, item in enumerate(values)),
            then=tuple(self._block(item, f"{rule}.then[{i}]", depth + 1) for i, item in enumerate(then)),
            when=self._when(block, rule, depth),
            releases=self._only(block, rule),
        )

    def _value(self, data: object, rule: str, depth: int) -> ValueRule:
        if isinstance(data, str):
            return ValueRule(rule=rule, source=PathSource(self._parse(data, rule)))
        value = as_mapping(data, rule)
        only_known(value, VALUE_KEYS, rule)
        decimals = value.get("decimals")
        if decimals is not None and (not isinstance(decimals, int) or not 0 <= decimals <= 9):
            raise DeclarationError(f"{rule}.decimals", "is a number from 0 to 9")
        return ValueRule(
            rule=rule,
            source=read_source(value, rule, depth, self._parse),
            apply=_apply(value.get("apply", []), f"{rule}.apply"),
            map=as_text(value["map"], f"{rule}.map") if "map" in value else "",
            fallback=_fallback(value["fallback"], f"{rule}.fallback") if "fallback" in value else Fallback("warn"),
            default=as_literal(value["default"], f"{rule}.default") if "default" in value else None,
            required=as_text(value["required"], f"{rule}.required") if "required" in value else "",
            when=self._when(value, rule, depth),
            decimals=decimals,
            releases=self._only(value, rule),
        )

    def _when(self, data: Data, rule: str, depth: int) -> Condition | None:
        return read_condition(data["when"], f"{rule}.when", depth, self._parse) if "when" in data else None

    def _only(self, data: Data, rule: str) -> tuple[str, ...]:
        named = as_texts(data.get("releases", []), f"{rule}.releases")
        for name in named:
            if name not in self._releases:
                reason = f"the mapping is not for release {name!r}{nearest(name, self._releases)}"
                raise DeclarationError(f"{rule}.releases", reason)
        return named


def _apply(data: object, rule: str) -> tuple[Call, ...]:
    calls = []
    for i, item in enumerate(data if isinstance(data, list) else [data]):
        name: object = item
        arguments: object = {}
        if isinstance(item, Mapping) and len(item) == 1:
            name, arguments = next(iter(item.items()))
        calls.append(_call(as_text(name, f"{rule}[{i}]"), as_mapping(arguments, f"{rule}[{i}]"), f"{rule}[{i}]"))
    return tuple(calls)


def _call(name: str, arguments: Data, rule: str) -> Call:
    if name not in FUNCTIONS:
        raise DeclarationError(rule, f"there is no function {name!r}{nearest(name, FUNCTIONS)}")
    parameters = FUNCTIONS[name].parameters
    only_known(arguments, {parameter.name for parameter in parameters}, rule)
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
        only_known(data, {"default"}, rule)
        if "default" in data:
            return Fallback("default", as_literal(data["default"], f"{rule}.default"))
    if isinstance(data, str) and data in FALLBACKS:
        return Fallback(data)
    raise DeclarationError(rule, f"is one of {', '.join(FALLBACKS)}, or {{default: value}}")


def _groups(data: object, rule: str) -> Groups:
    item = as_mapping(data, rule)
    only_known(item, {"first", "last", "size"}, rule)
    first, last, size = item.get("first"), item.get("last"), item.get("size", 2)
    if not (isinstance(first, int) and isinstance(last, int) and isinstance(size, int)):
        raise DeclarationError(rule, "needs `first` and `last`, the numbers of elements, and may have `size`")
    if not (1 <= first <= last <= 99 and 1 <= size <= 99):
        raise DeclarationError(rule, "first, last and size are from 1 to 99, first not above last")
    return Groups(first, last, size)


def _codelists(data: object) -> dict[str, dict[str, Literal]]:
    lists: dict[str, dict[str, Literal]] = {}
    for name, entries in as_mapping(data, "codelists").items():
        rule = f"codelists.{name}"
        lists[name] = {code: as_literal(value, f"{rule}.{code}") for code, value in as_mapping(entries, rule).items()}
    return lists
