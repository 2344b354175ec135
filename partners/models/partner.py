"""A trading partner (or ourselves) and the names by which documents call it."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

from partners.policies import validate_policies


class Environment(models.TextChoices):
    """Test documents never deliver to production and never count in figures."""

    TEST = "test", "Test"
    PRODUCTION = "production", "Production"


class Partner(models.Model):
    """One company that we trade with. Our own profiles are the same kind of record (`is_own`)."""

    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", "Use lower-case letters, digits and hyphens.")],
        help_text="Short name for folders, commands and URLs.",
    )
    name = models.CharField(max_length=200)
    is_own = models.BooleanField("our own profile", default=False)
    is_active = models.BooleanField(
        "active", default=True, help_text="Files of an inactive partner are stored and held, never dropped."
    )
    policies = models.JSONField(
        default=dict, blank=True, validators=[validate_policies], help_text="What differs from Onramp's defaults."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class IdentityKind(models.TextChoices):
    ISA = "isa", "X12 interchange id (ISA)"
    GS = "gs", "X12 application code (GS)"
    GLN = "gln", "GLN"
    DUNS = "duns", "D-U-N-S"


def normalise_identity(value: str) -> str:
    """Identities compare without blanks around them and without regard to case."""
    return value.strip().upper()


class Identity(models.Model):
    """Qualifier and value under which a partner appears in documents, for one environment."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="identities")
    environment = models.CharField(max_length=10, choices=Environment.choices, default=Environment.PRODUCTION)
    kind = models.CharField(max_length=10, choices=IdentityKind.choices, default=IdentityKind.ISA)
    qualifier = models.CharField(max_length=10, blank=True, help_text="ISA05 or ISA07, such as 01, 12, 14 or ZZ.")
    value = models.CharField(max_length=80)
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "identities"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["environment", "kind", "qualifier", "value"],
                name="identity_unique",
                violation_error_message="Another partner has this identity in this environment.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.qualifier}:{self.value}" if self.qualifier else self.value

    def clean(self) -> None:
        self._normalise()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._normalise()
        super().save(*args, **kwargs)

    def _normalise(self) -> None:
        self.qualifier = normalise_identity(self.qualifier)
        self.value = normalise_identity(self.value)
