"""Wherever blocks end and however cells are written, the short way finds the documents of the complete one."""

import math
import random
from collections.abc import Iterator, Sequence

import msgspec
import pytest

from mappings.engine.express.text import groups, rows
from mappings.engine.text.settings import NumberStyle, TextSettings
from mappings.library import index
from tests.mappings.engine.express.text import differential
from tests.mappings.engine.express.text.differential import Comparison, Source
from tests.mappings.engine.express.text.test_places import completely, shortly

STYLES = [NumberStyle("."), NumberStyle(".", ","), NumberStyle(","), NumberStyle(",", "."), NumberStyle()]
NUMBERS = ["0", "7", "10", "125", "7.50", "0.05", "7,50", "0,05", "1,234", "1.234"]
ODD_NUMBERS = [*differential.NUMBERS, "\u0663", "\uff11\uff12", "\u22125", "1'234", "-0", "-0.00", "9" * 65]
BLANKS = [" ", "  ", "\t", "\xa0", "\u2003", "\x85", "\x1c"]
LINES = ["x\ny", "x\r\ny", "x\ry", "\n", "\nx", "x\n\n", "a,\n,b", "l\n" * 30, "l\n" * 120]
ENDS = [["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"], ["\n", "\r\n", "\r"]]
TAILS = ["", "", "", "\n", '"', '"x', '\n"', '\na"', "\n''", "\n'x", '\n"x""', "\x1a"]
STRAY = ['"', "'", '""', ' "', '" ', " ", "\x1f", "\0", "\x1a", "\n", "\r"]
SELDOM = [0, 0, 0, 0.002, 0.05]
"""How often something unusual stands in a file."""


class Writer:
    """Writes files of one form: of one layout, and with the same marks."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        name = chance.choice(sorted(index.layouts()))
        entry, layout = index.layouts()[name]
        texts = [one for one in layout.columns if one not in (*layout.numbers, *layout.dates, *layout.key)]
        key = (*layout.key, *texts[: chance.choice([0, 0, 0, 1])])
        self._layout = msgspec.structs.replace(layout, key=key, settings=TextSettings())
        self._columns = [*layout.columns, *(one for one in layout.optional if chance.random() < 0.3)]
        chance.shuffle(self._columns)
        style = chance.choice(STYLES)
        self._settings = TextSettings(
            encoding=chance.choice(["utf-8", "utf-8", "utf-8", "windows-1252", "latin-1", "ascii"]),
            delimiter=chance.choice(",,,;\t\t|^\x1f\x0bé"),
            quote=chance.choice(['"', '"', "'", ""]),
            header_row=0,
            columns=tuple(self._columns),
            numbers=dict.fromkeys(("", *self._columns), style),
            dates={"": "", **dict.fromkeys(layout.dates, "YYYY-MM-DD")},
        )
        self._mapping = entry.name

    def source(self, name: str) -> Source:
        chance = self._chance
        count = int(math.exp(chance.uniform(0, math.log(400))))
        ends, stray = chance.choice(ENDS), chance.choice(SELDOM)
        share = chance.choice([0, 0, 0.3, 1])
        self._quoted = {column for column in range(len(self._columns)) if chance.random() < share}
        text = "".join(self._line(cells, stray) + chance.choice(ends) for cells in self._rows(count))
        if chance.random() < 0.3:
            text = text.rstrip("\r\n") + chance.choice(TAILS)
        data = text.encode(self._settings.encoding, "replace")
        return Source(name, self._mapping, self._layout, self._settings, chance.choice([0, 7]), data)

    def _rows(self, count: int) -> Iterator[list[str]]:
        chance, width = self._chance, len(self._columns)
        most = chance.choice([1, 2, 5, 40, 1000])
        again, odd, ragged, blank = chance.choice([0, 0, 0.5, 1]), *(chance.choice(SELDOM) for _ in range(3))
        left, document, calm = 0, 0, chance.choice([count, chance.randrange(count)])
        for number in range(count):
            odd = odd if number < calm else 0
            is_first = left <= 0
            if is_first:
                document, left = document + 1, chance.randint(1, most)
            left -= 1
            is_blank = not is_first and chance.random() < again
            cells = [self._cell(column, document, odd, is_blank=is_blank) for column in self._columns]
            if chance.random() < ragged:
                cells = chance.choice([[*cells, ""], [*cells, "x"], cells[: chance.randrange(width)]])
            if chance.random() < blank:
                cells = chance.choice([[], [""] * width, [" "] * width, ["\xa0"] * width])
            yield cells

    def _cell(self, column: str, document: int, odd: float, *, is_blank: bool) -> str:
        chance, layout = self._chance, self._layout
        is_odd = chance.random() < odd
        if column in layout.key:
            text = "" if is_blank else f"D-{document}"
            return chance.choice([text + chance.choice(BLANKS), f'{text}"', "", "D-1"]) if is_odd else text
        if column in layout.numbers:
            return chance.choice(ODD_NUMBERS if is_odd else NUMBERS)
        if column in layout.dates:
            return chance.choice(differential.DATES) if is_odd else f"2026-07-{document % 28 + 1:02d}"
        fits = differential._text(column)
        return chance.choice(chance.choice([differential.TEXTS, LINES])) if is_odd else chance.choice([fits, fits, ""])

    def _line(self, cells: Sequence[str], stray: float) -> str:
        line = self._settings.delimiter.join(map(self._written, range(len(cells)), cells))
        if self._chance.random() >= stray:
            return line
        place = self._chance.randrange(len(line) + 1)
        return line[:place] + self._chance.choice(STRAY) + line[place:]

    def _written(self, column: int, text: str) -> str:
        quote = self._settings.quote
        if not quote:
            return text.replace("\n", "/").replace("\r", "/")
        needs = any(mark in text for mark in (quote, self._settings.delimiter, "\n", "\r"))
        return quote + text.replace(quote, quote * 2) + quote if needs or column in self._quoted else text


@pytest.mark.parametrize("forms", [20, pytest.param(400, marks=pytest.mark.thorough)])
def test_the_form_of_a_file_and_the_size_of_blocks_change_nothing(forms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    comparison = Comparison()
    for seed in range(forms):
        chance = random.Random(seed)
        writer = Writer(chance)
        for _ in range(3):
            source = writer.source(f"seed {seed}")
            monkeypatch.setattr(rows, "BLOCK", int(math.exp(chance.uniform(math.log(40), math.log(64 * 1024)))))
            monkeypatch.setattr(rows, "BATCH", chance.choice([200, 1, 7]))
            monkeypatch.setattr(groups, "MOST_ROWS", chance.choice([20_000, 20_000, 30]))

            assert comparison.differences(source) == []
            assert shortly(*_with_names(source)) == completely(*_with_names(source)), source.name
    assert sum(comparison.sure.values()) > 0.3 * sum(comparison.clean.values())


def _with_names(source: Source) -> tuple[bytes, Source]:
    """The whole file, which begins with the names of its columns."""
    names = source.settings.delimiter.join(source.settings.columns) + "\n"
    data = names.encode(source.settings.encoding, "replace") + source.data
    settings = msgspec.structs.replace(source.settings, header_row=1, columns=())
    return data, msgspec.structs.replace(source, data=data, settings=settings)
