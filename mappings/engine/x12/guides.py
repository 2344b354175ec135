"""HIPAA implementation guides, checked by pyx12 where it ships a map, behind this one door.

Only pyx12's maps and its walk through them are used. Our own reader reads the document, so that nothing is lost on the
way: pyx12's reader, its error tree and its acknowledgments drop what they cannot attach to a node. What it says becomes
findings of the overlay layer; where it fails on a segment, that is said, and the next segment is checked.
"""

import functools
import logging
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import msgspec
import pyx12.map_if
import pyx12.map_index
import pyx12.params
import pyx12.segment
from pyx12.map_walker import walk_tree

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.elements import is_date
from mappings.engine.x12.validator import SetReading

logger = logging.getLogger(__name__)

# pyx12's codes are those of AK304 and AK403.
_SEGMENT_CODES = {
    "1": Code.OVERLAY_SEGMENT_NOT_USED,
    "2": Code.OVERLAY_SEGMENT_NOT_USED,
    "3": Code.OVERLAY_SEGMENT_MISSING,
    "4": Code.OVERLAY_SEGMENT_TOO_MANY,
    "5": Code.OVERLAY_SEGMENT_TOO_MANY,
}
_ELEMENT_CODES = {
    "1": Code.OVERLAY_ELEMENT_MISSING,
    "2": Code.OVERLAY_ELEMENT_MISSING,
    "3": Code.OVERLAY_ELEMENT_NOT_USED,
    "4": Code.OVERLAY_ELEMENT_TOO_SHORT,
    "5": Code.OVERLAY_ELEMENT_TOO_LONG,
    "6": Code.ELEMENT_CHARACTER_INVALID,
    "7": Code.OVERLAY_CODE_NOT_USED,
    "8": Code.ELEMENT_DATE_INVALID,
    "9": Code.ELEMENT_TIME_INVALID,
    "10": Code.OVERLAY_ELEMENT_NOT_USED,
}
_REFERENCE = re.compile(r"(?:[A-Z][A-Z0-9]{1,2}?)?([0-9]{1,2})(?:-([0-9]+))?\Z")
# Guides have a number (005010X222A1). pyx12 has a few maps of plain sets too; those sets are ours.
_GUIDE = re.compile("00[45]010X[0-9]{3}", re.ASCII)
_GROUP_PATH = "/ISA_LOOP/GS_LOOP"


class Guide:
    """One implementation guide. Keeps nothing of what it checks."""

    def __init__(self, map_file: str) -> None:
        self.map_file = map_file
        self._map: Any = pyx12.map_if.load_map_file(map_file, pyx12.params.ParamsBase())

    def apply(self, reading: SetReading, delimiters: Delimiters) -> list[Finding]:
        """All findings of a set: those of the standard, and what the guide says beyond them.

        What the standard names already is not named again. Nothing in the document raises.
        """
        named = {(one.place.segment, one.place.element) for one in reading.findings if one.place.segment}
        faulty = {segment for segment, _ in named}
        unmatched: set[str] = set()
        own = []
        for found in self._findings(reading.segments, delimiters):
            place = found.place
            spot = (place.segment, place.element)
            if found.code is Code.OVERLAY_SEGMENT_NOT_USED:
                unmatched.add(place.segment_id)
            elif found.code is Code.OVERLAY_SEGMENT_MISSING and place.segment_id in unmatched:
                continue  # it was sent, with a value by which the guide does not know it: that is the fault
            if spot in named or (not place.element and place.segment in faulty):
                continue
            if found.code is Code.ELEMENT_DATE_INVALID and found.value < "1800" and is_date(found.value, False):
                continue  # pyx12 takes no date before 1800; the standard takes 11111111
            own.append(_from_set(found, reading.origin))
            named.add(spot)
        return sorted([*reading.findings, *reading.placed(own)], key=lambda found: found.place.segment)

    def _findings(self, segments: list[list[str]], delimiters: Delimiters) -> Iterator[Finding]:
        walker = walk_tree()
        node = self._map.getnodebypath(f"{_GROUP_PATH}/GS")
        walker.forceWalkCounterToLoopStart(_GROUP_PATH, f"{_GROUP_PATH}/GS")
        lost = False  # what follows a segment that the guide does not know is not known either: said once
        for index, row in enumerate(segments, 1):
            text = delimiters.element.join(row)
            try:
                segment = pyx12.segment.Segment(text, delimiters.segment, delimiters.element, delimiters.component)
                reached, _, _, errors = walker.walk_errors(node, segment, index, index, None)
                found = [] if lost and reached is None else [_of_segment(error, index, row[0]) for error in errors]
                lost = reached is None
                if reached is not None:
                    node = reached
                    _, faults = node.is_valid_errors(segment)
                    found += [_of_element(fault, index, row, node, delimiters) for fault in faults]
            except Exception as error:  # noqa: BLE001 - what pyx12 cannot do must not cost the partner the other findings
                logger.info("pyx12 failed on segment %s of a set by %s: %r", index, self.map_file, error)
                message = f"The guide could not be checked here ({type(error).__name__} in {self.map_file})"
                place = Place(segment=index, segment_id=row[0])
                found = [finding(Code.GUIDE_CHECK_INCOMPLETE, message, place)]
            yield from found


def _from_set(found: Finding, origin: Place) -> Finding:
    place = msgspec.structs.replace(
        found.place, interchange=origin.interchange, group=origin.group, set=origin.set, offset=origin.offset
    )
    return msgspec.structs.replace(found, place=place)


def _of_segment(error: Any, index: int, segment_id: str) -> Finding:
    code = _SEGMENT_CODES.get(error.err_cde, Code.OVERLAY_SEGMENT_NOT_USED)
    named = error.map_node.id if error.map_node is not None and code is Code.OVERLAY_SEGMENT_MISSING else segment_id
    return finding(code, error.err_str, Place(segment=index, segment_id=named or segment_id), error.err_val or "")


def _of_element(fault: Any, index: int, row: list[str], node: Any, delimiters: Delimiters) -> Finding:
    match = _REFERENCE.match(str(fault.refdes or ""))
    element, component = (int(match.group(1)), int(match.group(2) or 0)) if match else (0, 0)
    number = str(getattr(fault.map_node, "data_ele", "") or "")
    value = fault.err_val if isinstance(fault.err_val, str) else ""
    if not value and element < len(row):
        value = row[element].split(delimiters.component)[component - 1 :][0] if component else row[element]
    place = Place(segment=index, segment_id=row[0], element=element, component=component, element_id=number)
    return finding(_ELEMENT_CODES.get(fault.err_cde, Code.OVERLAY_CODE_NOT_USED), fault.err_str, place, value)


def guide_for(interchange_version: str, functional_id: str, version: str, purpose: str = "") -> Guide | None:
    """The guide for ISA12, GS01 and GS08 ("005010X222A1"), None when pyx12 ships no map for it.

    purpose: BHT02, by which the two 278s of 004010 are told apart.
    """
    if not _GUIDE.match(version):
        return None
    name = _index().get_filename(interchange_version, version, functional_id, purpose or None)
    name = name or _index().get_filename(interchange_version, version, functional_id)
    if not name or not files("pyx12").joinpath("map", name).is_file():
        return None
    return _guide(name)


@functools.cache
def _index() -> Any:
    return pyx12.map_index.map_index()


@functools.lru_cache(maxsize=32)
def _guide(name: str) -> Guide:
    return Guide(name)
