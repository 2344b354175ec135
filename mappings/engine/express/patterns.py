"""The text of a shape as one regular expression: it tells whether segments have that shape, checks lengths and
characters of their elements, and takes them apart, all at once.

What an expression takes apart are the elements that have a value, one group each. Codes, dates and conditions are
left to the program of the shape.
"""

import functools
import re
import string
from collections.abc import Callable, Iterator, Sequence

import msgspec

from mappings.engine.express.shape import Doubt, Row
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.structure import ElementDef, Release

ORDINARY = "".join(map(chr, range(0x20, 0x7F)))
_NEVER = frozenset(string.ascii_letters + string.digits + " -.")
"""What no delimiter may be, so that the parts of numbers are none."""
LONGEST_NUMBER = 40
MOST_DECIMALS = 6
_NUMBER = re.compile(r"[0-9]+\.?[0-9]*(?<!\.)")

Match = Callable[[str, int], "re.Match[str] | None"]


class Dialect(msgspec.Struct, frozen=True):
    """How the sets of an interchange are written. ending: after each segment, its line end included. without: what
    stands in no element."""

    separator: str
    terminator: str
    line_end: str
    without: str

    @property
    def ending(self) -> str:
        return self.terminator + self.line_end

    @property
    def ends(self) -> tuple[str, str]:
        """What may stand behind the last element of SE."""
        return self.terminator, self.ending


def dialect_of(text: str, delimiters: Delimiters, without: str) -> Dialect | None:
    """How a set is written, by its first segment; None where expressions could mistake a delimiter for data.

    without: characters that its elements must not have, beside those that separate.
    """
    at = text.find(delimiters.segment) + len(delimiters.segment)
    line_end = ""
    if text.startswith("\r\n", at):
        line_end = "\r\n"
    elif text.startswith("\n", at):
        line_end = "\n"
    return _dialect(delimiters, line_end, without)


@functools.lru_cache(maxsize=256)
def _dialect(delimiters: Delimiters, line_end: str, without: str) -> Dialect | None:
    terminator = delimiters.segment
    others = delimiters.element + terminator + delimiters.component + delimiters.repetition
    if not terminator or not delimiters.element or not _NEVER.isdisjoint(others):
        return None
    return Dialect(delimiters.element, terminator, "" if terminator == "\n" else line_end, without + others)


class Form(msgspec.Struct, frozen=True):
    """What the text of an element may be. kind: text, digits, number, or the text itself. longest: 0 without limit."""

    kind: str
    shortest: int = 1
    longest: int = 0
    trimmed: bool = False


def form_of(element: ElementDef, codes: frozenset[str], value: str) -> Form:
    """The form of an element that is sent as a value is. codes: of its list, empty where any will do.

    Raises Doubt for a value of a form that is too seldom for an expression.
    """
    shortest = max(element.min, 1)
    match element.type:
        case "DT":
            return Form("digits", len(value), len(value))
        case "TM":
            return Form("digits", shortest, element.max)
        case "R" if _NUMBER.fullmatch(value):
            return Form("number", shortest, min(element.max or LONGEST_NUMBER, LONGEST_NUMBER))
        case "R":
            raise Doubt(value)
        case kind if kind[0] == "N":
            return Form("digits", shortest, element.max)
    if codes and all(code == code.strip() for code in codes):
        return Form("text", 1, max(map(len, codes)))
    return Form("text", shortest, element.max, trimmed=True)


def forms(rows: Sequence[Row], sent: Sequence[Sequence[str]], release: Release) -> list[list[Form | None]]:
    """The forms of all elements of segments, None for those without a value. sent: segments of that shape."""
    found: list[list[Form | None]] = []
    for row, values in zip(rows, sent, strict=True):
        definition = release.segment(row.segment)
        if definition is None or row.size > len(definition.elements) + 1:
            raise Doubt(row.segment)
        simple = [element.components[0] if element.components else element for element in definition.elements]
        found.append(
            [
                form_of(element, release.codes(element.codes) if element.codes else frozenset(), value)
                if value
                else None
                for element, value in zip(simple, values[1:], strict=False)
            ]
        )
    return found


def expression(rows: Sequence[Row], forms: Sequence[Sequence[Form | None]], dialect: Dialect) -> Iterator[str]:
    """The expressions of the segments, without what ends them."""
    characters = _Characters(dialect.without)
    separator = re.escape(dialect.separator)
    for row, elements in zip(rows, forms, strict=True):
        parts = [re.escape(row.segment), *(characters.expression(form) if form else "" for form in elements)]
        yield separator.join(parts)


class _Characters:
    """Expressions of forms, without the characters that no element has."""

    def __init__(self, without: str) -> None:
        allowed = [character for character in ORDINARY if character not in without]
        self._any = _one_of(allowed)
        self._first = _one_of([character for character in allowed if character != " "])

    def expression(self, form: Form) -> str:
        shortest, longest = form.shortest, form.longest or None
        if form.kind == "digits":
            return f"([0-9]{_times(shortest, longest)})"
        if form.kind == "number":
            longest = longest or LONGEST_NUMBER
            decimals = min(MOST_DECIMALS, longest // 3, longest - shortest)
            return rf"([0-9]{_times(shortest, longest - decimals)}\.?+[0-9]{_times(0, decimals)}(?<!\.))"
        if form.trimmed and longest == 1:
            return f"({self._first})"
        if form.trimmed:
            return f"({self._first}{self._any}{_times(shortest - 1, longest and longest - 1)}(?<! ))"
        return f"({self._any}{_times(shortest, longest)})"


def _times(shortest: int, longest: int | None) -> str:
    """So often, and as often as can be: characters are never given back, since what follows is none of them."""
    return f"{{{shortest},{'' if longest is None else longest}}}+"


def _one_of(characters: Sequence[str]) -> str:
    return f"[{''.join(map(re.escape, characters))}]"
