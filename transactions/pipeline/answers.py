"""What a partner answers to what we sent: the TA1, 997 and 999 in a file, which are no documents."""

from typing import BinaryIO

import msgspec

from mappings.engine.x12.answers import ACKNOWLEDGING_SETS, Answer, read_answers, read_ta1
from mappings.engine.x12.delimiters import Delimiters, decode
from mappings.engine.x12.pieces import tidy_pieces

ACKNOWLEDGMENT_GROUP = "FA"  # GS01 of groups of acknowledgments: they are never acknowledged
MOST_ANSWERS = 1000  # of one file are read; more are counted
MOST_BYTES = 10_000_000  # of one answer


class PlannedAnswer(msgspec.Struct, frozen=True):
    """One answer in a file. kind: "TA1", or ST01. fields: of a TA1, as the splitter gives them."""

    interchange: int
    kind: str
    offset: int
    length: int
    fields: list[str] = []


class ReadAnswer(msgspec.Struct, frozen=True):
    """answer: None when it cannot be understood."""

    interchange: int
    kind: str
    answer: Answer | None


def read_planned(stream: BinaryIO, planned: PlannedAnswer, delimiters: Delimiters) -> ReadAnswer:
    """Read one answer from a seekable file. Nothing that a partner sent raises."""
    if planned.kind == "TA1":
        return ReadAnswer(planned.interchange, planned.kind, read_ta1(planned.fields))
    if planned.kind not in ACKNOWLEDGING_SETS or planned.length > MOST_BYTES:
        return ReadAnswer(planned.interchange, planned.kind, None)
    stream.seek(planned.offset)
    text, _ = decode(stream.read(planned.length))
    segments = [piece.split(delimiters.element) for piece in tidy_pieces(text, delimiters)]
    answers = read_answers(segments, delimiters)
    return ReadAnswer(planned.interchange, planned.kind, answers[0] if answers else None)
