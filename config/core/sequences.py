"""Numbers that are unique and ascend: control numbers of what we send."""

from django.db import connection
from django.db.models import F

from config.core.models import NumberSequence


def take(key: str) -> int:
    """The next number of the sequence `key`, from 1.

    Must run inside the transaction that stores what carries the number: the row stays locked until it commits, so
    numbers ascend in the order of commits and a rollback gives the number back.

    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a number must be taken in the transaction that stores what carries it")
    if not NumberSequence.objects.filter(key=key).update(last=F("last") + 1):
        NumberSequence.objects.bulk_create([NumberSequence(key=key)], ignore_conflicts=True)
        NumberSequence.objects.filter(key=key).update(last=F("last") + 1)
    return NumberSequence.objects.values_list("last", flat=True).get(key=key)
