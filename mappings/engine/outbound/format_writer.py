"""The seam between running a declaration backwards (`backwards`) and a format: X12 segments, XML elements, rows."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from mappings.engine.outbound.instances import Journal
from mappings.engine.rules.declaration import Block, Join, PathSource, SourceTest, ValueRule
from mappings.engine.rules.paths import SourcePath
from mappings.engine.rules.target import Kind

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

    def put(self, path: SourcePath, value: Any, scope: Scope, rule: ValueRule, kind: Kind) -> int:
        """Write a value of a field of this kind where a path leads, its functions undone (`inverses`); how many values
        were written. Raises Conflict.
        """

    def put_lines(self, source: Join, text: str, scope: Scope) -> int:
        """Write a text that reading puts together of all that a path means. Raises Conflict."""

    def fitted(self, block: Block, items: list[Any], scope: Scope) -> list[Any]:
        """The texts of a document from elsewhere that a block writes, broken and put together as the format has room
        for them.
        """

    def room(self, path: SourcePath, scope: Scope, rule: ValueRule) -> int:
        """How many characters a place takes, 0 for any."""

    def level(self, path: SourcePath, key: int | None, scope: Scope) -> int:
        """A key that names the level here, or one around it (X12 HL), None for none; 1 where it can be so. Raises
        Conflict.
        """

    def demand(self, test: SourceTest, negated: bool, scope: Scope) -> None:
        """Something must, or must not, stand at a place so that a rule counts. Raises Conflict."""

    def strain(self, path: SourcePath, scope: Scope) -> int:
        """How many rules of the format are broken beside a place: what stands there only goes with something else."""

    def lacks(self, path: SourcePath, scope: Scope) -> bool:
        """Whether something stands beside a place that demands it; nothing is made to find out."""

    def expect(self, path: SourcePath, scope: Scope) -> None:
        """A value will be written at a place as soon as all others stand; what stands around it is made now."""

    def holds_one(self, each: SourcePath, scope: Scope) -> bool:
        """Whether the standard has room for one piece only of what an `each` goes over."""

    def settle(self) -> None:
        """All items have their places; single values that can stand at several follow."""

    def in_order(self, marks: list[Any]) -> None:
        """The items of a block stand at these marks, in this order."""

    def said(self, path: SourcePath, scope: Scope) -> str:
        """What stands at a place, "" for nothing; nothing is made to find out."""

    def is_free(self, source: PathSource, scope: Scope) -> bool:
        """Whether nothing stands at a place yet; the way there is made. Raises Conflict."""

    def places(self, block: Block, item: Any, scope: Scope, taken: list[Any]) -> Iterator[Place]:
        """Where an item of a block can stand, the best first. taken: the marks of those that its items have."""

    def mark(self, scope: Scope) -> Any:
        """What `taken` keeps of a scope that an item was written in."""

    def check(self, block: Block, scope: Scope) -> None:
        """An item of a block was written in a scope. Raises Conflict when reading would not find it there."""
