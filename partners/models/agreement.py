"""What a partner sends or receives, by which rules."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from partners.models.partner import Environment, Partner
from partners.models.policies import PoliciesField
from partners.policies import ENVELOPE_POLICIES, validate_policies

EVER = models.Value(date.min, output_field=models.DateField())
KEY = ("partner_id", "direction", "environment", "standard", "set_id", "release")  # what an agreement is for


class Direction(models.TextChoices):
    INBOUND = "inbound", "Inbound"
    OUTBOUND = "outbound", "Outbound"


class AgreementStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    SUSPENDED = "suspended", "Suspended"
    RETIRED = "retired", "Retired"


class Agreement(models.Model):
    """Partner, direction, document kind, standard and release, environment, and what differs from the defaults.

    The mapping is assigned in the layer above (mappings.Assignment).
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="agreements")
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.INBOUND)
    kind = models.CharField("document kind", max_length=40, default="order", help_text="The canonical kind.")
    standard = models.CharField(max_length=10, default="X12")
    set_id = models.CharField("transaction set", max_length=40, default="850")
    release = models.CharField(
        max_length=20,
        blank=True,
        default="004010",
        help_text="Six digits, with the industry suffix if the agreement is only for that (004010VICS). "
        "Without a suffix it covers all suffixes; empty covers all releases.",
    )
    environment = models.CharField(max_length=10, choices=Environment.choices, default=Environment.PRODUCTION)
    status = models.CharField(max_length=10, choices=AgreementStatus.choices, default=AgreementStatus.DRAFT)
    effective_from = models.DateField(
        null=True, blank=True, help_text="The first day on which it holds, in the partner's time zone; empty: at once."
    )
    effective_until = models.DateField(
        null=True, blank=True, help_text="The last day on which it holds; empty: until it is retired."
    )
    business_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the partner's.",
    )
    technical_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the partner's.",
    )
    notes = models.TextField(blank=True, max_length=10_000)
    policies = PoliciesField(
        default=dict, blank=True, validators=[validate_policies], help_text="What differs from the partner's policies."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        permissions: ClassVar = [
            ("activate_agreement", "Can put an agreement live"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "partner",
                "direction",
                "environment",
                "standard",
                "set_id",
                "release",
                Coalesce("effective_from", EVER),
                condition=~models.Q(status="retired"),
                name="agreement_one_in_force",
                violation_error_message="The partner has an agreement for this already.",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_until=None)
                | models.Q(effective_from=None)
                | models.Q(effective_from__lte=models.F("effective_until")),
                name="agreement_ends_after_it_begins",
                violation_error_message="It must end after it begins.",
            ),
        ]

    def __str__(self) -> str:
        name = f"{self.partner}: {self.direction} {self.set_id} {self.release}".rstrip()
        return f"{name} ({self.environment})"

    def clean(self) -> None:
        """What has no effect here is refused, and what another agreement covers on the same days."""
        if no_effect := sorted(ENVELOPE_POLICIES & self.policies.keys()):
            names = ", ".join(no_effect)
            raise ValidationError({"policies": f"Set on the partner, since it concerns whole interchanges: {names}."})
        if self.partner_id and connection.in_atomic_block:
            # Whoever saves another agreement of the partner at the same time waits here, then sees this one.
            Partner.objects.select_for_update(no_key=True).only("pk").filter(pk=self.partner_id).first()
        if self.status != AgreementStatus.RETIRED and (other := self.overlapping().first()):
            raise ValidationError(f"It overlaps with another agreement: {other}{other.days()}. End or retire that one.")

    def overlapping(self) -> models.QuerySet["Agreement"]:
        """Agreements that are not retired, for the same and on some of the same days."""
        same = Agreement.objects.exclude(pk=self.pk).exclude(status=AgreementStatus.RETIRED)
        same = same.filter(**{name: getattr(self, name) for name in KEY}).select_related("partner")
        if self.effective_until:
            same = same.filter(models.Q(effective_from=None) | models.Q(effective_from__lte=self.effective_until))
        if self.effective_from:
            same = same.filter(models.Q(effective_until=None) | models.Q(effective_until__gte=self.effective_from))
        return same

    def days(self) -> str:
        """When it holds, to be put behind its name: ", from 2026-01-01 until 2026-03-31" or nothing."""
        begins = f", from {self.effective_from}" if self.effective_from else ""
        return begins + (f", until {self.effective_until}" if self.effective_until else "")
