"""Change the declaration of a draft."""

from collections.abc import Mapping as Declaration

from django.db import transaction

from mappings.engine.errors import DeclarationError
from mappings.library.index import resolve
from mappings.models import MappingVersion, VersionStatus
from mappings.services.compiled import compile_once
from mappings.services.refused import VersionRefused


def edit_draft(version: MappingVersion, declaration: Declaration[str, object]) -> MappingVersion:
    """Keep another declaration for a draft, whether or not it compiles yet. Raises VersionRefused for what is none."""
    with transaction.atomic():
        draft = MappingVersion.objects.select_for_update().select_related("mapping").get(pk=version.pk)
        if draft.status != VersionStatus.DRAFT:
            raise VersionRefused(f"{draft} is {draft.get_status_display().lower()}; make a new version of it.")
        draft.declaration = dict(declaration)
        draft.save()
    return draft


def fault_of(declaration: Declaration[str, object]) -> DeclarationError | None:
    """Why a declaration does not compile, naming the rule; None when it does."""
    try:
        compile_once(resolve(declaration))
    except DeclarationError as error:
        return error
    return None
