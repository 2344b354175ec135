"""Numbers that are unique and ascend: control numbers of what we send."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection

from config.core.models import NumberSequence


class Bounds(NamedTuple):
    """first: numbers begin here, and a counter that is behind jumps to it. last: after it they begin again."""

    first: int = 1
    last: int = 2**62


def take(key: str) -> int:
    """The next number of the sequence `key`, from 1; see `take_each`."""
    return take_each(key)[0]


def take_each(*keys: str, bounds: Mapping[str, Bounds] | None = None) -> list[int]:
    """The next number of each sequence, from 1, in the order of the keys, which must differ. One statement.

    bounds: where the numbers of a key begin and end, by key; 1 and no end where nothing is said.

    Must run inside the transaction that stores what carries the numbers: the rows stay locked until it commits, so
    numbers ascend in the order of commits and a rollback gives them back. Whoever takes of several sequences in one
    transaction takes them in the same order as everybody else.

    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a number must be taken in the transaction that stores what carries it")
    table = connection.ops.quote_name(NumberSequence._meta.db_table)
    within = [(bounds or {}).get(key, Bounds()) for key in keys]
    begins_again = " ".join([f"WHEN {table}.key = %s AND {table}.last >= %s THEN excluded.last"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, last) VALUES {', '.join(['(%s, %s)'] * len(keys))} "  # noqa: S608  # our own names
            f"ON CONFLICT (key) DO UPDATE SET last = CASE {begins_again} "
            f"WHEN {table}.last < excluded.last THEN excluded.last ELSE {table}.last + 1 END RETURNING key, last",
            [
                *(value for key, bound in zip(keys, within, strict=True) for value in (key, bound.first)),
                *(value for key, bound in zip(keys, within, strict=True) for value in (key, bound.last)),
            ],
        )
        numbers = dict(cursor.fetchall())
    return [int(numbers[key]) for key in keys]
