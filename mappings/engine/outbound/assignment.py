"""Which block of a list writes which of its items."""

from collections.abc import Collection, Sequence

Score = tuple[int, int, int]
"""How many values a block writes of an item, how well they fit, how little had to be made for it (below zero)."""

_Total = tuple[int, int, int, int]


def assigned(scores: Sequence[Sequence[Score | None]], single: Collection[int] = ()) -> list[int | None]:
    """The block for each item, by its number; None for an item that no block writes anything of.

    scores: for each item those of the blocks, None where a block cannot write it. single: blocks that make one item
    only. As much as possible is written; then the order of the items is kept, for reading gives those of the first
    block before those of the second; then what fits best and needs the least.
    """
    trails: list[dict[int, tuple[int, int | None]]] = []
    totals: dict[int, _Total] = {-1: (0, 0, 0, 0)}
    for row in scores:
        after: dict[int, _Total] = {}
        trail: dict[int, tuple[int, int | None]] = {}
        for last, total in totals.items():
            if last not in after or total > after[last]:
                after[last], trail[last] = total, (last, None)
            for number, score in enumerate(row):
                if score is None or (number == last and number in single):
                    continue
                made = _plus(total, score, number < last)
                if number not in after or made > after[number]:
                    after[number], trail[number] = made, (last, number)
        totals = after
        trails.append(trail)
    at = max(totals, key=lambda number: totals[number])
    chosen: list[int | None] = []
    for trail in reversed(trails):
        at, taken = trail[at]
        chosen.append(taken)
    return chosen[::-1]


def _plus(total: _Total, score: Score, back: bool) -> _Total:
    return total[0] + score[0], total[1] - back, total[2] + score[1], total[3] + score[2]
