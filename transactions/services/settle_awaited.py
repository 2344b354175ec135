"""An awaited document has come, or nobody awaits it any more: its case closes by itself."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from transactions.models import AwaitedDocument, Document, ExceptionCase
from transactions.services.cases import close_case
from transactions.states import AWAITED_FROM, AwaitedState, Disposition


def settle(awaited: AwaitedDocument, document: Document, now: datetime) -> bool:
    """It has come: in time, or late. False when it was settled before."""
    late = awaited.due_at is not None and document.received_at > awaited.due_at
    state = AwaitedState.LATE if late else AwaitedState.ARRIVED
    words = "It came in time."
    if late and awaited.due_at is not None:
        words = f"It came at {document.received_at:%Y-%m-%d %H:%M} UTC, after it was due."
    return _close(awaited, state, now, f"{words} {document}", Disposition.SOLVED, document=document)


def waive(awaited: AwaitedDocument, *, actor: str, reason: str) -> bool:
    """It is not awaited any more. actor: "" for Onramp itself. False when it was settled before."""
    now = timezone.now()
    return _close(awaited, AwaitedState.WAIVED, now, reason, Disposition.NO_ACTION, actor=actor)


def _close(
    awaited: AwaitedDocument,
    state: AwaitedState,
    now: datetime,
    resolution: str,
    disposition: Disposition,
    *,
    actor: str = "",
    document: Document | None = None,
) -> bool:
    with transaction.atomic():
        settled = AwaitedDocument.objects.filter(pk=awaited.pk, state__in=AWAITED_FROM[state]).update(
            state=state, document=document, settled_at=now, settled_by=actor
        )
        if settled:
            for case in ExceptionCase.objects.filter(awaited=awaited):
                close_case(case, actor=actor, resolution=resolution, disposition=disposition)
    return bool(settled)
