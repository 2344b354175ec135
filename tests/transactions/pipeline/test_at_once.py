"""A clean X12 set is validated and mapped in one go; people see of that nothing but the time it takes."""

from pathlib import Path

import pytest

from mappings.engine.findings import Code, Place
from mappings.engine.x12.envelope import GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.overlay import CompiledOverlay, read_overlay
from mappings.library import index
from mappings.services.standard_mapping import standard_mapping
from partners.policies import Policies
from transactions.pipeline.judge import Translated, translate
from transactions.pipeline.translate import SetContext, context_values, read_at_once, read_set, translate_set
from transactions.states import DocumentOutcome, Verdict

PLACE = Place(offset=0, interchange=1, group=1, set=1)
ORDERS = index.LIBRARY / "x12-850-order" / "cases"


def first_set(case: str, policies: Policies | None = None) -> tuple[bytes, SetContext]:
    path: Path = ORDERS / case / "input.edi"
    data = path.read_bytes()
    with path.open("rb") as stream:
        events = list(scan(stream))
    interchange = next(event for event in events if isinstance(event, InterchangeOpened))
    group = next(event for event in events if isinstance(event, GroupOpened))
    found = next(event for event in events if isinstance(event, SetFound))
    context = SetContext(
        found.set_id,
        group.header.version,
        interchange.delimiters,
        standard_mapping(found.set_id, group.header.version),
        policies or Policies(),
        context_values(interchange.header, group.header, interchange.delimiters),
        group.header.functional_id,
        interchange.header.version,
    )
    return data[found.offset : found.offset + found.length], context


def completely(raw: bytes, context: SetContext) -> Translated:
    about = Translated(context.set_id, "", Verdict.ACCEPTED, DocumentOutcome.FAILED, [])
    return translate(lambda: read_set(raw, context, PLACE), context.mapping, context.policies, about)


def seen(translated: Translated) -> list[object]:
    return [getattr(translated, name) for name in Translated.__struct_fields__ if name != "microseconds"]


@pytest.mark.parametrize("case", ["snack-cases", "every-text-005010", "generated-004010"])
def test_what_becomes_of_a_clean_order_is_the_same_as_by_the_complete_way(case: str) -> None:
    raw, context = first_set(case)

    assert read_at_once(raw, context, PLACE) is not None
    assert seen(translate_set(raw, context, PLACE)) == seen(completely(raw, context))


def test_a_set_that_is_used_twice_is_still_rejected() -> None:
    raw, context = first_set("snack-cases")

    translated = translate_set(raw, context, PLACE, repeats=True)

    assert [found.code for found in translated.findings] == [Code.SET_CONTROL_DUPLICATE]


def test_what_an_agreement_demands_is_looked_at() -> None:
    raw, context = first_set("snack-cases")
    context.overlay = CompiledOverlay(
        read_overlay({"set": "850", "release": "004010", "rules": [{"at": "CSH", "use": "required"}]})
    )

    assert read_at_once(raw, context, PLACE) is None
    assert Code.OVERLAY_SEGMENT_MISSING in {found.code for found in translate_set(raw, context, PLACE).findings}
