"""Reads declarations from YAML: plain data only, and no key twice (the second would silently win)."""

from collections.abc import Mapping

import yaml

from mappings.engine.errors import DeclarationError


class _Loader(yaml.SafeLoader):
    """A safe loader that refuses duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                if key_node.value in seen:
                    line = key_node.start_mark.line + 1
                    raise DeclarationError("", f"line {line}: the key {key_node.value!r} stands twice")
                seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def load(text: str, name: str = "declaration") -> Mapping[str, object]:
    """The mapping of names that a YAML (or JSON) text holds. Raises DeclarationError with the line."""
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise DeclarationError("", f"{name}{place} is not valid YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(data, dict):
        raise DeclarationError("", f"{name} is not a mapping of names")
    return data
