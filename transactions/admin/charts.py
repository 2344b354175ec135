"""Charts as numbers for a template: bars in percent and pixels, so that they fit any width and text keeps its size."""

from collections.abc import Sequence
from typing import NamedTuple

from config.core.counts import Counted, total_of

HEIGHT = 150  # pixels of the highest bar
TOP = 18  # pixels above it, for its number
LEAST = 2  # pixels of a bar that is not zero
FILLED = 0.72  # of a step


class Segment(NamedTuple):
    """A part of a bar, such as the rejected documents of one hour. y, height: pixels."""

    name: str
    label: str
    number: Counted
    url: str
    y: float
    height: float


class Bar(NamedTuple):
    """x, width, middle: percent of the chart's width. is_named: whether there is room for its label."""

    label: str
    title: str
    total: Counted
    url: str
    segments: list[Segment]
    x: float
    width: float
    middle: float
    top: float
    is_named: bool


class BarInput(NamedTuple):
    """label: below the bar; title: in full. parts: (name, label, count, url) from the bottom up."""

    label: str
    title: str
    url: str
    parts: Sequence[tuple[str, str, Counted, str]]


def stacked_bars(inputs: Sequence[BarInput], label_every: int = 1) -> list[Bar]:
    """Bars beside each other, each a stack of its parts, drawn to one scale. The last bar is always named."""
    totals = [total_of([count for _, _, count, _ in one.parts]) for one in inputs]
    highest = max((total.number for total in totals), default=0) or 1
    step = 100 / len(inputs) if inputs else 0
    bars = []
    for number, (one, total) in enumerate(zip(inputs, totals, strict=True)):
        segments, y = [], float(TOP + HEIGHT)
        for name, label, count, url in one.parts:
            if count.number:
                height = max(LEAST, round(HEIGHT * count.number / highest, 1))
                y = round(y - height, 1)
                segments.append(Segment(name, label, count, url, y, height))
        x = step * number + step * (1 - FILLED) / 2
        is_named = (len(inputs) - 1 - number) % label_every == 0
        bars.append(
            Bar(
                one.label,
                one.title,
                total,
                one.url,
                segments,
                round(x, 2),
                round(step * FILLED, 2),
                round(step * (number + 0.5), 2),
                y,
                is_named,
            )
        )
    return bars


class Row(NamedTuple):
    """A bar that lies. percent: of the longest."""

    label: str
    number: Counted
    url: str
    percent: float
    step: int


def lying_bars(rows: Sequence[tuple[str, Counted, str]]) -> list[Row]:
    """Bars below each other, drawn to one scale."""
    longest = max((count.number for _, count, _ in rows), default=0) or 1
    return [
        Row(label, count, url, round(100 * count.number / longest, 1), number)
        for number, (label, count, url) in enumerate(rows, 1)
    ]
