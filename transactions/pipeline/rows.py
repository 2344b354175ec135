"""The rows that planned interchanges and batches become, before anything is decided about them."""

from collections.abc import Iterator
from itertools import accumulate, chain
from typing import NamedTuple

import msgspec
from django.conf import settings

from config.core.ids import derived_uuid7
from mappings.engine.findings import Place, has_errors
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from transactions.models import FunctionalGroup, InboundFile, Interchange, WorkUnit
from transactions.pipeline.batches import Batch, XmlBatch, batch_of
from transactions.pipeline.plan import PlannedBatch, PlannedGroup, PlannedInterchange
from transactions.pipeline.planned_units import PlannedUnits
from transactions.pipeline.storable import storable_findings, storable_json, storable_text
from transactions.states import UnitState


class InterchangeRows(NamedTuple):
    interchange: Interchange
    groups: list[FunctionalGroup]
    units: Iterator[WorkUnit]


class BatchRows(NamedTuple):
    group: FunctionalGroup
    units: Iterator[WorkUnit]


def rows_of(file: InboundFile, planned: PlannedInterchange, first_unit: int) -> InterchangeRows:
    """Unsaved rows with derived ids, of units one after the other. Units are HELD until routing lets them go.

    first_unit: ordinal of the first unit within the file, from 1.
    """
    header = planned.header
    interchange = Interchange(
        id=derived_uuid7(file.pk, "interchange", planned.ordinal),
        file=file,
        ordinal=planned.ordinal,
        environment=file.environment,
        control_number=storable_text(header.control_number, 20),
        sender=storable_text(f"{header.sender_qualifier}:{header.sender_id}", 40),
        receiver=storable_text(f"{header.receiver_qualifier}:{header.receiver_id}", 40),
        header=storable_json(header),
        delimiters=storable_json(planned.delimiters),
        offset=planned.offset,
        length=planned.length,
        findings=storable_findings(planned.findings, settings.FINDINGS_PER_ATTEMPT),
        has_errors=has_errors(planned.findings),
    )
    groups = [_group(interchange, group) for group in planned.groups]
    numbers = accumulate((len(group.units) for group in planned.groups), initial=first_unit)
    each = (
        _units(file, group, planned_group.units, first)
        for group, planned_group, first in zip(groups, planned.groups, numbers, strict=False)
    )
    return InterchangeRows(interchange, groups, chain.from_iterable(each))


def rows_of_batch(file: InboundFile, planned: PlannedBatch, first_unit: int) -> BatchRows:
    """As `rows_of`, for a batch of a file that has no interchanges."""
    header = planned.header
    group = FunctionalGroup(
        id=derived_uuid7(file.pk, "batch", planned.ordinal),
        file=file,
        format="xml" if isinstance(header, XmlBatch) else "text",
        ordinal=planned.ordinal,
        version=storable_text(header.version, 40),
        header=storable_json(header),
        set_count=planned.set_count,
        findings=storable_findings(planned.findings, settings.FINDINGS_PER_ATTEMPT),
        has_errors=has_errors(planned.findings),
    )
    return BatchRows(group, _units(file, group, planned.units, first_unit))


def _units(file: InboundFile, group: FunctionalGroup, planned: PlannedUnits, first: int) -> Iterator[WorkUnit]:
    for ordinal, unit in enumerate(planned, first):
        yield WorkUnit(
            id=derived_uuid7(file.pk, "unit", ordinal),
            file=file,
            group=group,
            ordinal=ordinal,
            first_document=unit.first_document,
            spans=unit.spans,
            set_id=storable_text(unit.set_id, 40),
            environment=file.environment,
            lane=file.lane,
            state=UnitState.HELD,
            changed_at=file.received_at,
        )


def _group(interchange: Interchange, planned: PlannedGroup) -> FunctionalGroup:
    header = planned.header
    return FunctionalGroup(
        id=derived_uuid7(interchange.pk, "group", planned.ordinal),
        file=interchange.file,
        interchange=interchange,
        ordinal=planned.ordinal,
        functional_id=storable_text(header.functional_id, 10),
        control_number=storable_text(header.control_number, 20),
        version=storable_text(header.version, 20),
        header=storable_json(header),
        set_count=planned.set_count,
        findings=storable_findings(planned.findings, settings.FINDINGS_PER_ATTEMPT),
        has_errors=has_errors(planned.findings),
    )


def interchange_header(interchange: Interchange) -> InterchangeHeader:
    """The ISA as it was read."""
    return msgspec.convert(interchange.header, InterchangeHeader)


def group_header(group: FunctionalGroup) -> GroupHeader:
    """The GS as it was read."""
    return msgspec.convert(group.header, GroupHeader)


def delimiters_of(interchange: Interchange) -> Delimiters:
    return msgspec.convert(interchange.delimiters, Delimiters)


def batch_header(group: FunctionalGroup) -> Batch:
    """What the documents of a batch have in common, as it was read."""
    return batch_of(group.format, group.header)


def place_of(interchange: Interchange, group: FunctionalGroup | None = None) -> Place:
    """Where an envelope begins; for findings about it."""
    return Place(
        offset=interchange.offset, interchange=interchange.ordinal, group=group.ordinal if group is not None else 0
    )
