"""Claims decide who was first. The unique (scope, digest) of the database is the judge."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from transactions.models import ClaimScope, DuplicateClaim
from transactions.pipeline.digests import digest_of

__all__ = ["claim", "claim_many", "digest_of", "give_up"]


def claim(scope: ClaimScope, digest: str, *, file_id: UUID, holder: UUID, note: str = "") -> DuplicateClaim:
    """Claim a number for `holder`. Returns the claim in force: ours, or that of whoever was first.

    A competitor that has inserted and not committed makes us wait for its end (PostgreSQL); SQLite has one writer.
    """
    wanted = DuplicateClaim(scope=scope, digest=digest, file_id=file_id, holder=holder, note=note, at=timezone.now())
    DuplicateClaim.objects.bulk_create([wanted], ignore_conflicts=True)
    return DuplicateClaim.objects.get(scope=scope, digest=digest)


def claim_many(scope: ClaimScope, wanted: dict[str, UUID], *, file_id: UUID) -> dict[str, UUID]:
    """Claim many digests at once for the holders given. Returns digest → holder in force.

    Inserted in the order of the digests, so that two files that claim the same ones never wait for each other in a
    circle. Digests of the file's own earlier claims stay with their holders.
    """
    now = timezone.now()
    rows = [
        DuplicateClaim(scope=scope, digest=digest, file_id=file_id, holder=wanted[digest], at=now)
        for digest in sorted(wanted)
    ]
    DuplicateClaim.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    in_force: dict[str, UUID] = {}
    for digests in _batches(sorted(wanted), 500):
        found = DuplicateClaim.objects.filter(scope=scope, digest__in=digests)
        in_force.update(found.values_list("digest", "holder"))
    return in_force


def give_up(scope: ClaimScope, holder: UUID) -> int:
    """Drop the claims of a holder that is no longer accepted. Returns how many there were."""
    return DuplicateClaim.objects.filter(scope=scope, holder=holder).delete()[0]


def _batches(items: list[str], size: int) -> Iterable[list[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))
