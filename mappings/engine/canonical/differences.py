"""Two canonical forms of one document, compared value by value."""

from collections.abc import Iterator
from typing import Any

import msgspec

KEYS = ("key", "sequence")
"""Fields by which the entries of a list are told apart, where all have one."""


class Difference(msgspec.Struct, frozen=True):
    """pointer: JSON pointer (RFC 6901), into the later form where the value is still there. before, after: the values
    as text, None where there is none."""

    pointer: str
    before: str | None
    after: str | None


def differences(before: object, after: object) -> list[Difference]:
    """What changed from one form to another, in the order of the forms. Inputs are JSON values."""
    return list(_compare("", before, after))


def _compare(pointer: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            yield from _pair(f"{pointer}/{name}", before, after, name)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(pointer, before, after)
    elif before != after:
        yield from _gone(pointer, before)
        yield from _new(pointer, after)


def _pair(pointer: str, before: dict[str, Any], after: dict[str, Any], name: str) -> Iterator[Difference]:
    if name not in after:
        yield from _gone(pointer, before[name])
    elif name not in before:
        yield from _new(pointer, after[name])
    elif isinstance(before[name], dict | list) or isinstance(after[name], dict | list):
        yield from _compare(pointer, before[name], after[name])
    elif before[name] != after[name]:
        yield Difference(pointer, str(before[name]), str(after[name]))


def _lists(pointer: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    """Entries with keys are paired by them, others by their place."""
    old, new = _keyed(before), _keyed(after)
    places = {key: index for index, key in enumerate(old)} | {key: index for index, key in enumerate(new)}
    for key in dict.fromkeys([*old, *new]):
        yield from _pair(f"{pointer}/{places[key]}", old, new, key)


def _keyed(entries: list[Any]) -> dict[str, Any]:
    for field in KEYS:
        keys = [f"{field} {entry[field]}" for entry in entries if isinstance(entry, dict) and field in entry]
        if entries and len(set(keys)) == len(entries):
            return dict(zip(keys, entries, strict=True))
    return {str(index): entry for index, entry in enumerate(entries)}


def _gone(pointer: str, value: Any) -> Iterator[Difference]:
    for place, text in _leaves(pointer, value):
        yield Difference(place, text, None)


def _new(pointer: str, value: Any) -> Iterator[Difference]:
    for place, text in _leaves(pointer, value):
        yield Difference(place, None, text)


def _leaves(pointer: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _leaves(f"{pointer}/{name}", child)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _leaves(f"{pointer}/{index}", child)
    else:
        yield pointer, str(value)
