"""Many documents in one interchange: groups by kind and release, numbers one after another."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from mappings.engine.x12.functional_groups import group_of
from mappings.engine.x12.writer import (
    OutboundEnvelope,
    Replacement,
    SegmentWriter,
    UnwritableValue,
    Value,
    functional_group,
    interchange,
    transaction_set,
)

_LAST_NUMBER = 999_999_999  # GS06 and ST02 have nine digits


class OutboundSet(msgspec.Struct, frozen=True):
    """One document to be written. body: [segment id, element 1, …] each, without ST and SE.

    functional_id: GS01; by default that of the set. convention: ST03.
    """

    set_id: str
    body: Sequence[Sequence[Value]]
    functional_id: str = ""
    convention: str = ""


class WrittenSet(msgspec.Struct, frozen=True):
    """The numbers under which a document went out: GS01, GS06 and ST02, by which its acknowledgment names it."""

    functional_id: str
    group_control: int
    set_control: str


class Batch(msgspec.Struct, frozen=True):
    """data: the interchange. sets: in the order given. next_group, next_set: the numbers that are free now."""

    data: bytes
    sets: tuple[WrittenSet, ...]
    next_group: int
    next_set: int
    replacements: tuple[Replacement, ...] = ()


def write_batch(envelope: OutboundEnvelope, documents: Sequence[OutboundSet], replace_by: str | None = None) -> Batch:
    """Write documents into one interchange, each kind in a group of its own, in the order of their first document.

    envelope: group_control and set_control are the first numbers to use. replace_by: see SegmentWriter.
    Raises UnwritableValue when a value cannot be written, GS01 of a set is not known, or numbers run out.
    """
    writer = SegmentWriter(envelope.delimiters, replace_by)
    kinds: dict[str, list[int]] = {}
    for index, document in enumerate(documents):
        kinds.setdefault(_functional_id(document), []).append(index)
    group_control, set_control = envelope.group_control, envelope.set_control
    if group_control + len(kinds) - 1 > _LAST_NUMBER or set_control + len(documents) - 1 > _LAST_NUMBER:
        raise UnwritableValue("The control numbers of groups and sets have at most 9 digits")
    groups = []
    written: dict[int, WrittenSet] = {}
    for functional_id, indexes in kinds.items():
        sets = []
        for index in indexes:
            one = documents[index]
            sets.append(transaction_set(writer, one.set_id, set_control, one.body, one.convention))
            written[index] = WrittenSet(functional_id, group_control, f"{set_control:04d}")
            set_control += 1
        groups.append(functional_group(writer, replace(envelope, group_control=group_control), functional_id, sets))
        group_control += 1
    data = interchange(writer, envelope, groups)
    in_order = tuple(written[index] for index in range(len(documents)))
    return Batch(data, in_order, group_control, set_control, tuple(writer.replacements))


def _functional_id(document: OutboundSet) -> str:
    known = document.functional_id or next(iter(group_of(document.set_id)), "")
    if not known:
        raise UnwritableValue(f"It is not known which functional group set {document.set_id} belongs in")
    return known
