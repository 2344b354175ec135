"""Events as rows of a timeline."""

from collections.abc import Iterable
from typing import NamedTuple

from transactions.models import Event


class TimelineRow(NamedTuple):
    """facts: "name: value" of what the event carries; is_about_file: on a document's page, of the file as a whole."""

    event: Event
    facts: list[str]
    is_about_file: bool


def timeline(events: Iterable[Event], *, on_document: bool = False) -> list[TimelineRow]:
    """Rows in the order of the events."""
    return [
        TimelineRow(
            event,
            [f"{name.replace('_', ' ')}: {value}" for name, value in event.data.items() if value not in (None, "")],
            on_document and event.document_id is None,
        )
        for event in events
    ]
