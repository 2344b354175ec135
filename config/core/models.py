"""The user, filters that a user keeps, counters that never give one number twice, and the chain of decisions."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django_otp.models import Device, ThrottlingMixin
from simple_history.models import HistoricalRecords


class User(AbstractUser):
    """A person who logs in. Our own from the first migration, so that it can grow.

    second_factor_since: when a code became necessary beside the password; None = the password is enough. It says
    whether there is an Authenticator without a look at that table (config.core.second_factor keeps them in step).
    """

    second_factor_since = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["password", "last_login"])


class SavedFilter(models.Model):
    """A filter of a list page that a person gave a name. query: the query string, without "?"."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_filters")
    page = models.CharField(max_length=100, help_text="Name of the list page's URL.")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField("shared", default=False, help_text="Everyone who sees the page may use it.")
    is_default = models.BooleanField("default", default=False, help_text="The page opens with it for its owner.")

    class Meta:
        ordering: ClassVar = ["page", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "page", "name"],
                name="saved_filter_name",
                violation_error_message="You have a filter of this name for the page.",
            ),
            models.UniqueConstraint(
                fields=["user", "page"], condition=models.Q(is_default=True), name="saved_filter_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NumberSequence(models.Model):
    """A counter, one row a key. Take numbers with `config.core.sequences.take`."""

    key = models.CharField(max_length=200, unique=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(last__gte=0), name="sequence_not_negative")]

    def __str__(self) -> str:
        return f"{self.key} = {self.last}"


class AuditEntry(models.Model):
    """One decision of a person, chained to the one before it. Written by config.core.audit only, never changed."""

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, db_index=True)
    actor = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-number"]
        verbose_name = "decision"

    def __str__(self) -> str:
        return f"{self.number}: {self.verb} {self.subject}"


class AccessToken(models.Model):
    """With which a person's own program calls the API as that person. Kept as a digest, and shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_tokens", editable=False)
    label = models.CharField(max_length=100, help_text="What it is for.")
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    is_read_only = models.BooleanField("read only", default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("issue_accesstoken", "Can issue access tokens for themselves")]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"


class Authenticator(ThrottlingMixin, Device):
    """A person's app that shows codes (TOTP, RFC 6238). sealed_key: its secret, sealed by the vault.

    user: django-otp's own field, with a name for the way back. confirmed: a first code was typed, so that codes may be
    asked for. last_step: the time step of the last code that was used; no code is taken twice.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="authenticators", editable=False)
    sealed_key = models.TextField(editable=False)
    last_step = models.BigIntegerField(default=-1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "confirmed"], name="authenticator_one")]

    def get_throttle_factor(self) -> int:
        """Seconds after the first wrong code; they double with each."""
        return 1

    @property
    def context(self) -> str:
        """What the sealed secret is bound to."""
        return f"authenticator of user {self.user_id}"


class RecoveryCode(models.Model):
    """A code on paper for who lost the app, kept as a digest. Each works once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes", editable=False)
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"Recovery code of {self.user}"
