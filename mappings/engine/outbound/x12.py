"""Writes a canonical document as an X12 set by the declaration that reads such sets: `write_set`."""

from typing import Any

import msgspec

from mappings.engine.findings import Finding
from mappings.engine.outbound.backwards import Backwards
from mappings.engine.outbound.filled import filled
from mappings.engine.outbound.instances import LoopInstance
from mappings.engine.outbound.native import is_native
from mappings.engine.outbound.x12_findings import named
from mappings.engine.outbound.x12_places import X12Places
from mappings.engine.outbound.x12_prices import with_sayable_prices
from mappings.engine.outbound.x12_supplies import supply
from mappings.engine.rules.declaration import Declaration
from mappings.engine.rules.shape import source_shape
from mappings.engine.x12.functional_groups import group_of
from mappings.engine.x12.structure import LoopUse, SegmentUse
from mappings.engine.x12.structure import release as x12_release
from mappings.engine.x12.writer import OutboundEnvelope, SegmentWriter, functional_group, interchange, transaction_set

Body = dict[str, Any]

_BOUNDED = "LS"


class WrittenSet(msgspec.Struct, frozen=True):
    """segments: from after ST to before SE, as the envelope's writer takes them. findings: what is not as the document
    has it: left out, cut, or to be taken for something else; our validator says what the set itself lacks.
    """

    set_id: str
    release: str
    segments: list[list[Any]]
    findings: list[Finding]


def write_set(declaration: Declaration, release: str, body: Body) -> WrittenSet:
    """A canonical document in a release."""
    native = is_native(declaration, body)
    body = filled(declaration, body)
    if not native:
        body = with_sayable_prices(declaration, body)
    places = X12Places(source_shape(declaration.source.document, release), native)
    backwards = Backwards(declaration, release, places)
    findings = backwards.write(body)
    supply(places, declaration.outbound, body, backwards.placed.scopes)
    findings += named(declaration, places.tidy())
    places.number_levels()
    structure = x12_release(release).structure(declaration.source.document)
    segments = [row for row in _rows(places.root, structure.children) if row[0] not in ("ST", "SE")]
    return WrittenSet(declaration.source.document, release, segments, findings)


def write_interchange(written: WrittenSet, envelope: OutboundEnvelope) -> bytes:
    """One set in its envelope. Raises UnwritableValue for a value that contains a delimiter or does not fit ISA."""
    writer = SegmentWriter(envelope.delimiters, characters=envelope.characters)
    lines = transaction_set(writer, written.set_id, envelope.set_control, written.segments)
    functional_id, *_ = group_of(written.set_id) or ("",)
    return interchange(writer, envelope, [functional_group(writer, envelope, functional_id, [lines])])


def _rows(loop: LoopInstance, uses: tuple[SegmentUse | LoopUse, ...]) -> list[list[Any]]:
    """The segments of a loop in the order of the standard; empty ones are left out, but for those that open a loop."""
    found: list[list[Any]] = []
    seen: set[str] = set()
    for use in uses:
        if isinstance(use, LoopUse):
            for inner in loop.loops.get(use.loop, []):
                found += _rows(inner, use.children)
        elif use.segment not in seen:
            seen.add(use.segment)
            rows = [[one.id, *one.elements()] for one in loop.segments.get(use.segment, [])]
            found += [row for row in rows if len(row) > 1]
    trigger = loop.shape.trigger
    if trigger == _BOUNDED and found:
        return _bounded(found)
    opens = loop.shape.id and found and found[0][0] != trigger
    return [[trigger], *found] if opens else found


def _bounded(inside: list[list[Any]]) -> list[list[Any]]:
    """A loop between LS and LE, which name it by the segment that opens it (X12.6, bounded loops)."""
    name = inside[0][0]
    return [[_BOUNDED, name], *inside, ["LE", name]]
