"""Find the mapping of one's own that fits a header, whatever became of it so far."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from mappings.engine.text.detect import SAMPLE, detect
from mappings.engine.text.layouts import fitting, specificity
from mappings.engine.text.settings import Layout, TextSettings
from mappings.models import MappingVersion, VersionStatus

CONSIDERED = 500
"""Versions that are looked at, the newest first."""
RANK = {VersionStatus.PUBLISHED: 3, VersionStatus.SUBMITTED: 2, VersionStatus.DRAFT: 1}


class _Fit(NamedTuple):
    columns: int
    optional: int
    rank: int
    pk: int


def fitting_version(names: Sequence[str], raw: bytes = b"") -> MappingVersion | None:
    """The version whose layout asks for most of these columns and has all that it needs; retired ones do not count.

    raw: the first bytes of the file, for layouts that say in which form it has their columns.
    Of one layout the published version goes before the submitted one and that before a draft. Two queries.
    """
    rows = (
        MappingVersion.objects.filter(mapping__standard="TEXT", mapping__is_library=False)
        .exclude(status=VersionStatus.RETIRED)
        .order_by("-pk")
        .values_list("pk", "status", "declaration__source")
    )
    fits = [
        fit for pk, status, source in rows[:CONSIDERED] if (fit := _fit(names, raw, pk, status, source)) is not None
    ]
    if not fits:
        return None
    versions = MappingVersion.objects.select_related("mapping", "submitted_by").defer("declaration")
    return versions.get(pk=max(fits).pk)


def _fit(names: Sequence[str], raw: bytes, pk: int, status: str, source: Any) -> _Fit | None:
    layout = _layout(source)
    if layout is None or not layout.columns:
        return None
    if not fitting(names, [layout]):
        names = detect(raw, layouts=[layout], whole=len(raw) < SAMPLE).columns if _has_form(layout) else ()
        if not fitting(names, [layout]):
            return None
    return _Fit(*specificity(names, layout), RANK[VersionStatus(status)], pk)


def _has_form(layout: Layout) -> bool:
    return layout.settings.form != TextSettings()


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
