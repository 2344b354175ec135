"""Transactions whose work is done again if the database server crashes right after them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def repeatable() -> Iterator[None]:
    """A transaction that need not be on the disk when it commits.

    Only for steps that are taken again from their rows: splitting, claiming, processing. PostgreSQL then does not wait
    for the disk (synchronous_commit); a crash of the server may lose the last such commits, in order and whole, and
    the next durable commit makes all before it durable. Everything that others rely on (receipts, outcomes,
    acknowledgments) commits durably. SQLite always waits.
    """
    outermost = not connection.in_atomic_block  # inside a durable transaction it is part of that one
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit TO OFF")
        yield
