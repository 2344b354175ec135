"""One transaction set: from its bytes to segments, a tree of loops, and everything that is wrong with it."""

import functools
import re

import msgspec

from mappings.engine.findings import Code, Finding, Place, Severity, finding
from mappings.engine.x12.balances import Balances
from mappings.engine.x12.binary import LENGTHS, BinaryData, binary_faults, masked, restored
from mappings.engine.x12.control import control_faults
from mappings.engine.x12.delimiters import Delimiters, decode, encode
from mappings.engine.x12.explain import Explainer
from mappings.engine.x12.faults import Fault
from mappings.engine.x12.hierarchy import hierarchy_faults
from mappings.engine.x12.pieces import ordinary_pieces, stray_blanks, tidy_pieces, unusual
from mappings.engine.x12.places import Offsets, locate, placed
from mappings.engine.x12.positions import Table
from mappings.engine.x12.structure import Node, SetStructure, nearest_release, release
from mappings.engine.x12.walk import Walk
from mappings.engine.x12.wrapped import without_line_ends

# Six-digit dates were the rule before 004010.
FIRST_RELEASE_WITH_CENTURY = "004010"
DEFAULT_RELEASE = "004010"
MOST_OF_ST = 256
MOST_SEGMENTS = 500_000
"""A set is read as a whole: with more segments it would take a gigabyte. Files have no such limit."""


class SetReading(msgspec.Struct):
    """What was read of one set.

    segments: each [segment id, element 1, element 2, …], ST first. tree: the root loop instance, a dict from
    segment id to its segments (the same lists) and from loop id to child instances; best effort when the set
    is not valid: segments that fit nowhere are left out. encoding: how the bytes were understood.
    offsets: where everything stands in the file. origin: where the set stands.
    """

    segments: list[list[str]]
    tree: Node
    findings: list[Finding]
    set_id: str
    control_number: str
    encoding: str
    offsets: Offsets
    origin: Place

    def placed(self, findings: list[Finding]) -> list[Finding]:
        """Findings that a later step made about this set, with the byte offset of what they name."""
        return [placed(found, self.offsets) for found in findings]


