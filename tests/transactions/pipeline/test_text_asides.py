"""A file with rows that are none of the data is split as the complete reader reads it."""

import io

import pytest

from mappings.engine.express.text.places import DocumentAt, places
from mappings.engine.findings import Code
from mappings.engine.text.layouts import KnownLayouts
from mappings.engine.text.reader import DocumentFound, scan
from mappings.library import index
from tests.mappings.engine.text.golden import LAYOUTS
from transactions.pipeline.batches import TextBatch
from transactions.pipeline.plan_file import plan_file
from transactions.pipeline.planned_units import Limits
from transactions.pipeline.text_rows import readings_at

HEADER = b"po_number,po_line,sku,qty_ordered\n"
MANY = b"".join(b"PO-%d,1,A-%d,2\n" % (number, number) for number in range(9000))
FILES = {
    "none": HEADER + MANY,
    "at the end": HEADER + MANY + b"Grand Total,,,18000\n",
    "in between": HEADER + MANY + b",,Subtotal,18000\nPO-X,1,A,1\nPO-X Total,,,1\nPO-Y,1,A,1\n",
    "with quotes": HEADER + b'PO-A,1,"A",1\n"Total","","",1\nPO-B,1,A,1\n',
    "only looks so": HEADER + b"PO-A,1,Total repair,1\nPO-B,1,A,1\n",
    "rounded": HEADER + b"PO-A,1,8.71234E+12,1\nPO-B,1,A,1\n",
    "keys as formulas": HEADER + b'="1",1,A,1\n1,2,A,1\n="2",1,A,1\n',
    "fixed width": b"po_number po_line sku qty_ordered\n--------- ------- --- -----------\n"
    b"PO-A      1       A             2\nPO-B      1       A             2\n\n(2 rows affected)\n",
    "no key": b"Handle,Title,Location,Available (not editable),On hand (current)\na,A,Main,1,1\nTotal,,,1,1\n",
    "without header": b"1;A;2\nTotal;;2\n",
}


@pytest.mark.parametrize("name", FILES)
def test_documents_stand_where_the_complete_reader_finds_them(name: str) -> None:
    data = FILES[name]
    split = [event for event in places(io.BytesIO(data), None, LAYOUTS) if isinstance(event, DocumentAt)]
    found = [event for event in scan(io.BytesIO(data), layouts=LAYOUTS) if isinstance(event, DocumentFound)]
    assert [(one.ordinal, one.offset, one.length, one.row + 1) for one in split] == [
        (one.ordinal, one.offset, one.length, one.numbers[0]) for one in found
    ]


@pytest.mark.parametrize(("name", "rows", "units"), [("at the end", [9002], "2"), ("in between", [9002, 9004], "1")])
def test_a_unit_of_such_a_file_has_the_documents_that_were_planned(name: str, rows: list[int], units: str) -> None:
    data = FILES[name]
    plan = plan_file(io.BytesIO(data), Limits(50_000, 1 << 30), lambda: KnownLayouts(standard=list(LAYOUTS)))
    assert [(one.code, one.place.row) for one in plan.findings] == [(Code.ROW_ASIDE, row) for row in rows]
    batch = plan.batches[0].header
    assert isinstance(batch, TextBatch)
    assert batch.has_asides
    spans = [
        (event.offset, event.length, event.ordinal, event.row)
        for event in places(io.BytesIO(data), None, LAYOUTS)
        if isinstance(event, DocumentAt)
    ]
    readings = list(readings_at(io.BytesIO(data), spans, batch, index.compiled("csv-orders-lines")))
    assert len(readings) == plan.documents == len(spans)
    place, read = readings[-1]
    assert [row[3] for row in read().tree.rows] == [units]  # type: ignore[attr-defined]
    assert place.row == spans[-1][3] + 1
