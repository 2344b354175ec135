"""Write canonical documents by the declaration that reads such documents: the bytes, and what is to say about them.

Nothing is stored, and no control number is taken: the envelope carries the number 1.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from mappings.engine.canonical.schema import model
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.xml.structure import structure_for
from mappings.models import Mapping
from mappings.services.writing.text import write_rows
from mappings.services.writing.written import Body, NotWritten, OutboundForm, Written
from mappings.services.writing.x12 import write_x12
from mappings.services.writing.xml import write_xml

__all__ = ["NotWritten", "OutboundForm", "Written", "is_writable", "write_document", "write_documents"]

HOUSE = OutboundForm()


def write_document(mapping: CompiledMapping, body: object, *, at: datetime, form: OutboundForm = HOUSE) -> Written:
    """Write a canonical document in the format of the mapping.

    body: its JSON values. at: instant for the envelope, in UTC. Raises NotWritten.
    """
    return write_documents(mapping, [body], at=at, form=form)


def write_documents(
    mapping: CompiledMapping, bodies: Sequence[object], *, at: datetime, form: OutboundForm = HOUSE
) -> Written:
    """Write canonical documents to one file: of rows as many as there are, else one. Raises NotWritten."""
    documents = [checked(mapping, body) for body in bodies]
    if mapping.source.format == "text" and documents:
        return write_rows(mapping, documents, form)
    if len(documents) != 1:
        raise NotWritten(f"One document goes into a file here, not {len(documents)}.")
    write = write_x12 if mapping.source.format == "x12" else write_xml
    return write(mapping, documents[0], at, form)


def is_writable(mapping: Mapping) -> bool:
    """Whether documents of a mapping can be written: of XML, what stands where in them must be known (not of IDocs)."""
    return mapping.standard != "XML" or structure_for(mapping.set_id) is not None


def checked(mapping: CompiledMapping, body: object) -> Body:
    """A canonical document that fits the model of a mapping. Raises NotWritten."""
    try:
        msgspec.convert(body, model(mapping.canonical))
    except msgspec.ValidationError as error:
        raise NotWritten(f"It is no {mapping.canonical}: {error}.") from error
    if not isinstance(body, dict):
        raise NotWritten(f"It is no {mapping.canonical}.")
    return body
