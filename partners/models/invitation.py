"""People who were asked by e-mail to use the portal, and have not all come yet."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from partners.models.partner import Partner


class InvitationState(models.TextChoices):
    """Computed: what an invitation is good for now."""

    OPEN = "open", "Open"
    EXPIRED = "expired", "Expired"
    USED = "used", "Used"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Invitation(models.Model):
    """One person, one address, one partner. The token is in the mail only; here is its digest.

    sent_at: when the mail server took it last; None with a `failure` when it did not.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail")
    name = models.CharField(max_length=150, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    failure = models.CharField(max_length=300, blank=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    history = HistoricalRecords(excluded_fields=["digest"])

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "email"],
                condition=models.Q(used_at=None, withdrawn_at=None),
                name="invitation_once",
                violation_error_message="This address is invited already. Send that invitation again.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.partner}"

    @staticmethod
    def in_state(state: InvitationState) -> models.Q:
        """Which invitations are in a state now."""
        waiting, now = models.Q(used_at=None, withdrawn_at=None), timezone.now()
        return {
            InvitationState.OPEN: waiting & models.Q(expires_at__gt=now),
            InvitationState.EXPIRED: waiting & models.Q(expires_at__lte=now),
            InvitationState.USED: models.Q(used_at__isnull=False),
            InvitationState.WITHDRAWN: models.Q(used_at=None, withdrawn_at__isnull=False),
        }[state]

    @property
    def state(self) -> InvitationState:
        """What it is good for now."""
        if self.used_at is not None:
            return InvitationState.USED
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        return InvitationState.EXPIRED if self.expires_at <= timezone.now() else InvitationState.OPEN
