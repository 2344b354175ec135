"""What must arrive under an agreement, by when; a case is opened when it does not."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.agreement import Agreement, Direction
from partners.models.organisation import validate_weekdays
from partners.models.partner import Partner

MOST_HOURS = 24 * 366


class Occasion(models.TextChoices):
    """What makes a document due."""

    RECEIVED = "received", "After a document that we received"
    SENT = "sent", "After a document that we sent"
    SCHEDULE = "schedule", "On a schedule"


class Deadline(models.TextChoices):
    """By when it must be there, after a document."""

    HOURS = "hours", "So many hours after it"
    SHIP_DATE = "ship-date", "By the ship date that it names"
    DELIVERY_DATE = "delivery-date", "By the delivery date that it names"


class AwaitedKind(models.TextChoices):
    """Canonical kinds of document that others answer."""

    ORDER = "order", "Order"
    ORDER_CHANGE = "order-change", "Order change"
    ORDER_RESPONSE = "order-response", "Order response"


def validate_some_weekdays(value: Any) -> None:
    """Model validator: numbers of weekdays, Monday = 0; none at all stands for every business day."""
    if value != []:
        validate_weekdays(value)


class ExpectedDocument(models.Model):
    """A document of the agreement that must come: as the answer to another one, or on a schedule.

    Times are those of the partner's business calendar, or of its own time zone.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="expected_documents")
    is_active = models.BooleanField("active", default=True)
    occasion = models.CharField("due", max_length=10, choices=Occasion.choices, default=Occasion.RECEIVED)
    after_kind = models.CharField("after", max_length=20, choices=AwaitedKind.choices, blank=True, default="order")
    after_partner = models.ForeignKey(
        Partner,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="after one of",
        help_text="Whose documents start the wait; empty: those of the agreement's partner.",
    )
    deadline = models.CharField(max_length=15, choices=Deadline.choices, blank=True, default=Deadline.HOURS)
    hours = models.PositiveIntegerField(
        null=True,
        blank=True,
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
        help_text="Nights and weekends included.",
    )
    weekdays = models.JSONField(
        "on",
        default=list,
        blank=True,
        validators=[validate_some_weekdays],
        help_text="Of a schedule; none: every working day of the partner's calendar. Never on its holidays.",
    )
    by = models.TimeField(
        "by", default="23:59", help_text="Of a schedule, and of dates: the time of day by which it must be there."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = "expected document"

    def __str__(self) -> str:
        name = f"{self.agreement.set_id} of {self.agreement.partner}"
        if self.occasion == Occasion.SCHEDULE:
            return f"{name} by {str(self.by)[:5]}"
        after = self.get_after_kind_display().lower()
        if self.after_partner is not None:
            after += f" of {self.after_partner}"
        if self.deadline == Deadline.HOURS:
            return f"{name} within {self.hours} hours of the {after}"
        return f"{name} by the {self.get_deadline_display().split()[2]} date of the {after}"

    def clean(self) -> None:
        """What is awaited comes to us, and the rule says by when."""
        if self.agreement_id and self.agreement.direction != Direction.INBOUND:
            raise ValidationError("Only what a partner sends us can be awaited.")
        if self.occasion == Occasion.SCHEDULE:
            return
        if not self.after_kind or not self.deadline:
            raise ValidationError("Say after which document it is due, and by when.")
        if self.deadline == Deadline.HOURS and not self.hours:
            raise ValidationError({"hours": "Say within how many hours."})
        if self.occasion == Occasion.SENT and self.deadline != Deadline.HOURS:
            raise ValidationError({"deadline": "After a document that we sent, only hours are counted."})
