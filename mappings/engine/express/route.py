"""The way through documents that are like earlier ones: expressions find their segments, programs hold for just that.

What came twice in the same form gets an expression and a program. A document that these do not fit takes the trail,
from which they are learned: which segments stand in which order, what may follow, and what is usually sent.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from mappings.engine.express.envelope import Envelope
from mappings.engine.express.patterns import Dialect, Match, expression
from mappings.engine.express.program import Matched, MatchedProgram
from mappings.engine.express.shape import Doubt, Step
from mappings.engine.express.trail import AGAIN, LEAVE, Document, Instance, Lists, Opening, Rows, Stop

MOST_DIALECTS = 16
MOST_ROUTES = 12
"""Of one dialect, and so many forms of instances of each loop."""
MOST_SEEN = 2000
"""Forms that came once are remembered, so many."""
MOST_MATCHED = 200
"""So many programs are made; each takes as long as reading the document some hundred times."""

Form = tuple[object, ...]
"""What tells apart shapes and what of them has a value."""
Make = Callable[[str, tuple[Step, ...], tuple[int, ...], Rows, tuple[bool, ...]], Matched]
"""Makes the program of a shape: the loop, "" for the set; its steps; where parts of the set begin; segments of that
shape, and which values of the envelope are there. Raises Doubt."""


class Text:
    """One document while its text is read. lists: get what the programs of loops make. counted, summed, stated: what
    CTT counts and sums, and what it says. count: of segments."""

    __slots__ = ("_dialect", "_spans", "_text", "count", "counted", "envelope", "lists", "stated", "summed")

    def __init__(self, text: str, dialect: Dialect, envelope: Envelope, lists: Lists) -> None:
        self._text = text
        self._dialect = dialect
        self._spans: list[tuple[int, int]] = []
        self.envelope = envelope
        self.lists = lists
        self.counted = 0
        self.summed: list[str] = []
        self.stated: tuple[str, str] | None = None
        self.count = ""

    def note(self, spans: list[tuple[int, int]], count: int) -> None:
        """spans: where parts of the set stand in the text."""
        self._spans = spans
        self.count = str(count)

    def pieces(self) -> list[str]:
        """The raw segments of the whole document."""
        return (
            self._text.removesuffix(self._dialect.line_end)
            .removesuffix(self._dialect.terminator)
            .split(self._dialect.ending)
        )

    @property
    def taken(self) -> Rows:
        """The segments of the set that stand in no loop with a trail of its own."""
        separator, ending = self._dialect.separator, self._dialect.ending
        parts = (self._text[start:stop].split(ending) for start, stop in self._spans)
        return [piece.split(separator) for part in parts for piece in part if piece]


class Found(NamedTuple):
    """A form of a loop's instances. match: finds one that is followed by what may follow. segments: how many it has."""

    match: Match
    program: MatchedProgram
    segments: int
    followers: tuple[str, ...]
    form: Form


class Leg(NamedTuple):
    """A part of the set, or instances of a loop (then without match), of which there are at most `limit`."""

    match: Match | None
    loop: str = ""
    limit: int = 0


class Route(NamedTuple):
    """A form of the set: its parts and the loops between them. segments: how many stand in none of those loops.
    envelope: which of its values are there."""

    legs: list[Leg]
    program: MatchedProgram
    segments: int
    envelope: tuple[bool, ...]
    form: Form


class Ways:
    """What is known of one dialect."""

    def __init__(self, loops: frozenset[str]) -> None:
        self.routes: list[Route] = []
        self.instances: dict[str, list[Found]] = {loop: [] for loop in loops}


