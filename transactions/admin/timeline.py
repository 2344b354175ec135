"""Events as rows of a timeline, in plain words, with the time that passed between them."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from django.utils import timezone

from config.core.admin.columns import short_age, size
from transactions.admin import badges
from transactions.models import Event, Verb

GAP = 60
"""Seconds without an event that are shown as such."""
NONE_YET = {"": "no documents", " so far": "nothing is translated yet"}


class TimelineRow(NamedTuple):
    """facts: what the event carries, in words; is_about_file: on a document's page, of the file as a whole.

    ago: its age; gap: how long nothing had happened before it, "" where that is no time worth naming.
    """

    event: Event
    facts: list[str]
    is_about_file: bool
    ago: str = ""
    gap: str = ""


def timeline(events: Iterable[Event], *, on_document: bool = False) -> list[TimelineRow]:
    """Rows in the order of the events: latest first."""
    listed = list(events)
    now = timezone.now()
    gaps = [later.at - earlier.at for later, earlier in pairwise(listed)]
    texts = [short_age(gap) if gap.total_seconds() >= GAP else "" for gap in gaps]
    return [
        TimelineRow(
            event, _facts(event), on_document and event.document_id is None, f"{short_age(now - event.at)} ago", gap
        )
        for event, gap in zip(listed, [*texts, ""], strict=False)
    ]


def _facts(event: Event) -> list[str]:
    data = {name: value for name, value in event.data.items() if value not in (None, "")}
    if "words" in data:  # a partner's answer: they say all that the rest of the event says for machines
        return [str(data["words"])]
    said = []
    if "accepted" in data and "documents" in data:
        accepted, documents = data.pop("accepted"), data.pop("documents")
        so_far = " so far" if event.verb == Verb.HELD else ""  # documents are counted when they are translated
        said.append(
            f"{accepted} of {_count(documents, 'document')} accepted{so_far}" if documents else NONE_YET[so_far]
        )
    if "kind" in data and "control_number" in data:
        said.append(f"{data.pop('kind')} {data.pop('control_number')}")
    if "verdict" in data:
        said.append(badges.acknowledged(str(data.pop("verdict")))[0].lower())
    if "channel" in data:
        said.append(f"by way of {data.pop('channel')}")
    if isinstance(data.get("size"), int):
        said.append(size(data.pop("size")))
    for name in ("errors", "warnings", "documents", "interchanges", "units", "attempts"):
        if isinstance(data.get(name), int):
            count = data.pop(name)
            said += [_count(count, name[:-1])] if count else []
    return said + [f"{name.replace('_', ' ')}: {value}" for name, value in data.items()]


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
