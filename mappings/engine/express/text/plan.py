"""What is known of a mapping of rows before any document, and which mappings have a short way."""

from collections.abc import Iterator, Mapping

import msgspec

from mappings.engine.canonical.parts import Part
from mappings.engine.express.plan import Names, Plan, inside, is_supported, known_fields
from mappings.engine.express.shape import Doubt
from mappings.engine.rules.declaration import Block, Declaration, ListRule, ObjectRule, Position, Rule
from mappings.engine.rules.paths import FieldFilter
from mappings.engine.rules.target import Field, Kind


class Feed(msgspec.Struct, frozen=True, eq=False):
    """A block of a list that goes over the rows. variable: the list of the program that gets its items.

    exports: the fields that its items carry for sums; None where nothing is added up.
    """

    variable: str
    info: Field
    block: Block
    exports: tuple[Names, ...] | None


class RowPlan(Plan):
    """A mapping of rows. feeds: by the rule of their block."""

    def __init__(self, declaration: Declaration) -> None:
        """Raises Doubt for a mapping that has no short way."""
        super().__init__(declaration, "")
        if not is_supported(declaration):
            raise Doubt(declaration.name)
        numbers = frozenset(_numbers(declaration.rules, self.struct))
        filters = {one.field for one in inside(declaration.rules) if isinstance(one, FieldFilter) and one.value}
        if numbers & (self.tested | filters):
            raise Doubt("a number is compared as the text that it is")
        self.feeds: dict[str, Feed] = {}
        self._plan(declaration.rules, self.struct, is_document=True)
        if len(self.feeds) < sum(isinstance(one, Block) and one.each is not None for one in inside(declaration.rules)):
            raise Doubt("rows inside of an item")

    def _plan(self, rules: Mapping[str, Rule], struct: type[Part], *, is_document: bool) -> None:
        known = known_fields(struct)
        for name, rule in rules.items():
            info = known[name]
            if isinstance(rule, ObjectRule) and info.struct is not None:
                self._plan(rule.rules, info.struct, is_document=False)
            elif isinstance(rule, ListRule):
                exports = self.exports.get(name) if is_document else None
                for place, block in enumerate(rule.blocks):
                    if block.each is not None:
                        self._add(Feed(f"f{len(self.feeds)}", info, block, exports), place)

    def _add(self, feed: Feed, place: int) -> None:
        block = feed.block
        if block.then or (place and any(isinstance(found, Position) for found in inside(block))):
            raise Doubt(block.rule)  # places in the list depend on blocks that come before it
        self.feeds[block.rule] = feed


def _numbers(rules: Mapping[str, Rule], struct: type[Part]) -> Iterator[str]:
    """Names of all fields that hold decimals."""
    known = known_fields(struct)
    for name, rule in rules.items():
        info = known[name]
        if info.kind is Kind.DECIMAL:
            yield name
        elif info.struct is not None and isinstance(rule, ObjectRule):
            yield from _numbers(rule.rules, info.struct)
        elif info.struct is not None and isinstance(rule, ListRule):
            for block in rule.blocks:  # one with `then` has no short way
                yield from _numbers(block.rules, info.struct)
