"""Bring the standard mappings of the library into the database."""

import json
from typing import NamedTuple

from django.db import transaction

from mappings.engine.rules.compiler import checksum
from mappings.library.index import Entry, declaration, entries, resolve
from mappings.models import Mapping, MappingVersion, VersionStatus
from mappings.services.draft_version import draft_version
from mappings.services.publish_version import publish_version
from mappings.services.submit_version import submit_version


class CodeTaken(Exception):
    """A mapping that is not of the library has the code of one that is."""


class Loaded(NamedTuple):
    """is_new: False when the database had this declaration already."""

    version: MappingVersion
    is_new: bool


def load_library(*names: str) -> list[Loaded]:
    """Publish every mapping of the library, or those named, whose declaration differs from its newest version here.

    Running it again changes nothing. Agreements keep the versions that they use. Raises DeclarationError.
    """
    return [_load(entry) for entry in entries().values() if not names or entry.name in names]


def _load(entry: Entry) -> Loaded:
    whole = json.loads(json.dumps(resolve(declaration(entry.name))))
    with transaction.atomic():
        mapping = _mapping(entry)
        newest = mapping.versions.order_by("-number").first()
        if newest and newest.status == VersionStatus.PUBLISHED and newest.checksum == checksum(whole):
            return Loaded(newest, is_new=False)
        return Loaded(publish_version(submit_version(draft_version(mapping, whole))), is_new=True)


def _mapping(entry: Entry) -> Mapping:
    """The mapping's row, locked, with what the library says of it."""
    told = {
        "name": entry.title or entry.name,
        "canonical": entry.target,
        "standard": entry.format.upper(),
        "set_id": entry.set_id,
    }
    Mapping.objects.get_or_create(code=entry.name, defaults=told | {"is_library": True})
    mapping = Mapping.objects.select_for_update().get(code=entry.name)
    if not mapping.is_library:
        raise CodeTaken(f"The mapping {mapping} has the code {mapping.code} of a standard mapping; give it another.")
    if any(getattr(mapping, field) != value for field, value in told.items()):
        for field, value in told.items():
            setattr(mapping, field, value)
        mapping.save()
    return mapping
