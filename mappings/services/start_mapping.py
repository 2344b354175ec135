"""Begin a mapping of one's own from a declaration."""

import re

from django.core.exceptions import ValidationError
from django.db import transaction

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.yaml import refuse_unstorable
from mappings.library import index
from mappings.library.index import resolve
from mappings.models import Mapping, MappingVersion
from mappings.services.compiled import compile_once
from mappings.services.draft_version import draft_version

CODE_LENGTH = 40
"""As long as the agreement's column for the layout."""
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class MappingRefused(Exception):
    """No mapping was begun; the text says why."""


def start_mapping(declaration: dict[str, object]) -> MappingVersion:
    """A new mapping with its first version as a draft, named as the declaration says.

    The code is the declaration's `mapping`, the name its `title`, the set what its source reads. Raises
    DeclarationError, which names the rule, and MappingRefused.
    """
    refuse_unstorable(declaration)
    compiled = compile_once(resolve(declaration))
    code, title = compiled.name, str(declaration.get("title") or compiled.name)
    refuse_code(code)
    set_id = compiled.source.document
    if compiled.source.format == "text":
        _refuse_layout(set_id)
    mapping = Mapping(
        code=code,
        name=title[:200],
        canonical=compiled.canonical,
        standard=compiled.source.format.upper(),
        set_id=set_id,
    )
    with transaction.atomic():
        try:
            mapping.full_clean()
        except ValidationError as error:
            raise MappingRefused(" ".join(error.messages)) from error
        mapping.save()
        return draft_version(mapping, declaration)


def refuse_code(code: str) -> None:
    """Raises MappingRefused for a code that no new mapping can have."""
    if not _CODE.fullmatch(code) or len(code) > CODE_LENGTH:
        raise MappingRefused(f"A code is at most {CODE_LENGTH} small letters, digits and single hyphens: acme-orders.")
    if code in index.entries() or Mapping.objects.filter(code=code).exists():
        raise MappingRefused(
            f"There is a mapping {code} already. Choose another code, or draft a new version of that mapping."
        )


def _refuse_layout(name: str) -> None:
    if not _CODE.fullmatch(name) or len(name) > CODE_LENGTH:
        raise DeclarationError("source.layout", "is at most 40 small letters, digits and single hyphens")
    if name in index.layouts():
        raise DeclarationError("source.layout", f"{name} is a layout of the standard library; choose another name")
