"""What is known of a mapping of rows before any document, and which mappings have a short way."""

from collections.abc import Iterator, Mapping

import msgspec

from mappings.engine.canonical.parts import Part
from mappings.engine.express.plan import Names, Plan, inside, is_supported, known_fields
from mappings.engine.express.shape import Doubt
from mappings.engine.rules.declaration import Block, Count, Declaration, ListRule, ObjectRule, Position, Rule, Sum
from mappings.engine.rules.paths import FieldFilter
from mappings.engine.rules.target import Field, Kind


class Feed(msgspec.Struct, frozen=True, eq=False):
    """A block of a list that goes over the rows. variable: the list of the program that gets its items.

    exports: the fields that its items carry for sums; None where there are none. added: fields that are added up while
    the rows are gone through, which is quicker; then nothing is carried.
    """

    variable: str
    info: Field
    block: Block
    exports: tuple[Names, ...] | None
    added: tuple[Names, ...] = ()

    def sum_of(self, names: Names) -> str:
        """The variable of the sum of a field, None where no item has it."""
        return f"{self.variable}_{self.added.index(names)}"

    def gap_in(self, names: Names) -> str:
        """The variable that tells whether an item does not have a field."""
        return f"{self.sum_of(names)}_gap"


class RowPlan(Plan):
    """A mapping of rows. feeds: by the rule of their block. summed: by the name of their list, those of which
    fields are added up on the way."""

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
        self.summed: dict[str, Feed] = {}
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
                if exports and self._is_simple(name, rule):
                    block = rule.blocks[0]
                    self.summed[name] = Feed(f"f{len(self.feeds)}", info, block, None, self.exports.pop(name))
                    self._add(self.summed[name], 0)
                    continue
                for place, block in enumerate(rule.blocks):
                    if block.each is not None:
                        self._add(Feed(f"f{len(self.feeds)}", info, block, exports), place)

    def _is_simple(self, name: str, rule: ListRule) -> bool:
        """Whether the items of a list are those of one block, and its sums take all of them one by one."""
        sources = [one for one in inside(self.declaration.rules) if isinstance(one, Sum | Count)]
        for source in sources:
            terms = source.terms if isinstance(source, Sum) else (source.items,)
            if any(term[0].name == name for term in terms) and (
                len(terms) > 1 or terms[0][0].filters or (isinstance(source, Sum) and source.alike)
            ):
                return False
        return len(rule.blocks) == 1 and rule.blocks[0].each is not None

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
