"""A mapping, its versions, and the version that an agreement uses."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models import Agreement


class Mapping(models.Model):
    """One way to translate one kind of document; its content lies in its versions."""

    code = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    canonical = models.CharField(max_length=40, help_text="The canonical form it produces, such as order/1.")
    standard = models.CharField(max_length=10, default="X12")
    set_id = models.CharField("transaction set", max_length=40, blank=True)
    is_library = models.BooleanField("standard library", default=False, editable=False)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class VersionStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class MappingVersion(models.Model):
    """A mapping's declaration. Once submitted its declaration and checksum never change."""

    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    declaration = models.JSONField()
    checksum = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the resolved declaration.")
    status = models.CharField(max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["mapping", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["mapping", "number"], name="mapping_version_number")]

    def __str__(self) -> str:
        return f"{self.mapping} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_change()
        super().save(*args, **kwargs)

    def _refuse_change(self) -> None:
        if self._state.adding:
            return
        stored = MappingVersion.objects.only("status", "declaration", "checksum", "mapping_id", "number").get(
            pk=self.pk
        )
        frozen = ("declaration", "checksum", "mapping_id", "number")
        if stored.status != VersionStatus.DRAFT and any(getattr(self, f) != getattr(stored, f) for f in frozen):
            raise ValidationError("A submitted mapping version never changes. Make a new version.")


class Assignment(models.Model):
    """The mapping of an agreement, and the version that was pinned for it."""

    agreement = models.OneToOneField(Agreement, on_delete=models.CASCADE, related_name="assignment")
    version = models.ForeignKey(MappingVersion, on_delete=models.PROTECT, related_name="assignments")
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.agreement} → {self.version}"

    def clean(self) -> None:
        if self.version_id and self.version.status != VersionStatus.PUBLISHED:
            raise ValidationError({"version": "Only a published version can be assigned."})
        if self.version_id and self.agreement_id and self.version.mapping.set_id not in ("", self.agreement.set_id):
            wanted, made_for = self.agreement.set_id, self.version.mapping.set_id
            raise ValidationError({"version": f"It is for {made_for}; the agreement is about {wanted}."})
