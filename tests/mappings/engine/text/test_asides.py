"""Rows among the data that are none of it: totals, rules, footers, the header once more."""

import io

import pytest

from mappings.engine.findings import Code, Severity
from mappings.engine.text.asides import FOOTER, HEADER, RULE, TOTAL, Asides
from mappings.engine.text.detect import detect
from mappings.engine.text.reader import DocumentFound, SheetClosed, scan
from mappings.engine.text.settings import NumberStyle, TextSettings
from tests.mappings.engine.text.sheets import ORDERS, read

NAMES = ("Order", "Line", "Item", "Quantity", "Price", "Note")
ASIDES = Asides(NAMES, (0,), ("record(s) downloaded", "Seller ID"))


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["Total", "", "", "17", "", ""], TOTAL),
        (["Grand Total:", "", "", "1,217", "", "USD"], TOTAL),
        (["PO-1 Total", "", "", "17", "", ""], TOTAL),
        (["Total PO-1", "", "", "17", "", ""], TOTAL),
        (["", "", "", "17", "$ 3.50", "Subtotal"], TOTAL),
        (["PO-1", "", "", "17", "", "Sub-Total"], TOTAL),
        (["", "", "", "1.217,50", "", "Zwischensumme"], TOTAL),
        (["Gesamtsumme", "", "", "12", "", ""], TOTAL),
        (["", "", "Total général", "12", "", ""], TOTAL),
        (["------", "----", "----", "--------", "-----", "----"], RULE),
        (["-----+-----+-----"], RULE),
        (["Order", "Line", "item", "Quantity", "Price", "Note"], HEADER),
        (["3", "record(s) downloaded", "from ", "", "", ""], FOOTER),
        (["83 Record(s) Downloaded", "", "", "", "", ""], FOOTER),
        (["Seller ID : somebody", "", "", "", "", ""], FOOTER),
        (["Seller ID", "a", "b", "c", "d", "e"], FOOTER),
        (["(2 rows)"], FOOTER),
        (["1,204 records", "", "", "", "", ""], FOOTER),
        (["Grand Total", "", "", "17", "-", ""], TOTAL),
        (["", "", "Summe EUR", "17", "1,50", ""], TOTAL),
        (["Total (USD):", "", "", "17", "1.50", ""], TOTAL),
        (["Page 1 of 3", "", "", "", "", ""], FOOTER),
        (["Printed 22.11.2026", "", "", "", "", "- Seite 2 von 3 -"], FOOTER),
        (["P\u00e1gina 1 de 3", "", "", "", "", ""], FOOTER),
        (["Page 7", "", "", "", "", ""], FOOTER),
        (["*** End of report ***", "", "", "", "", ""], FOOTER),
        (["Page", " 1 of", "3", "", "", ""], FOOTER),
        # data
        (["PO-1", "1", "Page 1 of 3", "1", "2.00", ""], ""),
        (["PO-1", "", "", "", "", "see page 7"], ""),
        (["PO-1", "", "", "", "", "Page 7"], ""),
        (["Page 1 shop", "", "", "", "", ""], ""),
        (["PO-1", "1", "A-1", "17", "3.50", "Total"], ""),
        (["PO-1", "1", "00123", "17", "3.50", "Total wipes"], ""),
        (["PO-1", "1", "00123", "17", "3.50", "Total"], ""),
        (["Total-77", "1", "00123", "12", "3.50", ""], ""),
        (["", "2", "Total repair", "1", "2.00", ""], ""),
        (["", "", "Total", "1", "2026-07-04", ""], ""),
        (["PO-1", "1", "Seller ID", "1", "2.00", "x"], ""),
        (["PO-1", "1", "record player", "1", "2.00", ""], ""),
        (["", "", "", "", "", ""], ""),
        (["PO-1", "-", "-", "-", "---", "x"], ""),
    ],
)
def test_what_is_no_row_of_data(cells: list[str], kind: str) -> None:
    assert ASIDES.kind(cells) == kind


def test_they_are_in_no_document_and_said() -> None:
    found = read(
        "Order,Item,Quantity,Price\n-----,----,--------,-----\n1,A,2,3.00\n,B,1,4.00\n1 Total,,3,\n"
        "Order,Item,Quantity,Price\n2,A,5,1.00\n,,5,Subtotal\n\nGrand Total,,8,\n(2 rows)\n"
    )
    assert found.column("Item") == ["A", "B", "A"]
    assert [document.key for document in found.documents] == [("1",), ("2",)]
    assert [(one.code, one.severity, one.place.row) for one in found.findings] == [
        (Code.ROW_ASIDE, Severity.INFO, row) for row in (2, 5, 6, 8, 10, 11)
    ]
    assert found.closed[0].asides == 6
    assert found.documents[0].length + found.documents[1].length == sum(
        map(len, ("1,A,2,3.00\n,B,1,4.00\n1 Total,,3,\nOrder,Item,Quantity,Price\n",
                  "2,A,5,1.00\n,,5,Subtotal\n\nGrand Total,,8,\n(2 rows)\n"))
    )  # fmt: skip


def test_they_prove_nothing_about_the_values_of_a_column() -> None:
    text = b"Order,Item,Quantity,Price\n-----,----,--------,-----\n1,A,2,3.250\n2,B,1,4.5\n"
    assert detect(text, layouts=[ORDERS], whole=True).settings.numbers["Price"] == NumberStyle(".")


def test_a_footer_is_declared_for_a_layout_or_agreed() -> None:
    text = "Order;Item;Quantity;Price\n1;A;2;3,00\nPrinted by: Ann;;;\n"
    assert len(read(text).documents) == 2
    found = read(text, TextSettings(footer=("printed by",)))
    assert len(found.documents) == 1
    assert [one.message for one in found.findings] == ["The row is a footer"]


def test_what_was_cut_with_them_is_read_so_again() -> None:
    """Documents of a file that was cut before there was a word for such rows are read as they were found."""
    text = b"Order,Item,Quantity,Price\n1,A,2,3.00\nTotal,,2,\n"
    events = list(scan(io.BytesIO(text), layouts=[ORDERS], has_asides=False))
    assert [event.key for event in events if isinstance(event, DocumentFound)] == [("1",), ("Total",)]
    assert [event.asides for event in events if isinstance(event, SheetClosed)] == [0]


@pytest.mark.parametrize("footer", [("",), ("x", " ")])
def test_a_footer_that_is_blank_is_refused(footer: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="footer"):
        TextSettings(footer=footer)
