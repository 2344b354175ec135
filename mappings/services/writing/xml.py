"""Canonical documents as XML: UBL, cXML, and what else has a structure."""

import io
from datetime import datetime

from mappings.engine.errors import DeclarationError
from mappings.engine.outbound.xml import write_xml as write
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.xml.reader import XmlRecord, context_of, read, scan
from mappings.services.writing.written import Again, Body, NotWritten, OutboundForm, Written, differences_of, instant

STAND_INS = {
    "interchange.sender": "ONRAMP",
    "interchange.sender_qualifier": "NetworkID",
    "interchange.receiver": "PARTNER",
    "interchange.receiver_qualifier": "NetworkID",
    "interchange.control_number": "1@onramp",
    "interchange.usage": "test",
}
"""Of an envelope that nobody says. A secret is never made up, and never asked for: it stays with its connection."""


def envelope_names(mapping: CompiledMapping) -> tuple[str, ...]:
    """The values of the envelope that a declaration writes, in its order: none for UBL."""
    named = dict.fromkeys(entry.envelope for entry in mapping.declaration.outbound if entry.envelope)
    return tuple(name for name in named if name in STAND_INS)


def write_xml(mapping: CompiledMapping, body: Body, at: datetime, form: OutboundForm) -> Written:
    """One document. Raises NotWritten for a kind whose structure is not known (IDoc)."""
    said = {name: value for name, value in form.values.items() if value and name in STAND_INS}
    try:
        written = write(mapping.declaration, body, STAND_INS | said | {"interchange.timestamp": instant(at)})
    except DeclarationError as error:
        raise NotWritten(f"{error.reason}.") from error
    again = _again(mapping, written.raw)
    return Written(
        content=written.raw,
        document=written.raw,
        format="xml",
        title=written.kind,
        media_type="application/xml",
        extension="xml",
        findings=written.findings,
        differences=differences_of(body, again.body if again else None),
        lineage=again.lineage if again else [],
        body=again.body if again else None,
    )


def _again(mapping: CompiledMapping, raw: bytes) -> Again | None:
    record = next(iter(scan(io.BytesIO(raw))), None)
    if not isinstance(record, XmlRecord) or not record.is_readable:
        return None
    reading = read(record)
    mapped = mapping.explain(reading.tree, reading.places, context_of(record))
    return Again(mapped.body, mapped.lineage, reading.findings)
