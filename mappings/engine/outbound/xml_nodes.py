"""An XML document while it is written: elements, with every write undone on a conflict."""

from collections.abc import Iterator
from functools import partial

from mappings.engine.outbound.instances import Conflict, Journal
from mappings.engine.rules.paths import Filter, Step
from mappings.engine.xml.structure import ElementType, XmlStructure

Key = str  # "" for the text, "@name" for an attribute


class Node:
    """An element: its values by key, its children by name. parent: None for the root.

    barred: names of children and keys that must not come, because a filter says so. is_wanted: a filter or a condition
    asks for it.
    """

    def __init__(self, name: str, kind: ElementType, parent: "Node | None", document: "Document") -> None:
        self.name = name
        self.kind = kind
        self.parent = parent
        self.values: dict[Key, str] = {}
        self.behind: dict[Key, dict[str, str]] = {}
        self.children: dict[str, list[Node]] = {}
        self.is_wanted = False
        self._barred: list[str] = []
        self._document = document

    def new(self, name: str) -> "Node":
        """Another child. Raises Conflict where the structure has no room for it."""
        use, known = self.kind.uses.get(name), self.children.setdefault(name, [])
        if use is None or name in self._barred or (known and not use.many):
            raise Conflict
        made = Node(name, self._document.structure.type_of(name), self, self._document)
        known.append(made)
        self._document.journal.add(known.pop)
        return made

    def put(self, key: Key, text: str) -> None:
        """Write a value. Raises Conflict when another one stands there, or when the structure has none."""
        self._has_room(key)
        known = self.values.get(key)
        if known == text:
            return
        if known is not None:
            raise Conflict
        self.values[key] = text
        self._document.journal.add(lambda: self.values.pop(key))

    def replace(self, key: Key, text: str) -> None:
        """Put a text that holds what stood there, and more. Raises Conflict where there is no room for it."""
        self._has_room(key)
        known = self.values.get(key)
        self.values[key] = text
        self._document.journal.add(partial(self._restore, key, known))

    def _restore(self, key: Key, known: str | None) -> None:
        if known is None:
            self.values.pop(key, None)
        else:
            self.values[key] = known

    def put_behind(self, key: Key, part: str, text: str) -> None:
        """Write the time or the zone of an instant, which stands behind the date. Raises Conflict."""
        self._has_room(key)
        parts = self.behind.setdefault(key, {})
        known = parts.get(part)
        if known == text:
            return
        if known is not None:
            raise Conflict
        parts[part] = text
        self._document.journal.add(lambda: parts.pop(part))

    def text(self, key: Key) -> str:
        """What is written there so far."""
        parts = self.behind.get(key, {})
        date, time = self.values.get(key, ""), parts.get("time", "")
        return f"{date}T{time}{parts.get('zone', '')}" if date and time else f"{date}{time}{parts.get('zone', '')}"

    def keep(self, filters: tuple[Filter, ...]) -> None:
        """Make what filters ask for. Raises Conflict when something else stands there."""
        for one in filters:
            known = self.find(one.steps)
            if one.values:
                self._keep_value(one, known)
            elif one.negated:
                if known is not None and (one.steps or known.text(one.key)):
                    raise Conflict
                self._bar(one.steps[0].name if one.steps else one.key)
            elif one.steps:
                self.want(one.steps)

    def passes(self, filters: tuple[Filter, ...]) -> bool:
        """Whether reading would take this element, as it is now."""
        return all(self._passes(one) for one in filters)

    def find(self, steps: tuple[Step, ...]) -> "Node | None":
        """The element that a path means, if it is there."""
        node: Node | None = self
        for step in steps:
            known = node.children.get(step.name, []) if node else []
            node = next((one for one in known if one.passes(step.filters)), None)
        return node

    def down(self, steps: tuple[Step, ...]) -> "Node":
        """The element that a path means, made where it is not there."""
        node = self
        for step in steps:
            node = node._child(step)
        return node

    def all(self, steps: tuple[Step, ...]) -> "list[Node]":
        """All elements that a path means, through all on the way."""
        found = [self]
        for step in steps:
            known = [one for node in found for one in node.children.get(step.name, [])]
            found = [one for one in known if one.passes(step.filters)]
        return found

    def demanded(self, filters: tuple[Filter, ...]) -> "list[Node]":
        """The elements that filters ask for."""
        wanted = [one for one in filters if one.steps and not one.key and not one.values and not one.negated]
        return [node for one in wanted if (node := self.find(one.steps)) is not None]

    def holds_one(self) -> bool:
        """Whether there is no more than one value in it."""
        return sum(len(node.spots()) for node in nodes(self)) <= 1

    def want(self, steps: tuple[Step, ...]) -> None:
        """Make an element because something asks for it."""
        node = self.down(steps)
        if not node.is_wanted:
            node.is_wanted = True
            self._document.journal.add(partial(setattr, node, "is_wanted", False))

    def is_empty(self) -> bool:
        return not any(self.text(key) for key in self.spots()) and all(
            one.is_empty() for known in self.children.values() for one in known
        )

    def remove(self) -> None:
        """Take the element out of the one around it."""
        if self.parent is not None:
            self.parent.children[self.name].remove(self)

    def spots(self) -> list[Key]:
        """Where something is written: the text, attributes."""
        return list(dict.fromkeys((*self.values, *self.behind)))

    def _child(self, step: Step) -> "Node":
        for known in self.children.get(step.name, []):
            try:
                with self._document.journal.trial():
                    known.keep(step.filters)
                    return known
            except Conflict:
                continue
        made = self.new(step.name)
        made.keep(step.filters)
        return made

    def _keep_value(self, one: Filter, known: "Node | None") -> None:
        text = known.text(one.key) if known is not None else ""
        if one.negated:
            if text in one.values:
                raise Conflict
        elif text and text not in one.values:
            raise Conflict
        elif not text and len(one.values) == 1:
            self.down(one.steps).put(one.key, one.values[0])

    def _passes(self, one: Filter) -> bool:
        node = self.find(one.steps)
        text = node.text(one.key) if node is not None else ""
        if one.values:
            return (text in one.values) is not one.negated
        there = node is not None if one.steps and not one.key else bool(text)
        return there is not one.negated

    def _bar(self, name: str) -> None:
        self._barred.append(name)
        self._document.journal.add(self._barred.pop)

    def _has_room(self, key: Key) -> None:
        if key in self._barred or (key[1:] not in self.kind.attributes if key else not self.kind.text):
            raise Conflict


class Document:
    """root: of the kind that the structure names."""

    def __init__(self, structure: XmlStructure, kind: str, journal: Journal) -> None:
        self.structure = structure
        self.journal = journal
        self.root = Node(structure.documents[kind], structure.type_of(structure.documents[kind]), None, self)


def nodes(root: Node) -> Iterator[Node]:
    """An element and all below it."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending += [one for known in node.children.values() for one in known]
