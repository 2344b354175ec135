"""Revoke a key of the API."""

from django.db import transaction
from django.utils import timezone

from partners.models import ApiKey


def revoke_key(api_key: ApiKey) -> bool:
    """Refuse the key from now on. Returns False when it was revoked before; its time of revocation stays."""
    with transaction.atomic():
        stored = ApiKey.objects.select_for_update().get(pk=api_key.pk)
        if stored.revoked_at is not None:
            return False
        stored.revoked_at = timezone.now()
        stored.save(update_fields=["revoked_at"])
    api_key.revoked_at = stored.revoked_at
    return True
