"""Compiled mappings, kept per process."""

from functools import lru_cache

from mappings.engine.rules.compiler import CompiledMapping, compile_mapping
from mappings.models import MappingVersion

KEPT = 256


@lru_cache(maxsize=KEPT)
def compiled(version_id: int) -> CompiledMapping:
    """The compiled form of a mapping version that was submitted (its declaration never changes).

    version_id: primary key. Raises DeclarationError when it does not compile, DoesNotExist when there is none.
    """
    return compile_mapping(MappingVersion.objects.only("declaration").get(pk=version_id).declaration)
