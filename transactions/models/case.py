"""Exception cases: whatever failed, with the reason, the place and the queue that it waits in."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from config.core.ids import uuid7
from partners.models import Environment, Partner
from transactions.models.document import Document
from transactions.models.envelope import FunctionalGroup, Interchange
from transactions.models.file import InboundFile
from transactions.states import CaseCategory, CaseStatus, Disposition, Queue


class ExceptionCase(models.Model):
    """One failure that a person must look at. It belongs to a file, and to the narrowest thing in it that
    failed; what did not come belongs to none.

    subject: the id of that thing. One open case for each kind of failure of a subject: a group whose trailer is wrong
    and that no agreement covers has two, since each has its own way out.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.UUIDField(editable=False)
    file = models.ForeignKey(
        InboundFile,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="cases",
        help_text="None for what should have come and did not.",
    )
    interchange = models.ForeignKey(Interchange, null=True, blank=True, on_delete=models.CASCADE, related_name="cases")
    group = models.ForeignKey(FunctionalGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="cases")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.CASCADE, related_name="cases")
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    category = models.CharField(max_length=12, choices=CaseCategory.choices)
    queue = models.CharField(max_length=24, choices=Queue.choices)
    code = models.CharField(max_length=40, help_text="Code of the finding that opened it.")
    cause = models.CharField(max_length=160, blank=True, help_text="Cases with the same cause are mended together.")
    amount = models.DecimalField(
        "amount at risk", max_digits=15, decimal_places=2, null=True, blank=True, help_text="Where the document tells."
    )
    currency = models.CharField(max_length=3, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="assigned_cases"
    )
    due_at = models.DateTimeField("due", null=True, blank=True)
    summary = models.CharField(max_length=300)
    finding = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    disposition = models.CharField(max_length=12, choices=Disposition.choices, blank=True)
    resolution = models.CharField(max_length=300, blank=True)

    class Meta:
        permissions: ClassVar = [
            ("work_cases", "Can work on cases of every queue but finance"),
            ("work_finance_cases", "Can see and work on cases of the finance queue"),
            ("release_held", "Can release what a case holds"),
            ("export_exceptioncase", "Can export lists of exception cases"),
        ]
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "category"], condition=models.Q(status="open"), name="case_one_open_of_a_kind"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "queue", "-id"], name="case_queue"),
            models.Index(fields=["partner", "-id"], name="case_partner"),
            models.Index(fields=["cause", "status"], name="case_cause"),
            models.Index(fields=["environment", "status", "opened_at"], name="case_environment"),
            models.Index(fields=["due_at", "id"], condition=models.Q(status="open"), name="case_open_due"),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def about(self) -> str:
        """What it is about, in a few words; "" for what did not come."""
        return str(self.document or self.file or "")


class CaseComment(models.Model):
    """What a person said of a case. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(ExceptionCase, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=150, help_text="As it was then; it outlives the account.")
    body = models.TextField(max_length=4000)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.body[:60]}"
