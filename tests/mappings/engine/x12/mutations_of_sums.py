"""Faults of header, levels, totals, composites and repetitions; see `mutations`."""

from mappings.engine.findings import Code
from mappings.engine.x12.balances import TOTALS
from mappings.engine.x12.structure import LoopUse, SegmentUse
from tests.mappings.engine.x12.mutations import Mutation, Mutator, kind


@kind
def control_number_invalid(mutator: Mutator) -> Mutation:
    document = mutator.copy()
    document[0][2] = document[-1][2] = "1"
    return Mutation(document, Code.SET_CONTROL_INVALID, 1, 2, "ST")


@kind
def set_identifier_wrong(mutator: Mutator) -> Mutation:
    return mutator.replaced(0, 1, "99X", Code.SET_IDENTIFIER_INVALID)


@kind
def level_number_twice(mutator: Mutator) -> Mutation | None:
    """One level more at the end, with the number of the first."""
    levels = [at for at, row in enumerate(mutator.document) if row[0] == "HL"]
    if not levels:
        return None
    inside = {use.segment for loop in _loops_of_levels(mutator) for use in loop.children if isinstance(use, SegmentUse)}
    stop = next(at for at in range(levels[-1] + 1, len(mutator.document)) if mutator.document[at][0] not in inside)
    made = mutator.inserted([*mutator.document[levels[0]]], stop, Code.LEVEL_NUMBER_DUPLICATE)
    totals = TOTALS.get(mutator.structure.set_id)
    for row in made.document:
        if row[0] == "CTT" and totals and totals.counted == "HL":
            row[1] = str(len(levels) + 1)
    made.element = 1
    return made


def _loops_of_levels(mutator: Mutator) -> list[LoopUse]:
    return [use for use in mutator.structure.children if isinstance(use, LoopUse) and use.trigger == "HL"]


@kind
def level_children_wrong(mutator: Mutator) -> Mutation | None:
    levels = [at for at, row in enumerate(mutator.document) if row[0] == "HL"]
    if not levels:
        return None
    document = mutator.copy()
    document[levels[-1]] = [*document[levels[-1]][:4], "1"]
    return Mutation(document, Code.LEVEL_CHILDREN_MISMATCH, levels[-1] + 1, 4, "HL")


@kind
def hash_total_wrong(mutator: Mutator) -> Mutation | None:
    at = next((at for at in mutator.places() if mutator.document[at][0] == "CTT"), None)
    totals = TOTALS.get(mutator.structure.set_id)
    summed = totals and [row for row in mutator.document if row[0] == totals.summed and len(row) > totals.element]
    if at is None or not totals or not summed or not any(row[totals.element] for row in summed):
        return None
    document = mutator.copy()
    document[at] = [*document[at], "987654321"]
    return Mutation(document, Code.HASH_TOTAL_MISMATCH, at + 1, 2, "CTT")


@kind
def component_too_many(mutator: Mutator) -> Mutation | None:
    for at in mutator.places():
        row = mutator.document[at]
        for position, element in enumerate(mutator.definition(row[0]).elements[: len(row) - 1], 1):
            if row[position] and element.type == "composite":
                missing = len(element.components) - len(row[position].split(">"))
                return mutator.replaced(
                    at, position, row[position] + ">" * (missing + 1) + "X", Code.COMPONENT_TOO_MANY
                )
    return None


@kind
def component_invalid(mutator: Mutator) -> Mutation | None:
    """A component that is too long, at the end of its composite."""
    for at in mutator.places():
        row = mutator.document[at]
        for position, element in enumerate(mutator.definition(row[0]).elements[: len(row) - 1], 1):
            parts = row[position].split(">") if element.type == "composite" and row[position] else []
            last = element.components[len(parts) - 1] if parts else None
            if last and last.type in ("AN", "R", "ID") and 0 < last.max < 100:
                value = ">".join([*parts[:-1], "9" * (last.max + 1)])
                return mutator.replaced(at, position, value, Code.ELEMENT_TOO_LONG)
    return None


@kind
def element_repeated(mutator: Mutator) -> Mutation | None:
    """Only where elements repeat at all: from 00402 on, with a separator for it."""
    if mutator.release.name < "005010":
        return None
    for at, position, element in mutator.values():
        if element.repeats == 1 and element.type == "AN":
            value = mutator.document[at][position]
            made = mutator.replaced(at, position, f"{value}^{value}", Code.ELEMENT_REPEATED)
            made.repetition = "^"
            return made
    return None
