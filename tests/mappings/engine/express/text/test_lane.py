"""What the short way through rows must not overlook, and columns that are made canonical at once."""

import io
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mappings.engine.express.shape import Doubt
from mappings.engine.express.text import rows
from mappings.engine.express.text.canonical import ISO, Canonical
from mappings.engine.express.text.lane import Lane
from mappings.engine.text import dates
from mappings.engine.text.columns import Converter
from mappings.engine.text.detect import for_part
from mappings.engine.text.numbers import table
from mappings.engine.text.reader import SheetOpened, scan
from mappings.engine.text.settings import NumberStyle
from mappings.library import index
from tests.mappings.engine.text.golden import LAYOUTS

STYLES = [NumberStyle("."), NumberStyle(","), NumberStyle(",", "."), NumberStyle()]
NUMBERS = st.one_of(
    st.from_regex(r"-?[0-9]{1,4}([.,][0-9]{1,3})?", fullmatch=True),
    st.text(alphabet="0123456789.,- $\n", max_size=6),
    st.just("9" * 70),
)


def bodies(data: bytes) -> list[str]:
    """What the short way makes of each document of a file; "" where it is not sure."""
    opened = next(event for event in scan(io.BytesIO(data), layouts=LAYOUTS) if isinstance(event, SheetOpened))
    layout = opened.detection.layout
    assert layout is not None
    lane = Lane(layout, for_part(opened.detection), index.compiled(index.layouts()[layout.name][0].name))
    return [body for _, body in lane.documents(io.BytesIO(data[opened.offset :]), 1)]


@given(st.lists(NUMBERS, min_size=1, max_size=5), st.sampled_from(STYLES))
def test_a_column_of_numbers_is_what_the_reader_makes_of_each(texts: list[str], style: NumberStyle) -> None:
    column = Canonical(Converter(0, "price", table(style), True, style.decimal))
    expected = [text and table(style)[text] for text in texts]

    made: Sequence[str] | None
    try:
        made = column.of(texts)
    except Doubt:
        made = None

    if made is not None:
        assert list(made) == expected
    else:
        assert None in expected or max(len(text or "") for text in expected) > 64


def test_a_number_that_came_before_is_read_by_the_style_of_the_file() -> None:
    """1.234 as the canonical text of 1,234 is not what 1.234 means where a comma is the decimal mark."""
    column = Canonical(Converter(0, "price", table(NumberStyle(",", ".")), True, ","))
    column.numbers(column.of(["1,234"]))

    assert list(column.of(["1.234"])) == ["1234"]


DAYS = st.from_regex(r"(19|20|22)[0-9]{2}-[01][0-9]-[0-3][0-9]", fullmatch=True)
CLOCKS = st.from_regex(r"[T ][0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.5)?( ?[+-][0-9]{2}:?[0-9]{2}|Z)?", fullmatch=True)
DATES = st.one_of(DAYS, st.builds(str.__add__, DAYS, CLOCKS), st.just(""), st.just(" 2026-07-04"), st.just("\n"))


@given(st.lists(DATES, min_size=1, max_size=3))
@example(["2026-07-04 11:00:00 +0000", ""])
@example(["2026-07-04 11:00:00 +0000", "2026-07-04 11:00:01 -0530", "2026-07-04 11:00:02 -0530"])
@example(["2026-02-29"])
@example(["2024-02-29 23:59:59"])
def test_a_column_of_dates_is_what_the_reader_makes_of_each(texts: list[str]) -> None:
    column = Canonical(Converter(0, "date", dates.table(ISO), False, ISO))
    expected = [text and dates.table(ISO)[text] for text in texts]

    if None in expected:
        with pytest.raises(Doubt):
            column.of(texts)
    else:
        assert list(column.of(texts)) == expected


def test_a_unit_that_is_in_no_list_is_told_even_where_there_is_no_weight() -> None:
    """Its warning would be lost: without a weight the unit stands nowhere in the canonical document."""
    header = b"tracking_number,event_code,event_date,packages,weight_uom\n"

    assert all(bodies(header + b"T-1,D1,2026-07-04,1,LB\nT-2,D1,2026-07-04,1,KG\n"))
    assert bodies(header + b"T-1,D1,2026-07-04,1,LB\nT-2,D1,2026-07-04,1,1.2.3\n")[1] == ""


