"""A trading partner (or ourselves) and the names by which documents call it."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

from partners.identities import faults, normalise
from partners.models.organisation import BusinessCalendar, PartnerGroup, ServiceLevel, Tag, time_zones
from partners.models.policies import PoliciesField
from partners.policies import validate_policies


class Environment(models.TextChoices):
    """Test documents never deliver to production and never count in figures."""

    TEST = "test", "Test"
    PRODUCTION = "production", "Production"


class Role(models.TextChoices):
    """What a partner is to us; one may be several things."""

    CUSTOMER = "customer", "Customer"
    SUPPLIER = "supplier", "Supplier"
    CARRIER = "carrier", "Carrier"
    WAREHOUSE = "warehouse", "Warehouse (3PL)"
    MARKETPLACE = "marketplace", "Marketplace"
    NETWORK = "network", "Network (VAN)"
    BANK = "bank", "Bank"


class Language(models.TextChoices):
    """In which messages to the partner are written."""

    ENGLISH = "en", "English"
    GERMAN = "de", "German"
    SPANISH = "es", "Spanish"
    FRENCH = "fr", "French"


def validate_roles(value: Any) -> None:
    """Model validator: a list of roles, each once."""
    if not isinstance(value, list) or set(value) - set(Role.values) or len(set(value)) != len(value):
        raise ValidationError(f"Roles are a list of: {', '.join(Role.values)}.")


def validate_time_zone(value: str) -> None:
    """Model validator: a name of the IANA database."""
    if value not in time_zones():
        raise ValidationError(f"There is no time zone {value}. Use a name such as America/Chicago.")


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
    roles = models.JSONField(default=list, blank=True, validators=[validate_roles])
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The company that this one belongs to.",
    )
    groups = models.ManyToManyField(PartnerGroup, blank=True, related_name="partners")
    tags = models.ManyToManyField(Tag, blank=True, related_name="partners")
    time_zone = models.CharField(max_length=60, default="UTC", validators=[validate_time_zone])
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.ENGLISH)
    calendar = models.ForeignKey(
        BusinessCalendar,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partners",
        verbose_name="business calendar",
        help_text="Working days and holidays; empty: every day counts.",
    )
    service_level = models.ForeignKey(
        ServiceLevel, on_delete=models.PROTECT, null=True, blank=True, related_name="partners"
    )
    business_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who of us speaks with the partner.",
    )
    technical_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who of us sets it up and mends it.",
    )
    notes = models.TextField(blank=True, max_length=10_000)
    policies = PoliciesField(
        default=dict, blank=True, validators=[validate_policies], help_text="What differs from the house's policies."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords(m2m_fields=[groups, tags])

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A partner does not belong to itself, not by any number of steps either."""
        seen, above = {self.pk}, self.parent
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": "A partner cannot belong to itself or to one of its own."})
            seen.add(above.pk)
            above = above.parent


class IdentityKind(models.TextChoices):
    ISA = "isa", "X12 interchange id (ISA)"
    GS = "gs", "X12 application code (GS)"
    GLN = "gln", "GLN"
    DUNS = "duns", "D-U-N-S"
    ENDPOINT = "endpoint", "Endpoint or party id (UBL, Peppol)"
    CXML = "cxml", "cXML credential"
    IDOC = "idoc", "IDoc partner (SAP)"
    AS2 = "as2", "AS2 name"


class Identity(models.Model):
    """Qualifier and value under which a partner appears in documents, for one environment."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="identities")
    environment = models.CharField(max_length=10, choices=Environment.choices, default=Environment.PRODUCTION)
    kind = models.CharField(max_length=10, choices=IdentityKind.choices, default=IdentityKind.ISA)
    qualifier = models.CharField(
        max_length=40,
        blank=True,
        help_text="ISA05 or ISA07, such as 01, 12, 14 or ZZ; the scheme of an endpoint; the domain of a credential; "
        "the type of an IDoc partner, such as KU.",
    )
    value = models.CharField(max_length=120)
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
        """Normalises, then refuses what the kind cannot be, and what another partner has, by name."""
        self._normalise()
        if wrong := faults(self.kind, self.qualifier, self.value):
            raise ValidationError(wrong)
        same = Identity.objects.filter(
            environment=self.environment, kind=self.kind, qualifier=self.qualifier, value=self.value
        )
        holder = same.exclude(pk=self.pk).select_related("partner").first()
        if holder is not None and holder.partner_id != self.partner_id:
            raise ValidationError(
                {"value": f"{holder.partner} ({holder.partner.code}) has this identity in this environment."}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._normalise()
        super().save(*args, **kwargs)

    def _normalise(self) -> None:
        self.qualifier, self.value = normalise(self.kind, self.qualifier, self.value)
