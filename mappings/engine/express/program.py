"""Puts together the programs of a shape: its checks, and the part of the target that it makes.

There are two. One takes segments and holds whatever has a value in them; the other takes the texts that an expression
found, and holds just for what is usually sent.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from mappings.engine.express.envelope import KEYS
from mappings.engine.express.items import Items
from mappings.engine.express.objects import Objects
from mappings.engine.express.patterns import Form, forms
from mappings.engine.express.plan import Feed, SetPlan
from mappings.engine.express.shape import Doubt, Node, Row, Step, outline
from mappings.engine.express.sheet import DOUBT, Sheet
from mappings.engine.express.source import variable_of
from mappings.engine.express.texts import Scope, Texts, of_set
from mappings.engine.express.trail import Program, Rows
from mappings.engine.rules.lines import INDENT, Lines
from mappings.engine.rules.shape import source_shape
from mappings.engine.x12.balances import Balances
from mappings.engine.x12.checks import CheckSource
from mappings.engine.x12.positions import CONTROL_SEGMENTS
from mappings.engine.x12.structure import ElementDef, SegmentUse, release

logger = logging.getLogger(__name__)
SIGNATURE = "def run(rows, document):"
_BUILTINS = {"filter": filter, "len": len, "ValueError": ValueError}
MOST_ELEMENTS = 1000
"""Of one shape: what has more is read the long way, since its program would be as long."""


MatchedProgram = Callable[[list[tuple[str, ...]], Any], str | None]


class Matched(msgspec.Struct, frozen=True, eq=False):
    """A program that takes found texts: of an instance of a loop a list of tuples, of the set a tuple for each part of
    it. rows, forms: what an expression has to find."""

    program: MatchedProgram
    rows: list[Row]
    forms: list[list[Form | None]]


class Programs:
    """Makes the programs of one set of one release, with a mapping or without."""

    def __init__(self, set_id: str, release_name: str, six_digit_dates: bool, plan: SetPlan | None) -> None:
        self._shape = source_shape(set_id, release_name)
        self._release = release(release_name)
        self._six = six_digit_dates
        self._plan = plan
        self._balances = Balances(self._release.structure(set_id))
        self.sources: dict[str, str] = {}

    def make(self, loop: str, steps: Sequence[Step]) -> Program:
        """The program of a shape that takes segments. loop: that it is one instance of, "" for the set. Raises
        Doubt."""
        node, rows = self._outline(loop, steps)
        lines, names, known = Lines(), _names(), dict[str, bool]()
        self._unpacking(loop, rows, lines)
        self._lists(lines, loop)
        place = lines.reserve()
        if self._plan is not None:
            self._trimmed(rows, lines)
        result, covered = self._target(lines, names, known, rows, node, loop)
        lines.emit(f"return {result}")
        place += self._checks(rows, 1, names, known, covered)
        program: Program = self._compiled(lines, names, loop or "set")
        return program

    def make_matched(
        self, loop: str, steps: Sequence[Step], cuts: Sequence[int], sent: Rows, envelope: Sequence[bool]
    ) -> Matched:
        """The program of a shape that takes found texts. Raises Doubt.

        cuts: the indexes of the segments with which a part of the set begins. sent: segments of that shape, from which
        it learns what is usually sent. envelope: which values of the envelope are there.
        """
        node, rows = self._outline(loop, steps)
        wanted = forms(rows, sent, self._release)
        known = {
            row.element(position): form is not None
            for row, elements in zip(rows, wanted, strict=True)
            for position, form in enumerate(elements, 1)
        }
        parts = [_found(rows[start:stop], known) for start, stop in zip(cuts, [*cuts[1:], len(rows)], strict=True)]
        lines, names = Lines(), _names()
        self._lists(lines, loop)
        if loop:
            self._totals(lines, rows, known, loop)
            lines.open(f"for {_assigned(parts[0])} in rows:")
            lines.emit("pass")
        else:
            lines.emit(f"{' '.join(f'({_assigned(part)}),' for part in parts)} = rows")
            lines.emit(self._frame_test(rows, known))
            self._totals(lines, rows, known, loop)
            known |= dict(zip(map(variable_of, KEYS), envelope, strict=True))
        place, indent = lines.reserve(), lines.indent
        result, covered = self._target(lines, names, known, rows, node, loop)
        lines.indent = 1
        lines.emit(f"return {result}")
        place += self._checks(rows, indent, names, known, covered, matched=True)
        return Matched(self._compiled(lines, names, f"{loop or 'set'} matched"), rows, wanted)

    def _outline(self, loop: str, steps: Sequence[Step]) -> tuple[Node, list[Row]]:
        if sum(step.size for step in steps) > MOST_ELEMENTS:
            raise Doubt("too many elements")
        root = self._shape.root
        return outline(steps, next(inner for inner in root.loops if inner.id == loop) if loop else root)

    def _compiled(self, lines: Lines, names: dict[str, object], about: str) -> Any:
        source = lines.source(SIGNATURE)
        title = f"<express {self._shape.set_id} {about} {len(self.sources)}>"
        self.sources[title] = source
        try:
            code = compile(source, title, "exec")
        except (SyntaxError, RecursionError, MemoryError) as error:  # Python's own limits on nesting
            logger.warning("no program for %s: %s", title, error)
            raise Doubt(title) from error
        exec(code, names)  # noqa: S102 - made of checked names, numbers and escaped literals only
        return names["run"]

    def _unpacking(self, loop: str, rows: list[Row], lines: Lines) -> None:
        """Lines that put every element into a variable; they raise ValueError where the segments have another shape."""
        lines.emit(f"{', '.join(row.name for row in rows)}, = rows")
        others = " or ".join(f"{row.name}[0] != {ascii(row.segment)}" for row in rows[1:])
        if loop and others:
            lines.emit(f"if {others}: raise ValueError")
        for row in rows:
            lines.emit(f"{', '.join(['_', *(row.element(place) for place in range(1, row.size))])}, = {row.name}")

    def _frame_test(self, rows: list[Row], known: Mapping[str, bool]) -> str:
        """A line that gives up unless ST and SE agree."""
        header, trailer = rows[0], rows[-1]
        if (header.segment, trailer.segment) != CONTROL_SEGMENTS:
            raise Doubt("no ST or no SE")
        needed = header.element(1), header.element(2), trailer.element(1), trailer.element(2)
        if not all(known.get(variable) for variable in needed):
            raise Doubt("ST or SE without elements")
        set_id, number, count, again = needed
        return (
            f"if {set_id} != {ascii(self._shape.set_id)} or {number} != {again} or {count} != document.count: {DOUBT}"
        )

    def _totals(self, lines: Lines, rows: list[Row], known: Mapping[str, bool], loop: str) -> None:
        """Lines that note what CTT says, and what it counts and sums in all that was found."""
        totals = self._balances.totals
        if totals is None:
            return
        places = {variable: place for place, variable in enumerate(_found(rows, known))}

        def last(variable: str) -> str:
            return "''" if variable not in places else f"rows[-1][{places[variable]}]" if loop else variable

        for row in rows:
            if row.segment == "CTT":
                total = last(row.element(2)) if totals.summed else "''"
                lines.emit(f"document.stated = {last(row.element(1))}, {total}")
            if self._is_of(totals.counted, row, loop):
                lines.emit(f"document.counted += {'len(rows)' if loop else 1}")
            summed = row.element(totals.element)
            if self._is_of(totals.summed, row, loop) and summed in places:
                found = f"[row[{places[summed]}] for row in rows]" if loop else f"[{summed}]"
                lines.emit(f"document.summed += {found}")

    def _is_of(self, segment_id: str, row: Row, loop: str) -> bool:
        """Whether a segment is one of those that CTT speaks of."""
        wanted = self._balances.loop_of(segment_id)
        return row.segment == segment_id and (not wanted or (wanted == loop and row.number == 0))

    def _checks(
        self,
        rows: list[Row],
        indent: int,
        names: dict[str, object],
        known: Mapping[str, bool],
        covered: set[str],
        *,
        matched: bool = False,
    ) -> list[str]:
        """Lines that give up unless every segment is clean. covered: variables of which the code is checked already.
        matched: the texts have their forms."""
        lines = []
        for row in rows:
            definition = self._release.segment(row.segment)
            if definition is None or not 1 < row.size <= len(definition.elements) + 1:
                raise Doubt(row.segment)
            if row.segment in CONTROL_SEGMENTS:
                continue
            source = CheckSource(
                definition, self._release, self._six, row.prefix, DOUBT, odd_numbers=False, matched=matched
            )
            for line in source.lines(row.size - 1, known, covered):
                bare = line.lstrip(" ")
                lines.append(INDENT * (indent + len(line) - len(bare)) + bare)
            names |= source.names
        return lines

    def _codes(self, rows: list[Row], known: Mapping[str, bool]) -> dict[str, frozenset[str]]:
        """The codes that the standard has for the elements that surely have a value."""
        found = {}
        for row in rows:
            definition = self._release.segment(row.segment)
            for position, element in enumerate(definition.elements if definition else (), 1):
                codes = self._release.codes(element.codes) if element.codes else frozenset()
                if codes and known.get(row.element(position)):
                    found[row.element(position)] = codes
        return found

    def _trimmed(self, rows: list[Row], lines: Lines) -> None:
        """Lines that give up where a text begins or ends with a blank. Codes, numbers and dates are checked already."""
        for row in rows:
            definition = self._release.segment(row.segment)
            for position, element in enumerate(definition.elements if definition else (), 1):
                variable = row.element(position)
                if variable and self._may_have_blanks(row, element):
                    lines.emit(f"if {variable}.strip() is not {variable}: {DOUBT}")

    def _may_have_blanks(self, row: Row, element: ElementDef) -> bool:
        if row.segment in CONTROL_SEGMENTS:
            return True
        simple = element.components[0] if element.components else element
        if simple.type in ("DT", "TM", "R") or simple.type[0] == "N":
            return False
        codes = self._release.codes(simple.codes) if simple.codes else frozenset()
        return not codes or any(code != code.strip() for code in codes)

    def _target(
        self, lines: Lines, names: dict[str, object], known: Mapping[str, bool], rows: list[Row], node: Node, loop: str
    ) -> tuple[str, set[str]]:
        """Lines that write the part of the target which this shape makes; the code of what the program gives, and the
        variables of which the code is checked by that."""
        plan = self._plan
        if plan is None:
            return "''", set()
        sheet = Sheet(lines, names, known, self._codes(rows, known), plan.tables.fused)
        scope = Scope(None, node)
        if loop:
            texts = Texts(sheet, plan.shape, None, self._before(loop))
            objects = Objects(sheet, texts, plan, {})
            for feed in plan.of_loop(loop):
                steps = feed.block.each.steps if feed.block.each is not None else ()
                items = Items(sheet, _list_of(feed), plan.exports.get(feed.info.name))
                objects.block(feed.block, feed.info, texts.within(steps, scope), items)
            return "''", sheet.covered
        fed = {rule: _list_of(feed) for rule, feed in plan.feeds.items() if feed.loop in plan.apart}
        objects = Objects(sheet, Texts(sheet, plan.shape, scope), plan, fed)
        return sheet.text(objects.document(scope)), sheet.covered

    def _lists(self, lines: Lines, loop: str) -> None:
        """Lines that fetch the lists which the program fills, or writes into the document."""
        plan = self._plan
        if plan is not None:
            feeds = plan.of_loop(loop) if loop else [feed for feed in plan.feeds.values() if feed.loop in plan.apart]
            for feed in feeds:
                lines.emit(f"{_list_of(feed)} = document.lists[{feed.number}]")

    def _before(self, loop: str) -> frozenset[str]:
        """The segments that stand in the set before a loop and nowhere else in the set."""
        found: list[str] = []
        later: list[str] = []
        seen = found
        for use in self._release.structure(self._shape.set_id).children:
            if isinstance(use, SegmentUse):
                seen.append(use.segment)
            elif use.loop == loop:
                seen = later
        return frozenset(found) - frozenset(later)


def _list_of(feed: Feed) -> str:
    """The variable of the list that a block fills."""
    return f"f{feed.number}"


def _names() -> dict[str, object]:
    """What a program finds, before anything is added."""
    return {"__builtins__": _BUILTINS, "of_set": of_set}


def _found(rows: Sequence[Row], known: Mapping[str, bool]) -> list[str]:
    """The variables of what an expression finds in segments."""
    elements = (row.element(position) for row in rows for position in range(1, row.size))
    return [variable for variable in elements if known[variable]]


def _assigned(variables: Sequence[str]) -> str:
    """Variables as the target of an assignment from a tuple."""
    return "".join(f"{variable}, " for variable in variables)
