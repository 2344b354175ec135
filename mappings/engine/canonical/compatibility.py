"""Whether a consumer of one version of a canonical model can go on with another: two JSON Schemas compared.

A published schema is open, so new fields harm nobody. What harms is a field that is gone or may be missing now, one
that holds something else, and a value of a closed list that the consumer has never seen.

`python -m mappings.engine.canonical.compatibility OLD.json NEW.json` says what would break, and fails where it would.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

Schema = dict[str, Any]
SAME = ("$ref", "type", "format", "pattern", "const", "minLength", "maxLength", "minimum")
"""What must not differ for a value to be what it was."""


class Break(msgspec.Struct, frozen=True):
    """place: struct and field ("OrderLine.price"). why: what a consumer would trip over."""

    place: str
    why: str


def breaks(before: Schema, after: Schema) -> list[Break]:
    """What stops consumers of `before` from reading documents of `after`, in the order of `before`."""
    found: list[Break] = []
    new = after.get("$defs", {})
    for name, struct in before.get("$defs", {}).items():
        if name not in new:
            found.append(Break(name, "is gone"))
            continue
        found += _struct(name, struct, new[name])
    return found


def _struct(name: str, before: Schema, after: Schema) -> Iterator[Break]:
    fields = after.get("properties", {})
    for field, value in before.get("properties", {}).items():
        place = f"{name}.{field}"
        if field not in fields:
            yield Break(place, "is gone")
            continue
        if field in before.get("required", ()) and field not in after.get("required", ()):
            yield Break(place, "may be missing")
        yield from _value(place, value, fields[field])


def _value(place: str, before: Schema, after: Schema) -> Iterator[Break]:
    old, new = _choices(before), _choices(after)
    for kind, choice in new.items():
        if kind not in old:
            yield Break(place, f"may be {kind}")
            continue
        for value in choice.get("enum", ()):
            if value not in old[kind].get("enum", ()):
                yield Break(place, f"may be {value!r}")
        if "items" in choice:
            yield from _value(f"{place}[]", old[kind].get("items", {}), choice["items"])


def _choices(schema: Schema) -> dict[str, Schema]:
    """The kinds of value that a field may hold, each by what must not differ; `null` stands for left out."""
    kinds = {_kind(one): one for one in schema.get("anyOf", [schema])}
    return {kind: one for kind, one in kinds.items() if kind != "type null"}


def _kind(schema: Schema) -> str:
    found = [f"{key} {schema[key]}" for key in SAME if key in schema]
    return ", ".join(found) or ("one of a list" if "enum" in schema else "anything")


def main(old: str, new: str) -> int:
    """Print what would break between two schema files; 1 when something would."""
    found = breaks(*(json.loads(Path(path).read_text(encoding="utf-8")) for path in (old, new)))
    for one in found:
        sys.stdout.write(f"{one.place} {one.why}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
