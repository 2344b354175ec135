"""Reads where values come from, and conditions, into their typed form."""

from collections.abc import Callable

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.declaration import (
    AllOf,
    AnyOf,
    Concat,
    Condition,
    Constant,
    Count,
    FieldTest,
    FirstOf,
    Join,
    Level,
    Not,
    Parent,
    PathSource,
    Position,
    Product,
    Source,
    SourcesDiffer,
    SourceTest,
    Sum,
    TextSource,
)
from mappings.engine.rules.paths import FieldStep, SourcePath, parse_target
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

Parse = Callable[[str, str], SourcePath]
"""Reads a source path of the format in hand; the second text is the rule, for errors."""


def read_source(data: Data, rule: str, depth: int, parse: Parse) -> Source:
    kinds = [key for key in SOURCES if key in data]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "none"
        raise DeclarationError(rule, f"a value has one source ({', '.join(SOURCES)}); found {found}")
    return SOURCES[kinds[0]](data, rule, depth, parse)


def read_text_source(item: object, rule: str, depth: int, parse: Parse) -> TextSource:
    not_too_deep(depth, rule)
    if isinstance(item, str):
        return PathSource(parse(item, rule))
    data = as_mapping(item, rule)
    only_known(data, {"from", "concat", "join", "separator"}, rule)
    source = read_source(data, rule, depth, parse)
    if not isinstance(source, TextSource):
        raise DeclarationError(rule, "only from, concat and join can stand here")
    return source


def _from(data: Data, rule: str, depth: int, parse: Parse) -> Source:
    paths = data["from"]
    if isinstance(paths, str):
        return PathSource(parse(paths, rule))
    items = as_list(paths, f"{rule}.from")
    return FirstOf(tuple(read_text_source(item, f"{rule}.from[{i}]", depth + 1, parse) for i, item in enumerate(items)))


def _concat(data: Data, rule: str, depth: int, parse: Parse) -> Source:
    items = as_list(data["concat"], f"{rule}.concat")
    sources = tuple(read_text_source(item, f"{rule}.concat[{i}]", depth + 1, parse) for i, item in enumerate(items))
    return Concat(sources, as_text(data.get("separator", " "), f"{rule}.separator"))


def _join(data: Data, rule: str, depth: int, parse: Parse) -> Source:
    paths = data["join"]
    texts = (paths,) if isinstance(paths, str) else as_texts(paths, f"{rule}.join")
    if not texts:
        raise DeclarationError(f"{rule}.join", "name at least one element")
    separator = as_text(data.get("separator", " "), f"{rule}.separator")
    return Join(tuple(parse(text, f"{rule}.join") for text in texts), separator)


def _number(data: Data, rule: str, depth: int, parse: Parse) -> Source:
    if data["number"] != "position":
        raise DeclarationError(f"{rule}.number", "is 'position': the place of the item in its list")
    return Position()


def _product(data: Data, rule: str, depth: int, parse: Parse) -> Source:
    factors = tuple(parse_target(text, f"{rule}.product") for text in as_texts(data["product"], f"{rule}.product"))
    if not factors:
        raise DeclarationError(f"{rule}.product", "name at least one field")
    divisor = data.get("divided_by")
    return Product(factors, None if divisor is None else as_target(divisor, f"{rule}.divided_by"))


def _sum(data: Data, rule: str, depth: int, parse: Parse) -> Source:
    terms = data["sum"]
    texts = (terms,) if isinstance(terms, str) else as_texts(terms, f"{rule}.sum")
    every = data.get("every", False)
    if not isinstance(every, bool):
        raise DeclarationError(f"{rule}.every", "is true or false")
    alike = as_text(data.get("alike", ""), f"{rule}.alike")
    return Sum(tuple(parse_target(text, f"{rule}.sum") for text in texts), every, alike)


SOURCES: dict[str, Callable[[Data, str, int, Parse], Source]] = {
    "from": _from,
    "concat": _concat,
    "join": _join,
    "constant": lambda data, rule, depth, parse: Constant(as_literal(data["constant"], f"{rule}.constant")),
    "number": _number,
    "level": lambda data, rule, depth, parse: Level(parse(as_text(data["level"], f"{rule}.level"), f"{rule}.level")),
    "parent": lambda data, rule, depth, parse: Parent(as_text(data["parent"], f"{rule}.parent")),
    "product": _product,
    "sum": _sum,
    "count": lambda data, rule, depth, parse: Count(as_target(data["count"], f"{rule}.count")),
}


def read_condition(data: object, rule: str, depth: int, parse: Parse) -> Condition:
    not_too_deep(depth, rule)
    if isinstance(data, str):
        return SourceTest(PathSource(parse(data, rule)))
    item = as_mapping(data, rule)
    if len(item) == 1 and (kind := next(iter(item))) in ("all", "any", "not"):
        if kind == "not":
            return Not(read_condition(item["not"], f"{rule}.not", depth + 1, parse))
        parts = enumerate(as_list(item[kind], f"{rule}.{kind}"))
        conditions = tuple(read_condition(part, f"{rule}.{kind}[{i}]", depth + 1, parse) for i, part in parts)
        if not conditions:
            raise DeclarationError(f"{rule}.{kind}", "name at least one condition")
        return AllOf(conditions) if kind == "all" else AnyOf(conditions)
    only_known(item, {"path", "field", "in", "equals", "same_as", "differs_from"}, rule)
    values = as_texts(item.get("in", []), f"{rule}.in")
    if "equals" in item:
        values += (as_text(item["equals"], f"{rule}.equals"),)
    if ("path" in item) == ("field" in item):
        raise DeclarationError(rule, "a condition tests a `path` or a `field`, or is all, any, not")
    if "path" in item:
        if "same_as" in item:
            raise DeclarationError(f"{rule}.same_as", "compares fields, not paths")
        source = PathSource(parse(as_text(item["path"], f"{rule}.path"), f"{rule}.path"))
        if "differs_from" not in item:
            return SourceTest(source, values)
        if values:
            raise DeclarationError(rule, "compares a path with values, or with another path")
        other = as_text(item["differs_from"], f"{rule}.differs_from")
        return SourcesDiffer(source, PathSource(parse(other, f"{rule}.differs_from")))
    if "differs_from" in item:
        raise DeclarationError(f"{rule}.differs_from", "compares paths, not fields")
    same = as_target(item["same_as"], f"{rule}.same_as") if "same_as" in item else None
    return FieldTest(as_target(item["field"], f"{rule}.field"), values, same)


def as_target(data: object, rule: str) -> tuple[FieldStep, ...]:
    return parse_target(as_text(data, rule), rule)
