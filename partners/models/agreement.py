"""What a partner sends or receives, by which rules."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.partner import Environment, Partner
from partners.policies import ENVELOPE_POLICIES, validate_policies


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
    policies = models.JSONField(
        default=dict, blank=True, validators=[validate_policies], help_text="What differs from the partner's policies."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "direction", "environment", "standard", "set_id", "release"],
                condition=~models.Q(status="retired"),
                name="agreement_one_in_force",
                violation_error_message="The partner has an agreement for this already.",
            )
        ]

    def __str__(self) -> str:
        name = f"{self.partner}: {self.direction} {self.set_id} {self.release}".rstrip()
        return f"{name} ({self.environment})"

    def clean(self) -> None:
        """What is decided for whole interchanges is refused here, where it would have no effect."""
        if no_effect := sorted(ENVELOPE_POLICIES & self.policies.keys()):
            names = ", ".join(no_effect)
            raise ValidationError({"policies": f"Set on the partner, since it concerns whole interchanges: {names}."})
