"""Keep a version of a partner's guide."""

from collections.abc import Iterable
from datetime import date
from pathlib import PurePath
from typing import Any

from django.db import transaction

from config.core.blobs import store
from partners.models import Guide, Partner

LIMIT = 50_000_000


class SameGuide(Exception):
    """The newest version of this guide has the same bytes."""


def add_guide(
    partner: Partner,
    title: str,
    file_name: str,
    content: Iterable[bytes],
    *,
    effective_from: date | None = None,
    note: str = "",
    uploaded_by: Any = None,
) -> Guide:
    """Store the file and make it the next version of the guide with this title.

    content: the bytes in chunks, at most LIMIT of them (BlobTooLarge). Raises SameGuide when nothing changed.
    """
    blob = store(content, LIMIT)
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=partner.pk)
        newest = Guide.objects.filter(partner=partner, title=title).order_by("-version").first()
        if newest is not None and newest.sha256 == blob.sha256:
            raise SameGuide(f"Version {newest.version} of “{title}” has the same content.")
        return Guide.objects.create(
            partner=partner,
            title=title,
            version=newest.version + 1 if newest else 1,
            file_name=PurePath(file_name).name[-200:],
            sha256=blob.sha256,
            size=blob.size,
            effective_from=effective_from,
            note=note,
            uploaded_by=uploaded_by,
        )
