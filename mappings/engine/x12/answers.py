"""What partners say about documents of ours: TA1, 997, 999 and 824, read into one typed form.

Acknowledgments are read leniently: a note that makes no sense is left out, and nothing that a partner sent raises.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import pairwise

import msgspec

from mappings.engine.x12.answer_words import WORDS
from mappings.engine.x12.delimiters import Delimiters

ACKNOWLEDGING_SETS = frozenset({"997", "999", "824"})


class Outcome(StrEnum):
    """What became of a document of ours. OVERDUE: nothing was said in time; WAITING: not yet, and there is time."""

    ACCEPTED = "accepted"
    WITH_ERRORS = "with-errors"
    PARTLY = "partly"
    REJECTED = "rejected"
    WAITING = "waiting"
    OVERDUE = "overdue"


# Data elements 715, 717 and I17. M, W and X: security was not as agreed, the content was not looked at.
_OUTCOMES = {
    "A": Outcome.ACCEPTED,
    "E": Outcome.WITH_ERRORS,
    "P": Outcome.PARTLY,
    "R": Outcome.REJECTED,
    "M": Outcome.REJECTED,
    "W": Outcome.REJECTED,
    "X": Outcome.REJECTED,
}
# Data element 110: its second letter. C: accepted, and the receiver has changed something.
_ADVICE = {**{code: _OUTCOMES[code] for code in "AEPR"}, "C": Outcome.WITH_ERRORS, "H": Outcome.WITH_ERRORS}


class Note(msgspec.Struct, frozen=True):
    """One fault that a partner names. segment: its index in our set (ST = 1), 0 when not said; value: our bad data.

    code: as sent ("8", "I4"). words: what it means, "" for a code that is not in our table.
    """

    code: str
    words: str = ""
    segment_id: str = ""
    segment: int = 0
    loop: str = ""
    element: int = 0
    component: int = 0
    repetition: int = 0
    element_id: str = ""
    value: str = ""


class SetAnswer(msgspec.Struct, frozen=True):
    """AK2 to AK5, or IK5. outcome is None when the code is missing or unknown."""

    set_id: str
    control_number: str
    outcome: Outcome | None
    notes: tuple[Note, ...] = ()


class GroupAnswer(msgspec.Struct, frozen=True):
    """A 997 or 999: what is said about one group of ours."""

    functional_id: str
    control_number: str
    outcome: Outcome | None
    sets: tuple[SetAnswer, ...] = ()
    notes: tuple[Note, ...] = ()
    included: int = 0
    received: int = 0
    accepted: int = 0


class InterchangeAnswer(msgspec.Struct, frozen=True):
    """A TA1. date, time: ISA09 and ISA10 of the interchange that it answers."""

    control_number: str
    date: str
    time: str
    outcome: Outcome | None
    notes: tuple[Note, ...] = ()


class DocumentAnswer(msgspec.Struct, frozen=True):
    """One OTI of an 824: what the partner's application says of a document or of part of it.

    qualifier, reference: OTI02 and OTI03 ("IV", our invoice number). The control numbers and the set are "" where
    the partner does not name them. item: only an item or a batch of the document is meant, as OTI01 says.
    original: BGN06, the number of the document that the whole 824 is about. orders: purchase orders that are named.
    """

    outcome: Outcome | None
    qualifier: str
    reference: str
    group_control: str = ""
    set_control: str = ""
    set_id: str = ""
    item: bool = False
    notes: tuple[Note, ...] = ()
    original: str = ""
    orders: tuple[str, ...] = ()


Answer = InterchangeAnswer | GroupAnswer | DocumentAnswer


def read_ta1(fields: Sequence[str]) -> InterchangeAnswer:
    """A TA1. fields: ["TA1", TA101, …], as the splitter gives them."""
    code = _at(fields, 5)
    notes = () if code in ("", "000") else (Note(code, WORDS["ta1"].get(code, "")),)
    outcome = _OUTCOMES.get(_at(fields, 4))
    return InterchangeAnswer(_at(fields, 1), _at(fields, 2), _at(fields, 3), outcome, notes)


def read_answers(segments: Iterable[Sequence[str]], delimiters: Delimiters) -> list[Answer]:
    """The answers in one 997, 999 or 824; none in any other set. segments: from ST to SE."""
    rows = [list(segment) for segment in segments]
    set_id = _at(rows[0], 1) if rows else ""
    if set_id in ("997", "999"):
        group = _read_group(rows, delimiters)
        return [group] if group else []
    return list(_read_advice(rows, delimiters)) if set_id == "824" else []


def _read_group(rows: list[list[str]], delimiters: Delimiters) -> GroupAnswer | None:
    header = next((row for row in rows if row[0] == "AK1"), None)
    if header is None:
        return None
    sets: list[SetAnswer] = []
    opened: list[str] | None = None
    notes: list[Note] = []
    trailer: list[str] = []
    for row in rows:
        match row[0]:
            case "AK2":
                if opened is not None:  # it was not closed
                    sets.append(_set_answer(opened, [], notes))
                opened, notes = row, []
            case "AK3" | "IK3":
                notes.append(_segment_note(row))
            case "AK4" | "IK4" if notes:
                _add_element_note(notes, row, delimiters)
            case "AK5" | "IK5" if opened is not None:
                sets.append(_set_answer(opened, row, notes))
                opened, notes = None, []
            case "AK9":
                trailer = row
    if opened is not None:
        sets.append(_set_answer(opened, [], notes))
    return GroupAnswer(
        functional_id=_at(header, 1),
        control_number=_at(header, 2),
        outcome=_OUTCOMES.get(_at(trailer, 1)),
        sets=tuple(sets),
        notes=tuple(Note(code, WORDS["group"].get(code, "")) for code in trailer[5:10] if code),
        included=_number(_at(trailer, 2)),
        received=_number(_at(trailer, 3)),
        accepted=_number(_at(trailer, 4)),
    )


def _set_answer(header: list[str], trailer: list[str], notes: list[Note]) -> SetAnswer:
    own = [Note(code, WORDS["set"].get(code, "")) for code in trailer[2:7] if code and code not in ("5", "I5")]
    return SetAnswer(_at(header, 1), _at(header, 2), _OUTCOMES.get(_at(trailer, 1)), (*own, *notes))


def _segment_note(row: list[str]) -> Note:
    code = _at(row, 4)
    return Note(
        code,
        WORDS["segment"].get(code, ""),
        segment_id=_at(row, 1),
        segment=_number(_at(row, 2)),
        loop=_at(row, 3),
    )


def _add_element_note(notes: list[Note], row: list[str], delimiters: Delimiters) -> None:
    """The element's fault; the note about its segment that only announced it is replaced."""
    above = notes[-1]
    parts = _parts(_at(row, 1), delimiters)
    code = _at(row, 3)
    note = msgspec.structs.replace(
        above,
        code=code,
        words=WORDS["element"].get(code, ""),
        element=_number(_at(parts, 0)),
        component=_number(_at(parts, 1)),
        repetition=_number(_at(parts, 2)),
        element_id=_at(row, 2),
        value=_at(row, 4),
    )
    if above.code == "8" and not above.element:
        notes.pop()
    notes.append(note)


