"""A partner's implementation guide, each version as the file that we were given."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.partner import Partner


class Guide(models.Model):
    """One version of a guide. The file lies in the blob store under its digest and never changes."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="guides")
    title = models.CharField(max_length=120, help_text="Such as “850 purchase order”.")
    version = models.PositiveIntegerField(editable=False)
    file_name = models.CharField(max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    effective_from = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="What is new in it.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["title", "-version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["partner", "title", "version"], name="guide_version")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"
