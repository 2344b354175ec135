"""Splitting by keys alone finds the documents where the complete reader does, whatever bytes a file is made of."""

import io
import random
from collections.abc import Iterator

import pytest

from mappings.engine.express.text import rows
from mappings.engine.express.text.places import DocumentAt, places
from mappings.engine.findings import Code, Finding
from mappings.engine.text.reader import DocumentFound, SheetClosed, SheetOpened, scan
from tests.benchmarks.text_read import content
from tests.mappings.engine.express.text.differential import Source, changed, generated, of_library
from tests.mappings.engine.text.golden import LAYOUTS

HEADER = b"po_number,po_line,sku,qty_ordered,uom,unit_cost,extended_cost\n"
LINE = b",1,A-1,2,EA,1.50,3.00\n"

Told = list[tuple[int, int, int, int] | list[Finding]]


def completely(data: bytes, source: Source | None = None) -> Told:
    settings, layouts = (source.settings, [source.layout]) if source else (None, LAYOUTS)
    found: Told = []
    for event in scan(io.BytesIO(data), settings, layouts):
        if isinstance(event, DocumentFound):
            found += [(event.ordinal, event.offset, event.length, event.numbers[0] - 1), scattered(event.findings)]
        elif isinstance(event, SheetClosed):
            found.append(event.findings)
    return found


def shortly(data: bytes, source: Source | None = None) -> Told:
    settings, layouts = (source.settings, [source.layout]) if source else (None, LAYOUTS)
    found: Told = []
    for event in places(io.BytesIO(data), settings, layouts):
        if isinstance(event, DocumentAt):
            found += [(event.ordinal, event.offset, event.length, event.row), scattered(event.findings)]
        elif isinstance(event, SheetClosed):
            found.append(event.findings)
    return found


def scattered(findings: object) -> list[Finding]:
    return [one for one in findings if one.code is Code.DOCUMENT_SCATTERED]  # type: ignore[attr-defined]


def sources() -> list[Source]:
    return [*of_library(), *generated(range(2))]


@pytest.fixture(params=[rows.BLOCK, 200], ids=["large blocks", "small blocks"])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK", request.param)


@pytest.mark.usefixtures("block")
def test_documents_of_all_layouts_are_where_the_reader_finds_them() -> None:
    for source in sources():
        assert shortly(source.data, source) == completely(source.data, source), source.name


@pytest.mark.usefixtures("block")
@pytest.mark.parametrize("changes", [120, pytest.param(1000, marks=pytest.mark.thorough)])
def test_whatever_is_changed_documents_stay_where_the_reader_finds_them(changes: int) -> None:
    chance, known = random.Random(20261121), sources()

    for _ in range(changes):
        source = changed(chance.choice(known), chance)
        assert shortly(source.data, source) == completely(source.data, source), (source.name, source.data)


@pytest.mark.parametrize(
    "lines",
    [
        b"A" + LINE + b"A" + LINE + b"B" + LINE,
        b"\n\nA" + LINE + b"\n\nB" + LINE + b"\n\n",
        b"A" + LINE + LINE + b" A" + LINE + b" " + LINE + b"B" + LINE,
        b'"A"' + LINE + b'A,1,"x\r\ny\n",2,EA,1,1\r\nB' + LINE,
        b'A,1,"x,2,EA,1,1\nB' + LINE + b"C" + LINE,
        b"A" + LINE + b"B" + LINE + b"A" + LINE,
        b"A" + LINE + b"\xff" + LINE + b"\xc3\xa9" + LINE,
        b"A" + LINE + b"B\nC,1\nD" + LINE.rstrip(),
        b"A\0" + LINE + b"B\x1a" + LINE,
        b"A" + LINE.replace(b"\n", b"\r") + b"B" + LINE,
        LINE + b"A" + LINE,
        b"A" + LINE + b"B,1," + b"x" * 150_000 + b"\nC" + LINE,
        b"",
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "with a mark"])
def test_what_could_move_a_border_does_not(lines: bytes, mark: bytes) -> None:
    assert shortly(mark + HEADER + lines) == completely(mark + HEADER + lines)


def test_a_large_file_is_not_kept_in_memory_nor_read_twice() -> None:
    class Counted(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            piece = super().read(size)
            self.taken += len(piece)
            return piece

    data = content(9000)
    stream = Counted(data)

    opened, *documents = _events(stream)

    assert isinstance(opened, SheetOpened)
    assert len(documents) == 3001
    assert stream.taken < len(data) + 300_000  # the sample, and what the reader takes beyond it


def _events(stream: io.BytesIO) -> Iterator[object]:
    yield from places(stream, None, LAYOUTS)