@pytest.mark.parametrize(
    "row",
    [b" , , , , ", b", ,,,", b"", b",,,\x0b,", b",,,\xc2\xa0,", b",,,NULL,-"],
    ids=["blanks", "one blank", "no cells", "a tab", "Excel", "MySQL"],
)
def test_a_row_of_blanks_is_no_line(row: bytes) -> None:
    header = b"Handle,Title,Location,Available (not editable),On hand (current)\n"
    lines = [b"bowl,Bowl,Ottawa,7,7\n", row + b"\n", b"cup,Cup,Ottawa,5,5\n"]

    assert [body.count('"key"') for body in bodies(header + b"".join(lines)) if body] in ([], [2])


HEADER = b"Name,Created at,Currency,Total,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku\n"


def order(
    number: int, *, names: bytes = b"Bowl", lines: int = 3, price: bytes = b"1.50", is_blank: bool = False
) -> bytes:
    """An order of a shop. is_blank: the lines after the first one have no number."""
    head = b"#%d,2026-07-04 11:00:00 +0000,CAD,9.00," % number
    more = b",,,," if is_blank else b"#%d,,,," % number
    return b"".join(
        (more if line else head) + b"%d,%s,%s,SKU-%d\n" % (line + 1, names, price, line) for line in range(lines)
    )


@pytest.mark.parametrize("size", [300, 1000, 64 * 1024])
def test_documents_stay_whole_wherever_a_block_ends(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them is larger than many blocks, and one has a text of several lines."""
    orders = [order(number, lines=number % 5 + 1, is_blank=number % 2 > 0) for number in range(60)]
    orders[20:20] = [order(100, lines=150), order(101, names=b'"Bowl\nlarge"'), order(102, names=b'"Bowl, large"')]
    monkeypatch.setattr(rows, "BLOCK", size)

    found = bodies(HEADER + b"".join(orders))

    assert len(found) == len(orders)
    assert all(found)
    assert [body.count('"key"') for body in found] == [one.count(b"SKU-") for one in orders]


@pytest.mark.parametrize("size", [170, 64 * 1024])
def test_documents_of_which_one_is_not_sure_leave_the_others_sure(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those before it too, where the block has only some of its rows."""
    monkeypatch.setattr(rows, "BLOCK", size)
    orders = [order(number) for number in range(40)]
    orders[7] = order(7, price=b"cheap")
    orders[8] = order(8, names=b"=1+1")
    orders[30] = order(30, names=b'"5"" pipe"')

    found = bodies(HEADER + b"".join(orders))

    assert [number for number, body in enumerate(found) if not body] == [7, 8]
    assert '5\\" pipe' in found[30]


@pytest.mark.parametrize("end", ["", "\n", "\r"], ids=["no line end", "a line end", "another"])
@pytest.mark.parametrize("row", [b'#9,"', b',,,,1,"Bowl,1.50,SKU-9', b',,,,1,"Bowl\nlarge,1.50,SKU-9'])
def test_a_quote_that_stays_open_takes_no_row_away(row: bytes, end: str) -> None:
    """The order before it may have that row."""
    assert len(list(filter(None, bodies(HEADER + order(8) + order(9) + row + end.encode())))) == 1


@pytest.mark.parametrize("name", [b'5" pipe', b'Bowl "large"', b'"Bowl, ""large"" "'])
def test_what_is_said_of_the_texts_of_a_block_is_not_said_of_those_before(
    name: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block behind the first order has no quotation marks, and tells only that this order is whole."""
    orders = [order(1, names=name), *map(order, range(2, 9))]
    expected = bodies(HEADER + b"".join(orders))
    monkeypatch.setattr(rows, "BLOCK", len(orders[0]))

    assert bodies(HEADER + b"".join(orders)) == expected


def test_orders_of_which_only_the_first_row_has_the_number_are_cut_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows.Blocks, "_parsed", lambda *_: pytest.fail("the csv module was asked"))

    found = bodies(HEADER + b"".join(order(number, is_blank=True) for number in range(20)))

    assert [body.count('"key"') for body in found] == [3] * 20


@pytest.mark.parametrize("blank", [b"\t", b" ", "\xa0".encode()])
@pytest.mark.parametrize("size", [100, 64 * 1024])
def test_a_number_with_a_blank_behind_it_is_the_same_number(
    blank: bytes, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *more = order(7).splitlines(keepends=True)
    monkeypatch.setattr(rows, "BLOCK", size)

    found = bodies(HEADER + order(6) + first.replace(b"#7", b"#7" + blank) + b"".join(more) + order(8))

    assert [body.count('"key"') for body in found] == [3, 3, 3]
