"""One business document, every attempt to translate it, and its canonical form."""

from typing import ClassVar

from django.db import models

from mappings.models import MappingVersion
from partners.models import Agreement, Environment, Partner
from transactions.models.envelope import FunctionalGroup
from transactions.models.file import InboundFile, WorkUnit
from transactions.states import DocumentOutcome, DocumentStage, Verdict


class Document(models.Model):
    """One business document: an ST–SE, an XML record, the rows of an order.

    Its id is derived from (file, ordinal), so that a rerun collides instead of doubling it.

    verdict is what the acknowledgment says and never changes; outcome is what became of it and may, by reprocessing.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="documents")
    unit = models.ForeignKey(WorkUnit, on_delete=models.CASCADE, related_name="documents")
    group = models.ForeignKey(FunctionalGroup, on_delete=models.CASCADE, related_name="documents")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="documents")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT, related_name="documents")
    ordinal = models.PositiveIntegerField(help_text="Within the file, from 1.")
    set_ordinal = models.PositiveIntegerField(help_text="Within the group, from 1.")
    kind = models.CharField(max_length=40)
    format = models.CharField(max_length=20, default="x12", help_text="x12, xml or text")
    set_id = models.CharField(max_length=40, help_text="ST01; the kind of an XML document; the layout of a text file")
    version = models.CharField(max_length=40, blank=True, help_text="GS08; what other formats call their version")
    control_number = models.CharField(max_length=80, blank=True, help_text="ST02; payloadID, DOCNUM")
    convention = models.CharField(
        max_length=35, blank=True, editable=False, help_text="ST03: the implementation guide that a set names"
    )
    business_key = models.CharField(max_length=80, blank=True, help_text="The partner's document number")
    total = models.DecimalField(
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="As its sender states it, else computed; known of many a document that was rejected.",
    )
    currency = models.CharField(max_length=3, blank=True)
    claim_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="What it claims when it is accepted; empty for nothing."
    )
    offset = models.BigIntegerField()
    length = models.PositiveIntegerField()
    stage = models.CharField(max_length=10, choices=DocumentStage.choices)
    outcome = models.CharField(max_length=10, choices=DocumentOutcome.choices)
    verdict = models.CharField(max_length=1, choices=Verdict.choices)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=1, help_text="Number of the current attempt.")
    superseded_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="supersedes",
        help_text="The document that was accepted in its place: a correction, or an earlier one that it repeats.",
    )
    received_at = models.DateTimeField()
    final_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions: ClassVar = [
            ("reprocess_document", "Can reprocess a document"),
            ("download_canonical", "Can download canonical forms"),
            ("export_document", "Can export lists of documents"),
        ]
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["partner", "-id"], name="document_partner"),
            models.Index(fields=["business_key"], name="document_business_key"),
            models.Index(fields=["file", "stage"], name="document_file_stage"),
            models.Index(fields=["outcome", "-id"], name="document_outcome"),
            models.Index(fields=["environment", "outcome", "-id"], name="document_environment"),
            models.Index(fields=["control_number", "-id"], name="document_control"),
            models.Index(fields=["format", "-id"], name="document_format"),
            models.Index(fields=["kind", "-id"], name="document_kind"),
            models.Index(fields=["final_at", "id"], name="document_final"),
            models.Index(fields=["-id"], condition=models.Q(stage=DocumentStage.PROCESSED), name="document_not_final"),
        ]

    def __str__(self) -> str:
        return f"{self.type_name} {self.business_key or self.control_number}"

    @property
    def type_name(self) -> str:
        """What its sender calls it: "850", "OrderRequest"; a row of a text file has no name but its kind, "Order"."""
        if self.format == "text" and self.kind:
            return self.kind.replace("_", " ").capitalize()
        return self.set_id


class Attempt(models.Model):
    """One run of validation and mapping over a document. Append-only.

    findings: at most FINDINGS_PER_ATTEMPT of them; errors and warnings count them all.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    mapping_version = models.ForeignKey(
        MappingVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=DocumentOutcome.choices)
    findings = models.JSONField(default=list)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    internal_error = models.TextField(blank=True, help_text="Our own failure, for integration support.")
    started_at = models.DateTimeField()
    microseconds = models.PositiveIntegerField(help_text="Time spent on reading, checking and mapping.")

    class Meta:
        ordering: ClassVar = ["document", "-number"]

    def __str__(self) -> str:
        return f"Attempt {self.number}"


class CanonicalDocument(models.Model):
    """The translated form: exact JSON as text. One revision of a document is current."""

    id = models.UUIDField(primary_key=True, editable=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="canonicals")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    revision = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)
    schema = models.CharField(max_length=40, help_text="order/1")
    body = models.TextField()
    business_key = models.CharField(max_length=80, blank=True)
    purpose = models.CharField(max_length=40, blank=True)
    issue_date = models.DateField(null=True, blank=True)
    requested_date = models.DateField(null=True, blank=True)
    total = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    line_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document"], condition=models.Q(is_current=True), name="canonical_one_current"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["business_key"], name="canonical_business_key")]

    def __str__(self) -> str:
        return f"{self.schema} {self.business_key}"
