"""Documents like the golden ones, but with other texts, come back as they were."""

import io
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.engine.outbound.xml import write_xml
from mappings.engine.xml.reader import XmlRecord, read, scan
from mappings.library import index
from tests.mappings.engine.outbound.round_trips import differing
from tests.mappings.engine.xml import golden

WHOLE = ("ubl-order/oasis-20", "ubl-invoice/oasis-20", "ubl-despatch-advice/oasis-20", "cxml-order/two-lines")
FREE = {"city", "text", "number", "line_id"}
FEW = max(4, settings().max_examples // 10)  # a document takes a tenth of a second
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn")), min_size=1, max_size=8
)


@cache
def golden_body(name: str, folder: str) -> dict[str, Any]:
    """The first document of a golden case; `changed` makes others of it."""
    bodies, _ = golden.outcome(index.LIBRARY / name / "cases" / folder)
    return bodies[0]


def changed(node: Any, text: str) -> Any:
    """The same document with something before its free texts."""
    if isinstance(node, dict):
        return {
            name: f"{text}{value}" if name in FREE and isinstance(value, str) else changed(value, text)
            for name, value in node.items()
        }
    return [changed(item, text) for item in node] if isinstance(node, list) else node


@pytest.mark.parametrize("case", WHOLE)
@settings(max_examples=FEW, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_other_texts_come_back(case: str, text: str) -> None:
    name, _, folder = case.partition("/")
    mapping = index.compiled(name)
    before = changed(golden_body(name, folder), text)
    written = write_xml(mapping.declaration, before)
    (record,) = scan(io.BytesIO(written.raw))
    assert isinstance(record, XmlRecord)
    reading = read(record)
    assert differing(before, mapping.apply(reading.tree, {}, reading.places).body) == []
