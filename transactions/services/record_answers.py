"""Write down what a partner answers to what we sent, beside what it is about where that is ours."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from mappings.engine.x12.answers import GroupAnswer, InterchangeAnswer, Note, Outcome
from transactions.models import Acknowledgment, Event, InboundFile, Interchange, Verb
from transactions.pipeline.answers import ReadAnswer
from transactions.pipeline.storable import storable_text
from transactions.services.trail import EventValue, record

SAID = {
    Outcome.ACCEPTED: "accepted",
    Outcome.WITH_ERRORS: "accepted with errors",
    Outcome.PARTLY: "partly accepted",
    Outcome.REJECTED: "rejected",
}
NAMED = 5  # faults are told in words, the rest is in the file
BATCH = 500


def record_answers(
    file: InboundFile, read: Sequence[ReadAnswer], interchanges: Mapping[int, Interchange], total: int
) -> None:
    """One event for each answer, in plain words. interchanges: those of the file by their ordinals.
    total: how many there are; of those that were not read an event says so.

    A TA1 is put together with the acknowledgment of ours that had its number, of the same partner and environment.
    """
    ours, now = _ours(read, interchanges), timezone.now()
    Event.objects.bulk_create(
        (
            Event(file=file, verb=Verb.ANSWERED, data=_told(one, interchanges[one.interchange], ours), at=now)
            for one in read
        ),
        batch_size=BATCH,
    )
    if total > len(read):
        record(file.pk, Verb.ANSWERED, words=f"{total - len(read)} more acknowledgments in the file were not read.")


Ours = dict[tuple[int | None, str, str], Acknowledgment]


def _ours(read: Sequence[ReadAnswer], interchanges: Mapping[int, Interchange]) -> Ours:
    """Acknowledgments of ours by partner, environment and number."""
    numbers = sorted({_padded(one.answer) for one in read if isinstance(one.answer, InterchangeAnswer)})
    partners = {interchange.partner_id for interchange in interchanges.values() if interchange.partner_id is not None}
    found: Ours = {}
    for start in range(0, len(numbers), BATCH):
        rows = Acknowledgment.objects.filter(control_number__in=numbers[start : start + BATCH], partner__in=partners)
        for row in rows.defer("content").order_by("pk"):  # numbers begin again: the latest is meant
            found[row.partner_id, row.environment, row.control_number] = row
    return found


def _padded(answer: InterchangeAnswer) -> str:
    return storable_text(answer.control_number, 20).rjust(9, "0")


def _told(one: ReadAnswer, interchange: Interchange, ours: Ours) -> dict[str, EventValue]:
    told: dict[str, EventValue] = {"kind": storable_text(one.kind, 20), "interchange": interchange.control_number}
    match one.answer:
        case InterchangeAnswer() as answer:
            row = ours.get((interchange.partner_id, interchange.environment, _padded(answer)))
            about = f"interchange {storable_text(answer.control_number, 20)}"
            about += f", our {row.kind}" if row is not None else ", which Onramp has not sent"
            told |= _said(about, answer.outcome, answer.notes)
            if row is not None:
                told |= {"acknowledgment": str(row.pk), "file": str(row.file_id)}
        case GroupAnswer() as answer:
            group = storable_text(f"{answer.functional_id} {answer.control_number}", 30)
            about = f"group {group}, {answer.accepted} of {answer.received} accepted"
            notes = [*answer.notes, *(note for said in answer.sets for note in said.notes)]
            told |= _said(about, answer.outcome, notes)
        case _:
            told["words"] = "An acknowledgment that cannot be understood."
    return told


def _said(about: str, outcome: Outcome | None, notes: Sequence[Note]) -> dict[str, EventValue]:
    said = SAID.get(outcome, "answered without a verdict") if outcome is not None else "answered without a verdict"
    words = f"The partner says of {about}: {said}."
    for note in notes[:NAMED]:
        place = f"{note.segment_id}{note.element:02d}" if note.segment_id and note.element else note.segment_id
        meaning = note.words or f"code {note.code}"
        words += f" {place}: {meaning}." if place else f" {meaning}."
    return {"outcome": said, "words": storable_text(words, 500)}
