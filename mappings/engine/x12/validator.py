"""One transaction set: from its bytes to segments, a tree of loops, and everything that is wrong with it."""

import functools
import re
from collections.abc import Callable

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.x12.control import control_faults
from mappings.engine.x12.delimiters import Delimiters, decode
from mappings.engine.x12.explain import Explainer
from mappings.engine.x12.places import BLANKS, locate
from mappings.engine.x12.positions import Table
from mappings.engine.x12.structure import SetStructure, nearest_release, release
from mappings.engine.x12.walk import Node, Walk

# Six-digit dates were the rule before 004010.
FIRST_RELEASE_WITH_CENTURY = "004010"
DEFAULT_RELEASE = "004010"


class SetReading(msgspec.Struct):
    """What was read of one set.

    segments: each [segment id, element 1, element 2, …], ST first. tree: the root loop instance, a dict from
    segment id to its segments (the same lists) and from loop id to child instances; best effort when the set
    is not valid: segments that fit nowhere are left out. encoding: how the bytes were understood.
    """

    segments: list[list[str]]
    tree: Node
    findings: list[Finding]
    set_id: str
    control_number: str
    encoding: str


class SetValidator:
    """Reads and validates sets of one kind and release. Keeps nothing of what it reads; safe to share."""

    def __init__(self, structure: SetStructure, wanted: str) -> None:
        """wanted: the release of the document, six digits; differs from the structure's when that is the nearest."""
        self.structure = structure
        self.release = structure.release
        self._wanted = wanted
        self._six_digit_dates = wanted < FIRST_RELEASE_WITH_CENTURY
        self._table = Table(structure, release(structure.release), self._six_digit_dates)

    def read(self, raw: bytes, delimiters: Delimiters, origin: Place | None = None) -> SetReading:
        """Read the bytes from ST to SE. All faults are found in one pass and none raises.

        origin: where the set stands: the file offset of its first byte, and its ordinals; findings carry them.
        """
        origin = origin or Place(offset=0)
        text, encoding = decode(raw)
        pieces = _pieces(text, delimiters)
        dubious = _never if _is_plain(text, pieces, delimiters) else _dubious(delimiters)
        walk = Walk(self._table, dubious)
        segments = self._walk(pieces, delimiters.element, walk, None if dubious is _never else dubious)
        if walk.unclean:
            walk.explain(Explainer(self._table.release, delimiters, self._six_digit_dates))
        faults = walk.faults + control_faults(segments, walk.tree, self.structure)
        header = segments[0] if segments else []
        return SetReading(
            segments=segments,
            tree=walk.tree,
            findings=self._remarks(encoding, origin) + locate(faults, raw, encoding, delimiters, origin),
            set_id=header[1] if len(header) > 1 else "",
            control_number=header[2] if len(header) > 2 else "",
            encoding=encoding,
        )

    def _walk(
        self, pieces: list[str], separator: str, walk: Walk, dubious: Callable[[str], object] | None
    ) -> list[list[str]]:
        """The hot loop: one table lookup, one append and one generated check per segment."""
        position = self._table.start
        stack = walk.stack
        segments = []
        for index, piece in enumerate(pieces, 1):
            segment = piece.split(separator)
            segments.append(segment)
            name = segment[0]
            move = position[name]
            if move is None or move[5]:
                position = walk.take(position, segment, index, piece)
                continue
            target, check, level, loop, limit, _ = move
            if loop:
                parent = stack[level - 1]
                node: Node = {name: [segment]}
                instances = parent.get(loop)
                if instances is None:
                    parent[loop] = [node]
                elif len(instances) < limit:
                    instances.append(node)
                else:
                    position = walk.take(position, segment, index, piece)
                    continue
                stack[level] = node
            else:
                node = stack[level]
                rows = node.get(name)
                if rows is None:
                    node[name] = [segment]
                elif len(rows) < limit:
                    rows.append(segment)
                else:
                    position = walk.take(position, segment, index, piece)
                    continue
            position = target
            if not check(segment) or (dubious is not None and dubious(piece)):
                walk.unclean.append((index, segment, target.frame.trigger))
        return segments

    def _remarks(self, encoding: str, origin: Place) -> list[Finding]:
        """What is to be said about the set as a whole: its encoding, the release that it was checked by."""
        found = []
        if encoding not in ("ascii", "utf-8"):
            found.append(finding(Code.ENCODING_INVALID, f"Not UTF-8; read as {encoding}", origin))
        if self._wanted != self.release:
            message = f"Release {self._wanted} was checked by the rules of {self.release}, the nearest known"
            found.append(finding(Code.STRUCTURE_NEAREST, message, origin))
        return found


def _never(_piece: str) -> object:
    return None


@functools.lru_cache(maxsize=64)
def _dubious(delimiters: Delimiters) -> Callable[[str], object]:
    """Finds what the generated checks may not see: all but printable ASCII, and inner separators."""
    inner = "".join(f"|{re.escape(text)}" for text in (delimiters.component, delimiters.repetition) if text)
    return re.compile(f"[^ -~]{inner}").search


def _pieces(text: str, delimiters: Delimiters) -> list[str]:
    """The raw segments, without what senders put between them: line ends, indentation, empty segments."""
    terminator, component = delimiters.segment, delimiters.component
    if "\n" in text:
        text = text.replace(terminator + "\r\n", terminator).replace(terminator + "\n", terminator)
    if component:
        # A trailing component separator says nothing; X12.6 wants it left out.
        for end in (terminator, delimiters.element):
            while component + end in text:
                text = text.replace(component + end, end)
    if text[:1] in BLANKS or any(terminator + blank in text for blank in (*BLANKS, terminator)):
        pieces = [piece.lstrip(BLANKS) for piece in text.split(terminator)]
        return [piece for piece in pieces if piece]
    pieces = text.split(terminator)
    if not pieces[-1].strip(BLANKS):
        pieces.pop()
    return pieces


def _is_plain(text: str, pieces: list[str], delimiters: Delimiters) -> bool:
    """True when every segment is printable ASCII without component and repetition separators."""
    if not text.isascii() or any(inner and inner in text for inner in (delimiters.component, delimiters.repetition)):
        return False
    separator = delimiters.element
    content = "".join(pieces) if separator.isprintable() else "".join(pieces).replace(separator, "")
    return content.isprintable()


@functools.lru_cache(maxsize=256)
def _validator(set_id: str, wanted: str) -> SetValidator:
    return SetValidator(release(nearest_release(set_id, wanted)).structure(set_id), wanted)


def validator_for(set_id: str, version: str) -> SetValidator:
    """The validator of a transaction set ("850") for GS08 as sent ("004010VICS"); shared and cached.

    The industry suffix is left aside. A release without data is checked by the nearest one, which each
    reading says. Raises StructureMissing when no release holds the set.
    """
    digits = re.match("[0-9]{6}", version, re.ASCII)
    return _validator(set_id, digits.group() if digits else DEFAULT_RELEASE)
