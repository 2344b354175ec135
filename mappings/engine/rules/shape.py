"""What the compiler asks of a source structure: which segments and loops stand where, and what their elements are."""

import functools

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.paths import Step
from mappings.engine.x12.structure import ElementDef, LoopUse, Release, SegmentDef, SegmentUse, release

LONGEST_CODE = 3


class LoopShape(msgspec.Struct, frozen=True):
    """A loop, or the whole transaction set (id ""): its own segments, and the loops inside it.

    limits: how often a segment may come, where there is a limit. mandatory: segments that must come.
    """

    id: str
    trigger: str
    segments: frozenset[str]
    loops: tuple["LoopShape", ...]
    limits: tuple[tuple[str, int], ...] = ()
    mandatory: frozenset[str] = frozenset()

    def named(self, name: str) -> tuple["LoopShape", ...]:
        """The loops inside that a readable name can mean: their first segment's id, or their own id."""
        return tuple(loop for loop in self.loops if name in (loop.trigger, loop.id))

    @property
    def place(self) -> str:
        """How findings name the loop: by the segment that opens it; "" for the transaction set."""
        return self.trigger if self.id else ""

    def most(self, segment: str) -> int | None:
        """How often a segment may come in the loop; None for any number."""
        return dict(self.limits).get(segment)

    @property
    def label(self) -> str:
        return f"loop {self.id}" if self.id else "the transaction set"


class SourceShape:
    """One transaction set of one release."""

    def __init__(self, set_id: str, release_name: str) -> None:
        self.set_id = set_id
        self._release: Release = release(release_name)
        structure = self._release.structure(set_id)
        self.root = _loop("", "ST", structure.children)

    def segment(self, segment_id: str) -> SegmentDef:
        found = self._release.segment(segment_id)
        return found or SegmentDef(segment_id, "", ())

    def element(self, segment_id: str, element: int, component: int, rule: str) -> ElementDef:
        """The definition of an element or component. Raises DeclarationError when there is none."""
        elements = self.segment(segment_id).elements
        if element > len(elements):
            raise DeclarationError(rule, f"segment {segment_id} has {len(elements)} elements, no {element:02d}")
        found = elements[element - 1]
        if not component:
            return found
        if component > len(found.components):
            count = len(found.components)
            raise DeclarationError(rule, f"{segment_id}{element:02d} has {count} components, no {component}")
        return found.components[component - 1]

    @functools.cached_property
    def segments(self) -> frozenset[str]:
        """The segments that stand anywhere in the set."""
        found, waiting = set[str](), [self.root]
        while waiting:
            loop = waiting.pop()
            found |= loop.segments
            waiting += loop.loops
        return frozenset(found)

    def takes(self, definition: ElementDef, text: str) -> bool:
        """Whether a text can be the code of an element of type ID, or of a short one; any can stand in another."""
        if definition.type != "ID" and not (definition.type == "AN" and 0 < definition.max <= LONGEST_CODE):
            return True
        codes = self._release.codes(definition.codes) if definition.codes else ()
        fits = not definition.max or definition.min <= len(text) <= definition.max
        return fits and (not codes or text in codes)

    def loop_step(self, scope: LoopShape, step: Step, rule: str) -> LoopShape:
        """The one loop that a step means inside a loop. Raises DeclarationError when there is none, or several."""
        found = scope.named(step.name)
        if len(found) > 1:
            ids = ", ".join(loop.id for loop in found)
            raise DeclarationError(
                rule, f"{step.name} in {scope.label} can be any of the loops {ids}; name one by its id"
            )
        if not found:
            names = {loop.trigger for loop in scope.loops}
            raise DeclarationError(rule, f"there is no loop {step.name} in {scope.label}{nearest(step.name, names)}")
        return found[0]

    def missing(self, scope: LoopShape, name: str, rule: str) -> DeclarationError:
        """The error for a segment that does not stand in a loop."""
        names = scope.segments | {loop.trigger for loop in scope.loops}
        return DeclarationError(rule, f"there is no segment {name} in {scope.label}{nearest(name, names)}")


@functools.cache
def source_shape(set_id: str, release_name: str) -> SourceShape:
    """Shapes are immutable and shared. Raises StructureMissing when the release does not hold the set."""
    return SourceShape(set_id, release_name)


def _loop(loop_id: str, trigger: str, children: tuple[SegmentUse | LoopUse, ...]) -> LoopShape:
    segments = [use for use in children if isinstance(use, SegmentUse)]
    limits: dict[str, list[int | None]] = {}
    for use in segments:
        limits.setdefault(use.segment, []).append(use.max)
    return LoopShape(
        loop_id,
        trigger,
        frozenset(limits),
        tuple(_loop(use.loop, use.trigger, use.children) for use in children if isinstance(use, LoopUse)),
        tuple((name, sum(filter(None, known))) for name, known in limits.items() if None not in known),
        frozenset(use.segment for use in segments if use.min),
    )
