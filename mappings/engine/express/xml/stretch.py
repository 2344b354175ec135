"""Stretches of a record whose structure is known: what must be as it was, what is blank, where values stand."""

import functools
import re
from enum import Enum

from mappings.engine.express.shape import Doubt
from mappings.engine.express.xml.pieces import Pieces

LONGEST = 30_000
"""Characters of a pattern. A record with a longer stretch is read the long way: to compile it would take as long as to
read a hundred of them."""


class Role(Enum):
    """What a piece of a structure is, as a pattern. Whether there is a text belongs to the structure: a value is never
    blank. An attribute has no line ends and tabs inside, which a parser would turn into blanks (XML 1.0, 3.3.3)."""

    FIXED = ""
    BLANK = r"\s*+"
    TEXT = r'\s*+([^\s<>"][^<>"]*+)'
    ATTRIBUTE = r'\s*+([^\s<>"][^<>"\n\t]*+)'


class Stretch:
    """A part of a record, from one mark to another. size: in pieces."""

    def __init__(self, pieces: Pieces, start: int, roles: list[Role]) -> None:
        """roles: of the pieces from `start` on. Raises Doubt where there are too many."""
        self.size = len(roles)
        self.marks = pieces.marks[start : start + self.size]
        parts = []
        for place, role in enumerate(roles, start):
            parts += [re.escape(pieces.texts[place]) if role is Role.FIXED else role.value]
            parts += [pieces.marks[place : place + 1].decode()]
        self.source = "".join(parts)
        if len(self.source) > LONGEST:
            raise Doubt("a long stretch")

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches such a stretch, with a group for each value. Compiled when a second one may have come."""
        return re.compile(self.source)

    def is_like(self, other: "Stretch") -> bool:
        """Whether both have the same structure."""
        return self.source == other.source


class Stretches:
    """Those that may stand at one place. A longer one is tried first: what a shorter one leaves open, it may say."""

    def __init__(self) -> None:
        self._by_marks: dict[bytes, list[Stretch]] = {}
        self._sizes: list[int] = []

    def find(self, pieces: Pieces, mark: int, position: int) -> tuple[Stretch, re.Match[str]] | None:
        """The stretch that stands here: behind so many marks, at a position of the text."""
        for size in self._sizes:
            for known in self._by_marks.get(pieces.marks[mark : mark + size], ()):
                if known.size == size and (match := known.pattern.match(pieces.text, position)):
                    return known, match
        return None

    def add(self, stretch: Stretch) -> Stretch:
        """Know a stretch; gives it, or the one with the same structure that is known already."""
        alike = self._by_marks.get(stretch.marks, [])
        for known in alike:
            if known.is_like(stretch):
                return known
        self._by_marks[stretch.marks] = [*alike, stretch]
        self._sizes = sorted({*self._sizes, stretch.size}, reverse=True)
        return stretch
