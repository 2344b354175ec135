"""Finds the records of an XML file and reads them. The way in: `looks_like_xml`, `scan`, `Records`, `read`.

A file of IDocs is split by its bytes, one record in memory at a time, and each record is parsed by itself: one that
is broken does not take the others with it, and each has an exact offset. Any other file is one record. libxml2 sees
elements only, as UTF-8: no declaration, no DOCTYPE, so there is nothing that it could load or expand.
"""

import functools
import re
from collections.abc import Iterator
from typing import BinaryIO, Protocol

import msgspec
from lxml import etree

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.xml.charsets import Charset, as_utf8, charset
from mappings.engine.xml.envelope import IDOC, XmlEnvelope, mask_secrets, mask_tree, recognise
from mappings.engine.xml.limits import MARKUP, RECORD_BYTES
from mappings.engine.xml.others import looks_like
from mappings.engine.xml.prolog import Prolog, line_at, local
from mappings.engine.xml.source import XmlBytes
from mappings.engine.xml.splitter import Piece, split
from mappings.engine.xml.tree import Element, XmlPlaces, too_deep

_ANOTHER = re.compile(rb"<(?:\?xml\s|[^\s<>/!?])")
"""How a document begins behind the end of another one."""
_REFERENCE = re.compile(rb"&#(?:x0*([0-9a-fA-F]{4})|0*([0-9]{5}));")


class Seen(msgspec.Struct, frozen=True):
    """What is known of a record without its tree. body: the canonical document as JSON, "" where it was not mapped."""

    kind: str
    envelope: XmlEnvelope
    body: str = ""


class Glance(Protocol):
    """Tells what a record is without a parser, of records that are like others: `express.xml.lane`."""

    def see(self, text: bytes, dtd_version: str, inner: bool) -> Seen | None:
        """What a record is in which surely nothing is wrong; None where only its tree can tell. text: in UTF-8, from
        the root element on. inner: whether the record is the first child of the root."""

    def learn(self, text: bytes, root: Element, record: Element, inner: bool) -> None:
        """Remember a record in which nothing is wrong. root: its tree; record: the root of the document in it."""


class XmlRecord(msgspec.Struct):
    """One business document of a file.

    kind: "UBL Order", "cXML OrderRequest", "IDoc ORDERS05", "" for what is not known. name: of its root element.
    ordinal: from 1. offset, length: bytes in the file; -1 and 0 where they cannot be told (records in UTF-16).
    line: where it starts. findings: errors mean that it must not be mapped for good.
    text: in UTF-8, as a parser takes it; inner: whether the record is the first child of its root. body: the canonical
    document as JSON, where a glance told it.
    """

    ordinal: int
    kind: str
    name: str
    offset: int
    length: int
    line: int
    envelope: XmlEnvelope
    findings: list[Finding]
    encoding: str
    first_line: int = 0
    text: bytes = b""
    inner: bool = False
    body: str = ""
    is_seen: bool = False
    tree: etree._Element | None = None

    @property
    def is_readable(self) -> bool:
        """Whether anything of it could be read."""
        return self.is_seen or self.tree is not None

    @property
    def root(self) -> etree._Element | None:
        """The root of the document; None when nothing of it could be read."""
        if self.tree is None and self.is_seen:
            tree = etree.fromstring(self.text, _parser())
            mask_tree(tree)
            self.tree = recognise(_entry(tree, self.inner)).root
        return self.tree


class XmlStray(msgspec.Struct):
    """What is no record: a file that cannot be read, or something between records."""

    offset: int
    length: int
    findings: list[Finding]


class XmlReading(msgspec.Struct):
    """A record. tree: its root, for `CompiledMapping.apply`, with `places` as its segments; findings: syntax."""

    kind: str
    tree: Element
    places: XmlPlaces
    findings: list[Finding]


def looks_like_xml(head: bytes) -> bool:
    """Whether a file that starts with these bytes is XML, by its first character."""
    start = charset(head)
    text = head[start.mark :].decode(start.name or "ascii", errors="ignore") if start.wide else head[start.mark :]
    stripped = text.lstrip()
    return stripped[:1] in ("<", b"<")


def scan(stream: BinaryIO, glance: Glance | None = None) -> Iterator[XmlRecord | XmlStray]:
    """The records of a file in order, with flat memory. Never raises on what a partner sent.

    glance: what may spare the parser.
    """
    source = XmlBytes(stream)
    yield from _records(source, source.prolog(), glance)


