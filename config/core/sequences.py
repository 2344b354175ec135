"""Numbers that are unique and ascend: control numbers of what we send."""

from django.db import connection

from config.core.models import NumberSequence


def take(key: str) -> int:
    """The next number of the sequence `key`, from 1.

    Must run inside the transaction that stores what carries the number: the row stays locked until it commits, so
    numbers ascend in the order of commits and a rollback gives the number back.

    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a number must be taken in the transaction that stores what carries it")
    table = connection.ops.quote_name(NumberSequence._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, last) VALUES (%s, 1) "  # noqa: S608  # the table's name is ours
            f"ON CONFLICT (key) DO UPDATE SET last = {table}.last + 1 RETURNING last",
            [key],
        )
        (number,) = cursor.fetchone()
    return int(number)
