"""Declarations as YAML: read as plain data only, no key twice (the second would silently win); written for people."""

import math
from collections.abc import Mapping

import yaml

from mappings.engine.errors import DeclarationError


class _KeysOnce(yaml.constructor.SafeConstructor):
    """Refuses duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                if key_node.value in seen:
                    line = key_node.start_mark.line + 1
                    raise DeclarationError("", f"line {line}: the key {key_node.value!r} stands twice")
                seen.add(key_node.value)
        return super().construct_mapping(node, deep)


class _Loader(_KeysOnce, yaml.CSafeLoader):
    """libyaml's parser, ten times as fast: for the library, which we wrote."""


def load(
    text: str, name: str = "declaration", loader: type[yaml.SafeLoader | yaml.CSafeLoader] = _Loader
) -> Mapping[str, object]:
    """The mapping of names that a YAML (or JSON) text holds. Raises DeclarationError with the line."""
    try:
        data = yaml.load(text, Loader=loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise DeclarationError("", f"{name}{place} is not valid YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(data, dict):
        raise DeclarationError("", f"{name} is not a mapping of names")
    return data


class _TypedLoader(_KeysOnce, yaml.SafeLoader):
    """For what people type into a page: an alias can stand for very much of what is nowhere to be seen."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]  # the stubs leave it open
            raise DeclarationError("", f"line {line}: aliases are not read; write it out, or use a fragment")
        return super().compose_node(parent, index)


def load_typed(text: str) -> Mapping[str, object]:
    """As `load`, for text that somebody typed: without aliases, and only what JSON and every database can hold.

    Raises DeclarationError.
    """
    data = load(text, loader=_TypedLoader)
    refuse_unstorable(data)
    return data


def refuse_unstorable(data: object, rule: str = "") -> None:
    """Raises DeclarationError, which names the rule, for keys and values that JSON or a database cannot hold."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if not isinstance(key, str):
                raise DeclarationError(rule, f"the name {key!r} is no text; put it in quotes")
            refuse_unstorable(key, rule)
            refuse_unstorable(value, f"{rule}.{key}" if rule else key)
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            refuse_unstorable(value, f"{rule}[{index}]")
    elif isinstance(data, str):
        if any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in data):
            raise DeclarationError(rule, "holds a character that cannot be stored")
    elif isinstance(data, float) and not math.isfinite(data):
        raise DeclarationError(rule, f"{data} is no number that can be stored")
    elif data is not None and not isinstance(data, bool | int | float):
        raise DeclarationError(rule, f"{data} is read as a {type(data).__name__}; put it in quotes")


class _Readable(yaml.SafeDumper):
    """YAML for reading: text of several lines stands as it was written, lists are indented, small things stand in one
    line.
    """

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)


def dump(declaration: Mapping[str, object]) -> str:
    """A declaration as YAML for people, in its own order; `load` gives the same back."""
    return yaml.dump(
        declaration, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )
