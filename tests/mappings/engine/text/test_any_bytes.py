"""Whatever a partner sends, and however a network cuts it, the reader answers the same and never fails."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.findings import Place
from mappings.engine.text import detect, lines
from mappings.engine.text.detect import for_part
from mappings.engine.text.reader import DocumentFound, SheetOpened, scan
from mappings.engine.text.settings import FixedColumn, TextSettings
from tests.mappings.engine.text.sheets import ORDERS, read

HEADER = b"Order,Item,Quantity,Price,Date\n"
SALT = [b",", b";", b'"', b"'", b"\n", b"\r", b"\r\n", b"\0", b"=", b"1.234,5", b"\xff", b"\xef\xbb\xbf", b"A1", b" "]
noise = st.lists(st.sampled_from(SALT) | st.binary(max_size=4), max_size=60).map(b"".join)
files = st.one_of(
    st.binary(max_size=400),
    noise,
    noise.map(HEADER.__add__),
    st.text(max_size=200).map(lambda text: text.encode("utf-16", "surrogatepass")),
)


class Dripping(io.RawIOBase):
    """A stream that hands out no more than a few bytes at a time."""

    def __init__(self, content: bytes, sizes: list[int]) -> None:
        self._content = io.BytesIO(content)
        self._sizes: Iterator[int] = iter(sizes)

    def read(self, size: int = -1) -> bytes:
        return self._content.read(min(size, next(self._sizes, 3)))


@given(files)
def test_nothing_that_is_sent_stops_the_reader(content: bytes) -> None:
    result = read(content)
    assert result.unreadable or len(result.closed) == 1


@given(files)
def test_nothing_stops_the_reader_of_fixed_width_text(content: bytes) -> None:
    columns = tuple(FixedColumn(name, start, 3) for name, start in (("Order", 1), ("Item", 4), ("Quantity", 7)))
    result = read(content, TextSettings(fixed=columns), ())
    assert result.unreadable or len(result.closed) == 1


forms = st.builds(
    lambda delimiter, quote, row, encoding, columns: TextSettings(
        encoding, delimiter, None if quote == delimiter else quote, row, columns
    ),
    st.sampled_from(["", ",", '"', "'", " ", "x", "\t", "§"]),
    st.sampled_from([None, "", '"', "'", "x"]),
    st.sampled_from([None, 0, 1, 2, 30]),
    st.sampled_from(["", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp500", "shift_jis"]),
    st.sampled_from([(), ("Order",), ("Order", "Item", "Quantity", "Price"), ("Order", "Order")]),
)


@given(files, forms)
def test_nothing_stops_the_reader_whatever_it_was_told(content: bytes, told: TextSettings) -> None:
    result = read(content, told)
    assert result.unreadable or len(result.closed) == 1


@given(noise.map(HEADER.__add__), st.lists(st.integers(1, 40), max_size=30))
def test_how_the_network_cuts_a_file_changes_nothing(content: bytes, sizes: list[int]) -> None:
    dripping = list(scan(Dripping(content, sizes), layouts=(ORDERS,)))  # type: ignore[arg-type]
    assert dripping == list(scan(io.BytesIO(content), layouts=(ORDERS,)))


@given(noise.map(HEADER.__add__))
def test_a_document_can_be_read_again_from_its_bytes_alone(content: bytes) -> None:
    """Reprocessing reads a document's byte range out of the stored file: it must give the same rows."""
    events = list(scan(io.BytesIO(content), layouts=(ORDERS,)))
    opened = [event for event in events if isinstance(event, SheetOpened)]
    documents = [event for event in events if isinstance(event, DocumentFound)]
    end = opened[0].offset if opened else 0
    for document in documents:
        assert document.offset >= end
        end = document.offset + document.length
        again = list(
            scan(
                io.BytesIO(content[document.offset : end]),
                for_part(opened[0].detection),
                (ORDERS,),
                Place(offset=document.offset, row=document.numbers[0] - 1),
            )
        )
        assert [(event.offset, event.numbers) for event in again if isinstance(event, DocumentFound)] == [
            (document.offset, document.numbers)
        ]
        assert [event.rows for event in again if isinstance(event, DocumentFound)] == [document.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"])
def test_offsets_point_into_the_file_in_every_encoding(encoding: str) -> None:
    text = 'Order,Item,Quantity,Price\n1,"Müller\nBröd",2,3.50\n2,Käse,1,1.10\n'
    content = text.encode(encoding)
    plain = "utf-16-le" if encoding == "utf-16" else encoding.removesuffix("-sig")
    result = read(content)
    pieces = [content[d.offset : d.offset + d.length].decode(plain) for d in result.documents]
    assert pieces == ['1,"Müller\nBröd",2,3.50\n', "2,Käse,1,1.10\n"]
    assert result.column("Item") == ["Müller\nBröd", "Käse"]


def test_a_sample_boundary_inside_the_file_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    content = HEADER + b"".join(b"A%d,x,1,2.50,2026-07-%02d\n" % (i, i % 28 + 1) for i in range(200))
    whole = [document.rows for document in read(content).documents]
    monkeypatch.setattr(detect, "SAMPLE", 512)
    monkeypatch.setattr("mappings.engine.text.reader.SAMPLE", 512)
    assert [document.rows for document in read(content).documents] == whole
    assert len(whole) == 200


def test_an_overlong_line_is_passed_over_and_the_next_order_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 100)
    result = read(HEADER + b"A," + b"x" * 1000 + b",1,1,\nB,y,1,1,2026-01-31\n")
    assert [document.key for document in result.documents] == [("",), ("B",)]
    assert "row-unreadable" in result.codes
    assert result.documents[1].offset == len(HEADER) + 2 + 1000 + 6
