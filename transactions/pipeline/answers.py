"""What a partner answers to what we sent: the TA1, 997, 999 and 824 in a file, and how it is told in words."""

from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from mappings.engine.x12.answers import (
    ACKNOWLEDGING_SETS,
    Answer,
    DocumentAnswer,
    GroupAnswer,
    InterchangeAnswer,
    Note,
    Outcome,
    read_answers,
    read_ta1,
)
from mappings.engine.x12.delimiters import Delimiters, decode
from mappings.engine.x12.pieces import tidy_pieces
from mappings.engine.x12.wrapped import without_line_ends
from transactions.pipeline.storable import storable_text

ACKNOWLEDGMENT_GROUP = "FA"  # GS01 of groups of acknowledgments: they are never acknowledged
ADVICE_SET = "824"  # is a document as well as an answer
ADVICE_KIND = "application-advice"
MOST_ANSWERS = 1000  # of one file are read; more are counted
MOST_BYTES = 10_000_000  # of one answer
SAID = {
    Outcome.ACCEPTED: "accepted",
    Outcome.WITH_ERRORS: "accepted with errors",
    Outcome.PARTLY: "partly accepted",
    Outcome.REJECTED: "rejected",
}
NAMED = 5  # faults are told in words, the rest is in the file
NOT_UNDERSTOOD = "An acknowledgment that cannot be understood."


class PlannedAnswer(msgspec.Struct, frozen=True):
    """One answer in a file. kind: "TA1", or ST01. fields: of a TA1, as the splitter gives them.

    document: its ordinal in the file where it is a document too (an 824), else 0.
    """

    interchange: int
    kind: str
    offset: int
    length: int
    fields: list[str] = []
    document: int = 0


class ReadAnswer(msgspec.Struct, frozen=True):
    """answers: what is said; several in an 824, none when it cannot be understood."""

    interchange: int
    kind: str
    answers: tuple[Answer, ...]
    document: int = 0


def read_planned(stream: BinaryIO, planned: PlannedAnswer, delimiters: Delimiters) -> ReadAnswer:
    """Read one answer from a seekable file. Nothing that a partner sent raises."""
    answers: Sequence[Answer] = ()
    if planned.kind == "TA1":
        answers = [read_ta1(planned.fields)]
    elif planned.kind in ACKNOWLEDGING_SETS and planned.length <= MOST_BYTES:
        stream.seek(planned.offset)
        raw = stream.read(planned.length)
        text, _ = decode(without_line_ends(raw)[0] if delimiters.wrapped else raw)
        segments = [piece.split(delimiters.element) for piece in tidy_pieces(text, delimiters)]
        answers = read_answers(segments, delimiters)
    return ReadAnswer(planned.interchange, planned.kind, tuple(answers), planned.document)


def what_is_meant(answer: Answer) -> str:
    """The thing that an answer is about, as the partner names it."""
    match answer:
        case InterchangeAnswer():
            return f"interchange {storable_text(answer.control_number, 20)}"
        case GroupAnswer():
            return storable_text(f"group {answer.functional_id} {answer.control_number}", 40)
        case DocumentAnswer():
            number = f"{answer.qualifier} {answer.reference or answer.original}".strip()
            return storable_text(f"document {number}" + " in part" * answer.item, 60)


def told(read: ReadAnswer) -> list[str]:
    """What an answer says, in sentences, without looking at what we sent."""
    return [said_of(what_is_meant(answer), answer) for answer in read.answers] or [NOT_UNDERSTOOD]


def verdict_of(answer: Answer) -> str:
    """The outcome in words."""
    return SAID.get(answer.outcome or Outcome.WAITING, "answered without a verdict")


def said_of(about: str, answer: Answer) -> str:
    """A verdict with its faults in plain words. about: what it is about."""
    notes = [*answer.notes]
    words = f"The partner says of {about}: {verdict_of(answer)}"
    if isinstance(answer, GroupAnswer):
        notes += [note for said in answer.sets for note in said.notes]
        words += f", {answer.accepted} of {answer.received} documents"
    words += "."
    for note in notes[:NAMED]:
        words += f" {_told(note)}."
    return storable_text(words, 500)


def _told(note: Note) -> str:
    place = f"{note.segment_id}{note.element:02d}" if note.segment_id and note.element else note.segment_id
    meaning = note.words or f"Code {note.code}"
    return f"{place}: {meaning}" if place else meaning
