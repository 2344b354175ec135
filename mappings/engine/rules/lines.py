"""Lines of generated Python, with places that are filled in later."""

INDENT = "    "


class Lines:
    """Collects the body of a function. `head` holds what must stand before everything else."""

    def __init__(self) -> None:
        self.head: list[str] = []
        self.indent = 1
        self._lines: list[str | list[str]] = []

    def emit(self, text: str) -> None:
        self._lines.append(INDENT * self.indent + text)

    def open(self, text: str) -> None:
        """Emit a line that starts a block, and go into it. The caller puts `indent` back."""
        self.emit(text)
        self.indent += 1

    def reserve(self) -> list[str]:
        """A place at which lines may still be put in after others were emitted behind it."""
        place: list[str] = []
        self._lines.append(place)
        return place

    def mark(self) -> tuple[int, int]:
        """Where the lines stand now, for `rewind`."""
        return len(self._lines), self.indent

    def rewind(self, mark: tuple[int, int]) -> None:
        """Take back what was emitted since."""
        count, self.indent = mark
        del self._lines[count:]

    @property
    def count(self) -> int:
        """Grows with every line: equal counts mean that nothing was emitted between."""
        return len(self._lines)

    def source(self, signature: str) -> str:
        flat = [signature, *self.head]
        for line in self._lines:
            flat += [line] if isinstance(line, str) else line
        return "\n".join(flat) + "\n"
