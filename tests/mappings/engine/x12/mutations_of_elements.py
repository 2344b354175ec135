"""Faults of elements and of the conditions between them; see `mutations`."""

import msgspec

from mappings.engine.findings import Code
from mappings.engine.x12.structure import SegmentDef
from tests.mappings.engine.x12.generator import broken
from tests.mappings.engine.x12.mutations import Mutation, Mutator, kind


@kind
def element_missing(mutator: Mutator) -> Mutation | None:
    for at, position, element in mutator.values():
        row = mutator.document[at]
        others = [value for i, value in enumerate(row[1:], 1) if value and i != position]
        if element.mandatory and others and not _touched(mutator.definition(row[0]), position):
            return mutator.replaced(at, position, "", Code.ELEMENT_MISSING)
    return None


@kind
def element_too_long(mutator: Mutator) -> Mutation | None:
    for at, position, element in mutator.values():
        if element.type in ("AN", "R") and 0 < element.max < 100 and not element.codes:
            return mutator.replaced(at, position, "9" * (element.max + 1), Code.ELEMENT_TOO_LONG)
    return None


@kind
def element_too_short(mutator: Mutator) -> Mutation | None:
    for at, position, element in mutator.values():
        if element.type == "AN" and element.min > 1:
            return mutator.replaced(at, position, "A" * (element.min - 1), Code.ELEMENT_TOO_SHORT)
    return None


@kind
def number_invalid(mutator: Mutator) -> Mutation | None:
    for at, position, element in mutator.values():
        if element.type == "R" or element.type[0] == "N":
            return mutator.replaced(at, position, "x", Code.ELEMENT_CHARACTER_INVALID)
    return None


@kind
def control_character(mutator: Mutator) -> Mutation | None:
    for at, position, element in mutator.values():
        if element.type == "AN" and element.min <= 3 <= element.max:
            return mutator.replaced(at, position, "A\x07B", Code.ELEMENT_CHARACTER_INVALID)
    return None


@kind
def date_invalid(mutator: Mutator) -> Mutation | None:
    for at, position, element in mutator.values():
        if element.type == "DT":
            return mutator.replaced(at, position, "20261399"[-max(element.min, 6) :], Code.ELEMENT_DATE_INVALID)
    return None


@kind
def time_invalid(mutator: Mutator) -> Mutation | None:
    for at, position, element in mutator.values():
        if element.type == "TM":
            return mutator.replaced(at, position, "2561", Code.ELEMENT_TIME_INVALID)
    return None


@kind
def code_unknown(mutator: Mutator) -> Mutation | None:
    for at, position, element in mutator.values():
        codes = mutator.release.codes(element.codes) if element.codes else frozenset()
        value = "~#%"[: max(element.min, 1)].replace("~", "#")
        if codes and value not in codes and len(value) == max(element.min, 1) <= element.max:
            return mutator.replaced(at, position, value, Code.ELEMENT_CODE_INVALID)
    return None


@kind
def element_too_many(mutator: Mutator) -> Mutation | None:
    for at in mutator.places():
        row = mutator.document[at]
        allowed = len(mutator.definition(row[0]).elements)
        if row[0] in ("BIN", "BDS"):
            continue
        document = mutator.copy()
        document[at] = [*row, *[""] * (allowed + 1 - len(row)), "X"]
        return Mutation(document, Code.ELEMENT_TOO_MANY, at + 1, allowed + 1, row[0])
    return None


@kind
def condition_of_a_pair(mutator: Mutator) -> Mutation | None:
    return _without_partner(mutator, "P")


@kind
def condition_on_another(mutator: Mutator) -> Mutation | None:
    return _without_partner(mutator, "C")


def _without_partner(mutator: Mutator, note_kind: str) -> Mutation | None:
    for at in mutator.places():
        row = mutator.document[at]
        definition = mutator.definition(row[0])
        sent = {i for i, value in enumerate(row[1:], 1) if value}
        for note in definition.notes:
            if note.kind != note_kind or not set(note.positions) <= sent:
                continue
            dropped = note.positions[-1]
            others = [one for one in definition.notes if one is not note and dropped in one.positions]
            if others or definition.elements[dropped - 1].mandatory or row[0] in ("BSN", "IT1", "CTT"):
                continue
            return mutator.replaced(at, dropped, "", Code.ELEMENT_CONDITIONAL_MISSING)
    return None


@kind
def condition_of_at_least_one(mutator: Mutator) -> Mutation | None:
    for at in mutator.places():
        row = mutator.document[at]
        definition = mutator.definition(row[0])
        for note in definition.notes:
            kept = {i for i, value in enumerate(row[1:], 1) if value} - set(note.positions)
            other = [one for one in definition.notes if one is not note and one.kind == "R"]
            if note.kind != "R" or not kept or other:
                continue
            whole = {i for i in kept if not _touched(definition, i)}
            if not whole or not {i for i, one in enumerate(definition.elements, 1) if one.mandatory} <= whole:
                continue
            document = mutator.copy()
            document[at] = [row[0], *(value if i in whole else "" for i, value in enumerate(row[1:], 1))]
            return Mutation(document, Code.ELEMENT_CONDITIONAL_MISSING, at + 1, note.positions[0], row[0])
    return None


@kind
def condition_of_exclusion(mutator: Mutator) -> Mutation | None:
    for at in mutator.places():
        row = mutator.document[at]
        definition = mutator.definition(row[0])
        sent = {i for i, value in enumerate(row[1:], 1) if value}
        for note in definition.notes:
            if note.kind != "E" or len(sent & set(note.positions)) != 1:
                continue
            added = next(position for position in note.positions if position not in sent)
            alone = msgspec.structs.replace(definition, notes=tuple(one for one in definition.notes if one is not note))
            if broken(alone, sent | {added}):
                continue
            generator_value = "1" * max(definition.elements[added - 1].min, 1)
            document = mutator.copy()
            document[at] = [*row, *[""] * (added + 1 - len(row))]
            document[at][added] = generator_value
            if definition.elements[added - 1].codes or definition.elements[added - 1].type not in ("AN", "R"):
                continue
            second = [position for position in note.positions if position in sent | {added}][1]
            return Mutation(document, Code.ELEMENT_EXCLUDED, at + 1, second, row[0])
    return None


def _touched(definition: SegmentDef, position: int) -> bool:
    """Is there a condition on this element?"""
    return any(position in note.positions for note in definition.notes)