class SetValidator:
    """Reads and validates sets of one kind and release. Keeps nothing of what it reads; safe to share."""

    def __init__(self, structure: SetStructure, wanted: str) -> None:
        """wanted: the release of the document, six digits; differs from the structure's when that is the nearest."""
        self.structure = structure
        self.release = structure.release
        self._wanted = wanted
        self.six_digit_dates = wanted < FIRST_RELEASE_WITH_CENTURY
        self.table = Table(structure, release(structure.release), self.six_digit_dates)
        self._balances = Balances(structure)
        self._has_levels = "HL" in self.table.vocabulary
        self.counted_loops = self._balances.loops
        self.is_only_counted = not self._has_levels and self._balances.is_only_of_lines
        self.has_binary = not self.table.vocabulary.isdisjoint(LENGTHS)

    @property
    def is_exact(self) -> bool:
        """Whether documents are checked by the rules of their own release."""
        return self._wanted == self.release

    @property
    def vocabulary(self) -> frozenset[str]:
        """The segments that the set may hold."""
        return self.table.vocabulary

    def read(
        self, raw: bytes, delimiters: Delimiters, origin: Place | None = None, agreed_encoding: str = ""
    ) -> SetReading:
        """Read the bytes from ST to SE. All faults are found in one pass and none raises.

        origin: where the set stands: the file offset of its first byte, and its ordinals; findings carry them.
        agreed_encoding: what the partner sends ("iso-8859-1"); by default the bytes decide.
        """
        origin = origin or Place(offset=0)
        breaks: list[int] = []
        if delimiters.wrapped:
            raw, breaks = without_line_ends(raw)
        sent = raw
        binary: list[BinaryData | None] = []
        if self.has_binary:
            raw, binary = masked(raw, delimiters)
        if len(raw) > MOST_SEGMENTS and _segment_count(raw, delimiters) > MOST_SEGMENTS:
            return self._too_large(raw, delimiters, origin)
        encoding, blanks = "ascii", 0
        pieces = ordinary_pieces(raw, delimiters)
        walk = Walk(self.table, None)
        segments = self._walk(pieces, delimiters.element, walk) if pieces is not None else []
        if pieces is None or walk.untidy:
            text, encoding = decode(raw, agreed_encoding)
            blanks = stray_blanks(text, delimiters)
            walk = Walk(self.table, unusual(delimiters))
            segments = self._walk(tidy_pieces(text, delimiters), delimiters.element, walk)
        if walk.unclean:
            walk.explain(Explainer(self.table.release, delimiters, self.six_digit_dates))
        if self._has_levels:
            walk.faults += hierarchy_faults(segments)
        if self.has_binary:
            restored(segments, sent, binary)
            walk.faults += binary_faults(segments)
        faults = self._graded(walk.faults) + control_faults(segments, self.structure.set_id)
        faults += self.total_faults(segments, walk.tree)
        header = segments[0] if segments else []
        offsets = Offsets(raw, encoding, delimiters, max(origin.offset, 0), breaks)
        return SetReading(
            segments=segments,
            tree=walk.tree,
            findings=self._remarks(encoding, encoding == agreed_encoding, blanks, origin)
            + locate(faults, offsets, origin),
            set_id=header[1] if len(header) > 1 else "",
            control_number=header[2] if len(header) > 2 else "",
            encoding=encoding,
            offsets=offsets,
            origin=origin,
        )

    def total_faults(self, segments: list[list[str]], tree: Node) -> list[Fault]:
        """What a set says wrong of its own totals."""
        heads = {
            loop: [node[trigger][0] for node in tree.get(loop, ()) if trigger in node]
            for loop, trigger in self.counted_loops.items()
        }
        return self._balances.faults(segments, heads)

    def heads(self, segments: list[list[str]]) -> dict[str, list[list[str]]]:
        """The first segments of the loops that are counted, by loop id, of a set whose segments are right."""
        return {
            loop: [segment for segment in segments if segment[0] == trigger]
            for loop, trigger in self.counted_loops.items()
        }

    def document_faults(self, segments: list[list[str]], heads: dict[str, list[list[str]]]) -> list[Fault]:
        """What a set whose segments are right says wrong about itself: levels, ST and SE, totals.

        heads: the first segments of the loops that stand directly in the set, by loop id.
        """
        faults = control_faults(segments, self.structure.set_id)
        if self._has_levels:
            faults += hierarchy_faults(segments)
        return faults + self._balances.faults(segments, heads)

    def _too_large(self, raw: bytes, delimiters: Delimiters, origin: Place) -> SetReading:
        """Only what ST holds is read."""
        reading = self.read(raw[:MOST_OF_ST].split(delimiters.segment.encode())[0], delimiters, origin)
        message = f"The set has more than {MOST_SEGMENTS} segments"
        return msgspec.structs.replace(reading, findings=[finding(Code.SET_TOO_LARGE, message, origin)])

    def _walk(self, pieces: list[str], separator: str, walk: Walk) -> list[list[str]]:
        """The hot loop: one table lookup, one append and one generated check per segment."""
        position = self.table.start
        moves = position.moves
        stack, unusual = walk.stack, walk.unusual
        segments = [piece.split(separator) for piece in pieces]
        for index, segment in enumerate(segments, 1):
            name = segment[0]
            try:
                target, moves_on, check, level, loop, limit, _ = moves[name]
                if loop:
                    parent = stack[level - 1]
                    if loop in parent:
                        instances = parent[loop]
                        if len(instances) >= limit:
                            raise KeyError(loop)  # as if there were no move: take() decides
                        stack[level] = node = {name: [segment]}
                        instances.append(node)
                    else:
                        stack[level] = node = {name: [segment]}
                        parent[loop] = [node]
                else:
                    node = stack[level]
                    if name in node:
                        rows = node[name]
                        if len(rows) >= limit:
                            raise KeyError(name)
                        rows.append(segment)
                    else:
                        node[name] = [segment]
            except KeyError:
                position = walk.take(position, segment, index, pieces[index - 1])
                moves = position.moves
                continue
            position, moves = target, moves_on
            if not check[len(segment)](segment) or (unusual is not None and unusual(pieces[index - 1])):
                walk.unclean.append((index, segment, target.frame.trigger))
        return segments

    def _graded(self, faults: list[Fault]) -> list[Fault]:
        """By the rules of another release nothing is rejected: what they forbid is a warning."""
        if self._wanted == self.release:
            return faults
        return [msgspec.structs.replace(fault, severity=Severity.WARNING) for fault in faults]

    def _remarks(self, encoding: str, agreed: bool, blanks: int, origin: Place) -> list[Finding]:
        """What is to be said about the set as a whole: its encoding, blanks, the release that it was checked by."""
        found = []
        # A file in UTF-16 is named once, with its interchange.
        if encoding not in ("ascii", "utf-8") and not agreed and not encoding.startswith("utf-16"):
            found.append(finding(Code.ENCODING_INVALID, f"Not UTF-8; read as {encoding}", origin))
        if blanks:
            message = f"{blanks} segments are empty, or blanks stand around them, which were left out"
            found.append(finding(Code.SEGMENT_BLANKS, message, origin))
        if self._wanted != self.release:
            message = f"Release {self._wanted} was checked by the rules of {self.release}, the nearest known"
            found.append(finding(Code.STRUCTURE_NEAREST, message, origin))
        return found


def _segment_count(raw: bytes, delimiters: Delimiters) -> int:
    """About how many segments there are, before the encoding is known."""
    return max(raw.count(encode(delimiters.segment, encoding)) for encoding in ("utf-8", "cp1252"))


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
