"""Compiled mappings, kept per process: compiling takes half a second, looking up a microsecond."""

import json
from collections.abc import Mapping
from functools import lru_cache

from mappings.engine.rules.compiler import CompiledMapping, compile_mapping
from mappings.engine.x12.overlay import CompiledOverlay
from mappings.engine.x12.validator import validator_for
from mappings.models import MappingVersion
from mappings.models.mapping import agreed_overlay
from partners.models import Agreement

KEPT = 256


def compiled(version: MappingVersion) -> CompiledMapping:
    """The compiled form of a submitted version; its declaration is loaded only when this process has not met it.

    Raises DeclarationError when it does not compile.
    """
    return _of_version(version.pk, version.checksum)


def compile_once(declaration: Mapping[str, object]) -> CompiledMapping:
    """The compiled form of a resolved declaration. Raises DeclarationError."""
    return _of_text(json.dumps(declaration, sort_keys=True))


def compiled_overlay(agreement: Agreement, version: str) -> CompiledOverlay | None:
    """What an agreement with a mapping demands beyond the standard, None for nothing; compiled once in a process.

    version: GS08 of the documents, which tells the release where the agreement is for any. Raises OverlayError when it
    does not fit the set of the agreement, which was tried when it was written.
    """
    rules = agreement.assignment.overlay
    if not rules:
        return None
    release = agreement.release or validator_for(agreement.set_id, version).release
    return _of_rules(agreement.set_id, release, json.dumps(rules, sort_keys=True))


@lru_cache(maxsize=KEPT)
def _of_rules(set_id: str, release: str, rules: str) -> CompiledOverlay:
    return CompiledOverlay(agreed_overlay(set_id, release, json.loads(rules)))


@lru_cache(maxsize=KEPT)
def _of_version(version_id: int, checksum: str) -> CompiledMapping:
    return compile_once(MappingVersion.objects.only("declaration").get(pk=version_id, checksum=checksum).declaration)


@lru_cache(maxsize=KEPT)
def _of_text(text: str) -> CompiledMapping:
    return compile_mapping(json.loads(text))
