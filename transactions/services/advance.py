"""Take work as far as it goes here, and ring for what others should do."""

from uuid import UUID

from partners.services.effective_policies import house_read_once
from transactions.models import WorkUnit
from transactions.services.admit import admit_file
from transactions.services.doorbell import ring_unit
from transactions.services.finalise_file import finalise_file
from transactions.services.hold_stopped import hold_unit
from transactions.services.process_unit import process_unit
from transactions.services.split_file import split_file


@house_read_once()
def advance_file(file_id: UUID) -> None:
    """Split a received file. One that makes a single unit is taken to its end here: one task a file, not three."""
    admitted = split_file(file_id)
    if admitted is None:
        return
    if not admitted:
        # Its units found no place. One may have become free while they were not yet there to be let in.
        admitted = admit_file(file_id)
    own = [unit for unit in admitted if unit.file_id == file_id]
    ring_units([unit for unit in admitted if unit.file_id != file_id])
    if len(own) == 1:
        advance_unit(own[0].pk)
        return
    ring_units(own)
    if not own:
        finalise_file(file_id)


@house_read_once()
def advance_unit(unit_id: UUID) -> None:
    """Process a unit, ring for those that it let in, and finalise its file when it was the last.

    One whose agreement stopped after it was routed is held instead.
    """
    processed = process_unit(unit_id)
    if processed is None:
        hold_unit(unit_id)
        return
    ring_units(processed.admitted)
    if processed.settled:
        finalise_file(processed.file_id)


def ring_units(units: list[WorkUnit]) -> None:
    """Ring the doorbell of each."""
    for unit in units:
        ring_unit(unit)
