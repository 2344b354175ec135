"""Numbers and dates of a whole column at once, as the reader makes them canonical one by one.

Most columns hold what is canonical as it stands, or with another decimal mark: one expression for all of their texts
tells that. Of all others each text is looked up in the tables of the reader.
"""

import re
from collections.abc import Collection, Sequence

from mappings.engine.express.shape import Doubt
from mappings.engine.express.text.values import Decimals
from mappings.engine.rules.values import TEXT_LIMIT
from mappings.engine.text.columns import Converter

_NUMBER = r"(?:-(?=[0{mark}]*[1-9]))?+(?:0|[1-9][0-9]{{0,30}}+)(?:{mark}[0-9]{{1,30}}+)?+"
"""A number that `numbers.number_text` takes as it is, but for the mark. Never -0; shorter than TEXT_LIMIT."""


def _column(text: str) -> str:
    """Texts of a column, each with a line end behind it; blank ones too."""
    return rf"(?:(?:{text})?+\n)*+"


_NUMBERS = {
    mark: re.compile(_column(number).encode())
    for mark, number in {
        ".": _NUMBER.format(mark=r"\."),
        ",": _NUMBER.format(mark=","),
        "": r"(?:-(?=[1-9]))?+(?:0|[1-9][0-9]{0,30}+)",
    }.items()
}
"""By the decimal mark of a style. Without one only whole numbers have one meaning whatever stands around them."""
_FORM = bytes.maketrans(b"23456789", b"11111111")
"""Numbers of one form, as 10.25 and 20.11, are canonical or not together: most columns have few of them."""

_DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31"
_DATE = f"(?:19|20|21)[0-9]{{2}}-(?:{_DAY})"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
ISO = "YYYY-MM-DD"
_DATES = re.compile(_column(rf"{_DATE}(?:T{_TIME}(?:[+-][0-9]{{2}}:[0-9]{{2}})?+)?+"))
_DATES_APART = re.compile(_column(rf"{_DATE}(?: {_TIME})?+"))
_DATES_WITH_ZONE = re.compile(_column(rf"{_DATE} {_TIME} [+-][0-9]{{4}}"))
"""Dates of the pattern ISO: canonical ones, those with a blank before the time, and as shops write them."""


class Canonical:
    """What makes a column canonical. index: of the column; is_number: else it holds dates. numbers: of its canonical
    texts, where something is computed from them."""

    def __init__(self, step: Converter) -> None:
        self.index = step.index
        self.is_number = step.is_number
        self.numbers = Decimals()
        self._step = step

    def of(self, column: Sequence[str]) -> Sequence[str]:
        """The texts of the column, blank ones as they are. Raises Doubt for one that cannot be read."""
        form = self._step.form
        if form == "." and self.numbers.have(column):
            return column
        if not self.is_number and 2 * column.count("") > len(column):
            return self._made(column)
        texts = {*filter(None, column)}
        if not texts:
            return column
        if self.is_number and _are_numbers(texts, form):
            return "\n".join(column).replace(",", ".").split("\n") if form == "," else column
        if 2 * len(texts) > len(column):
            return self._made(column)
        few = ["", *texts]
        made = self._made(few)
        return column if made is few else list(map(dict(zip(few, made, strict=True)).__getitem__, column))

    def _made(self, texts: Sequence[str]) -> Sequence[str]:
        """The same texts where all of them are canonical."""
        joined = "\n".join(texts) + "\n"
        if self._step.form == ISO and joined.count("\n") == len(texts):  # none in a cell
            if _DATES.fullmatch(joined):
                return texts
            if _DATES_APART.fullmatch(joined):
                return joined.replace(" ", "T").split("\n")[:-1]
            if _DATES_WITH_ZONE.fullmatch(joined):
                return _with_colons(joined)
        return self._one_by_one(texts)

    def _one_by_one(self, texts: Sequence[str]) -> list[str]:
        table = self._step.table
        made: list[str] = []
        for text in texts:
            value = text and table[text]
            if value is None or (self.is_number and len(value) > TEXT_LIMIT):
                raise Doubt(text)
            made.append(value)
        return made


def _are_numbers(texts: Collection[str], mark: str) -> bool:
    """Whether texts are canonical numbers but for the mark, or blank."""
    forms = "\n".join(texts).encode().translate(_FORM).split(b"\n")
    return len(forms) == len(texts) and _NUMBERS[mark].fullmatch(b"\n".join({*forms}) + b"\n") is not None


def _with_colons(joined: str) -> list[str]:
    """Lines like 2026-07-04 11:00:00 +0200 as 2026-07-04T11:00:00+02:00; mostly all have the same zone."""
    zone = joined.strip()[-5:]
    made = joined.replace(f" {zone}", f"{zone[:3]}:{zone[3:]}")
    if 2 * made.count(" ") == joined.count(" "):
        return made.replace(" ", "T").split("\n")[:-1]
    texts = joined.split("\n")[:-1]
    return [f"{text[:10]}T{text[11:19]}{text[20:23]}:{text[23:]}" if text else "" for text in texts]
