"""The short way for XML: bytes of a record in, what it is and its canonical JSON out; nothing where it is not sure."""

import functools

from mappings.engine.express.plan import is_supported
from mappings.engine.express.shape import Doubt
from mappings.engine.express.xml.outline import Apart
from mappings.engine.express.xml.pieces import Pieces, cut
from mappings.engine.express.xml.plan import XmlPlan
from mappings.engine.express.xml.program import Document, Program, Programs
from mappings.engine.express.xml.trail import Trail, Way, Whole
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.xml.reader import Seen, context_of
from mappings.engine.xml.tree import Element

LARGEST = 8 * 1024 * 1024
"""Bytes of a record; of a larger one the pieces would take more memory than its tree."""


class XmlLane:
    """A `Glance` that maps. Keeps what it learns of structures, nothing of records; safe to share."""

    def __init__(self, mapping: CompiledMapping | None = None) -> None:
        """mapping: one that `is_supported`; None to tell what records are only."""
        self._plan = XmlPlan(mapping.declaration) if mapping is not None else None
        self.programs = Programs(self._plan) if self._plan is not None else None
        self._trail = Trail(frozenset(self._plan.paths.values()) if self._plan is not None else None)

    def see(self, text: bytes, dtd_version: str, inner: bool) -> Seen | None:
        """What a record is, and its canonical document; None where only a parser and the mapping can tell."""
        pieces = cut(text) if len(text) <= LARGEST else None
        way = self._trail.follow(pieces, inner) if pieces is not None else None
        if pieces is None or way is None or way.whole is None:
            return None
        facts = way.whole.facts.of(way.values)
        seen = Seen(facts.full_kind(), facts.envelope(dtd_version))
        if self._plan is None or self.programs is None:
            return seen
        try:
            body = _mapped(self._plan, self.programs, pieces, way, way.whole, seen)
        except Doubt:  # a program looked up a code that a list does not have
            body = ""
        return Seen(seen.kind, seen.envelope, body)

    def learn(self, text: bytes, root: Element, record: Element, inner: bool) -> None:
        """Remember the structure of a record in which nothing is wrong."""
        pieces = cut(text) if len(text) <= LARGEST else None
        if pieces is not None:
            self._trail.learn(pieces, root, record, inner)


def _mapped(plan: XmlPlan, programs: Programs, pieces: Pieces, way: Way, whole: Whole, seen: Seen) -> str:
    """The canonical document; "" where a program is not sure."""
    document = Document(context_of(seen), [[] for _ in plan.feeds])
    if plan.wanted_around:
        whole.around = whole.around or programs.around(whole.node, whole.count)
        document.around = whole.around(way.values, document)
        if document.around is None:
            return ""
    for apart, match in way.apart:
        program = apart.program or _of_apart(programs, apart)
        if program(pieces.meant(match.groups()), document) is None:
            return ""
    whole.program = whole.program or programs.of_record(whole.node, whole.count)
    return whole.program(way.values, document) or ""


def _of_apart(programs: Programs, apart: Apart) -> Program:
    apart.program = programs.of_apart(apart.loop.path, apart.node, apart.count)
    return apart.program


@functools.lru_cache(maxsize=128)
def xml_lane(mapping: CompiledMapping) -> XmlLane | None:
    """The lane of a mapping, kept; None where there is no short way, which is so for other formats."""
    if mapping.source.format != "xml" or not is_supported(mapping.declaration):
        return None
    return XmlLane(mapping)


@functools.cache
def telling_lane() -> XmlLane:
    """The lane that only tells what records are."""
    return XmlLane()
