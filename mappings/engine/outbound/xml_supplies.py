"""What the `outbound` part of a declaration adds to an XML document, once everything that rules read is written.

Nothing that stands there is replaced; the first entry that has a value for a place gives it.
"""

from collections.abc import Iterator, Mapping, Sequence

from mappings.engine.outbound.instances import Conflict
from mappings.engine.outbound.supplies import Body, items_of, text_of, total
from mappings.engine.outbound.xml_nodes import Node, nodes
from mappings.engine.outbound.xml_places import XmlPlaces
from mappings.engine.rules.declaration import Supply
from mappings.engine.rules.paths import SourcePath


def supply(
    places: XmlPlaces,
    entries: tuple[Supply, ...],
    body: Body,
    envelope: Mapping[str, str],
    placed: Mapping[int, Node],
) -> None:
    """Write what the entries say, in their order. placed: by the `id` of an item of the document, its element."""
    places.take_for_granted()
    for entry in (one for one in entries if one.is_written):
        for node, text in list(_wanted(places.root, entry, body, envelope, placed)):
            if text and not (entry.unless and any(one.text(entry.unless.key) for one in node.all(entry.unless.steps))):
                _write(places, entry, node, text)


def _write(places: XmlPlaces, entry: Supply, node: Node, text: str) -> None:
    try:
        with places.journal.trial():
            node.down(entry.at.steps).put(entry.at.key, text)
    except Conflict:
        return  # there is no room for it: the standard does not have it here


def _wanted(
    root: Node, entry: Supply, body: Body, envelope: Mapping[str, str], placed: Mapping[int, Node]
) -> Iterator[tuple[Node, str]]:
    """The elements that an entry is written below, and with what."""
    if entry.every:
        yield from _everywhere(root, entry, text_of(entry, body, envelope))
    elif entry.items:
        yield from _of_items(root, entry, body, envelope, placed)
    else:
        text = text_of(entry, body, envelope)
        for number, node in enumerate(root.all(entry.each.steps) if entry.each else [root], 1):
            if not (entry.each and node.is_empty()) and not _said(node, entry.at):
                yield node, str(number) if entry.number else _sum(entry, text, root if entry.each is None else node)


def _of_items(
    root: Node, entry: Supply, body: Body, envelope: Mapping[str, str], placed: Mapping[int, Node]
) -> Iterator[tuple[Node, str]]:
    """The elements of the items that are written. A number that another piece has already is not given again."""
    found = [(number, item, placed[id(item)]) for number, item in items_of(entry.items, body) if id(item) in placed]
    taken = {_said(node, entry.at) for _, _, node in found} if entry.number else set()
    for number, item, node in found:
        if _said(node, entry.at):
            continue
        if entry.number:
            yield node, "" if str(number) in taken else str(number)
        else:
            yield node, _sum(entry, text_of(entry, body, envelope, item), node)


def _everywhere(root: Node, entry: Supply, text: str) -> Iterator[tuple[Node, str]]:
    """The elements that lack an attribute which they must have. What is said around one counts there, too: the other
    amounts of a line are in the currency of its price.
    """
    key = entry.at.key
    for node in nodes(root):
        if node.kind.attributes.get(key[1:]) and not node.text(key) and not node.is_empty():
            yield node, _said_around(node, key) or text


def _sum(entry: Supply, field: str, node: Node) -> str:
    if not (entry.sum or entry.minus):
        return field
    return total(field, _texts(node, entry.sum), _texts(node, entry.minus), has_field=bool(entry.field))


def _texts(node: Node, paths: Sequence[SourcePath]) -> list[list[str] | None]:
    """What stands at each of these paths; None where one of several pieces (lines) has no value."""
    found: list[list[str] | None] = []
    for path in paths:
        around = [one for one in node.all(path.steps[:-1]) if not one.is_empty()]
        texts = [[one.text(path.key) for one in piece.all(path.steps[-1:])] for piece in around]
        whole = all(any(said) or not _is_one_of_several(piece) for piece, said in zip(around, texts, strict=True))
        found.append([text for said in texts for text in said if text] if whole else None)
    return found


def _is_one_of_several(node: Node) -> bool:
    return node.parent is not None and node.parent.kind.uses[node.name].many


def _said(node: Node, path: SourcePath) -> str:
    known = node.find(path.steps)
    return known.text(path.key) if known is not None else ""


def _said_around(node: Node, key: str) -> str:
    """The value that an attribute has in the nearest element around, below the root, where all that have it agree."""
    around = node.parent
    while around is not None and around.parent is not None:
        said = {text for one in nodes(around) if (text := one.text(key))}
        if said:
            return said.pop() if len(said) == 1 else ""
        around = around.parent
    return ""
