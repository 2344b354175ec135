"""Clean rows are read and mapped in one go; people see of that nothing but the time it takes."""

import io
from collections.abc import Iterator

import msgspec
import pytest

from mappings.engine.findings import Code
from mappings.engine.text.detect import for_part
from mappings.engine.text.reader import DocumentFound, SheetClosed, SheetOpened, scan
from mappings.library import index
from partners.policies import Policies
from tests.mappings.engine.text.golden import LAYOUTS, cases, source
from transactions.pipeline import text_rows
from transactions.pipeline.batches import TextBatch
from transactions.pipeline.judge import Translated, translate
from transactions.pipeline.planned_units import Span
from transactions.pipeline.text_rows import readings_at
from transactions.states import DocumentOutcome, Verdict

HEADER = b"po_number,po_line,sku,qty_ordered,uom,unit_cost,extended_cost\n"
CLEAN = b"PO-1,1,A-1,2,EA,1.50,3.00\nPO-1,2,A-2,1,EA,2,2\n"
FAULTY = b"PO-2,1,A-1,two,EA,1.50,3.00\n"
BARE = b"PO-3,1,A-1,,EA,1.50,3.00\n"


def planned(data: bytes) -> tuple[TextBatch, list[Span], str]:
    """A file as splitting plans it, and the name of its mapping."""
    spans: list[Span] = []
    batch, name = None, ""
    for event in scan(io.BytesIO(data), layouts=LAYOUTS):
        if isinstance(event, SheetOpened) and event.detection.layout is not None:
            batch = TextBatch(event.detection.layout, for_part(event.detection))
            name = index.layouts()[batch.layout.name][0].name
        elif isinstance(event, DocumentFound):
            spans.append((event.offset, event.length, event.ordinal, event.numbers[0] - 1))
        elif isinstance(event, SheetClosed) and batch is not None:
            batch = msgspec.structs.replace(batch, has_asides=event.asides > 0)
    assert batch is not None
    return batch, spans, name


def outcomes(data: bytes, *, at_once: bool) -> Iterator[tuple[object, ...]]:
    """What becomes of each document, and whether it was mapped when it was read."""
    batch, spans, name = planned(data)
    mapping = index.compiled(name)
    about = Translated(batch.kind, "", Verdict.ACCEPTED, DocumentOutcome.FAILED, [])
    for place, read in readings_at(io.BytesIO(data), spans, batch, mapping if at_once else None):
        made = translate(read, mapping, Policies(), about)
        seen = [getattr(made, field) for field in Translated.__struct_fields__ if field != "microseconds"]
        yield (place, read().place, *seen)


def mapped(data: bytes) -> list[bool]:
    """Which documents were mapped when they were read."""
    batch, spans, name = planned(data)
    return [bool(read().body) for _, read in readings_at(io.BytesIO(data), spans, batch, index.compiled(name))]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parts[-3]}/{case.name}")
def test_what_becomes_of_a_file_is_the_same_as_by_the_complete_way(case: object) -> None:
    data = source(case).read_bytes()  # type: ignore[arg-type]

    assert list(outcomes(data, at_once=True)) == list(outcomes(data, at_once=False))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (CLEAN + FAULTY + BARE, [True, False, True]),
        (FAULTY + CLEAN, [False, True]),
        (CLEAN + b'PO-4,1,"A,1,EA\n' + BARE, [False, False, False]),
        (CLEAN + b"PO-4,1,A\xff,1,EA,1,1\n", [True, True]),
        (CLEAN + BARE + CLEAN, [True, True, False]),  # rows of a document stand apart
        (b"\n,,,,,,\n" + CLEAN + b"\n\n" + BARE + b"\n", [True, True]),
    ],
    ids=["one of them", "the first", "an open quote", "another encoding", "apart", "blank rows"],
)
def test_only_what_is_not_sure_is_read_completely(rows: bytes, expected: list[bool]) -> None:
    assert mapped(HEADER + rows) == expected
    assert list(outcomes(HEADER + rows, at_once=True)) == list(outcomes(HEADER + rows, at_once=False))


def test_a_business_finding_names_the_cell_all_the_same() -> None:
    data = HEADER + CLEAN + b"PO-5,1,A-1,-2,EA,1.50,9.99\n"

    assert mapped(data) == [True, True]
    *_, last = outcomes(data, at_once=True)
    found = [one for one in last[6] if one.place.row == 4]  # type: ignore[attr-defined]
    assert found, last
    assert list(outcomes(data, at_once=True)) == list(outcomes(data, at_once=False))


def test_a_unit_that_is_too_large_for_memory_is_read_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_rows, "LARGEST", 10)

    assert mapped(HEADER + CLEAN) == [False]


def test_what_cannot_be_read_is_named() -> None:
    *_, last = outcomes(HEADER + CLEAN + FAULTY, at_once=True)

    assert [one.code for one in last[6]] == [Code.NUMBER_INVALID]  # type: ignore[attr-defined]
