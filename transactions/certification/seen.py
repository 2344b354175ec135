"""What the checks of a scenario look at, and what they say. Plain values: nothing here reads the database."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mappings.engine.findings import Finding

Body = Mapping[str, Any]


class Reference(NamedTuple):
    """A document that was accepted before in the same certification, or one of ours that the partner answers.

    number: as it is compared (`reference_of`). orders: the orders that it names, likewise. body: its canonical form.
    """

    kind: str
    number: str
    purpose: str
    body: Body
    orders: Sequence[str]
    is_ours: bool = False


class Seen(NamedTuple):
    """One document of the partner, judged by the terms of the agreement that is certified.

    outcome: as `DocumentOutcome`. body: the canonical form, {} where there is none. came_again: the very bytes of its
    file came once more. unread: why there is no document at all, in words; "" when there is one.
    """

    kind: str
    outcome: str
    number: str = ""
    purpose: str = ""
    body: Body = {}
    orders: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    earlier: Sequence[Reference] = ()
    came_again: bool = False
    unread: str = ""

    def before(self, *kinds: str) -> list[Reference]:
        """The earlier documents of these kinds, the latest first."""
        return [one for one in reversed(self.earlier) if one.kind in kinds]


class Answered(NamedTuple):
    """What the partner says of a document that we sent. outcome: as `AnswerState`; notes: its faults, in words.

    by_advice: an 824 spoke of it. was_late: the answer came after it was due.
    """

    what: str
    outcome: str
    notes: Sequence[str] = ()
    by_advice: bool = False
    was_late: bool = False


class Said(NamedTuple):
    """What a check says. words: what was seen, for the partner; mend: what to do about it, "" when nothing is wrong."""

    is_ok: bool
    words: str
    mend: str = ""


def passed(words: str) -> Said:
    return Said(True, words)


def failed(words: str, mend: str) -> Said:
    return Said(False, words, mend)
