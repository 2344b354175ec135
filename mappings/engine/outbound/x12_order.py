"""The order of segments and loops of one kind: that of the items that they were made for."""

from typing import Any

from mappings.engine.outbound.instances import LoopInstance


def arrange(root: LoopInstance, chains: list[list[Any]]) -> None:
    """Put what stands beside each other into the order of items. chains: for each block, what its items stand in.

    Items of one list are read in the order of the document; where several lists read the same segments, all their
    orders hold. What contradicts itself is left as it was made.
    """
    after: dict[int, list[int]] = {}
    for chain in chains:
        for one, other in zip(chain, chain[1:], strict=False):
            if one is not other:
                after.setdefault(id(one), []).append(id(other))
    waiting = [root]
    while waiting:
        loop = waiting.pop()
        for known in (loop.segments, loop.loops):
            for name, instances in known.items():
                known[name] = _sorted(instances, after)
        waiting += [inner for loops in loop.loops.values() for inner in loops]


def _sorted(instances: list[Any], after: dict[int, list[int]]) -> list[Any]:
    """Each before those that come after it; otherwise as they are."""
    if len(instances) < 2:
        return instances
    here = {id(one) for one in instances}
    before = {number: 0 for number in here}
    for number in here:
        for other in after.get(number, ()):
            if other in here:
                before[other] += 1
    ordered: list[Any] = []
    left = list(instances)
    while left:
        free = next((one for one in left if not before[id(one)]), left[0])
        left.remove(free)
        ordered.append(free)
        for other in after.get(id(free), ()):
            if other in here:
                before[other] -= 1
    return ordered
