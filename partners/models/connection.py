"""How a partner reaches us: one protocol configuration, and the keys of the API."""

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.partner import Environment, Partner


class Protocol(models.TextChoices):
    API = "api", "HTTPS API"
    DROP_FOLDER = "drop-folder", "Drop folder"


class Connection(models.Model):
    """One protocol configuration. It authorises its partner, and those whose documents it carries (a VAN, a 3PL)."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="connections")
    carries = models.ManyToManyField(
        Partner,
        blank=True,
        related_name="carried_by",
        help_text="Other partners whose documents may come through this connection.",
    )
    environment = models.CharField(
        max_length=10,
        choices=Environment.choices,
        default=Environment.PRODUCTION,
        help_text="A production connection also carries test documents; a test connection carries nothing else.",
    )
    protocol = models.CharField(max_length=20, choices=Protocol.choices)
    name = models.CharField(max_length=100)
    is_enabled = models.BooleanField("enabled", default=True)
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=models.Q(protocol="drop-folder", is_enabled=True),
                name="connection_one_drop_folder",
                violation_error_message="The partner has a drop folder already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.name}"


class ApiKey(models.Model):
    """A key of the API, kept as a digest. The key itself is shown once, when it is issued."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="api_keys")
    label = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["digest", "last_used_at"])

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"
