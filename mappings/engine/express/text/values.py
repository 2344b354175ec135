"""Tables from what a cell holds to what the target does. Each is filled by what comes, and bounded."""

import functools
import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Generic, TypeVar

from mappings.engine.express.shape import Doubt
from mappings.engine.rules.values import TABLE_LIMIT, TEXT_LIMIT, plain

Value = TypeVar("Value")
ZERO = Decimal(0)
"""What nothing was added to yet, as programs know it: a sum is never this object."""
MOST_ROWS = 20_000
"""Of one document; larger ones are read the long way."""
NUMBERS = tuple(map(str, range(MOST_ROWS + 1)))
"""Of items that the rows of a document make in one list."""
MOST_PAUSE = 63
"""Times that a column is not looked up after one whose numbers were new."""
Convert = Callable[[str], Value | None]


class Sure(dict[str, Value], Generic[Value]):
    """text → what becomes of it. Raises Doubt for a text of which nothing becomes."""

    def __init__(self, convert: Convert[Value]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, text: str) -> Value:
        value = self._convert(text)
        if value is None:
            raise Doubt(text)
        if len(text) <= TEXT_LIMIT:
            if len(self) >= TABLE_LIMIT:
                self.clear()
            self[text] = value
        return value


@functools.lru_cache(maxsize=1000)
def number(text: str) -> Decimal:
    """The number of a canonical decimal text, one object for each: programs know it by that."""
    return Decimal(text)


class Decimals:
    """The numbers of a column. It keeps those that came, as long as they come again: else to make them is quicker."""

    def __init__(self) -> None:
        self._known: dict[str, Decimal | None] = {"": None}
        self._pause = self._paused = 0
        self._last: tuple[object, list[Decimal | None]] = (None, [])

    def have(self, column: Sequence[str]) -> bool:
        """Whether all texts came before, and so are canonical."""
        if self._paused < self._pause:
            return False
        try:
            self._last = column, list(map(self._known.__getitem__, column))
        except KeyError:
            return False
        return True

    def __call__(self, column: Sequence[str]) -> list[Decimal | None]:
        """Of canonical texts; None for a blank one."""
        last, self._last = self._last, (None, [])
        if last[0] is column:
            return last[1]
        if self._paused < self._pause:
            self._paused += 1
            return [Decimal(text) if text else None for text in column]
        texts, known = {*column}, self._known
        if len(known) + len(texts) > TABLE_LIMIT:
            known = self._known = {"": None}
        fresh = texts.difference(known)
        known.update(zip(fresh, map(Decimal, fresh), strict=True))
        self._pause = min(2 * self._pause + 1, MOST_PAUSE) if 2 * len(fresh) > len(column) else 0
        self._paused = 0
        return list(map(known.__getitem__, column))


def products(left: Sequence[Decimal | None], right: Sequence[Decimal | None]) -> list[Decimal | None]:
    """Of the numbers of two columns; None where one is blank."""
    try:
        return list(map(operator.mul, left, right))
    except TypeError:
        return [None if one is None or other is None else one * other for one, other in zip(left, right, strict=True)]


def written(numbers: Sequence[Decimal | None]) -> list[str]:
    """The canonical texts of numbers; of None, whatever."""
    texts = list(map(str, numbers))
    joined = "".join(texts)
    if "E" in joined or "-" in joined:
        return ["" if one is None else plain(one) for one in numbers]
    return texts


def multiplied(factors: Sequence[Decimal | None], divisor: Decimal | None) -> Decimal | None:
    """As `rules.values.product`, under a context that is exact. None when one is missing, or there is no end."""
    known = [factor for factor in factors if factor is not None]
    if divisor is None or len(known) < len(factors):
        return None
    try:
        result = functools.reduce(operator.mul, known)
        return result if str(divisor) == "1" else result / divisor
    except ArithmeticError:
        return None


def added(terms: Sequence[Decimal | None], every: bool) -> Decimal | None:
    """As `rules.values.total`, under a context that is exact."""
    known = [term for term in terms if term is not None]
    if not known or (every and len(known) < len(terms)):
        return None
    return sum(known[1:], start=known[0])
