"""Write what happened."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from transactions.models import Event, Verb

EventValue = str | int | bool | None


def record(
    file_id: UUID,
    verb: Verb,
    *,
    document_id: UUID | None = None,
    actor: str = "",
    at: datetime | None = None,
    **data: EventValue,
) -> Event:
    """Append an event to the trail of a file or one of its documents.

    actor: who did it, "" for Onramp itself; data: what a reader needs to know, as JSON values.
    """
    return Event.objects.create(
        file_id=file_id, document_id=document_id, verb=verb, actor=actor, at=at or timezone.now(), data=data
    )
