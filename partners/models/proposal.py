"""What a partner wants changed about itself, and we decide on."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.certificate import Certificate
from partners.models.partner import Identity, Partner


class ProposalKind(models.TextChoices):
    NAME = "name", "Another company name"
    NEW_IDENTITY = "new-identity", "A new identity"
    OTHER_IDENTITY = "other-identity", "Another identity in place of one"
    END_OF_IDENTITY = "end-of-identity", "An identity ends"
    CERTIFICATE = "certificate", "A certificate"


class ProposalState(models.TextChoices):
    OPEN = "open", "Waiting for us"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Taken back"


class Proposal(models.Model):
    """One change that a partner's person asked for in the portal. What it changes stays as it is until it is accepted.

    values: by field of what it changes. identity, certificate: which one, where there is one already.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=20, choices=ProposalKind.choices)
    values = models.JSONField(default=dict, blank=True)
    identity = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    certificate = models.ForeignKey(Certificate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    reason = models.CharField(max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = "proposed change"
        permissions: ClassVar = [("decide_proposal", "Can decide on what partners want changed")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=models.Q(kind="name", state="open"),
                name="proposal_one_name",
                violation_error_message="Another name is proposed already.",
            ),
            models.UniqueConstraint(
                fields=["identity"],
                condition=models.Q(state="open"),
                name="proposal_one_of_identity",
                violation_error_message="A change of this identity is proposed already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    @property
    def subject(self) -> str:
        """What it is about, in words."""
        if self.kind == ProposalKind.NAME:
            return str(self.values.get("name", ""))
        if self.kind == ProposalKind.CERTIFICATE:
            return str(self.values.get("subject", ""))
        after = ":".join(filter(None, (self.values.get("qualifier"), self.values.get("value"))))
        before = str(self.values.get("before", ""))
        if self.kind == ProposalKind.OTHER_IDENTITY:
            return f"{after} in place of {before}"
        return before if self.kind == ProposalKind.END_OF_IDENTITY else after