def _records(source: XmlBytes, prolog: Prolog | Finding, glance: Glance | None) -> Iterator[XmlRecord | XmlStray]:
    findings = list(source.charset.findings)
    if isinstance(prolog, Finding):
        yield XmlStray(0, source.size_so_far, [*(found for found in findings if found != prolog), prolog])
        return
    if local(prolog.child) != IDOC:
        yield _whole(source, prolog, findings, glance)
        return
    for ordinal, piece in enumerate(split(source, prolog), 1):
        if piece.finding is not None:
            yield XmlStray(piece.offset, piece.length, [*findings, piece.finding])
        else:
            yield _part(piece, prolog, source.charset, ordinal, findings, glance)
        findings = []


class Records:
    """The records of a file, each again by what `scan` said of it. stream: seekable, at any position."""

    def __init__(self, stream: BinaryIO, glance: Glance | None = None) -> None:
        self._stream = stream
        self._glance = glance
        self._is_begun = False
        self._begin()

    def _begin(self) -> None:
        """Read the file from its first byte."""
        self._stream.seek(0)
        self._source = XmlBytes(self._stream)
        self._prolog = self._source.prolog()

    def at(self, ordinal: int, offset: int, length: int, line: int = 1) -> XmlRecord | XmlStray:
        prolog = self._prolog
        if offset < 0 or isinstance(prolog, Finding) or local(prolog.child) != IDOC:
            if self._is_begun:
                self._begin()
            self._is_begun = True
            found = _records(self._source, self._prolog, self._glance)
            return next((one for one in found if _ordinal(one) == ordinal), XmlStray(offset, length, []))
        self._stream.seek(offset)
        piece = Piece(offset, length, line, self._stream.read(min(length, RECORD_BYTES + 1)))
        findings = list(self._source.charset.findings) if ordinal == 1 else []
        return _part(piece, prolog, self._source.charset, ordinal, findings, self._glance)


def read(record: XmlRecord) -> XmlReading:
    """A record as mappings take it. Nothing is walked here: a mapping goes to the elements that it names, once."""
    root = record.root
    if root is None:
        return XmlReading(record.kind, etree.Element("nothing"), XmlPlaces(None, 0), record.findings)
    return XmlReading(record.kind, root, XmlPlaces(root, record.first_line), record.findings)


def context_of(record: XmlRecord | Seen) -> dict[str, str]:
    """The envelope values that mappings may ask for, under the names that all formats share."""
    envelope = record.envelope
    return {
        "interchange.sender": envelope.sender.value,
        "interchange.sender_qualifier": envelope.sender.scheme,
        "interchange.receiver": envelope.receiver.value,
        "interchange.receiver_qualifier": envelope.receiver.scheme,
        "interchange.control_number": envelope.control_number,
        "interchange.date": envelope.date,
        "interchange.time": envelope.time,
        "interchange.usage": envelope.environment,
        "group.version": envelope.version,
        "set.id": record.kind,
    }


def _ordinal(found: XmlRecord | XmlStray) -> int:
    return found.ordinal if isinstance(found, XmlRecord) else 1


def _whole(source: XmlBytes, prolog: Prolog, findings: list[Finding], glance: Glance | None) -> XmlRecord:
    """The file as one record."""
    raw = source.rest(RECORD_BYTES)
    name = local(prolog.root)
    if raw is None:
        size = source.drain()
        large = finding(Code.XML_TOO_LARGE)
        return XmlRecord(1, "", name, 0, size, 1, XmlEnvelope(), [*findings, large], source.charset.name)
    before = line_at(raw, prolog.start) - 1
    record = _record(1, 0, source.size_so_far, before + 1, name, source.charset.name)
    record.findings += findings
    encoding = "utf-8" if source.charset.wide else source.charset.name
    return _parse(record, raw[prolog.start :], encoding, before, glance, prolog.dtd_version)


def _part(
    piece: Piece, prolog: Prolog, encoding: Charset, ordinal: int, findings: list[Finding], glance: Glance | None
) -> XmlRecord:
    """A record inside a container; namespaces that the container declares count in it."""
    record = _record(ordinal, piece.offset, piece.length, piece.line, local(prolog.child), encoding.name)
    record.findings += findings
    name = "utf-8" if encoding.wide else encoding.name
    if b"xmlns" not in prolog.opening:
        return _parse(record, piece.raw, name, piece.line - 1, glance)
    opening = re.sub(rb"\s+", b" ", prolog.opening)
    wrapped = b"%b%b</%b>" % (opening, piece.raw, prolog.root)
    return _parse(record, wrapped, name, piece.line - 1, glance, inner=True)


