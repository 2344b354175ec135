"""Rows among the data that are none: totals, rules of dashes, the header once more, footers. They are in no document.

What such a row is depends on its cells, the names of the columns and the key alone: a mapping that says something else
of the columns finds the same rows.
"""

import re
from collections.abc import Sequence

from mappings.engine.text.blanks import WORDS
from mappings.engine.text.header import folded
from mappings.engine.text.numbers import ANY, CURRENCIES, is_ambiguous, number_text

TOTAL = "total"
RULE = "rule"
HEADER = "header"
FOOTER = "footer"
MESSAGES = {
    TOTAL: "The row is a total of other rows",
    RULE: "The row is a rule between rows",
    HEADER: "The row has the names of the columns once more",
    FOOTER: "The row is a footer",
}
_HINTS = ("total", "totaal", "summe", "gesamt", "---", " row", " record", "page ", "gina ", "seite ", "end of ")
"""One of these stands in a row that is none of the data, in small letters of ASCII, but for a header and what is
declared."""
_WORD = (
    r"(?:(?:grand|sub|net|overall|running|report|page|order|invoice|document|file)[\s-]*)?"
    r"(?:totals?|totales?|totali|totaux|totaal|subtotaal|(?:zwischen|gesamt)?summen?|gesamt(?:betrag|menge)?)"
)
_OF = r"(?:\s+(?:général|general|generale|geral|qty|quantity|amount|items?|lines?|units?|value|cost|price))*"
_IN = rf"(?:\s*(?:in\s+)?\(?(?:[$€£]|{'|'.join(CURRENCIES)})\)?)?"
_LABEL = re.compile(rf"{_WORD}{_OF}{_IN}\s*[:.]?", re.IGNORECASE)
_LABEL_OF_KEY = re.compile(rf"{_WORD}\b.*|.*\s{_WORD}\s*:?", re.IGNORECASE | re.DOTALL)
"""Beside the word stands what is added up: "PO-7 Total", "Total for PO-7"."""
_COUNT = re.compile(r"\(?\d[\d.,]*\s*(?:rows?|records?|row\(s\)|record\(s\))\s*\w*\s*\)?\.?", re.IGNORECASE)
_PAGE = r"(?:page|seite|p[aá]gina)\s*:?\s*\d+"
_PAGE_OF = re.compile(rf"\W*{_PAGE}\s*(?:of|von|de|di|van|sur|/)\s*\d+\W*", re.IGNORECASE)
_END = re.compile(rf"\W*(?:{_PAGE}|end of (?:the )?(?:report|file|list|data|export|document))\W*", re.IGNORECASE)
_SUSPECT = re.compile(r"tota|summe|gesamt|---|\brow|\brecord|page|gina|seite|end of", re.IGNORECASE)
_CURRENCY = re.compile("[A-Z]{3}")
_COUNTED = "0123456789., "


