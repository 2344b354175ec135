"""What happened, in the partner's words. Events about our cases and set-up are ours and left out."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from transactions.models import Document, Event, InboundFile, Verb
from transactions.services.receive_upload import CHANNEL

SHOWN = 100
WORDS = {
    Verb.RECEIVED: "We received the file",
    Verb.RECEIVED_AGAIN: "The same file came again; nothing was done twice",
    Verb.POSTPONED: "Its turn comes later",
    Verb.SPLIT: "We read the file",
    Verb.UNREADABLE: "We could not read the file",
    Verb.HELD: "It was put on hold",
    Verb.REFUSED: "Its envelope was refused",
    Verb.RELEASED: "It was let go on",
    Verb.ACCEPTED: "Accepted",
    Verb.REJECTED: "Rejected",
    Verb.FAILED: "Rejected",
    Verb.DUPLICATE: "Found to be a duplicate",
    Verb.ACKNOWLEDGED: "We wrote an acknowledgment",
    Verb.ANSWERED: "We read your acknowledgment",
    Verb.REPROCESSED: "We processed it again",
    Verb.FINISHED: "Finished",
    Verb.SUPERSEDED: "A correction was accepted in its place",
}


class Happened(NamedTuple):
    at: datetime
    words: str


def of_file(file: InboundFile) -> list[Happened]:
    """What happened to a file as a whole, latest first."""
    return _told(Event.objects.filter(file=file, document_id=None, verb__in=WORDS).order_by("-id")[:SHOWN])


def of_document(document: Document, *, with_file: bool) -> list[Happened]:
    """What happened to a document; with what happened to its file where the reader may see that."""
    about = Q(document_id=document.pk) | Q(document_id=None) if with_file else Q(document_id=document.pk)
    events = Event.objects.filter(about, file=document.file_id, verb__in=WORDS).order_by("-id")[:SHOWN]
    return _told(events)


def _told(events: Iterable[Event]) -> list[Happened]:
    """Latest first. Being held is told once, however often it was found to be so."""
    told: list[Happened] = []
    is_held = False
    for event in sorted(events, key=lambda event: (event.at, event.pk)):
        if not (is_held and event.verb == Verb.HELD):
            told.append(Happened(event.at, _words(event)))
        is_held = event.verb == Verb.HELD or (is_held and event.verb != Verb.RELEASED)
    return told[::-1]


def _words(event: Event) -> str:
    verb = Verb(event.verb)
    words = WORDS[verb]
    if verb in (Verb.RECEIVED, Verb.RECEIVED_AGAIN) and event.data.get("channel") == CHANNEL and event.actor:
        return f"{words}, uploaded by {event.actor}"
    if verb is Verb.SPLIT and (count := event.data.get("documents")):
        return f"{words}: {count} document{'s' if count != 1 else ''} in it"
    return words
