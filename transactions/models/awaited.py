"""What is awaited from partners: one row for each document that is due, until it has come."""

from typing import ClassVar

from django.db import models

from config.core.ids import uuid7
from partners.models import Environment, ExpectedDocument, Partner
from transactions.models.case import ExceptionCase
from transactions.models.document import Document
from transactions.states import AwaitedState


class AwaitedDocument(models.Model):
    """One document that an agreement expects.

    reference: number of the order, or the day of a schedule (ISO). due_at: None for an answer that came before what it
    answers. trigger: the document that made it due; None for one that we sent, and for a schedule.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    expected = models.ForeignKey(ExpectedDocument, on_delete=models.CASCADE, related_name="awaited")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    reference = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=AwaitedState.choices, default=AwaitedState.AWAITED)
    due_at = models.DateTimeField("due", null=True, blank=True)
    trigger = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="awaits")
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="fulfils", verbose_name="what came"
    )
    case = models.ForeignKey(ExceptionCase, null=True, blank=True, on_delete=models.SET_NULL, related_name="awaited")
    since = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=150, blank=True, help_text="Who gave up waiting; empty: it came.")

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = "awaited document"
        constraints: ClassVar = [models.UniqueConstraint(fields=["expected", "reference"], name="awaited_once")]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state="awaited"), name="awaited_due"),
            models.Index(fields=["partner", "-id"], name="awaited_partner"),
            models.Index(fields=["reference", "-id"], name="awaited_reference"),
            models.Index(fields=["state", "-id"], name="awaited_state"),
        ]

    def __str__(self) -> str:
        return f"{self.expected}: {self.reference}"


class Watched(models.Model):
    """How far the watch over what comes has read."""

    name = models.CharField(max_length=20, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"
