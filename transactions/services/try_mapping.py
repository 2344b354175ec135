"""Translate a file with a mapping to see what it makes. Nothing is stored."""

import io
from collections.abc import Mapping
from typing import Any, BinaryIO, NamedTuple

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Finding, Severity
from mappings.engine.rules.compiler import CompiledMapping
from mappings.library.index import resolve
from mappings.services.compiled import compile_once
from mappings.services.run_tests import Made
from transactions.pipeline.preview import preview_with
from transactions.pipeline.translate import StreamItem
from transactions.states import DocumentOutcome

DOCUMENTS = 20
SIZE = 4 * 1024 * 1024
"""Bytes of a file that are tried: of text the first ones; another format must be smaller as a whole."""


class TriedDocument(NamedTuple):
    """One document as it would be. body: the canonical form, None where there is none; facts: label and value."""

    ordinal: int
    set_id: str
    outcome: DocumentOutcome
    facts: dict[str, str]
    body: dict[str, Any] | None
    findings: list[Finding]


class Tried(NamedTuple):
    """fault: why the mapping does not compile, naming the rule; then there is nothing else.

    findings: about the file itself. is_cut: there are more documents than were tried.
    """

    documents: list[TriedDocument]
    findings: list[Finding]
    is_cut: bool = False
    fault: str = ""

    @property
    def accepted(self) -> int:
        return sum(document.outcome == DocumentOutcome.ACCEPTED for document in self.documents)


class TooLarge(Exception):
    """The file cannot be tried on a page; the text says what to do."""


def try_declaration(declaration: Mapping[str, object], stream: BinaryIO) -> Tried:
    """Compile a declaration and translate the first documents of a seekable file. Raises TooLarge."""
    try:
        compiled = compile_once(resolve(declaration))
    except DeclarationError as error:
        return Tried([], [], fault=str(error))
    return try_mapping(compiled, stream)


def try_mapping(mapping: CompiledMapping, stream: BinaryIO) -> Tried:
    """Translate the first documents of a seekable file. Raises TooLarge."""
    part, is_whole = _part(stream, is_text=mapping.source.format == "text")
    documents: list[TriedDocument] = []
    findings: list[Finding] = []
    items = preview_with(io.BytesIO(part), mapping)
    is_cut = not is_whole
    for item in items:
        if item.translated is None:
            findings += item.findings
        elif len(documents) == DOCUMENTS:
            is_cut = True
            break
        else:
            documents.append(_tried(len(documents) + 1, item))
    if not is_whole and len(documents) > 1 and len(documents) < DOCUMENTS:
        documents.pop()  # its last rows may lie beyond the part
    return Tried(documents, findings, is_cut)


def made_of(mapping: CompiledMapping, stream: BinaryIO) -> list[Made]:
    """What a mapping makes of the first documents of a file, for its test cases."""
    tried = try_mapping(mapping, stream)
    about_file = [one.message for one in tried.findings if one.severity == Severity.ERROR]
    made = [
        Made(
            one.body,
            [found.message for found in one.findings if found.severity == Severity.ERROR] or [one.facts["Failed"]],
            one.outcome == DocumentOutcome.ACCEPTED,
        )
        for one in tried.documents
    ]
    return made + ([Made(None, about_file, False)] if about_file else [])


def _part(stream: BinaryIO, *, is_text: bool) -> tuple[bytes, bool]:
    """The bytes to try, and whether these are all of the file."""
    raw = stream.read(SIZE + 1)
    if len(raw) <= SIZE:
        return raw, True
    if not is_text:
        raise TooLarge("The file has more than 4 MB. Try a smaller one here, or this one with `manage.py translate`.")
    end = raw.rfind(b"\n", 0, SIZE)
    return raw[: end + 1 if end > 0 else SIZE], False


def _tried(ordinal: int, item: StreamItem) -> TriedDocument:
    done = item.translated
    if done is None:
        raise ValueError("the item is no document")
    facts = done.promoted
    total = f"{facts.total} {facts.currency}".strip() if facts.total is not None else ""
    told = {
        "Number": facts.business_key,
        "Date": facts.issue_date.isoformat() if facts.issue_date else "",
        "Requested": facts.requested_date.isoformat() if facts.requested_date else "",
        "Lines": str(facts.line_count) if done.body else "",
        "Total": total,
        "Failed": done.internal_error,
    }
    body = msgspec.json.decode(done.body) if done.body else None
    return TriedDocument(ordinal, done.set_id, done.outcome, told, body, done.findings)
