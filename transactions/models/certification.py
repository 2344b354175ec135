"""What partners show before they go live: which scenarios an agreement needs, and every run of them."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from config.core.ids import uuid7
from partners.models import Agreement, Partner
from transactions.models.document import Document
from transactions.models.file import InboundFile
from transactions.models.sent import SentSet


class Certification(models.Model):
    """One row for each agreement that is certified; whoever evaluates holds its lock.

    round: runs of earlier rounds do not count any more. seen_until: test documents that became final before were
    looked at.
    """

    agreement = models.OneToOneField(Agreement, on_delete=models.CASCADE, related_name="certification")
    round = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(32_767)])
    begun_at = models.DateTimeField(help_text="Documents of this round were received since.")
    begun_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was begun again.")
    seen_until = models.DateTimeField(null=True, editable=False)
    history = HistoricalRecords(excluded_fields=["seen_until"])

    class Meta:
        permissions: ClassVar = [
            ("plan_certification", "Can decide which scenarios an agreement needs, and begin its certification again"),
        ]

    def __str__(self) -> str:
        return f"Certification of {self.agreement}"


class ScenarioDecision(models.TextChoices):
    """LEFT_OUT: it does not concern the partner. WAIVED: it does, and it goes live without."""

    ASKED = "asked", "Asked"
    LEFT_OUT = "left-out", "Left out"
    WAIVED = "waived", "Waived"


class ScenarioChoice(models.Model):
    """What somebody decided about a scenario of an agreement, where it differs from what its kind needs by default.

    by: "" for a proposal, copied from another agreement, that nobody has decided on yet.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="scenario_choices")
    scenario = models.CharField(max_length=40)
    decision = models.CharField(max_length=10, choices=ScenarioDecision.choices)
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["scenario"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["agreement", "scenario"], name="scenario_choice_one")]

    def __str__(self) -> str:
        return f"{self.scenario}: {self.get_decision_display()}"


class CertificationUpload(models.Model):
    """A file that its sender says is for a scenario. Several may name one file: the same bytes can show two things.

    came_again: its bytes had come before.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    scenario = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(validators=[MaxValueValidator(32_767)])
    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="certification_uploads")
    came_again = models.BooleanField(default=False)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["agreement"], condition=models.Q(judged_at=None), name="upload_not_judged")
        ]

    def __str__(self) -> str:
        return f"{self.file} for {self.scenario}"


class CertificationRun(models.Model):
    """One scenario judged on one document. Append-only; its id is derived from what it judged, so that it exists once.

    results: of each check, its name, title, whether it passed, words and how to mend. stood_on: checksums of what the
    agreement said then; the run stands as long as they are those of now. is_chosen: the sender said what it was for.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="certification_runs")
    scenario = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(validators=[MaxValueValidator(32_767)])
    file = models.ForeignKey(InboundFile, null=True, on_delete=models.SET_NULL, related_name="+")
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="certification_runs")
    attempt = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(32_767)])
    sent = models.ForeignKey(SentSet, null=True, on_delete=models.SET_NULL, related_name="certification_runs")
    name = models.CharField(max_length=120, help_text="What was judged, such as 850 PO-1.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file.")
    passed = models.BooleanField()
    is_chosen = models.BooleanField(default=False)
    results = models.JSONField(default=list)
    stood_on = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["agreement", "round", "-at"], name="run_agreement_round")]

    def __str__(self) -> str:
        return f"{self.scenario} on {self.name}: {'passed' if self.passed else 'not passed'}"


class OurTestDocument(models.Model):
    """A document of ours that a partner answers in its tests. body: its canonical form, {} where we cannot read it."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="our_test_documents")
    kind = models.CharField(max_length=40)
    set_id = models.CharField(max_length=40)
    number = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, help_text="Of the file that it was sent in.")
    body = models.JSONField(default=dict)
    sent = models.OneToOneField(SentSet, null=True, on_delete=models.SET_NULL, related_name="our_test_document")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "kind", "number"], name="our_test_document_number")
        ]

    def __str__(self) -> str:
        return f"{self.set_id} {self.number}"
