"""Exception cases: whatever failed, with the reason, the place and the queue that it waits in."""

from typing import ClassVar

from django.db import models

from config.core.ids import uuid7
from partners.models import Environment, Partner
from transactions.models.document import Document
from transactions.models.envelope import FunctionalGroup, Interchange
from transactions.models.file import InboundFile
from transactions.states import CaseCategory, CaseStatus, Queue


class ExceptionCase(models.Model):
    """One failure that a person must look at. It belongs to a file, and to the narrowest thing in it that failed.

    subject: the id of that thing. One open case for each kind of failure of a subject: a group whose trailer is wrong
    and that no agreement covers has two, since each has its own way out.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.UUIDField(editable=False)
    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="cases")
    interchange = models.ForeignKey(Interchange, null=True, blank=True, on_delete=models.CASCADE, related_name="cases")
    group = models.ForeignKey(FunctionalGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="cases")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.CASCADE, related_name="cases")
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    category = models.CharField(max_length=12, choices=CaseCategory.choices)
    queue = models.CharField(max_length=24, choices=Queue.choices)
    code = models.CharField(max_length=40, help_text="Code of the finding that opened it.")
    summary = models.CharField(max_length=300)
    finding = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    resolution = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "category"], condition=models.Q(status="open"), name="case_one_open_of_a_kind"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "queue", "-id"], name="case_queue"),
            models.Index(fields=["partner", "-id"], name="case_partner"),
        ]

    def __str__(self) -> str:
        return self.summary
