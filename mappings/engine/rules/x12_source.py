"""The source of a declaration for X12: `source: {format: x12, set: "850", releases: ["004010"]}`."""

import functools
from contextlib import suppress

import msgspec

from mappings.engine.errors import DeclarationError, StructureMissing
from mappings.engine.names import nearest
from mappings.engine.rules import values
from mappings.engine.rules.lines import Lines
from mappings.engine.rules.paths import SourcePath, parse_source
from mappings.engine.rules.plain import Data, as_text, as_texts, only_known
from mappings.engine.rules.shape import source_shape
from mappings.engine.rules.source import Conversions, Kind, Source
from mappings.engine.rules.source_writer import SourceWriter
from mappings.engine.rules.x12_writer import SegmentTexts


class X12Source(msgspec.Struct, frozen=True):
    """One transaction set in one or more releases."""

    document: str
    releases: tuple[str, ...]
    format: str = "x12"

    def parse(self, text: str, rule: str) -> SourcePath:
        return parse_source(text, rule)

    def writable(self, path: SourcePath, rule: str) -> None:
        """A segment and element of the standard, in one of the releases: a set that extends another may lack what that
        one has.
        """
        if path.context:
            return
        with suppress(StructureMissing, OSError):  # said when the mapping is compiled
            shapes = [source_shape(self.document, release) for release in self.releases]
            name = path.steps[-1].name if path.steps else ""
            longest = max(shapes, key=lambda shape: len(shape.segment(name).elements))
            if not longest.segment(name).elements:
                raise DeclarationError(
                    rule, f"there is no segment {name or path.text!r}{nearest(name, longest.segments)}"
                )
            if path.element:
                longest.element(name, path.element, path.component, rule)

    def kind_of(self, tree: object) -> None:
        """Nothing that is known before it is read."""

    def narrowed(self, kind: Kind) -> Source:
        return self

    def conversions(self, century_pivot: int) -> Conversions:
        return _conversions(century_pivot)

    def writers(
        self, release: str, lines: Lines, tables: dict[str, object], earlier: object
    ) -> tuple[SourceWriter, SegmentTexts]:
        try:
            shape = source_shape(self.document, release)
        except (StructureMissing, OSError) as error:
            reason = f"there is no structure of set {self.document!r} in release {release!r}"
            raise DeclarationError("source", reason) from error
        writer = SourceWriter(shape, lines, tables)
        return writer, SegmentTexts(writer)


def read_x12(data: Data) -> X12Source:
    """Read the `source` section. Raises DeclarationError."""
    only_known(data, {"format", "set", "releases"}, "source")
    releases = as_texts(data.get("releases"), "source.releases")
    if not releases:
        raise DeclarationError("source.releases", "name at least one release")
    return X12Source(as_text(data.get("set"), "source.set"), releases)


@functools.cache
def _conversions(century_pivot: int) -> Conversions:
    """Tables are shared by all programs: what one document taught helps the next."""
    return Conversions(
        decimal=values.Table(values.decimal_text),
        integer=values.Table(values.integer),
        date=values.Table(functools.partial(values.date_text, century_pivot)),
        time=values.Table(values.time_text),
    )
