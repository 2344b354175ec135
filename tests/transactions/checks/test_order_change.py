"""Business rules for changes: what no seller can do is stopped, what only a change may say is let through."""

import io

import pytest

from mappings.services.standard_mapping import standard_mapping
from partners.policies import Policies
from tests.transactions.x12 import Order, isa_of, x12
from transactions.pipeline.preview import preview
from transactions.pipeline.translate import Terms, Translated

HEAD = "BCH*04*SA*PO-1***20261121*****20261122"


def change(*segments: str) -> Translated:
    content = (
        x12(isa_of(Order(segments=(HEAD, *segments)))).replace(b"ST*850*", b"ST*860*").replace(b"GS*PO*", b"GS*PC*")
    )
    items = preview(
        io.BytesIO(content),
        lambda interchange, group, set_id: Terms(standard_mapping(set_id, group.version), Policies()),
    )
    (found,) = [item.translated for item in items if item.translated is not None]
    return found


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("POC*1*CA*5**EA*2", []),
        ("POC*1*CA*0**EA*2", ["quantity-not-positive"]),
        ("POC*1*DI*0**EA*2", []),
        ("POC*1*DI", []),
    ],
)
def test_a_line_may_be_ordered_no_longer_only_when_it_is_taken_back(line: str, codes: list[str]) -> None:
    found = change(line, "CTT*1")
    assert found.schema == "order-change/1"
    assert [one.code for one in found.findings] == codes
    assert found.outcome == ("rejected" if codes else "accepted")


def test_a_change_of_the_header_needs_no_lines_and_is_found_by_the_order() -> None:
    found = change("DTM*002*20261201")
    assert found.outcome == "accepted"
    assert found.promoted is not None
    assert (found.promoted.business_key, found.promoted.purpose) == ("PO-1", "change")
    assert str(found.promoted.requested_date) == "2026-12-01"
