"""A mapping, its versions, and the version that an agreement uses."""

from typing import Any, ClassVar

import msgspec
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from mappings.engine.errors import StructureMissing
from mappings.engine.text.settings import TextSettings
from mappings.engine.x12.overlay import CompiledOverlay, Overlay, OverlayError, read_overlay
from mappings.engine.x12.structure import releases_of
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
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        permissions: ClassVar = [
            ("submit_mappingversion", "Can submit a draft of a mapping"),
            ("publish_mappingversion", "Can publish a submitted mapping version"),
        ]
        ordering: ClassVar = ["mapping", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mapping", "number"], name="mapping_version_number"),
            models.CheckConstraint(
                condition=~models.Q(published_by=models.F("submitted_by")), name="mapping_version_four_eyes"
            ),
        ]

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


def validate_text_settings(value: Any) -> None:
    """Model validator: an object of known settings for reading text, with allowed values."""
    try:
        msgspec.convert(value, TextSettings)
    except msgspec.ValidationError as error:
        known = ", ".join(TextSettings.__struct_fields__)
        raise ValidationError(f"{error}. Known settings: {known}.") from error


def agreed_overlay(set_id: str, release: str, rules: Any) -> Overlay:
    """The overlay of an agreement. release: six digits, perhaps with a suffix.

    rules: a list, as `mappings.engine.x12.overlay` explains it. Raises OverlayError when they have another shape.
    """
    return read_overlay({"set": set_id, "release": release[:6], "rules": rules})


class Assignment(models.Model):
    """The mapping of an agreement, and the version that was pinned for it."""

    agreement = models.OneToOneField(Agreement, on_delete=models.CASCADE, related_name="assignment")
    version = models.ForeignKey(MappingVersion, on_delete=models.PROTECT, related_name="assignments")
    text_settings = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_text_settings],
        help_text="How this partner's text files are to be read: encoding, delimiter, dates and the like. "
        "What is left out is found out from each file.",
    )
    overlay = models.JSONField(
        "rules beyond the standard",
        default=list,
        blank=True,
        help_text="X12 only: what this agreement demands of each document, as a list of rules such as "
        '{"at": "BEG02", "codes": ["SA", "NE"], "note": "stand-alone orders only"}. '
        "A rule has a place (PO1/N1/N104, N104 or **/N104) and one or more of: use (required or not-used), "
        "codes, more_codes, least_length, most_length, most (how often a segment may come), "
        'when ({"element": 1, "values": ["ST"]}), severity (error or warning), note.',
    )
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.agreement} → {self.version}"

    def clean(self) -> None:
        if self.version_id and self.version.status != VersionStatus.PUBLISHED:
            raise ValidationError({"version": "Only a published version can be assigned."})
        if self.version_id and self.agreement_id and self.version.mapping.set_id not in ("", self.agreement.set_id):
            wanted, made_for = self.agreement.set_id, self.version.mapping.set_id
            raise ValidationError({"version": f"It is for {made_for}; the agreement is about {wanted}."})
        if self.overlay and self.agreement_id:
            self._check_overlay(self.agreement)

    def _check_overlay(self, agreement: Agreement) -> None:
        """A rule that does not fit the standard is refused now: it would stop every document later."""
        if agreement.standard != "X12":
            raise ValidationError({"overlay": f"Rules are for X12; the agreement is about {agreement.standard}."})
        # For any release: the rules must fit each that its documents may be read by.
        for release in [agreement.release] if agreement.release else releases_of(agreement.set_id):
            try:
                CompiledOverlay(agreed_overlay(agreement.set_id, release, self.overlay))
            except (OverlayError, StructureMissing) as error:
                raise ValidationError({"overlay": str(error)}) from error
