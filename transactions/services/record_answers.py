"""Write down what a partner answers to what we sent, and let it change what that has become."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from config.core.ids import derived_uuid7
from mappings.engine.x12.answers import Answer, DocumentAnswer
from transactions.models import Event, InboundFile, Interchange, SentGroup, Verb
from transactions.pipeline.answers import NOT_UNDERSTOOD, ReadAnswer, said_of, verdict_of, what_is_meant
from transactions.pipeline.storable import storable_text
from transactions.services.advised import tell_document
from transactions.services.find_sent import Sent
from transactions.services.reconcile import reconcile_with
from transactions.services.trail import EventValue, record

BATCH = 500


def record_answers(
    file: InboundFile, read: Sequence[ReadAnswer], interchanges: Mapping[int, Interchange], unread: int = 0
) -> None:
    """One event for each answer, in plain words. interchanges: those of the file by their ordinals.
    unread: how many there are that were not read, of which an event says so.

    What we sent to the one who answers takes it over (`reconcile_with`); an 824 is also told to the document that it
    names. Must run in the transaction that splits the file, or that releases their interchange.
    """
    sent, now = Sent(read, interchanges), timezone.now()
    told = []
    for one in read:
        interchange = interchanges[one.interchange]
        if not one.answers:
            told.append(_event(file, one, interchange, {"words": NOT_UNDERSTOOD}, now))
        for answer in one.answers:
            groups = sent.answered_by(answer, interchange)
            data = _data(answer, groups)
            told.append(_event(file, one, interchange, data, now))
            for group in groups:
                reconcile_with(group, answer, file, now)
            if isinstance(answer, DocumentAnswer):
                tell_document(answer, file, interchange, one.document, is_ours=bool(groups))
    Event.objects.bulk_create(told, batch_size=BATCH)
    if unread:
        record(file.pk, Verb.ANSWERED, words=f"{unread} more acknowledgments in the file were not read.")


def _event(
    file: InboundFile, one: ReadAnswer, interchange: Interchange, data: dict[str, EventValue], now: datetime
) -> Event:
    document = derived_uuid7(file.pk, "document", one.document) if one.document else None
    common = {"kind": storable_text(one.kind, 20), "interchange": interchange.control_number}
    return Event(file=file, document_id=document, verb=Verb.ANSWERED, data=common | data, at=now)


def _data(answer: Answer, groups: Sequence[SentGroup]) -> dict[str, EventValue]:
    about = what_is_meant(answer)
    if groups:
        about += f", {groups[0]}"
    elif not (isinstance(answer, DocumentAnswer) and answer.orders):  # which are the partner's own
        about += ", which Onramp has not sent"
    data: dict[str, EventValue] = {
        "outcome": verdict_of(answer),
        "words": said_of(about, answer),
    }
    if groups:
        data |= {"sent": str(groups[0].pk), "file": str(groups[0].file_id)}
        if groups[0].acknowledgment_id is not None:
            data["acknowledgment"] = str(groups[0].acknowledgment_id)
    return data
