"""Certificates of partners and of ourselves."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.partner import Environment, Partner


class CertificatePurpose(models.TextChoices):
    """What a certificate is used for."""

    SIGNING = "signing", "Signing"
    ENCRYPTION = "encryption", "Encryption"
    TLS_CLIENT = "tls-client", "TLS client"


def validate_certificate_purposes(value: Any) -> None:
    """Model validator: a list of purposes, each once, at least one."""
    known = set(CertificatePurpose.values)
    if not isinstance(value, list) or not value or set(value) - known or len(set(value)) != len(value):
        raise ValidationError("Choose what the certificate is for.")


class Certificate(models.Model):
    """The public certificate, and for our own profile its private key, sealed. Two may be valid at once (rollover).

    use_from: from when we sign with ours or encrypt for theirs; what comes is checked against all valid ones.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="certificates")
    environment = models.CharField(max_length=10, choices=Environment.choices, default=Environment.PRODUCTION)
    purposes = models.JSONField(default=list, validators=[validate_certificate_purposes])
    fingerprint = models.CharField("SHA-256 fingerprint", max_length=64, editable=False)
    subject = models.CharField(max_length=300, editable=False)
    issuer = models.CharField(max_length=300, editable=False)
    serial = models.CharField("serial number", max_length=60, editable=False)
    not_before = models.DateTimeField("valid from", editable=False)
    not_after = models.DateTimeField("valid until", editable=False)
    use_from = models.DateTimeField(null=True, blank=True, help_text="UTC. Empty: at once.")
    is_active = models.BooleanField("in use", default=True)
    pem = models.TextField("certificate", editable=False)
    sealed_key = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords(excluded_fields=["sealed_key"])

    class Meta:
        ordering: ClassVar = ["not_after"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "environment", "fingerprint"],
                name="certificate_once",
                violation_error_message="The partner has this certificate already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.fingerprint[:8]}…)"

    @property
    def context(self) -> str:
        """What the sealed private key is bound to."""
        return f"certificate {self.fingerprint}"
