"""Find the mapping of one's own that fits a header, whatever became of it so far."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from mappings.engine.text.header import folded
from mappings.engine.text.settings import Layout
from mappings.models import MappingVersion, VersionStatus

CONSIDERED = 500
"""Versions that are looked at, the newest first."""
RANK = {VersionStatus.PUBLISHED: 3, VersionStatus.SUBMITTED: 2, VersionStatus.DRAFT: 1}


class _Fit(NamedTuple):
    columns: int
    optional: int
    rank: int
    pk: int


def fitting_version(names: Sequence[str]) -> MappingVersion | None:
    """The version whose layout asks for most of these columns and has all that it needs; retired ones do not count.

    Of one layout the published version goes before the submitted one and that before a draft. Two queries.
    """
    present = {folded(name) for name in names}
    rows = (
        MappingVersion.objects.filter(mapping__standard="TEXT", mapping__is_library=False)
        .exclude(status=VersionStatus.RETIRED)
        .order_by("-pk")
        .values_list("pk", "status", "declaration__source")
    )
    fits = [fit for pk, status, source in rows[:CONSIDERED] if (fit := _fit(present, pk, status, source)) is not None]
    if not fits:
        return None
    versions = MappingVersion.objects.select_related("mapping", "submitted_by").defer("declaration")
    return versions.get(pk=max(fits).pk)


def _fit(present: set[str], pk: int, status: str, source: Any) -> _Fit | None:
    layout = _layout(source)
    if layout is None or not layout.columns or not present.issuperset(map(folded, layout.columns)):
        return None
    return _Fit(
        len(layout.columns), sum(folded(name) in present for name in layout.optional), RANK[VersionStatus(status)], pk
    )


def _layout(source: Any) -> Layout | None:
    """The layout in a source section; None for what a draft may hold instead of one."""
    if not isinstance(source, dict) or source.get("format") != "text":
        return None
    try:
        return msgspec.convert(
            {"name" if key == "layout" else key: value for key, value in source.items() if key != "format"}, Layout
        )
    except msgspec.ValidationError:
        return None
