"""Which elements a program looks through, and what it finds once for several rules: known when it was written once.

A program is written twice. The first time tells what its rules ask for (`Survey`); of that comes the `Plan` by which it
is written again, so that no rule looks through an element that another one looks through too.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

Names = tuple[str, ...]
"""A path of names from the element of a scope."""

Place = tuple[int, Names]
"""The number of a scope, and the elements of a path from there."""


class Way(msgspec.Struct):
    """How a rule goes to all elements of a path, from one to the next. scopes: the number of the scope of each step.

    is_near: at most once for each element of the scope that it starts at.
    """

    start: int
    names: Names
    scopes: Sequence[int]
    is_near: bool


class Plan(msgspec.Struct):
    """looked: scopes of which the children of the element are needed. Of the others each says what stands ready at the
    beginning of a scope: `pairs` the elements of a path, each with its children; `firsts` the children of the first;
    `merged` those of all of them.
    """

    looked: set[int] = msgspec.field(default_factory=set)
    pairs: set[Place] = msgspec.field(default_factory=set)
    firsts: set[Place] = msgspec.field(default_factory=set)
    merged: set[Place] = msgspec.field(default_factory=set)
    looked_back: set[int] = msgspec.field(default_factory=set)

    def ready(self, scope: int) -> list[Names]:
        """What is made ready in a scope, in an order in which it can be."""
        places = self.pairs | self.firsts | self.merged
        return sorted({names for start, names in places if start == scope}, key=lambda names: (len(names), names))

    def skipped(self, way: Way) -> int:
        """How many steps of a way need not be gone: the children of all elements there are known."""
        most = 0
        for length in range(1, len(way.names)):
            if way.scopes[length - 1] in self.looked_back:
                break
            if (way.start, way.names[:length]) in self.merged:
                most = length
        return most


class Survey:
    """What the rules ask for. looked: scopes of which they need the children of the element; looked_back: those that
    rules further inside start at; firsts, searched: the paths of which they need the children of the first element, or
    of one after the other.
    """

    def __init__(self) -> None:
        self.ways: list[Way] = []
        self.looked: set[int] = set()
        self.looked_back: set[int] = set()
        self.firsts: set[Place] = set()
        self.searched: list[Place] = []

    def plan(self) -> Plan:
        """What to do about it."""
        plan = Plan(self.looked, firsts=self.firsts, looked_back=self.looked_back)
        plan.merged = {place for place, count in Counter(self._passed(plan)).items() if count > 1}
        while True:
            often = {place for place, count in Counter(self._looked_through(plan)).items() if count > 1}
            around = {(start, names[:-1]) for start, names in often if len(names) > 1} - plan.merged
            if not around:
                plan.pairs = often
                return plan
            plan.merged |= around

    def _passed(self, plan: Plan) -> Iterable[Place]:
        """The places that ways lead through, as often as they do."""
        for way in self.ways:
            for length in range(1, len(way.names)):
                if way.scopes[length - 1] in plan.looked_back:
                    break
                yield from [(way.start, way.names[:length])] * (1 if way.is_near else 2)

    def _looked_through(self, plan: Plan) -> Iterable[Place]:
        """The places whose elements are looked through one after the other, as often as they are.

        What stands further in than the first step of a way that is gone is looked through there, not for all.
        """
        for way in self.ways:
            length = plan.skipped(way) + 1
            if length < len(way.names) or way.scopes[length - 1] in self.looked:
                yield from [(way.start, way.names[:length])] * (1 if way.is_near else 2)
        alone = (place for place in self.firsts if place not in plan.merged)
        yield from (place for place in (*alone, *plan.merged, *self.searched))
