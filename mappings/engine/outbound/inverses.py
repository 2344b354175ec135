"""Functions and texts put together, backwards: a text that reading would make the given one of."""

from collections.abc import Sequence

from mappings.engine.outbound.instances import Conflict
from mappings.engine.rules.declaration import Call
from mappings.engine.rules.functions import FUNCTIONS


def undone(calls: Sequence[Call], text: str, known: str = "") -> str:
    """A text that gives `text` when the functions are applied to it. known: what stands at the place already.

    What stands there stays where it gives the text as it is. Raises Conflict where no such text is found.
    """
    if not calls or (known and applied(calls, known) == text):
        return known if calls else text
    found = text
    for call in reversed(calls):
        back = FUNCTIONS[call.function].back
        if back is not None:
            found = back(found, known if len(calls) == 1 else "", *call.arguments)
    if applied(calls, found) != text:
        raise Conflict
    return found


def applied(calls: Sequence[Call], text: str) -> str:
    """What reading makes of a text; "" for no value."""
    for call in calls:
        text = FUNCTIONS[call.function].call(text, *call.arguments) if text else ""
    return text


def parts_of(text: str, separator: str, rooms: Sequence[int]) -> list[str]:
    """A text taken apart at its separators so that each piece fits its place; put together it is the text again.

    rooms: how many characters each place takes, 0 for any. The first places take as much as they can; one that is too
    small for the next word stays empty. Raises Conflict when it does not fit.
    """
    words = text.split(separator) if separator else [text]
    pieces: list[str] = []
    for room in rooms:
        taken = 0
        while taken < len(words) and (not room or len(separator.join(words[: taken + 1])) <= room):
            taken += 1
        pieces.append(separator.join(words[:taken]))
        words = words[taken:]
        if not words:
            return pieces
    raise Conflict
