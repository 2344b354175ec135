"""How a partner reaches us and we reach it: protocol configurations, their secrets and tests, and keys of the API."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.partner import Environment, Partner


class Protocol(models.TextChoices):
    API = "api", "HTTPS API"
    DROP_FOLDER = "drop-folder", "Drop folder"
    PORTAL = "portal", "Portal"
    SFTP = "sftp", "SFTP to the partner"
    SFTP_HOSTED = "sftp-hosted", "SFTP hosted by us"
    AS2 = "as2", "AS2"
    WEBHOOK = "webhook", "Outgoing webhook"


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
    settings = models.JSONField(default=dict, blank=True, help_text="Of the protocol; secrets are kept apart.")
    retest_since = models.DateTimeField(
        null=True, editable=False, help_text="Since when it waits to be tested by itself, with other certificates."
    )
    history = HistoricalRecords(m2m_fields=[carries], excluded_fields=["retest_since"])

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


class ConnectionSecret(models.Model):
    """A password or private key of a connection, sealed. The history keeps that it changed, and nothing more."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="secrets")
    name = models.CharField(max_length=40)
    sealed = models.TextField(editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords(excluded_fields=["sealed"])

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["connection", "name"], name="secret_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.connection}"

    @property
    def context(self) -> str:
        """What the sealed text is bound to."""
        return f"connection {self.connection_id} {self.name}"


class ConnectionTest(models.Model):
    """What a test of a connection saw. Append-only. steps: [{"name", "is_ok", "said"}].

    settings_digest: of the settings and certificates that it ran with, so that a later change shows it is stale.
    certificates: fingerprints of those by use; None for tests that are older than this column.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="tests")
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=150)
    is_ok = models.BooleanField("passed")
    steps = models.JSONField(default=list)
    milliseconds = models.PositiveIntegerField()
    settings_digest = models.CharField(max_length=64)
    certificates = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"Test of {self.connection} at {self.at:%Y-%m-%d %H:%M} UTC"


def every_scope() -> list[str]:
    """What a key may do when nothing else is said."""
    return list(Scope.values)


class Scope(models.TextChoices):
    """What a program may do with a key."""

    SEND = "send", "Send files"
    READ = "read", "Read documents and acknowledgments"


def validate_scopes(value: Any) -> None:
    """Model validator: a list of scopes, each once, at least one."""
    if not isinstance(value, list) or not value or set(value) - set(Scope.values) or len(set(value)) != len(value):
        raise ValidationError(f"Scopes are a list of: {', '.join(Scope.values)}.")


class ApiKey(models.Model):
    """A key of the API, kept as a digest. The key itself is shown once, when it is issued."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="api_keys")
    label = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=every_scope, validators=[validate_scopes])
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["digest", "last_used_at"])

    class Meta:
        permissions: ClassVar = [
            ("issue_apikey", "Can issue an API key"),
            ("revoke_apikey", "Can revoke an API key"),
        ]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"