def _read_advice(rows: list[list[str]], delimiters: Delimiters) -> Iterable[DocumentAnswer]:
    original = next((_at(row, 6) for row in rows if row[0] == "BGN"), "")
    starts = [at for at, row in enumerate(rows) if row[0] == "OTI"]
    for start, stop in pairwise([*starts, len(rows)]):
        header, loop = rows[start], rows[start + 1 : stop]
        code = _at(header, 1)
        named = [(_at(header, 2), _at(header, 3)), *((_at(row, 1), _at(row, 2)) for row in loop if row[0] == "REF")]
        yield DocumentAnswer(
            outcome=_ADVICE.get(code[1:2]),
            qualifier=_at(header, 2),
            reference=_at(header, 3),
            group_control=_at(header, 8),
            set_control=_at(header, 9),
            set_id=_at(header, 10),
            item=code[:1] in ("I", "B"),
            notes=tuple(_advice_note(row, delimiters) for row in loop if row[0] == "TED"),
            original=original,
            orders=tuple(number for qualifier, number in named if qualifier == "PO"),
        )


def _advice_note(row: list[str], delimiters: Delimiters) -> Note:
    parts = _parts(_at(row, 5), delimiters)
    return Note(
        _at(row, 1),
        _at(row, 2),
        segment_id=_at(row, 3),
        segment=_number(_at(row, 4)),
        element=_number(_at(parts, 0)),
        component=_number(_at(parts, 1)),
        element_id=_at(row, 6),
        value=_at(row, 7),
    )


def _parts(value: str, delimiters: Delimiters) -> list[str]:
    return value.split(delimiters.component) if delimiters.component else [value]


def _at(row: Sequence[str], element: int) -> str:
    return row[element].strip() if element < len(row) else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
