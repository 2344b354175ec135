"""Sets of X12 as people write them down, mapped by the standard mappings."""

from typing import Any

from mappings.engine.findings import Finding, Place
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.validator import validator_for
from mappings.library import index

DELIMITERS = Delimiters(element="*", segment="~", component=">", repetition="^")


def mapped(set_id: str, *segments: str, release: str = "004010") -> dict[str, Any]:
    """The canonical form of a set that is given without ST and SE."""
    return mapped_and_found(set_id, *segments, release=release)[0]


def mapped_and_found(set_id: str, *segments: str, release: str = "004010") -> tuple[dict[str, Any], list[Finding]]:
    """The canonical form of a set that is given without ST and SE, and the findings of reading and mapping it."""
    whole = [f"ST*{set_id}*0001", *segments, f"SE*{len(segments) + 2}*0001"]
    raw = "".join(f"{segment}~" for segment in whole).encode()
    reading = validator_for(set_id, release).read(raw, DELIMITERS, Place())
    found = index.find("x12", set_id, release[:6])
    assert found is not None
    result = index.compiled(found.name).apply(reading.tree, {"group.version": release}, reading.segments)
    return result.body, reading.findings + result.findings
