"""Nothing that a partner sends makes the splitter raise, and how the bytes arrive changes nothing."""

import io
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.findings import Place
from mappings.engine.x12.envelope import InterchangeClosed, InterchangeOpened, SetFound, Stray, scan
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import STAR, in_envelope, raw, transaction

CLEAN = raw(in_envelope(transaction(number="0001"), transaction(number="0002")))
FRAGMENTS = [
    CLEAN,
    CLEAN.replace(b"~", b"\n"),
    CLEAN.replace(b"*", b"|").replace(b"~", b"'\r\n"),
    CLEAN.replace(b"~", "Ö".encode()),
    CLEAN.replace(b"*", "…".encode()),
    CLEAN[:-17],
    CLEAN[:300],
    CLEAN[300:],
    b"ISA*00* *00* *ZZ*A*ZZ*B*261121*0830*U*00401*000000101*0*P*>~",
    b"ISA",
    b"~ST*850*0001~",
    b"SE*1*1~",
    b"GS*PO~",
    b"IEA~",
    b"\xef\xbb\xbf",
    b"\n\n",
    b"~~~",
    b" " * 2000,
    b"REF*" + b"X" * 5000 + b"~",
    b"~BIN*12*~ST*850*1~ISA~",
    b"BIN*40000*" + b"~SE*1*1" * 900,
    b"BIN*7000*" + b"~IEA*1*1" * 875 + b"~",
    b"BDS*ASC*3*~~~~",
]
noise = st.one_of(st.binary(max_size=40), st.text("ISAGTE*~>\n 019", max_size=30).map(str.encode))
files = st.lists(st.one_of(st.sampled_from(FRAGMENTS), noise), max_size=6).map(b"".join)


class ShortReads(io.BytesIO):
    """A stream that gives less than it was asked for."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        super().__init__(data)
        self._sizes = sizes

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._sizes.pop() if self._sizes else 1 << 20
        return super().read(min(wanted, size if size and size > 0 else wanted))


@given(files, st.lists(st.integers(1, 700), max_size=20), st.integers(1, 900))
def test_events_do_not_depend_on_how_the_bytes_arrive(data: bytes, sizes: list[int], chunk: int) -> None:
    expected = list(scan(io.BytesIO(data)))
    assert list(scan(ShortReads(data, sizes))) == expected
    assert list(scan(io.BytesIO(data), chunk)) == expected


@given(files, st.sampled_from(["utf-16-le", "utf-16-be", "utf-16"]), st.integers(1, 900))
def test_a_file_in_utf16_is_the_same_file(data: bytes, encoding: str, chunk: int) -> None:
    text = CLEAN.decode() + data.decode("latin-1")
    wide = text.encode(encoding)
    mark = 2 if encoding == "utf-16" else 0
    found = [event for event in scan(io.BytesIO(wide), chunk) if isinstance(event, SetFound)]
    expected = [event for event in scan(io.BytesIO(text.encode("latin-1"))) if isinstance(event, SetFound)]
    spans = [((one.offset - mark) // 2, one.length // 2, one.segment_count) for one in found]
    assert spans == [(one.offset, one.length, one.segment_count) for one in expected]


@given(files)
def test_every_byte_is_accounted_for(data: bytes) -> None:
    ranges = []
    for event in scan(io.BytesIO(data)):
        if isinstance(event, InterchangeClosed | Stray):
            ranges.append((event.offset, event.offset + event.length))
    assert all(left[1] <= right[0] for left, right in pairwise(ranges))
    edges = [0, *(edge for one in ranges for edge in one), len(data)]
    between = [data[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
    assert all(not gap.strip(b" \t\r\n\x00\x1a\xef\xbb\xbf") for gap in between)


@given(files)
def test_whatever_is_found_can_be_read(data: bytes) -> None:
    delimiters = None
    for event in scan(io.BytesIO(data)):
        if isinstance(event, InterchangeOpened):
            delimiters = event.delimiters
        if isinstance(event, SetFound) and delimiters:
            piece = data[event.offset : event.offset + event.length]
            reading = validator_for("850", "004010").read(piece, delimiters, Place(offset=event.offset))
            assert all(event.offset <= f.place.offset <= event.offset + event.length for f in reading.findings)


@given(st.binary(max_size=300), st.sampled_from(["004010", "005010", "003040", "junk"]))
def test_reading_a_set_never_raises(data: bytes, version: str) -> None:
    validator_for("850", version).read(b"ST*850*0001~" + data, STAR)
