"""Begin a new version of a mapping."""

from collections.abc import Mapping as Declaration

from django.db import transaction
from django.db.models import Max

from mappings.models import Mapping, MappingVersion


def draft_version(mapping: Mapping, declaration: Declaration[str, object]) -> MappingVersion:
    """A draft with the next number. Its declaration is checked when it is submitted."""
    with transaction.atomic():
        Mapping.objects.select_for_update().get(pk=mapping.pk)
        last = mapping.versions.aggregate(last=Max("number"))["last"] or 0
        return MappingVersion.objects.create(mapping=mapping, number=last + 1, declaration=dict(declaration))