def _record(ordinal: int, offset: int, length: int, line: int, name: str, encoding: str) -> XmlRecord:
    return XmlRecord(ordinal, "", name, offset, length, line, XmlEnvelope(), [], encoding)


def _parse(
    record: XmlRecord,
    raw: bytes,
    encoding: str,
    lines_before: int,
    glance: Glance | None,
    dtd_version: str = "",
    inner: bool = False,
) -> XmlRecord:
    """Fill a record in. A record that is not well-formed is recovered as far as it goes, with its finding."""
    if len(raw) > 3 * MARKUP and max(raw.count(b"<"), raw.count(b"=")) > MARKUP:
        record.findings.append(finding(Code.XML_TOO_LARGE, "The document has too many elements"))
        return record
    text, faults = as_utf8(raw, encoding, lines_before)
    record.findings += faults
    record.first_line, record.inner = lines_before, inner
    seen = glance.see(text, dtd_version, inner) if glance is not None and not record.findings else None
    if seen is not None:
        record.kind, record.envelope, record.body = seen.kind, seen.envelope, seen.body
        record.text, record.is_seen = text, True
        return record
    try:
        root = etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as error:
        record.findings.append(_fault(error, lines_before, text))
        root = _recovered(text)
    if root is None:
        return record
    mask_tree(root)
    found = recognise(_entry(root, inner), dtd_version)
    record.kind, record.envelope, record.tree = found.kind, found.envelope, found.root
    if all(known.code is not Code.XML_TOO_DEEP for known in record.findings):
        record.findings += too_deep(found.root, lines_before)
    if not found.kind:
        known = looks_like(str(root.tag))
        message = f"Onramp does not know what the element {root.tag} is{f'; it looks like {known}' if known else ''}"
        record.findings.append(finding(Code.XML_RECORD_UNKNOWN, message, Place(offset=-1, line=record.line)))
    if glance is not None and not record.findings:
        glance.learn(text, root, found.root, inner)
    return record


def _entry(root: etree._Element, inner: bool) -> etree._Element:
    """The element that the record begins with."""
    return next(iter(root), root) if inner else root


@functools.cache
def _parser(recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        huge_tree=True,  # within our own limits, checked before
        load_dtd=False,
        no_network=True,
        remove_blank_text=True,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
    )


def _recovered(text: bytes) -> etree._Element | None:
    """What can be read of a record that is not well-formed, so that people see how far it goes.

    Secrets are masked before: what stands in a broken one could be read as anything. References to halves of a UTF-16
    pair, which some programs write for an emoji, become U+FFFD: a recovering parser takes them for text that is none.
    """
    try:
        root = etree.fromstring(_REFERENCE.sub(_whole_character, mask_secrets(text)), _parser(recover=True))
    except etree.XMLSyntaxError:
        return None
    if root is not None:
        etree.strip_elements(root, etree.Entity, with_tail=False)
    return root


def _whole_character(reference: re.Match[bytes]) -> bytes:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return "\ufffd".encode() if 0xD800 <= number <= 0xDFFF else reference[0]


def _fault(error: etree.XMLSyntaxError, lines_before: int, text: bytes) -> Finding:
    """What is wrong, in the parser's words; they are taken from a text without secrets, of which they could quote."""
    line, column = error.position
    place = Place(offset=-1, line=(line or 1) + lines_before, column=str(column or ""))
    masked = mask_secrets(text)
    message = _words(error) if masked == text else _words_about(masked)
    if message.startswith("Excessive depth"):
        return finding(Code.XML_TOO_DEEP, place=place)
    if message.startswith(("Extra content", "XML declaration allowed only")) and _ANOTHER.match(text, _at(text, error)):
        message = "another document begins behind the end of the first; send each in a file of its own"
    return finding(Code.XML_NOT_WELL_FORMED, f"The XML is not well-formed: {message}", place)


def _at(text: bytes, error: etree.XMLSyntaxError) -> int:
    """Where in a text an error is; of a declaration, where it begins."""
    line, column = error.position
    start = 0
    for _ in range((line or 1) - 1):
        start = text.find(b"\n", start) + 1
    at = start + max((column or 1) - 1, 0)
    return max(text.rfind(b"<?xml", start, at + 1), start) if text[at - 5 : at] == b"<?xml" else at


def _words_about(masked: bytes) -> str:
    """What the parser says of a text whose secrets are masked."""
    try:
        etree.fromstring(masked, _parser())
    except etree.XMLSyntaxError as error:
        return _words(error)
    return "a secret holds what is no text"


def _words(error: etree.XMLSyntaxError) -> str:
    return (error.msg or "").split(", line ")[0].strip()
