"""Envelopes as they were read, and the acknowledgments that answer them."""

from typing import ClassVar

from django.db import models

from partners.models import Connection, Environment, Partner
from transactions.models.file import InboundFile
from transactions.states import InterchangeState


class Interchange(models.Model):
    """One ISA–IEA. header: ISA01–ISA16, blanks stripped; delimiters: element, segment, component, repetition;
    wrapped where the file breaks into lines of one length."""

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="interchanges")
    ordinal = models.PositiveIntegerField()
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    control_number = models.CharField(max_length=20)
    sender = models.CharField(max_length=40, help_text="Qualifier:id")
    receiver = models.CharField(max_length=40, help_text="Qualifier:id")
    header = models.JSONField()
    delimiters = models.JSONField()
    offset = models.BigIntegerField()
    length = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=InterchangeState.choices, default=InterchangeState.OPEN)
    findings = models.JSONField(default=list, blank=True)
    has_errors = models.BooleanField(default=False)
    is_refused = models.BooleanField(default=False, help_text="By policy nothing in it is accepted.")

    class Meta:
        ordering: ClassVar = ["file", "ordinal"]
        indexes: ClassVar = [models.Index(fields=["control_number"], name="interchange_control")]

    def __str__(self) -> str:
        return f"ISA {self.control_number}"


class FunctionalGroup(models.Model):
    """Documents of one file that share sender, kind and release: one GS–GE of X12, and what is alike in other formats.

    interchange: None outside X12. header: GS01–GS08; `pipeline.batches` says what other formats keep in it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="groups")
    interchange = models.ForeignKey(Interchange, null=True, blank=True, on_delete=models.CASCADE, related_name="groups")
    format = models.CharField(max_length=20, default="x12", help_text="x12, xml or text")
    ordinal = models.PositiveIntegerField(help_text="Within the interchange, or the file that has none; from 1.")
    functional_id = models.CharField(max_length=10, blank=True)
    control_number = models.CharField(max_length=20, blank=True)
    version = models.CharField(max_length=40, blank=True)
    header = models.JSONField()
    set_count = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list, blank=True)
    has_errors = models.BooleanField(default=False)
    is_refused = models.BooleanField(default=False, help_text="By policy nothing in it is accepted.")

    class Meta:
        ordering: ClassVar = ["file", "interchange", "ordinal"]
        indexes: ClassVar = [models.Index(fields=["control_number"], name="group_control")]

    def __str__(self) -> str:
        return f"GS {self.functional_id} {self.control_number}" if self.format == "x12" else f"Batch {self.ordinal}"

    @property
    def envelope(self) -> Interchange:
        """The interchange of an X12 group. Raises RuntimeError for a group of another format, which has none."""
        if self.interchange is None:
            raise RuntimeError(f"a group of {self.format} has no interchange")
        return self.interchange

    @property
    def is_shut(self) -> bool:
        """Whether nothing in it is accepted: it was refused, or the interchange around it."""
        return self.is_refused or (self.interchange is not None and self.interchange.is_refused)

    @property
    def environment(self) -> str:
        """Of its interchange; outside X12 what the documents say, or else the file."""
        if self.interchange is not None:
            return self.interchange.environment
        return self.header.get("environment") or self.file.environment


class Acknowledgment(models.Model):
    """A TA1 or 997 that we wrote. Its id is derived from what it answers, so it exists once."""

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="acknowledgments")
    interchange = models.ForeignKey(Interchange, on_delete=models.CASCADE, related_name="acknowledgments")
    group = models.ForeignKey(
        FunctionalGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="acknowledgments"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    kind = models.CharField(max_length=10, help_text="TA1 or 997")
    verdict = models.CharField(max_length=1, help_text="TA104 or AK901: A, E, P or R")
    control_number = models.CharField(max_length=20, help_text="ISA13 of what we sent")
    content = models.BinaryField(help_text="The bytes that we send; stored by the transaction that took the number.")
    connection = models.ForeignKey(
        Connection,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="By which it goes back.",
    )
    is_to_deliver = models.BooleanField("waits for delivery", default=False)
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="When it was put into the partner's folder.")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(is_to_deliver=True), name="acknowledgment_to_deliver"),
            models.Index(fields=["partner", "-id"], name="acknowledgment_partner"),
            models.Index(fields=["control_number"], name="acknowledgment_control"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.control_number}"
