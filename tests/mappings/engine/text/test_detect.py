"""What a file is, found out from its bytes: nobody asks a partner which delimiter their shop exports."""

import time

import msgspec
import pytest

from mappings.engine.findings import Code
from mappings.engine.text.detect import detect
from mappings.engine.text.layouts import almost
from mappings.engine.text.settings import Layout, TextSettings
from tests.mappings.engine.text.sheets import ORDERS, read

ROWS = [["Order", "Item", "Quantity", "Price"], ["1", "Bowl, large", "2", "3.50"], ["2", "Jug", "1", "1.10"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
def test_every_usual_form_of_one_file_gives_the_same_orders(delimiter: str, quote: str, encoding: str) -> None:
    text = "".join(delimiter.join(f"{quote}{cell}{quote}" for cell in row) + "\r\n" for row in ROWS)
    result = read(text.encode(encoding))
    settings = result.opened[0].detection.settings
    assert (settings.delimiter, settings.quote, settings.header_row) == (delimiter, quote, 1)
    assert [document.rows for document in result.documents] == [
        [["1", "Bowl, large", "2", "3.50"]],
        [["2", "Jug", "1", "1.10"]],
    ]
    assert result.codes == []


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(ending: str) -> None:
    assert len(read(f"Order,Item,Quantity,Price{ending}1,x,1,1{ending}2,y,1,1").documents) == 2


@pytest.mark.parametrize(
    ("text", "header_row", "names"),
    [
        ("Order;Datum;Betrag\n17;04.07.2026;12,50\n18;05.07.2026;3,20\n", 1, ("Order", "Datum", "Betrag")),
        ("Export of 4 July\n\nOrder,Item,Quantity\n1,x,2\n2,y,3\n", 3, ("Order", "Item", "Quantity")),
        ("Sales report,,\nOrder,Item,Quantity\n1,x,2\n", 2, ("Order", "Item", "Quantity")),
        ("1,x,2\n2,y,3\n", 0, ("column 1", "column 2", "column 3")),
        ("1,2,3\nA,B,C\n4,5,6\n", 0, ("column 1", "column 2", "column 3")),
    ],
    ids=["decimal commas", "metadata and a blank row", "metadata as wide as the header", "headerless", "headerless 2"],
)
def test_the_header_is_found_or_known_to_be_absent(text: str, header_row: int, names: tuple[str, ...]) -> None:
    found = detect(text.encode(), whole=True)
    assert (found.settings.header_row, found.columns) == (header_row, names)


def test_rows_above_the_header_are_kept_for_people_to_see() -> None:
    found = detect(b"Export;2026\n\nOrder;Item;Quantity\n1;x;2\n", whole=True)
    assert found.metadata == (("Export", "2026"),)


AMERICAN = msgspec.structs.replace(ORDERS, settings=TextSettings(delimiter="\t", quote="", dates={"Date": "MM/DD/YY"}))


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("03/04/26 05/04/26", ["2026-03-04", "2026-05-04"]),
        ("03/04/2026 05/04/2026", ["2026-03-04", "2026-05-04"]),
        ("2026-04-03 2026-04-05", ["2026-04-03", "2026-04-05"]),
        ("03.04.2026 05.04.2026", ["2026-04-03", "2026-04-05"]),
        ("03/04/26 25/04/26", ["2026-04-03", "2026-04-25"]),
    ],
)
def test_a_file_that_a_spreadsheet_saved_again_is_read_as_it_is_now(dates: str, expected: list[str]) -> None:
    """The layout says how the program of the sender writes it; a spreadsheet changes delimiter, quotes and dates."""
    first, second = dates.split()
    text = f'Order,Item,Quantity,Price,Date\n1,"Bowl, large",2,3.50,{first}\n2,y,1,1.10,{second}\n'
    result = read(text, layouts=(AMERICAN,))
    assert result.codes == []
    assert result.column("Date") == expected
    assert result.column("Item")[0] == "Bowl, large"


def test_dates_that_prove_nothing_are_read_as_the_layout_says() -> None:
    text = "Order,Item,Quantity,Price,Date\n" + "1,y,1,1.10,04/04/26\n"
    assert read(text, layouts=(AMERICAN,)).opened[0].detection.settings.dates == {"Date": "MM/DD/YY"}


