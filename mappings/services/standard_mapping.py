"""The mapping of the library for a document, without any database."""

from mappings.engine.rules.compiler import CompiledMapping
from mappings.library import index

RELEASE_DIGITS = 6
OTHER_DOCUMENTS = {"820": ("X061", "X218", "X306"), "832": ("X304",)}
"""Guides whose documents share nothing but the set with those of trade: premiums and fees of health care."""


def standard_mapping(set_id: str, version: str) -> CompiledMapping | None:
    """The library's mapping for ST01 and GS08: that for the release, else one for the set, which takes the nearest.

    None for a guide of health insurance that uses a set of trade for another document.
    """
    if version[RELEASE_DIGITS:].startswith(OTHER_DOCUMENTS.get(set_id, ())):
        return None
    exact = index.find("x12", set_id, version[:RELEASE_DIGITS])
    for_set = (entry for entry in index.entries().values() if (entry.format, entry.set_id) == ("x12", set_id))
    entry = exact or next(for_set, None)
    return index.compiled(entry.name) if entry else None
