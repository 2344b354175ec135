"""Numbers that are unique and ascend: control numbers of what we send."""

from django.db import connection

from config.core.models import NumberSequence


def take(key: str) -> int:
    """The next number of the sequence `key`, from 1; see `take_each`."""
    return take_each(key)[0]


def take_each(*keys: str) -> list[int]:
    """The next number of each sequence, from 1, in the order of the keys, which must differ. One statement.

    Must run inside the transaction that stores what carries the numbers: the rows stay locked until it commits, so
    numbers ascend in the order of commits and a rollback gives them back. Whoever takes of several sequences in one
    transaction takes them in the same order as everybody else.

    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a number must be taken in the transaction that stores what carries it")
    table = connection.ops.quote_name(NumberSequence._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, last) VALUES {', '.join(['(%s, 1)'] * len(keys))} "  # noqa: S608  # our own names
            f"ON CONFLICT (key) DO UPDATE SET last = {table}.last + 1 RETURNING key, last",
            keys,
        )
        numbers = dict(cursor.fetchall())
    return [int(numbers[key]) for key in keys]
