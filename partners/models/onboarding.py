"""Bringing a partner from first contact to live: the case, its tasks, what was said, and templates for the next one."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.agreement import Agreement
from partners.models.coverage import Stage
from partners.models.partner import Partner, Role

WORKED = [choice for choice in Stage.choices if choice[0] not in (Stage.LIVE, Stage.SUSPENDED, Stage.RETIRED)]


class Side(models.TextChoices):
    """Who has to do a task."""

    OURS = "ours", "Ours"
    THEIRS = "theirs", "The partner's"


def _owner(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", **options
    )


class OnboardingTemplate(models.Model):
    """What has to be done for one kind of partner."""

    name = models.CharField(max_length=100, unique=True)
    role = models.CharField(
        "kind of partner", max_length=20, choices=Role.choices, blank=True, help_text="Empty: for any."
    )
    days = models.PositiveSmallIntegerField(
        default=30, validators=[MaxValueValidator(730)], help_text="From the first day to going live."
    )
    agreements = models.ManyToManyField(
        Agreement, blank=True, related_name="+", help_text="Each is drafted anew for the partner, with its policies."
    )
    history = HistoricalRecords(m2m_fields=[agreements])

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class TemplateTask(models.Model):
    """One task that every case of the template begins with."""

    template = models.ForeignKey(OnboardingTemplate, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=200)
    side = models.CharField(max_length=10, choices=Side.choices, default=Side.OURS)
    stage = models.CharField(max_length=20, choices=WORKED, default=Stage.PROFILE)
    days = models.PositiveSmallIntegerField(
        "due after days", default=7, validators=[MaxValueValidator(730)], help_text="From the first day of the case."
    )
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["days", "pk"]

    def __str__(self) -> str:
        return self.title


class Cohort(models.Model):
    """Partners that are brought in together, such as the stores of one chain."""

    name = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class OnboardingCase(models.Model):
    """One partner on its way to live. stage, blocks: computed from its agreements and their readiness checks."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="onboarding_cases")
    agreements = models.ManyToManyField(Agreement, blank=True, related_name="onboarding_cases")
    template = models.ForeignKey(OnboardingTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    owner = _owner(help_text="Who of us leads it.")
    target_date = models.DateField(null=True, blank=True, help_text="The day on which it shall be live.")
    begun_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_for = models.CharField(max_length=300, blank=True, editable=False)
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.PROFILE, editable=False)
    stage_since = models.DateTimeField(auto_now_add=True)
    blocks = models.JSONField(default=list, editable=False)
    history = HistoricalRecords(excluded_fields=["stage", "stage_since", "blocks"], m2m_fields=[agreements])

    class Meta:
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("comment_onboardingcase", "Can say something about an onboarding case")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=models.Q(closed_at=None),
                name="onboarding_one_open_case",
                violation_error_message="The partner has an open case already.",
            )
        ]

    def __str__(self) -> str:
        return f"Onboarding of {self.partner}"


class OnboardingTask(models.Model):
    """Something that has to be done, by us or by the partner.

    agreement: whose approval has to be given again. Such a task comes and is done by itself.
    done_by: "" beside a done_at when the case was closed and nobody had done it.
    """

    case = models.ForeignKey(OnboardingCase, on_delete=models.CASCADE, related_name="tasks")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, null=True, editable=False, related_name="+")
    title = models.CharField(max_length=200)
    side = models.CharField(max_length=10, choices=Side.choices, default=Side.OURS)
    stage = models.CharField(max_length=20, choices=WORKED, default=Stage.PROFILE)
    due = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.CharField(max_length=150, blank=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["due", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement"], condition=models.Q(done_at=None), name="onboarding_one_task_to_approve_again"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_left(self) -> bool:
        """Whether the case was closed and nobody had done it."""
        return self.done_at is not None and not self.done_by


class OnboardingComment(models.Model):
    """What somebody said about a case, perhaps with a file. Append-only."""

    case = models.ForeignKey(OnboardingCase, on_delete=models.CASCADE, related_name="comments")
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=150)
    text = models.TextField(max_length=10_000, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.text[:80] or self.file_name


class OnboardingVerb(models.TextChoices):
    BEGUN = "begun", "Case begun"
    STAGE = "stage", "Stage"
    TASK_DONE = "task-done", "Task done"
    TASK_OPENED = "task-opened", "Task opened again"
    CLOSED = "closed", "Case closed"
    LOST = "lost", "Not covered by the approval any more"
    HELD = "held", "Documents are held"
    REGAINED = "regained", "Covered by the approval again"
    RETESTED = "retested", "Tested by itself with other certificates"
    SUBMITTED = "submitted", "Submitted for approval"
    APPROVED = "approved", "Approved"
    SECONDED = "seconded", "Second approval"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    OUTDATED = "outdated", "Outdated by a change"
    LIVE = "live", "Put live"
    SUSPENDED = "suspended", "Suspended"
    RETIRED = "retired", "Retired"
    OVERRIDDEN = "overridden", "Emergency override"
    OVERRIDE_ENDED = "override-ended", "Emergency override ended"


class OnboardingEvent(models.Model):
    """Something that happened to a case or to an agreement. Append-only."""

    case = models.ForeignKey(OnboardingCase, on_delete=models.CASCADE, null=True, related_name="events")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, null=True, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    verb = models.CharField(max_length=20, choices=OnboardingVerb.choices)
    actor = models.CharField(max_length=150, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.get_verb_display()


class FreezePeriod(models.Model):
    """Days on which nothing goes live without an override, such as the weeks before a holiday."""

    name = models.CharField(max_length=100)
    begins = models.DateField()
    ends = models.DateField(help_text="The last day of it.")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["begins"]

    def __str__(self) -> str:
        return f"{self.name} ({self.begins} to {self.ends})"

    def clean(self) -> None:
        if self.begins and self.ends and self.ends < self.begins:
            raise ValidationError({"ends": "It must end after it begins."})
