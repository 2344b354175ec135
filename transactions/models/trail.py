"""What happened, and who holds a number."""

from typing import ClassVar

from django.db import models

from config.core.ids import uuid7
from transactions.models.file import InboundFile


class Verb(models.TextChoices):
    """The closed list of events."""

    RECEIVED = "received", "Received"
    RECEIVED_AGAIN = "received-again", "Received again"
    POSTPONED = "postponed", "Waits, by policy"
    SPLIT = "split", "Split into documents"
    UNREADABLE = "unreadable", "Found unreadable"
    HELD = "held", "Held"
    REFUSED = "refused", "Refused"
    RELEASED = "released", "Released"
    TRANSLATED = "translated", "Translated"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    FAILED = "failed", "Failed"
    DUPLICATE = "duplicate", "Found a duplicate"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    ANSWERED = "answered", "Answer to what we sent"
    ANSWER_OVERDUE = "answer-overdue", "Answer overdue"
    REPROCESSED = "reprocessed", "Reprocessed"
    RETRIED = "retried", "Retried"
    GAVE_UP = "gave-up", "Gave up"
    FINISHED = "finished", "Finished"
    CASE_OPENED = "case-opened", "Case opened"
    CASE_CLOSED = "case-closed", "Case closed"
    CASE_CHANGED = "case-changed", "Case changed"
    SUPERSEDED = "superseded", "Superseded by a correction"


class Event(models.Model):
    """One thing that happened to a file or one of its documents. Append-only. actor: "" = Onramp itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="events")
    document_id = models.UUIDField(null=True, blank=True)
    verb = models.CharField(max_length=20, choices=Verb.choices)
    actor = models.CharField(max_length=150, blank=True)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["file", "document_id"], name="event_file_document")]

    def __str__(self) -> str:
        return self.get_verb_display()


class ClaimScope(models.TextChoices):
    IDEMPOTENCY_KEY = "idempotency-key", "Idempotency key"
    FILE = "file", "Same bytes"
    INTERCHANGE = "interchange", "Interchange control number"
    GROUP = "group", "Group control number"
    DOCUMENT = "document", "Business key"


class DuplicateClaim(models.Model):
    """Who holds a number. (scope, digest) is unique: the database decides who was first.

    digest: SHA-256 of the parts that make the key; note: what the holder was made from (the content's digest).
    """

    scope = models.CharField(max_length=20, choices=ClaimScope.choices)
    digest = models.CharField(max_length=64)
    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="claims")
    holder = models.UUIDField(help_text="The file, interchange or document that holds it.")
    note = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "digest"], name="claim_unique")]
        indexes: ClassVar = [models.Index(fields=["holder"], name="claim_holder")]

    def __str__(self) -> str:
        return f"{self.scope} {self.digest[:12]}"
