"""What we sent, until its receiver has said what became of it: acknowledgments now, documents by the same rows."""

from typing import ClassVar

from django.db import models

from partners.models import Environment, Partner
from transactions.models.envelope import Acknowledgment
from transactions.models.file import InboundFile
from transactions.states import AnswerState


class SentGroup(models.Model):
    """One functional group that we sent, or an interchange without any (a TA1).

    Answers are found by its numbers: TA1 by ISA13, 997 and 999 by GS01 and GS06, 824 by these or by its sets.
    Groups of one interchange share `sent_at`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(
        InboundFile,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="sent",
        help_text="What made us send it; none for a test that another system of ours sent.",
    )
    acknowledgment = models.OneToOneField(
        Acknowledgment, null=True, blank=True, on_delete=models.CASCADE, related_name="sent"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    receiver = models.CharField(max_length=40, help_text="ISA07 and ISA08: qualifier:id")
    interchange_control = models.CharField("ISA13", max_length=9, help_text="With leading zeros")
    functional_id = models.CharField("GS01", max_length=2, blank=True)
    group_control = models.CharField("GS06", max_length=9, blank=True, help_text="Without leading zeros")
    outcome = models.CharField("answer", max_length=12, choices=AnswerState.choices)
    notes = models.JSONField(default=list, blank=True, help_text="What the receiver found wrong with the envelope.")
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField("answer due", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        InboundFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="The latest answer."
    )

    class Meta:
        verbose_name: ClassVar = "sent group"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["interchange_control", "-id"], name="sent_interchange_control"),
            models.Index(fields=["group_control", "-id"], name="sent_group_control"),
            models.Index(fields=["partner", "-id"], name="sent_partner"),
            models.Index(fields=["outcome", "-id"], name="sent_outcome"),
            models.Index(fields=["sent_at"], name="sent_at"),
            models.Index(fields=["due_at"], condition=models.Q(outcome=AnswerState.WAITING), name="sent_waiting_due"),
        ]

    def __str__(self) -> str:
        if self.acknowledgment_id is not None and self.acknowledgment is not None:
            return f"our {self.acknowledgment}"
        return f"our group {self.functional_id} {self.group_control}"


class SentSet(models.Model):
    """One document of a group that we sent. Sets of acknowledgments are answered by nobody and have no row."""

    group = models.ForeignKey(SentGroup, on_delete=models.CASCADE, related_name="sets")
    ordinal = models.PositiveIntegerField(help_text="Within the group, from 1.")
    set_id = models.CharField("ST01", max_length=3)
    control_number = models.CharField("ST02", max_length=9)
    reference = models.CharField(max_length=80, blank=True, help_text="The number that the document goes by")
    outcome = models.CharField("answer", max_length=12, choices=AnswerState.choices)
    notes = models.JSONField(default=list, blank=True, help_text="What the receiver found wrong with it.")

    class Meta:
        ordering: ClassVar = ["group", "ordinal"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "ordinal"], name="sent_set_ordinal")]
        indexes: ClassVar = [
            models.Index(fields=["reference", "-id"], condition=~models.Q(reference=""), name="sent_set_reference")
        ]

    def __str__(self) -> str:
        return f"{self.set_id} {self.reference or self.control_number}"
