"""Which keys the documents of a file had so far."""

from collections.abc import Collection, Hashable, Sequence

from mappings.engine.text.reader import MOST_KEYS


class SeenKeys:
    """Keys without blanks around them, a text or a tuple of them; kept as hashes, and no more than MOST_KEYS."""

    def __init__(self) -> None:
        self._marks: set[int] = set()

    def are_new(self, keys: Collection[Hashable]) -> bool:
        """Whether no document before had one of these, nor one of them that of another. Only then they are kept."""
        marks = {*map(hash, keys)}
        if len(marks) < len(keys) or len(self._marks) + len(keys) > MOST_KEYS or not marks.isdisjoint(self._marks):
            return False
        self._marks |= marks
        return True

    def is_new(self, key: Hashable) -> bool:
        """Whether no document before had it. It is kept, as long as there is room."""
        mark = hash(key)
        if mark in self._marks:
            return False
        if len(self._marks) < MOST_KEYS:
            self._marks.add(mark)
        return True

    def forget(self, key: Hashable) -> None:
        """A key whose document comes again."""
        self._marks.discard(hash(key))


def have_blanks(texts: Sequence[str]) -> bool:
    """Whether there are blanks around one of them."""
    joined = "".join(texts)
    is_plain = joined.isascii() and joined.isprintable() and " " not in joined
    return not is_plain and list(map(str.strip, texts)) != list(texts)
