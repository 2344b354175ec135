"""Remove a part of a partner that is not needed any more; its history stays."""

from typing import Any

from django.db import transaction

from partners.services.revisions import refuse_outdated


def delete(record: Any, *, revision: str | None = None) -> None:
    """Remove a record. revision: which one it was decided on; None = whichever. Raises Outdated."""
    with transaction.atomic():
        stored = type(record)._default_manager.select_for_update().get(pk=record.pk)
        refuse_outdated(stored, revision)
        stored.delete()
