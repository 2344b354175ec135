"""The user, and counters that never give one number twice."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from simple_history.models import HistoricalRecords


class User(AbstractUser):
    """A person who logs in. Our own from the first migration, so that it can grow."""

    history = HistoricalRecords(excluded_fields=["password", "last_login"])


class NumberSequence(models.Model):
    """A counter, one row a key. Take numbers with `config.core.sequences.take`."""

    key = models.CharField(max_length=200, unique=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(last__gte=0), name="sequence_not_negative")]

    def __str__(self) -> str:
        return f"{self.key} = {self.last}"