def test_what_an_agreement_says_is_not_guessed() -> None:
    told = TextSettings(delimiter="|", header_row=2, encoding="windows-1252")
    found = detect("a,b\nOrder|Stra\u00dfe,Nr\n1|2,3\n".encode("windows-1252"), told, whole=True)
    assert found.columns == ("Order", "Straße,Nr")
    assert found.confidence == {"encoding": 1.0, "delimiter": 1.0, "header": 1.0}


def test_a_file_without_header_is_read_by_declared_names() -> None:
    told = TextSettings(columns=("Order", "Item", "Quantity", "Price"))
    result = read("7,x,1,2.50\n7,y,1,3.50\n", told)
    assert [document.numbers for document in result.documents] == [[1, 2]]


def test_a_guess_at_the_encoding_is_said() -> None:
    found = detect("Order,Item\n1,Käse\n".encode("windows-1252"), whole=True)
    assert found.settings.encoding == "windows-1252"
    assert Code.ENCODING_INVALID in [item.code for item in found.findings]


def test_a_header_is_known_again_in_any_order_and_case() -> None:
    result = read("PRICE,note,order ,Extra,quantity,Item\n2.50,hello,A1,?,3,Bowl\n")
    (document,) = result.documents
    assert document.key == ("A1",)
    assert document.names == ("PRICE", "note", "order", "Extra", "quantity", "Item")
    assert document.columns == ("Price", "Note", "Order", "Extra", "Quantity", "Item")
    assert result.codes == [Code.COLUMN_UNUSED]


def test_marks_that_nobody_sees_are_no_part_of_a_name() -> None:
    result = read("\ufeff\ufeffOrder,\u200bItem,Quan\u00adtity,Price\u00a0\n1,x,2,1\n")
    assert result.codes == []
    assert result.documents[0].names == ("Order", "Item", "Quantity", "Price")


def test_stars_mark_columns_that_must_be_filled() -> None:
    assert len(read("*Order,*Item,Quantity*,Price\n1,x,2,1\n").documents) == 1


def test_a_layout_s_header_is_found_under_any_rows() -> None:
    result = read("Shop,Acme,Ottawa,CA\nBe,my,guest,please\nOrder,Item,Quantity,Price\n1,x,1,1\n")
    assert result.opened[0].detection.settings.header_row == 3


def test_an_unknown_layout_is_held_with_its_columns_shown() -> None:
    result = read("Shelf,Colour,Count\nA,red,1\n")
    assert not result.documents
    assert result.codes == [Code.LAYOUT_UNKNOWN]
    assert "Shelf, Colour, Count" in result.findings[0].message
    assert result.closed[0].rows == 1


def test_a_file_that_nearly_fits_a_layout_says_what_it_lacks() -> None:
    result = read("Order,Item,Quantity,Amount\n1,x,1,1\n")
    assert result.findings[0].message.endswith("For orders it lacks Price")


def test_one_column_in_common_makes_no_layout_near() -> None:
    """An order number is in many files: who is told of another kind of file looks for the wrong columns."""
    two = Layout("two", ("Order Reference", "Order Lines/Quantity"), key=("Order Reference",))
    assert almost(("Order reference", "Article", "Pieces"), [two]) is None
    assert almost(("Order", "Item", "Quantity", "Colour"), [two, ORDERS]) == (ORDERS, ["Price"])


def test_two_layouts_that_fit_equally_are_not_chosen_between() -> None:
    twin = Layout("twin", ORDERS.columns, key=("Order",))
    assert read("Order,Item,Quantity,Price\n1,x,1,1\n", layouts=(ORDERS, twin)).codes == [Code.LAYOUT_AMBIGUOUS]


def test_the_layout_that_asks_for_most_columns_is_taken() -> None:
    wider = Layout("wider", (*ORDERS.columns, "Colour"), key=("Order",))
    result = read("Order,Item,Quantity,Price,Colour\n1,x,1,1,red\n", layouts=(ORDERS, wider))
    detection = result.opened[0].detection
    assert detection.layout == wider


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.FILE_EMPTY),
        (b" \r\n\x00\x00\x1a", Code.FILE_EMPTY),
        (b"\xef\xbb\xbf", Code.FILE_EMPTY),
        (b"PK\x03\x04" + bytes(100), Code.FORMAT_UNSUPPORTED),
        (b"%PDF-1.7\n%\xe2\xe3", Code.FORMAT_UNSUPPORTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), Code.FORMAT_UNSUPPORTED),
        (bytes(range(256)) * 4, Code.FILE_UNREADABLE),
        (b'<?xml version="1.0"?><a b="1,2"/>', Code.FORMAT_UNSUPPORTED),
        (b'{\n "a": 1,\n "b": 2\n}', Code.FORMAT_UNSUPPORTED),
        (b"ISA*00*          *00*", Code.FORMAT_UNSUPPORTED),
        (b"UNA:+.? 'UNB+UNOC:3+", Code.FORMAT_UNSUPPORTED),
        (b"Dear Sir or Madam\nplease find enclosed\n", Code.COLUMNS_MISSING),
    ],
    ids=["nothing", "blanks", "mark only", "zip", "pdf", "xls", "binary", "xml", "json", "x12", "edifact", "letter"],
)
def test_what_is_no_table_is_named(content: bytes, code: Code) -> None:
    result = read(content)
    assert [found.code for event in result.unreadable for found in event.findings] == [code]


