"""The seam between running a declaration backwards (`backwards`) and a format: X12 segments, XML elements, rows."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from mappings.engine.outbound.instances import Journal
from mappings.engine.rules.declaration import Block, Join, PathSource, ValueRule
from mappings.engine.rules.paths import SourcePath

Scope = Any
"""Where paths start: what a format's writer makes of it."""
Place = Callable[[], Scope]
"""Opens where an item is to stand; raises Conflict."""


class FormatWriter(Protocol):
    """A document of one format on its way out. What is written goes into the journal, so that it can be undone."""

    journal: Journal
    misfits: int
    """Values so far that are too long or too short for where they stand."""

    def start(self) -> Scope:
        """The scope of the document."""

    def put(self, path: SourcePath, value: Any, scope: Scope, rule: ValueRule) -> int:
        """Write a value where a path leads; how many values were written. Raises Conflict."""

    def put_lines(self, source: Join, text: str, scope: Scope) -> int:
        """Write a text that reading puts together of all that a path means. Raises Conflict."""

    def said(self, path: SourcePath, scope: Scope) -> str:
        """What stands at a place, "" for nothing; nothing is made to find out."""

    def is_free(self, source: PathSource, scope: Scope) -> bool:
        """Whether nothing stands at a place yet; the way there is made. Raises Conflict."""

    def places(self, block: Block, scope: Scope, taken: list[Any]) -> Iterator[Place]:
        """Where an item of a block can stand, the best first. taken: the marks of those that its items have."""

    def mark(self, scope: Scope) -> Any:
        """What `taken` keeps of a scope that an item was written in."""

    def check(self, block: Block, scope: Scope) -> None:
        """An item of a block was written in a scope. Raises Conflict when reading would not find it there."""
