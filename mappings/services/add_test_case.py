"""Keep a file as a test case of a mapping."""

from collections.abc import Iterable
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction

from config.core.blobs import store
from config.core.models import User
from mappings.models import Mapping, MappingTestCase

LIMIT = 4_000_000
"""Bytes: as much as the page that tries a mapping takes."""


class CaseRefused(Exception):
    """The file cannot be a test case; the text says why."""


def add_test_case(mapping: Mapping, name: str, content: Iterable[bytes], *, by: User | None = None) -> MappingTestCase:
    """Keep the bytes, at most LIMIT of them (BlobTooLarge). It expects that a version makes no errors of them.

    Raises CaseRefused for a name that the mapping has already.
    """
    blob = store(content, LIMIT)
    case = MappingTestCase(mapping=mapping, name=PurePath(name).name[-100:], sha256=blob.sha256, size=blob.size)
    case._history_user = by  # type: ignore[attr-defined]  # read by simple-history
    with transaction.atomic():
        try:
            case.full_clean()
        except ValidationError as error:
            raise CaseRefused(" ".join(error.messages)) from error
        case.save()
    return case
