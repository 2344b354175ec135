"""Write a canonical document with a version of a mapping: one that Onramp has, or one that is given."""

import json
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from config.core.downloads import file_name
from mappings.library.index import resolve
from mappings.models import MappingVersion
from mappings.services.compiled import compile_once
from mappings.services.write_document import OutboundForm, Written, write_document
from transactions.models import CanonicalDocument


class Out(NamedTuple):
    """name: of the file, by the mapping and the document's number."""

    written: Written
    name: str


class NoSuchForm(Exception):
    """There is no such document, or it was not translated."""


def body_of(document: UUID) -> object:
    """The current canonical form of a document, its decimals as texts. Raises NoSuchForm."""
    text = CanonicalDocument.objects.filter(document=document, is_current=True).values_list("body", flat=True).first()
    if text is None:
        raise NoSuchForm
    return json.loads(text, parse_float=str)


def write_out(version: MappingVersion, body: object, form: OutboundForm) -> Out:
    """Raises NotWritten, and DeclarationError when the version does not compile."""
    written = write_document(compile_once(resolve(version.declaration)), body, at=timezone.now(), form=form)
    number = str(body.get("number", "")) if isinstance(body, dict) else ""
    return Out(written, file_name(version.mapping.code, number, extension=written.extension))
