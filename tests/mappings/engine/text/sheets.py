"""Layouts and short ways to read bytes, for the tests of the text reader."""

import io

from mappings.engine.findings import Code, Finding
from mappings.engine.text.reader import DocumentFound, SheetClosed, SheetOpened, TextEvent, Unreadable, scan
from mappings.engine.text.settings import Layout, TextSettings

ORDERS = Layout(
    name="orders",
    columns=("Order", "Item", "Quantity", "Price"),
    optional=("Date", "Note"),
    key=("Order",),
    numbers=("Quantity", "Price"),
    dates=("Date",),
)


class Read:
    """Everything that came of a file."""

    def __init__(self, events: list[TextEvent]) -> None:
        self.opened = [event for event in events if isinstance(event, SheetOpened)]
        self.documents = [event for event in events if isinstance(event, DocumentFound)]
        self.closed = [event for event in events if isinstance(event, SheetClosed)]
        self.unreadable = [event for event in events if isinstance(event, Unreadable)]

    @property
    def findings(self) -> list[Finding]:
        """All of them in the order of the file."""
        found: list[Finding] = [item for event in self.opened for item in event.detection.findings]
        for event in (*self.unreadable, *self.documents, *self.closed):
            found += event.findings  # type: ignore[attr-defined]
        return found

    @property
    def codes(self) -> list[Code]:
        return [found.code for found in self.findings]

    def column(self, name: str) -> list[str]:
        """The values of a column in all documents."""
        return [row[document.columns.index(name)] for document in self.documents for row in document.rows]


def read(content: bytes | str, settings: TextSettings | None = None, layouts: tuple[Layout, ...] = (ORDERS,)) -> Read:
    raw = content.encode() if isinstance(content, str) else content
    return Read(list(scan(io.BytesIO(raw), settings, layouts)))
