"""Whom to write to at a partner, and about what."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.partner import Partner


class Purpose(models.TextChoices):
    """What a contact is written to about."""

    BUSINESS = "business", "Business"
    TECHNICAL = "technical", "Technical"
    TESTING = "testing", "Testing"
    REJECTIONS = "rejections", "Rejected documents"
    CERTIFICATES = "certificates", "Certificates"
    OUTAGES = "outages", "Outages"
    ESCALATION = "escalation", "Escalation"
    FINANCE = "finance", "Finance"


def validate_purposes(value: Any) -> None:
    """Model validator: a list of purposes, each once, at least one."""
    if not isinstance(value, list) or not value or set(value) - set(Purpose.values) or len(set(value)) != len(value):
        raise ValidationError("Choose what the contact is for.")


class Contact(models.Model):
    """A person or mailbox of a partner. They need no log-in."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    purposes = models.JSONField(default=list, validators=[validate_purposes])
    is_active = models.BooleanField("active", default=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(email="") | ~models.Q(phone=""),
                name="contact_can_be_reached",
                violation_error_message="Give an e-mail address or a telephone number.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Said at the field, beside what the database insists on."""
        if not self.email and not self.phone:
            raise ValidationError({"email": "Give an e-mail address or a telephone number."})
