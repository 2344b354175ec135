"""A file as it was received, and the units of work that it is split into."""

from typing import ClassVar

from django.db import models

from config.core.ids import uuid7
from partners.models import Agreement, Connection, Environment, Partner
from transactions.states import FileOutcome, FileStage, Lane, UnitState, WaitsFor


class InboundFile(models.Model):
    """Bytes as received. Its id is the correlation id of everything that comes of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="files")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    connection = models.ForeignKey(Connection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.CharField(max_length=20, help_text="api, portal, drop-folder, command or admin")
    received_by = models.CharField(max_length=100, blank=True, help_text="The key, folder or user it came by.")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="Bytes")
    name = models.CharField(max_length=255, blank=True)
    format = models.CharField(max_length=20, blank=True)
    corrects = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="corrections",
        help_text="The failed file that its sender says this one corrects.",
    )
    lane = models.CharField(max_length=12, choices=Lane.choices)
    stage = models.CharField(max_length=12, choices=FileStage.choices, default=FileStage.RECEIVED)
    outcome = models.CharField(max_length=12, choices=FileOutcome.choices, blank=True, default=FileOutcome.NONE)
    findings = models.JSONField(default=list, blank=True)
    documents_total = models.PositiveIntegerField(default=0)
    documents_accepted = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often splitting was begun.")
    lease_until = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField(null=True, blank=True, help_text="When the sweeper last rang for it.")
    received_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True, help_text="When its work began; it counts for that hour.")
    waits_until = models.DateTimeField(null=True, blank=True, help_text="By policy it is not worked before.")
    waits_for = models.CharField(max_length=8, choices=WaitsFor.choices, blank=True, default=WaitsFor.NOTHING)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions: ClassVar = [
            ("download_raw", "Can download files and documents as they were received"),
            ("export_inboundfile", "Can export lists of files"),
        ]
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["partner", "-id"], name="file_partner"),
            models.Index(fields=["sha256"], name="file_sha256"),
            models.Index(fields=["environment", "outcome", "-id"], name="file_environment"),
            models.Index(fields=["format", "-id"], name="file_format"),
            # Names are found by how they begin; the order of a language would not keep those together.
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="file_name"),
            models.Index(fields=["partner", "-begun_at"], name="file_begun"),
            models.Index(fields=["stage", "id"], condition=~models.Q(stage=FileStage.FINISHED), name="file_unfinished"),
        ]

    def __str__(self) -> str:
        return self.name or f"no name, …{str(self.id)[-12:]}"

    @property
    def correlation_id(self) -> str:
        return str(self.id)


class WorkUnit(models.Model):
    """Up to UNIT_MAX_DOCUMENTS documents of one functional group: what one task does in one transaction.

    spans: [offset in the file, length in bytes, ordinal in its group, line or row before it] of each document; X12
    needs no line.
    lease_token: who runs it; a worker that lost its lease finds another token and writes nothing.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="units")
    group = models.ForeignKey("transactions.FunctionalGroup", on_delete=models.CASCADE, related_name="units")
    ordinal = models.PositiveIntegerField(help_text="Within the file, from 1.")
    first_document = models.PositiveIntegerField(help_text="Ordinal of its first document in the file, from 1.")
    spans = models.JSONField()
    set_id = models.CharField(max_length=40, blank=True)
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lane = models.CharField(max_length=12, choices=Lane.choices)
    state = models.CharField(max_length=10, choices=UnitState.choices)
    held_for = models.JSONField(null=True, blank=True, help_text="The finding that holds it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    last_error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["file", "ordinal"]
        indexes: ClassVar = [
            models.Index(
                fields=["partner", "state", "lane", "id"],
                condition=models.Q(state__in=["waiting", "admitted", "running"]),
                name="unit_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} #{self.ordinal}"