PROSE = b"""Dear colleagues,
please find below what we spoke of yesterday, on the phone, with Ann.
The prices are without tax. What is not there, or not priced, will come
later.

Best regards
Bert
"""


def test_sentences_are_no_columns() -> None:
    assert [found.code for found in detect(PROSE, whole=True).findings] == [Code.COLUMNS_MISSING]
    assert detect(PROSE, TextSettings(delimiter=","), whole=True).columns
    ragged = b"order,sku,qty\n1,A, 2\n1,B\n2,C,1,x\n2,D,5,\n3,E\n"
    assert detect(ragged, whole=True).columns == ("order", "sku", "qty")
    between = b"begin\norder, sku, qty\n1, A, 2\nend\nbegin\n2, B, 3\nend\n"
    assert detect(between, whole=True).columns == ("order", "sku", "qty")


def test_a_header_without_rows_is_named() -> None:
    assert read("Order,Item,Quantity,Price\n").codes == [Code.ROWS_MISSING]


def test_columns_of_one_name_are_told_apart_and_reported() -> None:
    result = read("Order,Item,Quantity,Price,Item,\n1,x,1,1,y,\n")
    assert result.opened[0].detection.columns == ("Order", "Item", "Quantity", "Price", "Item (2)", "column 6")
    assert result.codes[0] == Code.HEADER_DUPLICATE
    assert result.column("Item") == ["x"]


def test_a_byte_order_that_a_declared_encoding_leaves_open_is_found() -> None:
    told = TextSettings(encoding="utf-16")
    for encoding in ("utf-16-le", "utf-16-be", "utf-16"):
        result = read("Order,Item,Quantity,Price\n1,x,1,1\n".encode(encoding), told)
        assert result.column("Item") == ["x"]


def test_a_second_column_of_nearly_the_same_name_does_not_replace_the_first() -> None:
    result = read("ITEM,Item,Order,Quantity,Price\nbowl,jug,1,1,1\n")
    assert result.documents[0].columns[:2] == ("Item", "Item (2)")


