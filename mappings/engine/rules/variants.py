"""Programs for documents of one kind only: for a file whose columns are known, nothing is asked of columns it lacks."""

from collections.abc import Callable

from mappings.engine.rules.program import Program
from mappings.engine.rules.source import Kind, Source

PATIENCE = 500
"""How many documents of a kind come before they get a program: making one takes as long as some thousand save."""
MOST = 16
"""Programs of one mapping; where there are more kinds, those that keep coming are made again."""


class Variants:
    """Keeps what it learns of kinds, nothing of documents; safe to share."""

    def __init__(self, source: Source, generate: Callable[[Source], Program]) -> None:
        self._source = source
        self._generate = generate
        self._programs: dict[Kind, Program] = {}
        self._seen: dict[Kind, int] = {}
        self._last: tuple[Kind | None, Program | None] = (None, None)

    def of(self, tree: object) -> Program | None:
        """The program for documents like this one, if there is one."""
        kind = self._source.kind_of(tree)
        last, program = self._last
        if kind is last:  # one file after the other has the same object
            return program
        if kind is None:
            return None
        program = self._programs.get(kind) or self._learn(kind)
        if program is not None:
            self._last = kind, program
        return program

    def _learn(self, kind: Kind) -> Program | None:
        seen = self._seen[kind] = self._seen.pop(kind, 0) + 1
        if len(self._seen) > MOST:
            self._seen.pop(next(iter(self._seen)))  # the one that did not come for longest
        if seen < PATIENCE:
            return None
        if len(self._programs) >= MOST:
            self._programs.clear()
        program = self._programs[kind] = self._generate(self._source.narrowed(kind))
        return program
