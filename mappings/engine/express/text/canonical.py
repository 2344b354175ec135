"""Numbers and dates of a whole column at once, as the reader makes them canonical one by one.

Most columns hold what is canonical as it stands, or with another decimal mark: one expression for all of their texts
tells that. Of all others each text is looked up in the tables of the reader.
"""

import re
from collections.abc import Sequence

from mappings.engine.express.shape import Doubt
from mappings.engine.rules.values import TEXT_LIMIT
from mappings.engine.text.columns import Converter

_NUMBER = r"(?:-(?=[0{mark}]*[1-9]))?+(?:0|[1-9][0-9]{{0,30}}+)(?:{mark}[0-9]{{1,30}}+)?+"
"""A number that `numbers.number_text` takes as it is, but for the mark. Never -0; shorter than TEXT_LIMIT."""


def _column(number: str) -> re.Pattern[str]:
    """Texts of a column, each with a line end behind it; blank ones too."""
    return re.compile(rf"(?:(?:{number})?+\n)*+")


_COLUMNS = {
    ".": _column(_NUMBER.format(mark=r"\.")),
    ",": _column(_NUMBER.format(mark=",")),
    "": _column(r"(?:-(?=[1-9]))?+(?:0|[1-9][0-9]{0,30}+)"),
}
"""By the decimal mark of a style. Without one only whole numbers have one meaning whatever stands around them."""


class Canonical:
    """What makes a column canonical. index: of the column; is_number: else it holds dates."""

    def __init__(self, step: Converter) -> None:
        self.index = step.index
        self.is_number = step.is_number
        self._table = step.table
        self._mark = step.decimal
        self._plain = _COLUMNS[step.decimal].fullmatch

    def of(self, column: Sequence[str]) -> Sequence[str]:
        """The texts of the column, blank ones as they are. Raises Doubt for one that cannot be read."""
        if self.is_number:
            joined = "\n".join(column) + "\n"
            if self._plain(joined) and joined.count("\n") == len(column):  # no line end in a cell
                return column if self._mark != "," else joined.replace(",", ".").split("\n")[:-1]
        table = self._table
        made: list[str] = []
        for text in column:
            value = text and table[text]
            if value is None or (self.is_number and len(value) > TEXT_LIMIT):
                raise Doubt(text)
            made.append(value)
        return made
