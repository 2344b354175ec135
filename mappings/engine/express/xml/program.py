"""Makes the programs of a mapping: of a record without what stands apart, and of elements that do."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import msgspec

from mappings.engine.express.items import Items
from mappings.engine.express.objects import Objects
from mappings.engine.express.shape import Doubt
from mappings.engine.express.sheet import Sheet
from mappings.engine.express.xml.outline import Node, Path
from mappings.engine.express.xml.plan import XmlPlan, loop_id
from mappings.engine.express.xml.texts import Scope, XmlTexts
from mappings.engine.rules.declaration import PathSource
from mappings.engine.rules.lines import Lines
from mappings.engine.rules.paths import SourcePath

logger = logging.getLogger(__name__)
_BUILTINS = {"filter": filter, "len": len}
MOST_VALUES = 1_000
"""Of one program: what has more is read the long way, since its program would be as long."""
MOST_PROGRAMS = 1_000
"""Of one mapping. What comes after them is read the long way."""


class Document:
    """One record on its way. lists: get what the programs of elements apart make. around: what these ask of the
    record."""

    __slots__ = ("around", "context", "lists")

    def __init__(self, context: Mapping[str, str], lists: Sequence[list[object]]) -> None:
        self.context = context
        self.lists = lists
        self.around: Sequence[str] = ()


Program = Callable[[list[str], Document], Any]
"""Takes the values of a stretch or of a record. None when it is not sure."""


def unsure(values: list[str], document: Document) -> None:
    """The program of what has none."""


class Programs:
    """sources: the code of each, to be read."""

    def __init__(self, plan: XmlPlan) -> None:
        self._plan = plan
        self.sources: dict[str, str] = {}

    def of_apart(self, path: Path, node: Node, count: int) -> Program:
        """For an element that stands apart, with so many values. It puts items into the lists of the document."""

        def write(sheet: Sheet) -> None:
            texts = XmlTexts(sheet, self._plan.wanted_around, path)
            objects = Objects(sheet, texts, self._plan, {})
            scope = texts.instance(node)
            for feed in self._plan.of_loop(loop_id(path)):
                variable = f"f{feed.number}"
                sheet.emit(f"{variable} = document.lists[{feed.number}]")
                if feed.block.each is not None:
                    items = Items(sheet, variable, self._plan.exports.get(feed.info.name))
                    objects.block(feed.block, feed.info, texts.within(feed.block.each, scope), items)
            sheet.emit("return ''")

        return self._made(loop_id(path), count, write)

    def of_record(self, node: Node, count: int) -> Program:
        """For the record without what stands apart. It gives the document as JSON."""

        def write(sheet: Sheet) -> None:
            fed = {}
            for rule, feed in self._plan.feeds.items():
                fed[rule] = f"f{feed.number}"
                sheet.emit(f"f{feed.number} = document.lists[{feed.number}]")
            objects = Objects(sheet, XmlTexts(sheet, []), self._plan, fed)
            sheet.emit(f"return {sheet.text(objects.document(Scope(None, node)))}")

        return self._made("record", count, write)

    def around(self, node: Node, count: int) -> Program:
        """For what elements apart ask of the record around them, as a tuple."""

        def write(sheet: Sheet) -> None:
            texts = XmlTexts(sheet, [])
            found = []
            for base, path in self._plan.wanted_around:
                scope = Scope(None, node)
                for name in base:
                    inner = scope.node.named(name) if scope.node else []
                    if len(inner) > 1:
                        raise Doubt("one of several elements around")
                    scope = Scope(scope, inner[0] if inner else Node(name, None, None))
                here = PathSource(_from_here(path))
                found.append(sheet.hold(texts.text(here, scope).code))
            sheet.emit(f"return ({', '.join(found)},)")

        return self._made("around", count, write)

    def _made(self, kind: str, count: int, write: Callable[[Sheet], None]) -> Program:
        """A program, `unsure` where none can be made."""
        lines, names = Lines(), dict[str, object](__builtins__=_BUILTINS)
        if count:
            lines.emit(f"{', '.join(f'v{number}' for number in range(count))}, = values")
        title = f"<express {self._plan.declaration.name} {len(self.sources)} {kind}>"
        try:
            if count > MOST_VALUES or len(self.sources) >= MOST_PROGRAMS:
                raise Doubt("too much")
            write(Sheet(lines, names, {}, {}, self._plan.tables.fused))
            source = lines.source("def run(values, document):")
            code = compile(source, title, "exec")
        except Doubt:
            return unsure
        except (SyntaxError, RecursionError, MemoryError) as error:  # Python's own limits on nesting
            logger.warning("no program for %s: %s", title, error)
            return unsure
        self.sources[title] = source
        exec(code, names)  # noqa: S102 - made of checked names, numbers and escaped literals only
        return cast(Program, names["run"])


def _from_here(path: SourcePath) -> SourcePath:
    """A path that starts at the scope it is put to."""
    return msgspec.structs.replace(path, up=0, absolute=False)
