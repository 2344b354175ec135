"""XML: the records of a unit, read."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import BinaryIO

from mappings.engine.express.xml.lane import XmlLane, telling_lane, xml_lane
from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.xml import reader
from mappings.engine.xml.envelope import recognise
from mappings.engine.xml.tree import Element
from mappings.library import index
from transactions.pipeline.judge import Reading
from transactions.pipeline.planned_units import Span


def scan(stream: BinaryIO) -> Iterator[reader.XmlRecord | reader.XmlStray]:
    """The records of a file, and what each is; those that are like others without a parser."""
    return reader.scan(stream, telling_lane())


def read_record(record: reader.XmlRecord, place: Place) -> Reading:
    """Read one record in one walk; one that is surely clean was mapped already."""
    return read_at_once(record, place) or read_completely(record, place)


def read_at_once(record: reader.XmlRecord, place: Place) -> Reading | None:
    """A record that a lane has mapped; None for any other."""
    if not record.body:
        return None
    return Reading(
        record.kind,
        record.envelope.control_number,
        None,
        (),
        reader.context_of(record),
        [],
        place,
        body=record.body,
        complete=lambda: read_completely(record, place),
    )


def read_completely(record: reader.XmlRecord, place: Place) -> Reading:
    """Any record, with every fault that it has."""
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


def readings(
    stream: BinaryIO, spans: Sequence[Span], mapping: CompiledMapping | None = None
) -> Iterator[tuple[Place, Callable[[], Reading]]]:
    """The records of a file that stand at these spans, in their order, each with a function that reads it, to be called
    before the next is asked for.

    mapping: by which those that are surely clean are mapped at once.
    """
    lane = xml_lane(mapping) if mapping is not None else None
    if all(offset >= 0 for offset, *_ in spans):
        records = reader.Records(stream, lane)
        for offset, length, ordinal, line in spans:
            place = Place(offset=offset, set=ordinal, line=line)
            yield place, partial(_read_again, records, place, length)
        return
    # Where byte offsets cannot be told, one walk over the file finds them all.
    stream.seek(0)
    wanted = {span[2] for span in spans}
    for found in reader.scan(stream, lane):
        if isinstance(found, reader.XmlRecord) and found.ordinal in wanted:
            place = place_of_record(found)
            yield place, partial(read_record, found, place)


def _read_again(records: reader.Records, place: Place, length: int) -> Reading:
    found = records.at(place.set, place.offset, length, place.line)
    if isinstance(found, reader.XmlStray):
        raise RuntimeError(f"the record at byte {found.offset} cannot be found again")
    return read_record(found, place)


class StandardLanes:
    """A `Glance` that maps each record by the standard mapping of its kind."""

    def see(self, text: bytes, dtd_version: str, inner: bool) -> reader.Seen | None:
        told = telling_lane().see(text, dtd_version, inner)
        lane = _standard_lane(told.kind) if told is not None else None
        return lane.see(text, dtd_version, inner) if lane is not None else told

    def learn(self, text: bytes, root: Element, record: Element, inner: bool) -> None:
        telling_lane().learn(text, root, record, inner)
        lane = _standard_lane(recognise(record).kind)
        if lane is not None:
            lane.learn(text, root, record, inner)


def _standard_lane(kind: str) -> XmlLane | None:
    entry = index.find("xml", kind, "")
    return xml_lane(index.compiled(entry.name)) if entry is not None else None


def no_standard_mapping(record: reader.XmlRecord) -> Finding:
    message = f"There is no standard mapping for {record.kind or record.name}."
    return finding(Code.MAPPING_MISSING, message, Place(offset=record.offset, line=record.line))
