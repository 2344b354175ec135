"""Puts together the program of a shape: its checks, and the part of the target that it makes."""

import logging
from collections.abc import Mapping, Sequence
from typing import cast

from mappings.engine.express.objects import Items, Objects
from mappings.engine.express.plan import SetPlan
from mappings.engine.express.shape import Doubt, Node, Row, Step, outline
from mappings.engine.express.sheet import DOUBT, Sheet
from mappings.engine.express.texts import Scope, Texts, of_set, variable_of
from mappings.engine.express.trail import Program, Rows
from mappings.engine.rules.lines import INDENT, Lines
from mappings.engine.rules.shape import source_shape
from mappings.engine.rules.text_writer import CONTEXT
from mappings.engine.x12.checks import CheckSource
from mappings.engine.x12.positions import CONTROL_SEGMENTS
from mappings.engine.x12.structure import ElementDef, SegmentUse, release

logger = logging.getLogger(__name__)
SIGNATURE = "def run(rows, document):"
_BUILTINS = {"filter": filter, "len": len, "ValueError": ValueError}
MOST_ELEMENTS = 1000
"""Of one shape: what has more is read the long way, since its program would be as long."""


class Programs:
    """Makes the programs of one set of one release, with a mapping or without."""

    def __init__(self, set_id: str, release_name: str, six_digit_dates: bool, plan: SetPlan | None) -> None:
        self._shape = source_shape(set_id, release_name)
        self._release = release(release_name)
        self._six = six_digit_dates
        self._plan = plan
        self.sources: dict[str, str] = {}

    def make(self, loop: str, steps: Sequence[Step], rows: Rows, context: Mapping[str, str]) -> Program:
        """The program of a shape. loop: that it is one instance of, "" for the set. rows, context: segments of that
        shape and values of an envelope, from which it learns what is usually sent. Raises Doubt."""
        if sum(step.size for step in steps) > MOST_ELEMENTS:
            raise Doubt("too many elements")
        root = self._shape.root
        top = next(inner for inner in root.loops if inner.id == loop) if loop else root
        node, known_rows = outline(steps, top)
        lines, names = Lines(), {"__builtins__": _BUILTINS, "of_set": of_set}
        self._unpacking(loop, known_rows, lines)
        usual = _usual(known_rows, rows)
        envelope = {variable_of(key): bool(context.get(key, "").strip()) for key in CONTEXT}
        test = lines.reserve()
        lines.indent += 1
        for known in (usual | envelope, dict[str, bool]()):
            place, indent, covered = lines.reserve(), lines.indent, set[str]()
            if self._plan is None:
                lines.emit("return ''")
            else:
                self._trimmed(known_rows, lines, known)
                sheet = Sheet(lines, names, known, self._codes(known_rows, known), self._plan.tables.fused)
                self._target(sheet, self._plan, node, loop)
                covered = sheet.covered
            place += self._checks(known_rows, indent, names, known, covered)
            lines.indent = 1
        fetched = {name: known for name, known in envelope.items() if any(f" {name} = " in line for line in lines.head)}
        test.append(f"    if {_test(usual | fetched)}:")
        source = lines.source(SIGNATURE)
        title = f"<express {self._shape.set_id} {loop or 'set'} {len(self.sources)}>"
        self.sources[title] = source
        try:
            code = compile(source, title, "exec")
        except (SyntaxError, RecursionError, MemoryError) as error:  # Python's own limits on nesting
            logger.warning("no program for %s: %s", title, error)
            raise Doubt(title) from error
        exec(code, names)  # noqa: S102 - made of checked names, numbers and escaped literals only
        return cast(Program, names["run"])

    def _unpacking(self, loop: str, rows: list[Row], lines: Lines) -> None:
        """Lines that put every element into a variable; they raise ValueError where the segments have another shape."""
        lines.emit(f"{', '.join(row.name for row in rows)}, = rows")
        others = " or ".join(f"{row.name}[0] != {ascii(row.segment)}" for row in rows[1:])
        if loop and others:
            lines.emit(f"if {others}: raise ValueError")
        for row in rows:
            lines.emit(f"{', '.join(['_', *(row.element(place) for place in range(1, row.size))])}, = {row.name}")

    def _checks(
        self, rows: list[Row], indent: int, names: dict[str, object], known: Mapping[str, bool], covered: set[str]
    ) -> list[str]:
        """Lines that give up unless every segment is clean. covered: variables of which the code is checked already."""
        lines = []
        for row in rows:
            definition = self._release.segment(row.segment)
            if definition is None or not 1 < row.size <= len(definition.elements) + 1:
                raise Doubt(row.segment)
            if row.segment in CONTROL_SEGMENTS:
                continue
            source = CheckSource(definition, self._release, self._six, row.prefix, DOUBT, odd_numbers=False)
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

    def _trimmed(self, rows: list[Row], lines: Lines, known: Mapping[str, bool]) -> None:
        """Lines that give up where a text begins or ends with a blank. Codes, numbers and dates are checked already."""
        for row in rows:
            definition = self._release.segment(row.segment)
            for position, element in enumerate(definition.elements if definition else (), 1):
                variable = row.element(position)
                if variable and known.get(variable) is not False and self._may_have_blanks(row, element):
                    lines.emit(f"if {variable}.strip() is not {variable}: {DOUBT}")

    def _may_have_blanks(self, row: Row, element: ElementDef) -> bool:
        if row.segment in CONTROL_SEGMENTS:
            return True
        simple = element.components[0] if element.components else element
        if simple.type in ("DT", "TM", "R") or simple.type[0] == "N":
            return False
        codes = self._release.codes(simple.codes) if simple.codes else frozenset()
        return not codes or any(code != code.strip() for code in codes)

    def _target(self, sheet: Sheet, plan: SetPlan, node: Node, loop: str) -> None:
        """Lines that write the part of the target which this shape makes, and return."""
        scope = Scope(None, node)
        if loop:
            texts = Texts(sheet, plan.shape, None, self._before(loop))
            objects = Objects(sheet, texts, plan, {})
            for feed in plan.of_loop(loop):
                variable = f"f{feed.number}"
                sheet.emit(f"{variable} = document.lists[{feed.number}]")
                steps = feed.block.each.steps if feed.block.each is not None else ()
                items = Items(sheet, variable, plan.exports.get(feed.info.name))
                objects.block(feed.block, feed.info, texts.within(steps, scope), items)
            sheet.emit("return ''")
            return
        fed = {}
        for rule, feed in plan.feeds.items():
            if feed.loop in plan.apart:
                fed[rule] = f"f{feed.number}"
                sheet.emit(f"f{feed.number} = document.lists[{feed.number}]")
        objects = Objects(sheet, Texts(sheet, plan.shape, scope), plan, fed)
        sheet.emit(f"return {sheet.text(objects.document(scope))}")

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


def _usual(rows: list[Row], sent: Rows) -> dict[str, bool]:
    """Which elements have a value, in a document of this shape."""
    return {
        row.element(position): bool(value)
        for row, values in zip(rows, sent, strict=True)
        for position, value in enumerate(values[1:], 1)
    }


def _test(usual: Mapping[str, bool]) -> str:
    """Code that tells whether just these elements have a value."""
    there = " and ".join(name for name, known in usual.items() if known)
    not_there = " or ".join(name for name, known in usual.items() if not known)
    return f"{there or 'True'} and not ({not_there})" if not_there else there or "True"