class Routes:
    """Grows with the documents that the trail has read, up to its limits; safe to share."""

    def __init__(self, loops: frozenset[str], make: Make) -> None:
        """loops: those of the set that have trails of their own."""
        self._loops = loops
        self._make = make
        self._seen: set[Form] = set()
        self._matched: dict[Form, Matched | None] = {}
        self._ways: dict[Dialect, Ways] = {}

    def follow(self, text: str, dialect: Dialect, document: Text) -> str | None:
        """What the program of the set gives; None when no route fits, or a program is not sure. Raises Doubt."""
        ways = self._ways.get(dialect)
        if ways is None:
            return None
        for route in ways.routes:
            found = _along(route, text, dialect.ends, ways) if route.envelope == document.envelope.there else None
            if found is not None:
                document.note(found.spans, found.count)
                for instance, texts in found.runs:
                    if instance.program(texts, document) is None:
                        return None
                return route.program(found.taken, document)
        return None

    def learn(self, document: Document, dialect: Dialect) -> None:
        """Take note of a document that the trail was sure of."""
        stop = document.last
        if stop is None or (dialect not in self._ways and len(self._ways) >= MOST_DIALECTS):
            return
        ways = self._ways.setdefault(dialect, Ways(self._loops))
        for form, instance in _forms(document).items():
            known = ways.instances[instance.stop.loop]
            rows = document.rows[instance.start : instance.end]
            followers = tuple(sorted(name for name, step in instance.stop.items() if step is AGAIN or step is LEAVE))
            same = next((one for one in known if one.form == form), None)
            if same is not None and same.followers == followers or same is None and len(known) >= MOST_ROUTES:
                continue
            matched = self._made(form, instance.stop, (0,), rows, ())
            if matched is None:
                continue
            pattern = _pattern(matched, 0, len(rows), dialect) + _followed(followers, dialect)
            if same is not None:
                known.remove(same)
            known.append(Found(re.compile(pattern).match, matched.program, len(rows), followers, form))
        self._learn_route(ways, document, stop, dialect)

    def _learn_route(self, ways: Ways, document: Document, stop: Stop, dialect: Dialect) -> None:
        envelope = document.envelope.there
        ways_in = tuple((at, opening.move.loop) for at, opening in document.openings)
        form = (id(stop), ways_in, envelope, _presence(document.taken))
        cuts = tuple(sorted({0, *(at for at, _ in document.openings)} - {len(document.taken)}))
        if len(ways.routes) >= MOST_ROUTES or any(route.form == form for route in ways.routes):
            return
        matched = self._made(form, stop, cuts, document.taken, envelope)
        if matched is not None:
            legs = _legs(matched, cuts, document.openings, dialect)
            ways.routes.append(Route(legs, matched.program, len(matched.rows), envelope, form))

    def _made(
        self, form: Form, stop: Stop, cuts: tuple[int, ...], rows: Rows, envelope: tuple[bool, ...]
    ) -> Matched | None:
        """The program of a form that came before; None at its first time, and where there can be none."""
        if form not in self._matched:
            if form not in self._seen:
                if len(self._seen) >= MOST_SEEN:
                    self._seen.clear()
                self._seen.add(form)
                return None
            if len(self._matched) >= MOST_MATCHED:
                return None
            try:
                self._matched[form] = self._make(stop.loop, stop.steps, cuts, rows, envelope)
            except Doubt:
                self._matched[form] = None
        return self._matched[form]


class Fit:
    """What expressions found of a document. taken: the texts of the set, by its parts. spans: where those stand. runs:
    the texts of instances that follow one another in one form. count: of segments."""

    __slots__ = ("count", "runs", "spans", "taken")

    def __init__(self, count: int) -> None:
        self.taken: list[tuple[str, ...]] = []
        self.spans: list[tuple[int, int]] = []
        self.runs: list[tuple[Found, list[tuple[str, ...]]]] = []
        self.count = count


def _along(route: Route, text: str, ends: tuple[str, str], ways: Ways) -> Fit | None:
    """All of a document by one route; None where it does not fit."""
    at, fit = 0, Fit(route.segments)
    for match, loop, limit in route.legs:
        if match is None:
            at = _instances(ways.instances[loop], limit, text, at, fit)
            if not at:
                return None
            continue
        found = match(text, at)
        if found is None:
            return None
        fit.taken.append(found.groups())
        fit.spans.append(found.span())
        at = found.end()
    return fit if text[at:] in ends else None


def _instances(forms: list[Found], limit: int, text: str, at: int, fit: Fit) -> int:
    """The instances of a loop from a place on, and the place after them; 0 where there is none, or too many."""
    number, last = 0, None
    while True:
        for form in forms:
            if form is not last and (found := form.match(text, at)) is not None:
                break
        else:
            return at if 0 < number <= limit else 0
        texts: list[tuple[str, ...]] = []
        match, last = form.match, form
        while found is not None:
            texts.append(found.groups())
            at = found.end()
            found = match(text, at)
        fit.runs.append((form, texts))
        fit.count += len(texts) * form.segments
        number += len(texts)


def _legs(matched: Matched, cuts: tuple[int, ...], openings: list[tuple[int, Opening]], dialect: Dialect) -> list[Leg]:
    """The parts of the set, each before the loops that begin where it ends."""
    legs = []
    size = len(matched.rows)
    for start, stop in zip(cuts, [*cuts[1:], size], strict=True):
        pattern = _pattern(matched, start, stop, dialect)
        legs.append(Leg(re.compile(pattern).match))
        legs += [Leg(None, opening.move.loop, opening.move.limit) for at, opening in openings if at == stop]
    return legs


def _pattern(matched: Matched, start: int, stop: int, dialect: Dialect) -> str:
    """Finds some of the segments of a shape, with what ends each; SE is found without."""
    ending = re.escape(dialect.ending)
    found = expression(matched.rows[start:stop], matched.forms[start:stop], dialect)
    pattern = "".join(one + ending for one in found)
    return pattern.removesuffix(ending) if matched.rows[stop - 1].segment == "SE" else pattern


def _followed(followers: tuple[str, ...], dialect: Dialect) -> str:
    """What may follow an instance. What else stands there would belong to it."""
    separator = re.escape(dialect.separator)
    return f"(?=(?:{'|'.join(map(re.escape, followers))}){separator})"


def _forms(document: Document) -> dict[Form, Instance]:
    """The forms of all instances of loops."""
    rows = document.rows
    return {
        (id(instance.stop), _presence(rows[instance.start : instance.end])): instance for instance in document.instances
    }


def _presence(rows: Rows) -> Form:
    """Which elements have a value."""
    return tuple(tuple(map(bool, row)) for row in rows)
