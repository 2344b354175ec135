"""The conditions between the elements of a segment that is being written (X12.6: pairs, one of several, if then)."""

from mappings.engine.outbound.instances import SegmentInstance
from mappings.engine.x12.structure import SegmentDef, SyntaxNote


def broken(definition: SegmentDef, segment: SegmentInstance) -> int:
    """How many conditions of its definition a segment breaks as it stands."""
    filled = {element for element, _ in segment.values}
    return sum(not kept(note, filled) for note in definition.notes if not note.doubtful)


def demanded(definition: SegmentDef, segment: SegmentInstance, element: int) -> bool:
    """Whether a segment as it stands lacks an element: it is mandatory, or mends a condition and breaks none."""
    filled = {number for number, _ in segment.values}
    if element in filled or element > len(definition.elements):
        return False
    more = filled | {element}
    changed = [(kept(note, filled), kept(note, more)) for note in definition.notes]
    return definition.elements[element - 1].mandatory or ((False, True) in changed and (True, False) not in changed)


def kept(note: SyntaxNote, filled: set[int]) -> bool:
    """Whether a condition holds when these elements are filled."""
    there = [position in filled for position in note.positions]
    if note.kind == "P":
        return all(there) or not any(there)
    if note.kind == "R":
        return any(there)
    if note.kind == "E":
        return sum(there) < 2
    if note.kind == "C":
        return not there[0] or all(there[1:])
    return not there[0] or any(there[1:])
