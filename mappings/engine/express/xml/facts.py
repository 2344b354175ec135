"""What a record says of itself (`xml.envelope.Facts`), for a structure that is known: which value is which fact."""

import re
from collections.abc import Callable

from lxml import etree

from mappings.engine.express.shape import Doubt
from mappings.engine.express.xml.outline import Node, Outline
from mappings.engine.xml.envelope import Facts, facts_of
from mappings.engine.xml.tree import Element

_VALUE = re.compile("\ue000([0-9]+)\ue000")
"""Stands for a value while its place is looked for. Letters of the private use area: no blanks, no meaning."""


class KnownFacts:
    """Which value is which fact. They are found as in any record, in one whose texts say their number.

    of: makes the facts of a record of its values.
    """

    def __init__(self, outline: Outline, twin: Element, inner: bool) -> None:
        """twin: the root that libxml2 made of the record; inner: whether the record stands inside it. Raises Doubt
        where the record would say anything else of itself."""
        if outline.record is None:
            raise Doubt("no record")
        copy, record = _copied(outline.top, outline.record)
        facts, root = facts_of(copy[0] if inner else copy)
        if root is not record:
            raise Doubt("another record")
        fields = ((name, getattr(facts, name)) for name in Facts.__struct_fields__)
        arguments = ", ".join(f"{name}={_code(value)}" for name, value in fields)
        # The names of fields, numbers of values, and texts of the structure as literals; nothing else.
        self.of: Callable[[list[str]], Facts] = eval(f"lambda values: Facts({arguments})", {"Facts": Facts})  # noqa: S307
        if self.of(outline.values) != facts_of(twin[0] if inner else twin)[0]:
            raise Doubt("other facts")


def _copied(top: Node, record: Node | None) -> tuple[Element, Element | None]:
    """The tree of an outline, and the element in it that the record is, with the numbers of values for the values."""
    made: Element = etree.Element(top.name, {key: _text(value) for key, value in top.attributes.items()})
    made.text = " ".join(map(_text, top.texts))
    found = made if top is record else None
    for child in top.children:
        inner, inside = _copied(child, record)
        made.append(inner)
        found = found if inside is None else inside
    return made, found


def _text(value: int | str) -> str:
    return value if isinstance(value, str) else f"\ue000{value}\ue000"


def _code(value: object) -> str:
    """Code that gives a fact of a record with these values."""
    if isinstance(value, tuple):
        return f"({''.join(f'{_code(one)}, ' for one in value)})"
    found = _VALUE.fullmatch(value) if isinstance(value, str) else None
    return f"values[{int(found[1])}]" if found else ascii(value)
