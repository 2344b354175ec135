"""Rows as they stand in the file: what an analyst compares with the sender's own sheet."""

import io

from mappings.engine.text.detect import detect, for_part
from mappings.engine.text.reader import DocumentFound, scan
from mappings.engine.text.settings import Layout
from mappings.engine.text.table import WIDE, table

FILE = b'Export of today\n\nOrder;Item;Qty\n1;"Nut; M8";1,5\n1;Bolt\n\n2;Washer;3\n'
LAYOUT = Layout("orders", ("Order", "Item", "Qty"), key=("Order",), numbers=("Qty",))


def test_a_part_of_a_file_shows_the_cells_as_sent_with_their_rows() -> None:
    settings = for_part(detect(FILE, layouts=[LAYOUT], whole=True))
    first, second = (event for event in scan(io.BytesIO(FILE), layouts=[LAYOUT]) if isinstance(event, DocumentFound))
    raw = FILE[first.offset : first.offset + first.length]
    sheet = table(raw, settings, first.numbers[0] - 1, 10)
    assert sheet.columns == ("Order", "Item", "Qty")
    assert [(row.number, row.cells) for row in sheet.rows] == [(4, ["1", "Nut; M8", "1,5"]), (5, ["1", "Bolt"])]
    assert not sheet.is_cut
    later = table(FILE[second.offset :], settings, second.numbers[0] - 1, 10)
    assert [row.number for row in later.rows] == second.numbers


def test_what_is_left_out_is_said() -> None:
    settings = for_part(detect(FILE, layouts=[LAYOUT], whole=True))
    body = b"1;a;2\n" * 20
    assert table(body, settings, 0, 5).is_cut
    assert len(table(body, settings, 0, 5).rows) == 5
    assert len(table(body[:-2], settings, 0, 50, whole=False).rows) == 19
    wide = ";".join(f"c{number}" for number in range(WIDE + 7)).encode()
    sheet = table(wide + b"\n", for_part(detect(wide + b"\n" + wide + b"\n", whole=True)), 0, 5)
    assert (len(sheet.columns), sheet.hidden, len(sheet.rows[0].cells)) == (WIDE, 7, WIDE)