@pytest.mark.parametrize("cell", [b"a,", b"1,", b"2026-01-01,", b'"",', b"1.234,"])
def test_a_header_of_tens_of_thousands_of_columns_is_soon_judged(cell: bytes) -> None:
    content = cell * (60_000 // len(cell)) + b"\n"
    begun = time.perf_counter()
    found = detect(content * 2, whole=True)
    assert time.perf_counter() - begun < 10
    assert len(found.columns) in (0, 60_000 // len(cell) + 1)
    assert len(found.findings) <= 102


RULED = """Orders of today

Order Item              Quantity     Price
----- ----------- -------------- ---------
1     Bowl, large              2      3.50
1     Jug                      1  1,234.10
2     Tray                    12      0.99

(3 rows affected)
"""


def test_a_line_of_dashes_says_where_the_columns_are() -> None:
    """So database clients print tables."""
    result = read(RULED)
    settings = result.opened[0].detection.settings
    assert [(one.name, one.start, one.length) for one in settings.fixed[:3]] == [
        ("Order", 1, 6), ("Item", 7, 12), ("Quantity", 19, 15)
    ]  # fmt: skip
    assert settings.header_row == 4
    assert [document.rows for document in result.documents] == [
        [["1", "Bowl, large", "2", "3.50"], ["1", "Jug", "1", "1234.10"]],
        [["2", "Tray", "12", "0.99"]],
    ]
    assert [(one.code, one.place.row) for one in result.findings] == [(Code.ROW_ASIDE, 9)]


def test_dashes_under_names_that_a_delimiter_separates_are_a_row() -> None:
    assert detect(b"Order|Item\n-----|----\n1|x\n", whole=True).settings.delimiter == "|"
    assert detect(b"Order\tItem\n-----\t----\n1\tx\n", whole=True).settings.delimiter == "\t"
    assert not detect(b"Order,Item\n---- ----\n1,x\n2,y\n", TextSettings(delimiter=","), whole=True).settings.fixed


def test_a_mark_inside_of_texts_is_no_delimiter_where_another_one_cuts_every_row_alike() -> None:
    rows = "".join(f"A{number},Screw; M{number}; zinc,{number}\n" for number in range(1, 9))
    assert detect(f"Order,Text,Quantity\n{rows}".encode(), whole=True).settings.delimiter == ","
    prices = "".join(f"A{number};{number},50\n" for number in range(1, 9))
    assert detect(f"Order;Price\n{prices}A9;1,50;x\n".encode(), whole=True).settings.delimiter == ";"


OWN = {
    "a delimiter nobody would guess": ("Order:Item:Quantity\n1:x;y:2\n2:x;y:3\n", "Order", TextSettings(delimiter=":")),
    "a row of titles": ("PO;of;the;north\nOrder;Item;Quantity\n1;x;2\n", "Order", TextSettings(header_row=2)),
    "an encoding": ("Заказ;Item;Quantity\n1;x;2\n", "Заказ", TextSettings(encoding="windows-1251")),
}


@pytest.mark.parametrize(("text", "key", "form"), OWN.values(), ids=OWN)
def test_a_file_whose_columns_are_not_found_is_read_in_the_form_its_layout_declares(
    text: str, key: str, form: TextSettings
) -> None:
    layout = Layout("own", (key, "Item", "Quantity"), numbers=("Quantity",), settings=form)
    found = detect(text.encode(form.encoding or "utf-8"), layouts=[layout], whole=True)
    assert found.layout == layout
    assert found.columns == layout.columns
    assert detect(b"Order\tItem\n1\tx\n", layouts=[layout], whole=True).layout is None


def test_the_row_of_names_may_stand_elsewhere_than_declared() -> None:
    settings = TextSettings(delimiter=":", header_row=3)
    layout = Layout("own", ("Order", "Item", "Quantity"), settings=settings)
    found = detect(b"Order:Item:Quantity\n1:x:2\n2:y:3\n", layouts=[layout], whole=True)
    assert (found.layout, found.settings.header_row, found.settings.delimiter) == (layout, 1, ":")


HEADERLESS = Layout(
    "own",
    ("column 1", "column 2", "column 3"),
    numbers=("column 2",),
    dates=("column 3",),
    settings=TextSettings(header_row=0),
)


def test_a_first_row_of_texts_is_data_where_the_layout_says_that_there_are_no_names() -> None:
    content = b"Bowl,1,4.7.2026\n"
    assert detect(content, layouts=[HEADERLESS], whole=True).layout == HEADERLESS
    texts = Layout("own", ("column 1", "column 2"), settings=TextSettings(header_row=0))
    found = detect(b"Bowl,red\nJug,blue\n", layouts=[texts], whole=True)
    assert (found.settings.header_row, found.columns) == (0, ("column 1", "column 2"))


def test_a_file_with_names_has_no_layout_without() -> None:
    assert detect(b"Order,Item,Date\n1,2,4.7.2026\n", layouts=[HEADERLESS], whole=True).layout is None
    numbers = msgspec.structs.replace(HEADERLESS, dates=())
    assert detect(b"Order,Item,Date\n1,2,4.7.2026\n", layouts=[numbers], whole=True).layout is None


def test_two_layouts_without_names_are_not_chosen_between() -> None:
    other = msgspec.structs.replace(HEADERLESS, name="other")
    text = TextSettings(header_row=0)
    layouts = [msgspec.structs.replace(one, settings=text, dates=()) for one in (HEADERLESS, other)]
    found = detect(b"Bowl,1,red\n", layouts=layouts, whole=True)
    assert [fault.code for fault in found.findings] == [Code.LAYOUT_AMBIGUOUS]


def test_what_is_no_text_is_in_no_form_a_layout() -> None:
    layout = Layout("own", ("column 1",), settings=TextSettings(header_row=0, delimiter=","))
    assert detect(b"%PDF-1.7 a, b", layouts=[layout], whole=True).layout is None
