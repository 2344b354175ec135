"""Write what happened."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from transactions.models import Event, Verb

EventValue = str | int | bool | None


def record(
    file_id: UUID | None,
    verb: Verb,
    *,
    document_id: UUID | None = None,
    actor: str = "",
    at: datetime | None = None,
    **data: EventValue,
) -> None:
    """Append an event to the trail of a file or one of its documents. What belongs to no file has no trail.

    actor: who did it, "" for Onramp itself; data: what a reader needs to know, as JSON values.
    """
    if file_id is not None:
        Event.objects.create(
            file_id=file_id, document_id=document_id, verb=verb, actor=actor, at=at or timezone.now(), data=data
        )
