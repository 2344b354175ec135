"""XML: the records of a unit, read."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.xml import reader
from transactions.pipeline.judge import Reading
from transactions.pipeline.planned_units import Span


def read_record(record: reader.XmlRecord, place: Place) -> Reading:
    """Read one record in one walk."""
    reading = reader.read(record)
    return Reading(
        record.kind or record.name,
        record.envelope.control_number,
        reading.tree,
        reading.places,
        reader.context_of(record),
        reading.findings,
        place,
    )


def place_of_record(record: reader.XmlRecord) -> Place:
    return Place(offset=record.offset, set=record.ordinal, line=record.line)


def records_of(stream: BinaryIO, spans: Sequence[Span]) -> Iterator[reader.XmlRecord]:
    """The records of a file that stand at these spans, in their order; each is found again, as splitting found it."""
    if all(offset >= 0 for offset, *_ in spans):
        for offset, length, ordinal, line in spans:
            yield _expect(reader.record_at(stream, ordinal, offset, length, line))
        return
    # Where byte offsets cannot be told, one walk over the file finds them all.
    stream.seek(0)
    wanted = {span[2] for span in spans}
    for found in reader.scan(stream):
        if isinstance(found, reader.XmlRecord) and found.ordinal in wanted:
            yield found


def _expect(found: reader.XmlRecord | reader.XmlStray) -> reader.XmlRecord:
    if isinstance(found, reader.XmlStray):
        raise RuntimeError(f"the record at byte {found.offset} cannot be found again")
    return found


def no_standard_mapping(record: reader.XmlRecord) -> Finding:
    return finding(Code.MAPPING_MISSING, f"There is no standard mapping for {record.kind or record.name}.")
