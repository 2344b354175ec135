"""Claims decide who was first. The unique (scope, digest) of the database is the judge."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from transactions.models import ClaimScope, DuplicateClaim

BATCH = 500


def claim(scope: ClaimScope, digest: str, *, file_id: UUID, holder: UUID, note: str = "") -> DuplicateClaim:
    """Claim a number for `holder`. Returns the claim in force: ours, or that of whoever was first.

    A competitor that has inserted and not committed makes us wait for its end (PostgreSQL); SQLite has one writer.
    """
    wanted = DuplicateClaim(scope=scope, digest=digest, file_id=file_id, holder=holder, note=note, at=timezone.now())
    return _in_force([wanted])[0]


def claim_many(scope: ClaimScope, wanted: dict[str, UUID], *, file_id: UUID) -> dict[str, UUID]:
    """Claim many digests at once for the holders given. Returns digest → holder in force.

    Inserted in the order of the digests, so that two files that claim the same ones never wait for each other in a
    circle. Digests of the file's own earlier claims stay with their holders.
    """
    return {held.digest: held.holder for held in _claim_each(scope, wanted, file_id)}


def claim_within(
    scope: ClaimScope,
    wanted: dict[str, UUID],
    *,
    file_id: UUID,
    windows: Mapping[str, timedelta],
    corrected: Collection[UUID] = (),
) -> dict[str, DuplicateClaim]:
    """As `claim_many`, but a claim older than its window is taken over, and one of a file that this one corrects.

    windows: that of each digest. corrected: those files. Returns digest → claim in force, of those only that somebody
    else has.
    """
    earlier: dict[str, DuplicateClaim] = {}
    for held in _claim_each(scope, wanted, file_id):
        holder = wanted[held.digest]
        window = timedelta(0) if held.file_id in corrected else windows[held.digest]
        if held.holder != holder and not take_over(held, holder, file_id=file_id, window=window):
            earlier[held.digest] = held
    return earlier


def take_over(held: DuplicateClaim, holder: UUID, *, file_id: UUID, window: timedelta) -> bool:
    """Give a claim that is older than the window to another holder; False when it is not, or no longer what it was."""
    now = timezone.now()
    taken = DuplicateClaim.objects.filter(pk=held.pk, holder=held.holder, at__lt=now - window).update(
        holder=holder, file_id=file_id, at=now
    )
    if taken:
        held.holder, held.file_id, held.at = holder, file_id, now
    return bool(taken)


def _claim_each(scope: ClaimScope, wanted: dict[str, UUID], file_id: UUID) -> Iterator[DuplicateClaim]:
    now = timezone.now()
    rows = [
        DuplicateClaim(scope=scope, digest=digest, file_id=file_id, holder=wanted[digest], at=now)
        for digest in sorted(wanted)
    ]
    for start in range(0, len(rows), BATCH):
        yield from _in_force(rows[start : start + BATCH])


def _in_force(wanted: Sequence[DuplicateClaim]) -> list[DuplicateClaim]:
    """One statement: what is new is inserted, what was there is locked and left as it was; both are returned."""
    fields = [field for field in DuplicateClaim._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    parameters = [field.get_db_prep_save(getattr(one, field.attname), connection) for one in wanted for field in fields]
    insert = (
        f"INSERT INTO {quote(DuplicateClaim._meta.db_table)} ({columns}) "  # noqa: S608  # names of our own columns
        f"VALUES {', '.join([row] * len(wanted))} "
        "ON CONFLICT (scope, digest) DO UPDATE SET scope = excluded.scope RETURNING *"
    )
    return list(DuplicateClaim.objects.raw(insert, parameters))
