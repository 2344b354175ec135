"""Lines of 80 characters, as old systems send them: when this fails, a partner's every second value is cut in two."""

import io
from functools import partial

import pytest

from mappings.engine.findings import Place
from mappings.engine.x12.envelope import InterchangeOpened, SetFound, scan
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.wrapped import UnwrappedStream, Wrap, wrap_of
from tests.mappings.engine.x12.documents import codes, in_envelope, raw, sets_of, transaction

PLAIN = raw(in_envelope(transaction()))


def in_lines(data: bytes, width: int, ending: bytes = b"\n") -> bytes:
    return ending.join(data[start : start + width] for start in range(0, len(data), width)) + ending


def read(data: bytes) -> list[tuple[list[list[str]], list[tuple[str, int]]]]:
    """The segments of each set, and its findings with their offsets; read from the bytes that the splitter names."""
    found = []
    for event, part, delimiters in sets_of(data):
        reading = validator_for("850", "004010").read(part, delimiters, _place(event))
        found.append((reading.segments, [(one.code.value, one.place.offset) for one in reading.findings]))
    return found


def _place(event: SetFound) -> Place:
    return Place(event.offset, event.interchange, event.group, event.ordinal)


@pytest.mark.parametrize("width", [72, 80, 128])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_a_wrapped_file_reads_as_it_did_before_it_was_wrapped(width: int, ending: bytes) -> None:
    assert [one[0] for one in read(in_lines(PLAIN, width, ending))] == [one[0] for one in read(PLAIN)]


def test_it_is_said_once_with_the_interchange() -> None:
    opened, *_ = scan(io.BytesIO(in_lines(PLAIN, 80)))
    assert isinstance(opened, InterchangeOpened)
    assert codes(opened.findings) == ["isa-line-end"]
    assert opened.delimiters.wrapped


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_a_fault_is_placed_where_it_stands_in_the_file(at: int) -> None:
    broken = raw(in_envelope([part.replace("PO1*1*", "PO1*1*x") for part in transaction()]))
    wanted = read(broken)[0][1]
    width = 60 + at
    wrapped = in_lines(broken, width)
    found = read(wrapped)[0][1]
    assert [code for code, _ in found] == [code for code, _ in wanted]
    for (_, offset), (_, plain) in zip(found, wanted, strict=True):
        assert offset == plain + plain // width


def test_interchanges_of_which_each_begins_a_line_are_all_read() -> None:
    twice = in_lines(PLAIN, 80) + in_lines(PLAIN, 80)
    assert [one[0] for one in read(twice)] == [read(PLAIN)[0][0]] * 2


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN + b"\n",
        PLAIN.replace(b"~", b"~\n"),
        PLAIN.replace(b"~", b"\n"),
        in_lines(PLAIN, 80).replace(b"\n", b"\n\n", 1),
        in_lines(PLAIN, 20),
        b"\n".join(part.ljust(120) for part in PLAIN.split(b"~")),
        b"",
    ],
    ids=["one line", "and its end", "a line each", "terminators", "uneven", "too short", "padded", "empty"],
)
def test_other_line_ends_are_left_as_they_are(data: bytes) -> None:
    assert wrap_of(data[:4096]) is None


def test_what_the_stream_gives_stands_in_the_file_where_it_says() -> None:
    data = b"abcdefgh\nijklmnop\nqrs\nABCDEFGH\nI\n"
    for size in (1, 3, 5, 100):
        stream = UnwrappedStream(b"", io.BytesIO(data), Wrap(8, b"\n"))
        given = b"".join(iter(partial(stream.read, size), b""))
        assert given == b"abcdefghijklmnopqrs\nABCDEFGHI\n"
        assert bytes(data[stream.offset(at)] for at in range(len(given))) == given
