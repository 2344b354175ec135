"""Compiled mappings, kept per process: compiling takes half a second, looking up a microsecond."""

import json
from collections.abc import Mapping
from functools import lru_cache

from mappings.engine.rules.compiler import CompiledMapping, compile_mapping
from mappings.models import MappingVersion

KEPT = 256


def compiled(version: MappingVersion) -> CompiledMapping:
    """The compiled form of a submitted version; its declaration is loaded only when this process has not met it.

    Raises DeclarationError when it does not compile.
    """
    return _of_version(version.pk, version.checksum)


def compile_once(declaration: Mapping[str, object]) -> CompiledMapping:
    """The compiled form of a resolved declaration. Raises DeclarationError."""
    return _of_text(json.dumps(declaration, sort_keys=True))


@lru_cache(maxsize=KEPT)
def _of_version(version_id: int, checksum: str) -> CompiledMapping:
    return compile_once(MappingVersion.objects.only("declaration").get(pk=version_id, checksum=checksum).declaration)


@lru_cache(maxsize=KEPT)
def _of_text(text: str) -> CompiledMapping:
    return compile_mapping(json.loads(text))
