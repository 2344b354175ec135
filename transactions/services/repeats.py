"""What was accepted before comes again, in a file that corrects another or is just sent once more: no exception."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Case, UUIDField, Value, When

from transactions.models import CanonicalDocument, ClaimScope, Document, DuplicateClaim, InboundFile
from transactions.states import DocumentOutcome

BATCH = 200  # canonical forms in memory, twice


def settle_repeats(file: InboundFile, duplicates: Iterable[UUID]) -> set[UUID]:
    """Duplicates that say the same as what was accepted from an earlier file of the partner.

    Each is superseded by the accepted one and needs no case; its file may be accepted as a whole. One that says
    something else is a duplicate like any other, and so is one that stands in the file twice. Three queries and an
    update for each BATCH of duplicates. Runs in the caller's transaction, under the file's lock.
    """
    found: set[UUID] = set()
    wanted = sorted(duplicates)
    for batch in (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)):
        rows = Document.objects.filter(pk__in=batch)
        digests = dict(rows.exclude(claim_digest="").values_list("claim_digest", "pk"))
        claims = DuplicateClaim.objects.filter(scope=ClaimScope.DOCUMENT, digest__in=digests)
        held = claims.exclude(file_id=file.pk)
        pairs = {digests[digest]: holder for digest, holder in held.values_list("digest", "holder")}
        forms = _forms([*pairs, *pairs.values()])
        same = {new: old for new, old in pairs.items() if new in forms and forms[new] == forms.get(old)}
        if same:
            rows.filter(pk__in=same).update(superseded_by=_choice(same))
            found |= same.keys()
    return found


def count_repeats(file: InboundFile) -> int:
    """How many documents of a file were accepted before, with an earlier file, and say the same."""
    return Document.objects.filter(file=file, outcome=DocumentOutcome.DUPLICATE, superseded_by__isnull=False).count()


def _forms(ids: list[UUID]) -> dict[UUID, tuple[str, dict[str, Any]]]:
    """What each document says, without how it travelled: control numbers and times differ in a correction."""
    rows = CanonicalDocument.objects.filter(document__in=ids, is_current=True)
    forms = {}
    for document, schema, body in rows.values_list("document", "schema", "body"):
        said = msgspec.json.decode(body)
        said.pop("exchange", None)
        forms[document] = schema, said
    return forms


def _choice(pairs: dict[UUID, UUID]) -> Case:
    kind = UUIDField()
    return Case(*(When(pk=new, then=Value(old, output_field=kind)) for new, old in pairs.items()), output_field=kind)
