"""The documents of a work unit, read and judged, whatever their format is."""

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

import msgspec
from msgspec.structs import replace

from mappings.engine.findings import Place
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.text.settings import TextSettings
from mappings.services.compiled import compiled, compiled_overlay
from partners.models import Agreement
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions.models import Document, FunctionalGroup
from transactions.pipeline.batches import Batch, TextBatch
from transactions.pipeline.judge import Reading, Translated, translate
from transactions.pipeline.planned_units import REPEATS_NUMBER, Span
from transactions.pipeline.rows import batch_header, delimiters_of, group_header, interchange_header
from transactions.pipeline.text_rows import readings_at
from transactions.pipeline.translate import SetContext, context_values, read_set, translate_set
from transactions.pipeline.xml_records import readings
from transactions.states import DocumentOutcome, Verdict


class UnitDocument(NamedTuple):
    """place: where it begins, with its ordinals. translated: what became of it."""

    span: Span
    place: Place
    translated: Translated


def translate_spans(
    stream: BinaryIO,
    spans: Sequence[Span],
    group: FunctionalGroup,
    set_id: str,
    agreement: Agreement,
) -> Iterator[UnitDocument]:
    """Translate documents of one group, which lie one behind the other in the file, one at a time.

    stream: the file, seekable. spans: as `WorkUnit.spans` holds them. Costs no query when group.interchange,
    agreement.partner and agreement.assignment.version are loaded. Raises DeclarationError when the mapping does not
    compile.
    """
    mapping = compiled(agreement.assignment.version)
    policies = effective_policies(agreement.partner, agreement)
    if group.format == "x12":
        context = _context(group, set_id, mapping, policies)
        context.overlay = compiled_overlay(agreement, group.version)
        for span in spans:
            place = _place(group, span)
            yield UnitDocument(span, place, translate_set(_read(stream, span), context, place, repeats=_repeats(span)))
        return
    header = _under(batch_header(group), mapping, agreement)
    for span, (place, read) in zip(spans, _batch(stream, spans, header, mapping), strict=True):
        about = Translated(set_id, "", Verdict.ACCEPTED, DocumentOutcome.FAILED, [])
        yield UnitDocument(span, place, translate(read, mapping, policies, about))


def check_spans(
    stream: BinaryIO, spans: Sequence[Span], group: FunctionalGroup, set_id: str, policies: Policies
) -> Iterator[UnitDocument]:
    """As `translate_spans`, for X12 documents that are taken without an agreement: they get no canonical form."""
    context = _context(group, set_id, None, policies)
    context.needs_mapping = False
    for span in spans:
        place = _place(group, span)
        yield UnitDocument(span, place, translate_set(_read(stream, span), context, place, repeats=_repeats(span)))


def span_of(document: Document) -> Span:
    """Where a document stands in its file. It needs its unit."""
    spans: list[Span] = document.unit.spans
    return spans[document.ordinal - document.unit.first_document]


def read_span(
    stream: BinaryIO,
    span: Span,
    group: FunctionalGroup,
    set_id: str,
    mapping: CompiledMapping | None = None,
    agreement: Agreement | None = None,
) -> Reading:
    """Read one document again: as it was when it came, or with a mapping as it would be read under an agreement now.

    Raises StructureMissing for an unknown X12 set.
    """
    if group.format == "x12":
        policies = effective_policies(agreement.partner, agreement) if agreement is not None else Policies()
        # Only what it holds is asked for, not what is wrong with it.
        context = _context(group, set_id, None, replace(policies, overlay_errors="off"))
        return read_set(_read(stream, span), context, _place(group, span), repeats=_repeats(span))
    header = batch_header(group)
    if mapping is not None and agreement is not None:
        header = _under(header, mapping, agreement)
    _, read = next(_batch(stream, [span], header))
    return read()


def _under(header: Batch, mapping: CompiledMapping, agreement: Agreement) -> Batch:
    """A batch as it is read under an agreement."""
    if not isinstance(header, TextBatch):
        return header
    return header.under(mapping, msgspec.convert(agreement.assignment.text_settings, TextSettings))


def _batch(
    stream: BinaryIO, spans: Sequence[Span], header: Batch, mapping: CompiledMapping | None = None
) -> Iterator[tuple[Place, Callable[[], Reading]]]:
    """Each document with a function that reads it, so that what fails on one fails on that one only.

    mapping: reads those that are surely clean and maps them in one go.
    """
    if isinstance(header, TextBatch):
        yield from readings_at(stream, spans, header, mapping)
    else:
        yield from readings(stream, spans, mapping)


def _context(group: FunctionalGroup, set_id: str, mapping: CompiledMapping | None, policies: Policies) -> SetContext:
    delimiters = delimiters_of(group.envelope)
    interchange = interchange_header(group.envelope)
    values = context_values(interchange, group_header(group), delimiters)
    return SetContext(
        set_id, group.version, delimiters, mapping, policies, values, group.functional_id, interchange.version
    )


def _repeats(span: Span) -> bool:
    return REPEATS_NUMBER in span[3:]


def _place(group: FunctionalGroup, span: Span) -> Place:
    offset, _, ordinal, *_ = span
    return Place(offset=offset, interchange=group.envelope.ordinal, group=group.ordinal, set=ordinal)


def _read(stream: BinaryIO, span: Span) -> bytes:
    stream.seek(span[0])
    return stream.read(span[1])
