"""The people of a partner who use the portal."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.partner import Partner


class Member(models.Model):
    """A user who may see and upload what is this partner's, and nothing of anyone else. They are no staff of ours."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    is_active = models.BooleanField("active", default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "user"],
                name="member_unique",
                violation_error_message="This person is a member of the partner already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} of {self.partner}"
