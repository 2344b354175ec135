"""What our people and partners' people are told by e-mail: written with what happened, sent by a worker."""

from typing import ClassVar

from django.db import models

from partners.models.agreement import Agreement


class NoticeKind(models.TextChoices):
    LOST = "lost", "Not covered by the approval"
    HELD = "held", "Documents are held"
    OVERRIDDEN = "overridden", "Emergency override"
    OVERRIDE_ENDS = "override-ends", "Emergency override ends soon"
    TASKS_DUE = "tasks-due", "Tasks are due"


class Notice(models.Model):
    """One message about one event; key: of the event, so that it is told once however often it is seen.

    to: mailboxes that shall have it; sent_to: those that have. sent_at: when all had it. A row with nobody to write to
    says so on its page. try_from: not tried again before; it is also the lease of whoever sends it now.
    """

    key = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, null=True, related_name="notices")
    at = models.DateTimeField(auto_now_add=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    to = models.JSONField(default=list)
    sent_to = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    try_from = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.subject
