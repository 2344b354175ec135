"""What is known of a mapping of XML before any record: which elements stand apart, and what these ask of what is around
them."""

from collections.abc import Iterator, Mapping

import msgspec

from mappings.engine.express.plan import LoopPlan
from mappings.engine.express.xml.outline import Path
from mappings.engine.rules.declaration import Block, Declaration
from mappings.engine.rules.paths import SourcePath, Step
from mappings.engine.xml.envelope import is_about_envelope


class Use(msgspec.Struct, frozen=True):
    """A path in a declaration. around: the elements of the scopes that it stands in, from the root of the record; base:
    those that it starts at; names: of all that it leads through. block: the rule of the block that goes over it."""

    path: SourcePath
    around: Path
    base: Path
    names: Path
    block: str = ""

    def leaves(self, path: Path) -> bool:
        """Whether it stands inside of an element at this path and starts outside of it."""
        return self.around[: len(path)] == path and len(self.base) < len(path)

    def enters(self, path: Path) -> bool:
        """Whether it leads from outside to elements at this path."""
        is_inside = self.around[: len(path)] == path and not self.leaves(path)
        return self.names[: len(path)] == path and not is_inside


class XmlPlan(LoopPlan):
    """Elements stand apart where lists of the document go over them, and nothing else looks at them from outside.

    paths: by the id of the loop. wanted_around: what is asked from inside of elements that stand apart, with the path
    of the element outside that it starts at.
    """

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration, "")
        uses = Uses([*_uses(declaration.rules, ())])
        blocks = [(info, block) for info, block, counts in self.blocks() if not counts]
        feeding = {block.rule for _, block in blocks}
        self.paths: dict[str, Path] = {}
        for info, block in blocks:
            path = _apart(block.each.steps, uses, feeding) if block.each is not None else None
            if path is not None:
                self.paths[loop_id(path)] = path
                self.feed(loop_id(path), info, block)
        self.apart = frozenset(self.paths)
        wanted = [(use.base, use.path) for path in self.paths.values() for use in uses.leaving(path)]
        self.wanted_around = [*dict.fromkeys(wanted)]


class Uses:
    """All paths of a declaration, by what they lead through and by what they stand in."""

    def __init__(self, uses: list[Use]) -> None:
        self._through: dict[Path, list[Use]] = {}
        self._inside: dict[Path, list[Use]] = {}
        for use in uses:
            for found, names in ((self._through, use.names), (self._inside, use.around)):
                for size in range(1, len(names) + 1):
                    found.setdefault(names[:size], []).append(use)

    def entering(self, path: Path) -> list[Use]:
        return [use for use in self._through.get(path, ()) if use.enters(path)]

    def leaving(self, path: Path) -> list[Use]:
        return [use for use in self._inside.get(path, ()) if use.leaves(path)]


def loop_id(path: Path) -> str:
    return "/".join(path)


def _apart(steps: tuple[Step, ...], uses: Uses, feeding: set[str]) -> Path | None:
    """The path of elements that can stand apart, of those that a block leads through."""
    names = _names(steps)
    for size in range(1, len(steps) + 1):
        path = names[:size]
        if any(step.filters for step in steps[: size - 1]):
            return None
        entering = any(use.around or use.block not in feeding for use in uses.entering(path))
        if not (entering or any(use.block for use in uses.leaving(path)) or is_about_envelope(path)):
            return path
    return None


def _uses(value: object, around: Path) -> Iterator[Use]:
    """All paths of a part of a declaration. around: the elements of the scopes that it stands in."""
    if isinstance(value, SourcePath):
        yield from _of_path(value, around, "")
    elif isinstance(value, Block):
        inside = around
        if value.each is not None:
            yield from _of_path(value.each, around, value.rule)
            inside = _base(value.each, around) + _names(value.each.steps)
        for part in (value.when, value.rules, value.values, value.then):
            yield from _uses(part, inside)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _uses(getattr(value, name), around)
    elif isinstance(value, tuple | Mapping):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _uses(one, around)


def _of_path(path: SourcePath, around: Path, block: str) -> Iterator[Use]:
    if path.context:
        return
    base = _base(path, around)
    names = base + _names(path.steps)
    yield Use(path, around, base, names, block)
    for number, step in enumerate(path.steps, len(base) + 1):
        for item in step.filters:
            yield Use(path, around, base, names[:number] + _names(item.steps), block)


def _base(path: SourcePath, around: Path) -> Path:
    return () if path.absolute else around[: max(len(around) - path.up, 0)]


def _names(steps: tuple[Step, ...]) -> Path:
    return tuple(step.name for step in steps)
