"""Give a connection a new key while the old one still works for a while."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from partners.models import ApiKey
from partners.services.issue_key import IssuedKey, KeyRefused, issue_key

LONGEST_OVERLAP = timedelta(days=90)


def rotate_key(api_key: ApiKey, overlap: timedelta, expires_at: datetime | None = None) -> IssuedKey:
    """Issue a key with the label and scopes of this one, which ends after the overlap (at most 90 days).

    expires_at: of the new key; None = never. Raises KeyRefused for a key that is revoked or has ended.
    """
    now = timezone.now()
    with transaction.atomic():
        old = ApiKey.objects.select_for_update().select_related("connection__partner").get(pk=api_key.pk)
        if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now):
            raise KeyRefused("This key does not hold any more. Issue a new one instead.")
        ends = now + max(timedelta(0), min(overlap, LONGEST_OVERLAP))
        if old.expires_at is None or old.expires_at > ends:
            old.expires_at = ends
            old._change_reason = "Rotated"  # type: ignore[attr-defined]  # read by simple-history
            old.save()
        return issue_key(old.connection, old.label, expires_at, scopes=old.scopes)
