"""Levels (HL) of a set that is being written: which items stand at which level, and which level stands in which.

A canonical document says where a level stands by keys: the order and the unit that a line is in. Every key is a
wish of the level: "the nearest order around me is that one". When all are known, each level goes into the innermost
of those that must be around it, and into the first level without a key (the shipment) where there is none.
"""

from contextlib import suppress

from mappings.engine.outbound.instances import Conflict, Journal, LoopInstance
from mappings.engine.rules.paths import Filter

_KIND = (3, 0)  # HL03


class Levels:
    """The levels of one set.

    native: keys are places in an X12 document, so that what is around has a lower key, and the order is theirs."""

    def __init__(self, journal: Journal, native: bool) -> None:
        self._journal = journal
        self._native = native
        self._keys: dict[int, int] = {}
        self._of: dict[int, list[LoopInstance]] = {}
        self._wishes: dict[int, list[tuple[tuple[Filter, ...], int | None]]] = {}
        self._parents: dict[int, LoopInstance] = {}

    def find(self, filters: tuple[Filter, ...], key: int) -> LoopInstance | None:
        """The level of one of these kinds that has a key."""
        return next((one for one in self._of.get(key, ()) if self._is(one, filters)), None)

    def add(self, level: LoopInstance, key: int) -> None:
        """A new level."""
        known = self._of.setdefault(key, [])
        known.append(level)
        self._keys[id(level)] = key
        self._journal.add(lambda: self._keys.pop(id(known.pop())))

    def wish(self, level: LoopInstance, filters: tuple[Filter, ...], key: int | None) -> None:
        """The nearest level of these kinds around a level; None for none. Raises Conflict where that cannot be."""
        own = self._keys.get(id(level))
        if own is None or (self._native and key is not None and key >= own):
            raise Conflict
        wishes = self._wishes.setdefault(id(level), [])
        for known in wishes:
            if known[0] == filters:
                if known[1] != key and not (key is None and not self._native):
                    raise Conflict
                return
        wishes.append((filters, key))
        self._journal.add(wishes.pop)

    def nearest(self, level: LoopInstance, filters: tuple[Filter, ...]) -> LoopInstance:
        """The nearest level of these kinds around one, once all stand. Raises Conflict where there is none."""
        at = self._parents.get(id(level))
        while at is not None:
            if self._is(at, filters):
                return at
            at = self._parents.get(id(at))
        raise Conflict

    def settle(self, levels: list[LoopInstance]) -> None:
        """Find for each level the one that it stands in."""
        around = {id(level): self._asked(level) for level in levels}
        while any([self._nest(level, around) for level in levels]):
            pass  # what was put inside something may have others around it
        for level in levels:
            inside = self._innermost(around[id(level)], around)
            if inside is not None:
                self._parents[id(level)] = inside

    def number(self, levels: list[LoopInstance]) -> list[LoopInstance]:
        """The levels in the order in which they are written, with their numbers (HL01, HL02, HL04).

        Those that stand in no other go into the first that has no key.
        """
        top = next((level for level in levels if id(level) not in self._keys), None)
        for level in levels:
            if top is not None and id(level) in self._keys:
                self._parents.setdefault(id(level), top)
        ordered = self._by_key(levels) if self._native else self._by_tree(levels)
        numbers = {id(level): number for number, level in enumerate(ordered, 1)}
        parents = {id(parent) for parent in self._parents.values()}
        for level in ordered:
            parent = self._parents.get(id(level))
            level.opening.put((1, 0), str(numbers[id(level)]))
            if parent is not None:
                level.opening.put((2, 0), str(numbers[id(parent)]))
            with suppress(Conflict):  # it must not say so where reading asks for the innermost
                level.opening.put((4, 0), "1" if id(level) in parents else "0")
        return ordered

    def _asked(self, level: LoopInstance) -> list[LoopInstance]:
        wishes = self._wishes.get(id(level), [])
        found = [self.find(filters, key) for filters, key in wishes if key is not None]
        return [one for one in found if one is not None]

    def _nest(self, level: LoopInstance, around: dict[int, list[LoopInstance]]) -> bool:
        """Of two levels around one, one stands in the other: put one inside, if that is not said yet."""
        asked = around[id(level)]
        for position, one in enumerate(asked):
            for other in asked[position + 1 :]:
                if self._inside(one, other, around) or self._inside(other, one, around):
                    continue
                for inner, outer in self._ways(one, other):
                    if not any(self._alike(outer, known) for known in around[id(inner)]):
                        around[id(inner)].append(outer)
                        return True
        return False

    def _ways(self, one: LoopInstance, other: LoopInstance) -> list[tuple[LoopInstance, LoopInstance]]:
        """Which stands in which, the likelier first: by keys, or the one that could have named the other."""
        if self._native:
            inner, outer = sorted((one, other), key=lambda level: -self._keys[id(level)])
            return [(inner, outer)]
        ways = [(one, other), (other, one)]
        return sorted(ways, key=lambda way: not any(self._is(way[1], asked) for asked, _ in self._wished(way[0])))

    def _wished(self, level: LoopInstance) -> list[tuple[tuple[Filter, ...], int | None]]:
        return self._wishes.get(id(level), [])

    def _inside(self, inner: LoopInstance, outer: LoopInstance, around: dict[int, list[LoopInstance]]) -> bool:
        waiting, seen = list(around[id(inner)]), {id(inner)}
        while waiting:
            one = waiting.pop()
            if one is outer:
                return True
            if id(one) not in seen:
                seen.add(id(one))
                waiting += around[id(one)]
        return False

    def _innermost(self, asked: list[LoopInstance], around: dict[int, list[LoopInstance]]) -> LoopInstance | None:
        """The one that is in most of the others."""
        if not asked:
            return None
        return max(asked, key=lambda one: sum(self._inside(one, other, around) for other in asked))

    def _by_key(self, levels: list[LoopInstance]) -> list[LoopInstance]:
        """In the order of keys; levels without one get the lowest numbers that are free, as the shipment had."""
        taken = {self._keys[id(level)] for level in levels if id(level) in self._keys}
        free = (number for number in range(1, len(levels) + len(taken) + 1) if number not in taken)
        places = {id(level): self._keys.get(id(level)) or next(free) for level in levels}
        return sorted(levels, key=lambda level: places[id(level)])

    def _by_tree(self, levels: list[LoopInstance]) -> list[LoopInstance]:
        """Each level before those that stand in it."""
        inside: dict[int, list[LoopInstance]] = {}
        for level in levels:
            inside.setdefault(id(self._parents.get(id(level))), []).append(level)
        ordered: list[LoopInstance] = []
        waiting = list(reversed(inside.get(id(None), [])))
        while waiting:
            level = waiting.pop()
            ordered.append(level)
            waiting += reversed(inside.get(id(level), []))
        circled = [level for level in levels if all(level is not one for one in ordered)]
        for level in circled:  # units that are said to lie in each other
            del self._parents[id(level)]
        return ordered + circled

    def _alike(self, one: LoopInstance, other: LoopInstance) -> bool:
        return self._kind(one) == self._kind(other)

    def _kind(self, level: LoopInstance) -> tuple[str, ...]:
        segment = level.opening
        return (segment.values[_KIND],) if _KIND in segment.values else segment.allowed.get(_KIND[0], ())

    def _is(self, level: LoopInstance, filters: tuple[Filter, ...]) -> bool:
        """Whether a level can be of the kinds that filters ask for."""
        kinds = self._kind(level)
        return all(
            any(kind not in one.values for kind in kinds) if one.negated else any(kind in one.values for kind in kinds)
            for one in filters
        )
