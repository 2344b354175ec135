"""What a reading view has no place of its own for, in words: nothing that a partner sent stands in the JSON alone."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from transactions.services.present_kinds import Body, Linked, coded, words

ENTRIES = 20
"""So many entries of one list are put into words; the JSON has all."""

NAMING = ("type", "role", "kind", "use", "function", "condition")
"""Which of its values says what an entry is."""

PLAIN = {*NAMING, "value", "text", "name", "number", "amount", "code", "date", "description", "id"}
"""Values that need no name beside them."""

TERMS = {*NAMING, "scheme", "status"}
"""Values that are words of the canonical model, with underscores in them."""

KEYS = {"key", "parent_key", "order_key"}
"""What ties the parts of a canonical document together and says nothing to people."""

SINGULARS = {"freight_classes": "freight_class", "payment_means": "payment_means"}
"""Names of lists that neither end in "ies" nor lose an "s"."""


def rest_of(body: Body, pointer: str, shown: Collection[str]) -> list[Linked]:
    """What of a part of a canonical document is not shown yet, one entry each.

    pointer: of the part. shown: pointers, each of which stands for all below it.
    """
    above = {parent for one in shown for parent in _parents(one)}
    rest: list[Linked] = []
    for name, value in _read(body):
        rest += _entries(name, body, value, f"{pointer}/{name}", shown, above)
    return [entry for entry in rest if entry.value]


def _parents(pointer: str) -> Iterator[str]:
    while pointer := pointer.rpartition("/")[0]:
        yield pointer


def _read(body: Body) -> Iterable[tuple[str, Any]]:
    """The values of a part without keys, and without the codes that stand beside what they were translated to."""
    own = body.keys() - KEYS
    return ((name, body[name]) for name in body if name in own and name.removesuffix("_code") not in own - {name})


def _entries(
    name: str, body: Body, value: Any, pointer: str, shown: Collection[str], above: Collection[str]
) -> Iterable[Linked]:
    if pointer in shown:
        return
    if isinstance(value, list):
        for index, entry in enumerate(value[:ENTRIES]):
            yield from _entries(_one_of(name), {}, entry, f"{pointer}/{index}", shown, above)
    elif not isinstance(value, dict):
        pointers = f"{pointer} {pointer}_code" if f"{name}_code" in body else pointer
        yield Linked(words(name.removesuffix("_code")), _scalar(body, name, value), pointers)
    elif pointer in above:
        for part, inner in _read(value):
            yield from _entries(part, value, inner, f"{pointer}/{part}", shown, above)
    else:
        naming = next((one for one in NAMING if value.get(one, "other") != "other"), "")
        label = f"{words(name)}, {words(value[naming]).lower()}" if naming else words(name)
        yield Linked(label, _said(value, {naming}) or value.get("qualifier", "") or coded(value, naming), pointer)


def _one_of(name: str) -> str:
    """The name of one entry of a list: "references" is "reference", "currencies" is "currency"."""
    return SINGULARS.get(name) or (f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s"))


def _scalar(body: Body, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if f"{name}_code" in body:
        return coded(body, name)
    return words(value).lower() if name in TERMS else str(value)


def _said(value: Any, without: Collection[str] = ()) -> str:
    """A value of the canonical model in words. without: names of values that stand in the label."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value[:ENTRIES])))
    if not isinstance(value, dict):
        return str(value)
    if {"value", "unit"} <= value.keys() or {"value", "unit_code"} <= value.keys():
        return f"{value['value']} {value.get('unit') or value['unit_code']}"
    said = []
    for name, inner in _read(value):
        if name in without or name == "qualifier" or (inner == "other" and f"{name}_code" not in value):
            continue
        text = _said(inner) if isinstance(inner, dict | list) else _scalar(value, name, inner)
        is_named = name not in PLAIN and not isinstance(inner, list)
        said.append(f"{words(name.removesuffix('_code')).lower()} {text}" if is_named and text else text)
    return ", ".join(filter(None, said))
