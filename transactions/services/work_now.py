"""A person has a file worked now that waits by policy for its hours or its share."""

from django.db import transaction
from django.utils import timezone

from transactions.models import InboundFile, Verb
from transactions.services.doorbell import ring_split
from transactions.services.trail import record
from transactions.states import FileStage, WaitsFor


def work_now(file: InboundFile, *, actor: str) -> bool:
    """Let a waiting file go; it counts for this hour. False when it did not wait any more."""
    with transaction.atomic():
        moved = InboundFile.objects.filter(
            pk=file.pk, stage=FileStage.RECEIVED, waits_until__isnull=False, lease_until=None
        ).update(waits_until=None, waits_for=WaitsFor.NOTHING, begun_at=timezone.now())
        if moved:
            record(file.pk, Verb.RELEASED, actor=actor)
            transaction.on_commit(lambda: ring_split(file))
    return bool(moved)
