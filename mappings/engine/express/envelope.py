"""What a mapping may ask of the envelopes, the same for most sets that come one after another."""

from collections.abc import Mapping
from typing import NamedTuple

from mappings.engine.rules.source import CONTEXT

NUMBER = "set.control_number"
KEYS = (*sorted(CONTEXT - {NUMBER}), NUMBER)
"""The names of all values. The last one differs from set to set."""
_SHARED = KEYS[:-1]


class Envelope(NamedTuple):
    """The values by KEYS, without blanks around them, and which of them are there."""

    texts: tuple[str, ...]
    there: tuple[bool, ...]


class Envelopes:
    """Remembers the last envelope."""

    def __init__(self) -> None:
        self._last: tuple[tuple[str | None, ...], tuple[str, ...], tuple[bool, ...]] = ((), (), ())

    def of(self, context: Mapping[str, str]) -> Envelope:
        sent = tuple(map(context.get, _SHARED))
        last, texts, there = self._last
        if sent != last:
            texts = tuple((text or "").strip() for text in sent)
            there = tuple(map(bool, texts))
            self._last = (sent, texts, there)
        number = context.get(NUMBER, "").strip()
        return Envelope((*texts, number), (*there, bool(number)))
