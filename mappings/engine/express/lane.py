"""The short way for one set, release and mapping: bytes in, canonical JSON out, or nothing where it is not sure."""

import functools
from collections.abc import Callable, Mapping

from mappings.engine.express.envelope import Envelopes
from mappings.engine.express.patterns import Dialect, dialect_of
from mappings.engine.express.plan import SetPlan, is_supported
from mappings.engine.express.program import Programs
from mappings.engine.express.route import Routes, Text
from mappings.engine.express.shape import Doubt
from mappings.engine.express.trail import Document, Trail
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.rules.shape import source_shape
from mappings.engine.x12.balances import Balances
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.pieces import is_padded, ordinary_pieces
from mappings.engine.x12.validator import SetValidator

MARKS = '"\\'
"""What does not stand in JSON as it is, of all that is ordinary in a set."""
SEPARATOR = "interchange.component_separator"


class Clean:
    """A set in which nothing is wrong. body: the canonical document as JSON, "" without a mapping."""

    def __init__(self, pieces: Callable[[], list[str]], separator: str, body: str) -> None:
        """pieces: gives the raw segments."""
        self._pieces = pieces
        self._separator = separator
        self.body = body

    @functools.cached_property
    def segments(self) -> list[list[str]]:
        """As in a SetReading."""
        return [piece.split(self._separator) for piece in self._pieces()]

    @property
    def control_number(self) -> str:
        return self.segments[0][2]


class Lane:
    """Keeps what it learns of shapes, nothing of documents; safe to share."""

    def __init__(self, validator: SetValidator, mapping: CompiledMapping | None) -> None:
        """mapping: one that `is_supported`; None to validate only."""
        self._validator = validator
        self._mapping = mapping
        self._plan = SetPlan(mapping.declaration, validator.release) if mapping is not None else None
        shape = source_shape(validator.structure.set_id, validator.release)
        loops = frozenset(loop.id for loop in shape.root.loops)
        self.apart = self._plan.apart if self._plan else loops
        self._feeds = len(self._plan.feeds) if self._plan else 0
        self.programs = Programs(shape.set_id, validator.release, validator.six_digit_dates, self._plan)
        self._envelopes = Envelopes()
        self._trail = Trail(validator.table, self.apart, self.programs.make)
        self._routes = Routes(self.apart, self.programs.make_matched)

    def read(self, raw: bytes, delimiters: Delimiters, context: Mapping[str, str]) -> Clean | None:
        """A set from ST to SE, validated and mapped; None where only the complete validator and mapping can tell.

        context: as for `CompiledMapping.apply`.
        """
        if delimiters.wrapped or not self._fits(context, delimiters):
            return None
        if not raw.isascii() or is_padded(raw, delimiters):
            return None
        text = raw.decode("ascii")
        dialect = dialect_of(text, delimiters, MARKS)
        try:
            known = self._known(text, dialect, context) if dialect else None
            return known or self._followed(raw, delimiters, dialect, context)
        except Doubt:  # a program looked up a code that the standard does not know
            return None

    def _known(self, text: str, dialect: Dialect, context: Mapping[str, str]) -> Clean | None:
        """A set like others before it. Raises Doubt."""
        document = Text(text, dialect, self._envelopes.of(context), [[] for _ in range(self._feeds)])
        body = self._routes.follow(text, dialect, document)
        if body is None:
            return None
        clean = Clean(document.pieces, dialect.separator, body)
        return clean if self._agrees(document, clean) else None

    def _agrees(self, document: Text, clean: Clean) -> bool:
        """Whether what a set says about itself is right."""
        validator = self._validator
        if not validator.is_only_counted:
            return not validator.document_faults(clean.segments, validator.heads(clean.segments))
        return document.stated is None or Balances.agree(document.stated, document.counted, document.summed)

    def _followed(
        self, raw: bytes, delimiters: Delimiters, dialect: Dialect | None, context: Mapping[str, str]
    ) -> Clean | None:
        """Any set, segment by segment. Raises Doubt."""
        pieces = ordinary_pieces(raw, delimiters, MARKS)
        if pieces is None:
            return None
        separator = delimiters.element
        rows = [piece.split(separator) for piece in pieces]
        document = Document(rows, self._envelopes.of(context), [[] for _ in range(self._feeds)])
        body = self._trail.follow(document)
        if body is None or self._validator.document_faults(rows, document.heads):
            return None
        if dialect is not None:
            self._routes.learn(document, dialect)
        return Clean(lambda: pieces, separator, body)

    def _fits(self, context: Mapping[str, str], delimiters: Delimiters) -> bool:
        """Whether the mapping would take this release, and the envelope says of delimiters what the document uses."""
        if self._mapping is None:
            return True
        version = context.get("group.version", "")
        return self._mapping.release_for(version) == self._validator.release and (
            context.get(SEPARATOR, "") in ("", delimiters.component)
        )


@functools.lru_cache(maxsize=128)
def lane_for(validator: SetValidator, mapping: CompiledMapping | None) -> Lane | None:
    """The lane of a validator and a mapping (None: validation only), kept; None where there is no short way.

    There is none for sets that are checked by the rules of another release, or that carry binary data; nor for
    mappings that ask for levels (X12 HL).
    """
    if not validator.is_exact or validator.has_binary:
        return None
    if mapping is not None:
        source = mapping.source
        if (source.format, source.document) != ("x12", validator.structure.set_id):
            return None
        if validator.release not in mapping.releases or not is_supported(mapping.declaration):
            return None
    lane = Lane(validator, mapping)
    return lane if lane.apart.issuperset(validator.counted_loops) else None
