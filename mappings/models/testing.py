"""Test cases of a mapping, and what they said of a version."""

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from mappings.models.mapping import Mapping, MappingVersion


class MappingTestCase(models.Model):
    """A file, and what a mapping must make of it. expected: canonical documents; None: whatever has no errors.

    The file lies in the blob store under its digest and never changes.
    """

    mapping = models.ForeignKey(Mapping, on_delete=models.CASCADE, related_name="test_cases")
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    expected = models.JSONField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mapping", "name"],
                name="mapping_test_name",
                violation_error_message="The mapping has a test case of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MappingTestRun(models.Model):
    """What the test cases of a mapping said of one version. Append-only.

    results: of each case its name, the digests of file and expectation, whether it passed, what it said and the
    differences. cases_digest: of all cases with what they expect, so that a later change shows the run is stale.
    """

    version = models.ForeignKey(MappingVersion, on_delete=models.CASCADE, related_name="test_runs")
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=150, blank=True)
    is_ok = models.BooleanField("passed")
    results = models.JSONField(default=list)
    checksum = models.CharField(max_length=64, help_text="Of the declaration that ran.")
    cases_digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"Tests of {self.version} at {self.at:%Y-%m-%d %H:%M} UTC"
