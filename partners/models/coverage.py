"""What was approved about an agreement, on which evidence, and whether it still covers what is set up now."""

import hashlib
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from partners.models.agreement import Agreement


class Stage(models.TextChoices):
    """How far an agreement has come, from first contact to live. Computed, never chosen."""

    PROFILE = "profile", "Profile"
    CONNECTIVITY = "connectivity", "Connectivity"
    SPECIFICATION = "specification", "Specification"
    MAPPING = "mapping", "Mapping"
    CERTIFICATION = "certification", "Certification"
    APPROVAL = "approval", "Approval"
    LIVE = "live", "Live"
    SUSPENDED = "suspended", "Suspended"
    RETIRED = "retired", "Retired"


class SubmissionState(models.TextChoices):
    """HALF: one of two approvals is given. OUTDATED: what it was about changed before it was decided."""

    OPEN = "open", "Waits for an approver"
    HALF = "half", "Waits for the second approval"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    OUTDATED = "outdated", "Outdated"


UNDECIDED = (SubmissionState.OPEN, SubmissionState.HALF)
FROZEN = ("agreement_id", "evidence", "digest", "submitted_by_id", "submitted_email", "needs_second")


def _person(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


def _other_person(first: str, second: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~models.Q(**{f"{first}_by": models.F(f"{second}_by")}), name=f"submission_{first}_not_{second}"
    )


def _other_mailbox(first: str, second: str) -> models.CheckConstraint:
    """An account of the same person under another name has the same e-mail."""
    same = models.Q(**{f"{first}_email": models.F(f"{second}_email")})
    return models.CheckConstraint(
        condition=models.Q(**{f"{second}_email": ""}) | ~same, name=f"submission_{first}_mail_not_{second}"
    )


class Submission(models.Model):
    """One request to approve an agreement, with its evidence as it was then, and what was decided.

    evidence: canonical JSON, which never changes; digest: its SHA-256. The e-mails are those of the accounts at the
    time, normalised. Four eyes are constraints of this one row, so that no way of writing gets round them.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="submissions")
    evidence = models.TextField(editable=False)
    digest = models.CharField("SHA-256 of the evidence", max_length=64, editable=False)
    state = models.CharField(max_length=10, choices=SubmissionState.choices, default=SubmissionState.OPEN)
    note = models.TextField(blank=True, max_length=2_000)
    needs_second = models.BooleanField("needs a second approval", default=False)
    submitted_by = _person()
    submitted_email = models.CharField(max_length=254, blank=True)
    submitted_at = models.DateTimeField(auto_now_add=True)
    approved_by = _person(null=True)
    approved_email = models.CharField(max_length=254, blank=True)
    approved_at = models.DateTimeField(null=True)
    seconded_by = _person(null=True)
    seconded_email = models.CharField(max_length=254, blank=True)
    seconded_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True, help_text="Who rejected or withdrew it.")
    closed_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, max_length=2_000)

    class Meta:
        verbose_name_plural = "approvals"
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("submit_agreement", "Can submit an agreement for approval"),
            ("approve_submission", "Can approve or reject what was submitted"),
            ("second_submission", "Can give the second approval"),
            ("override_approval", "Can let traffic pass without an approval in an emergency"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement"], condition=models.Q(state__in=UNDECIDED), name="submission_one_undecided"
            ),
            _other_person("approved", "submitted"),
            _other_person("seconded", "submitted"),
            _other_person("seconded", "approved"),
            _other_mailbox("approved", "submitted"),
            _other_mailbox("seconded", "submitted"),
            _other_mailbox("seconded", "approved"),
            models.CheckConstraint(
                condition=~models.Q(state=SubmissionState.APPROVED) | models.Q(approved_by__isnull=False),
                name="submission_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SubmissionState.APPROVED, needs_second=True)
                | models.Q(seconded_by__isnull=False),
                name="submission_seconded_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Submission {self.pk} of {self.agreement}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            stored = Submission.objects.only(*FROZEN).get(pk=self.pk)
            if any(getattr(self, name) != getattr(stored, name) for name in FROZEN):
                raise ValidationError("The evidence of a submission never changes. Submit again.")
        super().save(*args, **kwargs)

    @property
    def is_intact(self) -> bool:
        """Whether the evidence is what was submitted, byte for byte."""
        return hashlib.sha256(self.evidence.encode()).hexdigest() == self.digest


class Coverage(models.Model):
    """What is known of one agreement's readiness: computed by recheck(), read by the board and by intake.

    verdicts: of each check, with its stage and reason. lost: what is not covered by the approval any more, and why.
    hold_from: since when documents are held for it; None: they pass. override_by: "" when the override has ended.
    carries: whether documents passed when it was last looked at; None: nobody looked yet.
    """

    agreement = models.OneToOneField(Agreement, on_delete=models.CASCADE, primary_key=True, related_name="coverage")
    approval = models.ForeignKey(Submission, on_delete=models.SET_NULL, null=True, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.PROFILE)
    verdicts = models.JSONField(default=list)
    lost = models.JSONField(default=list)
    lost_at = models.DateTimeField(null=True)
    hold_from = models.DateTimeField(null=True)
    override_until = models.DateTimeField(null=True)
    override_reason = models.CharField(max_length=300, blank=True)
    override_by = models.CharField(max_length=150, blank=True)
    carries = models.BooleanField(null=True)
    checked_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"Coverage of {self.agreement_id}: {self.stage}"

    @property
    def is_held(self) -> bool:
        """Whether documents are held now for what the approval does not cover."""
        return self.hold_from is not None and self.hold_from <= timezone.now()