class Asides:
    """Tells the rows of one file that are none of the data."""

    def __init__(self, names: Sequence[str], key: Sequence[int], footer: Sequence[str] = ()) -> None:
        """names: of the columns in the file. key: indexes of the key columns. footer: what cells of footers begin
        with."""
        self._key = frozenset(key)
        self._names = [folded(name) for name in names]
        self._footer = tuple(text.casefold() for text in footer)
        self._header_key = {self._names[index] for index in self._key}
        self._words = tuple(max(name.split(), key=len, default="") for name in self._header_key)
        longest = max(names, key=len, default="")
        self._hints = tuple(text.lower() for text in (*_HINTS, longest, *footer) if text)
        self._hints_in_bytes = tuple(hint.encode() for hint in self._hints)

    def may_begin(self, key: str | tuple[str, ...]) -> bool:
        """Whether a row with this key has to be looked at. Those without a key have, always."""
        if self._footer:
            return True
        text = key if isinstance(key, str) else " ".join(key)
        return bool(_SUSPECT.search(text)) or folded(text) in self._header_key

    def may_one_begin(self, keys: Sequence[str | tuple[str, ...]]) -> bool:
        """Whether a row with one of these keys has to be looked at: rather yes than one by one."""
        if self._footer:
            return True
        joined = "\n".join([key if isinstance(key, str) else " ".join(key) for key in keys])
        small = joined.casefold()
        return bool(_SUSPECT.search(joined)) or (
            any(word in small for word in self._words) and any(map(self.may_begin, keys))
        )

    def may_stand_in(self, data: bytes) -> bool:
        """Whether a piece of a file in an encoding that has ASCII in it may have such rows, or values that only the
        complete reader tells."""
        small = data.lower()
        return self.may_have_marks(data) or any(hint in small for hint in self._hints_in_bytes)

    def may_have_marks(self, data: bytes) -> bool:
        """Whether a piece may have keys that are written as formulas, or numbers that were rounded."""
        return b'="' in data or b"E+" in data

    def without(self, rows: list[list[str]]) -> list[list[str]]:
        """The rows that are data, or without values."""
        joined = " ".join([" ".join(cells) for cells in rows]).lower()
        if not any(hint in joined for hint in self._hints):
            return rows
        return [cells for cells in rows if not self.kind(cells)]

    def kind(self, cells: Sequence[str]) -> str:
        """TOTAL, RULE, HEADER, FOOTER, or "" for a row of data or without values."""
        joined = " ".join(cells).lower()
        if not any(hint in joined for hint in self._hints):
            return ""
        if not any(map(str.isalnum, joined)):
            return RULE
        texts = [cell.strip() for cell in cells]
        filled = [index for index, text in enumerate(texts) if text]
        if self._is_footer([texts[index] for index in filled]) or self._is_named(texts):
            return FOOTER
        if self._is_header(texts):
            return HEADER
        return TOTAL if self._is_total(texts, filled) else ""

    def _is_footer(self, filled: Sequence[str]) -> bool:
        """A whole row is none, whatever it begins with."""
        whole = "".join(filled)
        if _COUNT.fullmatch(whole) and (len(filled) == 1 or whole[0] == "("):  # cut by fixed places
            return True
        if _PAGE_OF.fullmatch(whole) or (len(filled) == 1 and _END.fullmatch(whole)):
            return True
        if 2 * len(filled) > len(self._names):
            return False
        return any(
            _PAGE_OF.fullmatch(text) or (self._footer and text.casefold().lstrip(_COUNTED).startswith(self._footer))
            for text in filled
        )

    def _is_named(self, texts: Sequence[str]) -> bool:
        """Whether the key is what is declared, to the letter: a row that describes the columns fills all of them."""
        return any(texts[index].casefold() in self._footer for index in self._key if index < len(texts))

    def _is_header(self, texts: Sequence[str]) -> bool:
        same = sum(1 for text, name in zip(texts, self._names, strict=False) if text and folded(text) == name)
        return same > 1 and 5 * same >= 4 * len(self._names)

    def _is_total(self, texts: Sequence[str], filled: Sequence[int]) -> bool:
        """A label, and beside it nothing but amounts: no item, no date."""
        labels = [index for index in filled if self._is_label(texts[index], index)]
        if not labels:
            return False
        label = labels[0]
        others = [texts[index] for index in filled if index != label and index not in self._key]
        if not all(map(_is_amount, others)):
            return False
        if not _LABEL.fullmatch(texts[label]):
            return 2 * len(filled) <= len(self._names) + 1
        return label == filled[0] or len(filled) < len(self._names)

    def _is_label(self, text: str, index: int) -> bool:
        return bool((_LABEL_OF_KEY if index in self._key else _LABEL).fullmatch(text[:200]))


def _is_amount(text: str) -> bool:
    is_number = number_text(ANY, text) is not None or is_ambiguous(text)
    return is_number or text in WORDS or bool(_CURRENCY.fullmatch(text))
