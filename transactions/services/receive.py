"""Take in a file: its bytes first, then the row that says it is ours, then a ring for a worker."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config.core.blobs import StoredBlob, store
from partners.models import Connection, Partner
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions.models import ClaimScope, InboundFile, Verb
from transactions.pipeline.digests import digest_of
from transactions.services.claims import claim
from transactions.services.doorbell import ring_split
from transactions.services.lanes import lane_of
from transactions.services.trail import record

NAME_LIMIT = 255


class IdempotencyKeyReused(Exception):
    """The key came before with other bytes. Nothing was received; `holder` is the file that has the key."""

    def __init__(self, holder: UUID) -> None:
        self.holder = holder
        super().__init__(f"the idempotency key belongs to file {holder}, which has other content")


class Receipt(NamedTuple):
    """is_new: False when the same bytes, or the same idempotency key, had come before; `file` is then the first."""

    file: InboundFile
    is_new: bool


class _Earlier(Exception):
    """Somebody was first; rolls back the row of the one who was not."""

    def __init__(self, holder: UUID) -> None:
        self.holder = holder


def receive(
    chunks: Iterable[bytes],
    *,
    connection: Connection | None,
    partner: Partner | None,
    environment: str,
    channel: str,
    received_by: str,
    name: str = "",
    idempotency_key: str = "",
    corrects: InboundFile | None = None,
) -> Receipt:
    """Receive a file from a partner. Safe to call again, and at the same time, with the same bytes or the same key.

    chunks: the bytes, read once, in flat memory; an empty file is received too and found empty later.
    channel, received_by: "api" and the key, "drop-folder" and the folder, "command" or "admin" and the user.
    name: the sender's file name, for people; control characters and folders are taken off.
    idempotency_key: the sender's own name for this request, one space of keys for each connection.

    corrects: the failed file of the same partner and environment that the sender says this one corrects.

    The bytes are durable before the row is. Same bytes of one partner in one environment are one file.

    Raises BlobTooLarge over INTAKE_MAX_BYTES or the partner's limit, StorageUnavailable when the disk takes nothing,
    and IdempotencyKeyReused; none leaves a row.
    """
    if corrects is not None and (corrects.partner_id, corrects.environment) != (partner and partner.pk, environment):
        raise ValueError("a file corrects one of the same partner and environment")
    policies = effective_policies(partner) if partner else Policies()
    blob = store(chunks, min(policies.max_file_bytes, settings.INTAKE_MAX_BYTES))
    file = InboundFile(
        partner=partner,
        environment=environment,
        connection=connection,
        channel=channel,
        received_by=received_by[:100],
        sha256=blob.sha256,
        size=blob.size,
        name=presentable_name(name),
        corrects=corrects,
        lane=lane_of(policies, blob.size),
        received_at=timezone.now(),
    )
    key_digest = _digest_of_key(connection, partner, idempotency_key) if idempotency_key else ""
    try:
        _insert(file, key_digest)
    except _Earlier as earlier:
        return _receive_again(earlier.holder, blob, key_digest, channel=channel, received_by=received_by)
    return Receipt(file, is_new=True)


def presentable_name(name: str) -> str:
    """The last part of a path, without control characters or undecodable bytes, cut to what the column holds."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    decodable = last.encode("utf-8", "replace").decode()
    return "".join(character for character in decodable if character.isprintable()).strip()[:NAME_LIMIT]


def _insert(file: InboundFile, key_digest: str) -> None:
    """One transaction: row, claims (key before bytes, in every request alike), event. Raises _Earlier."""
    with transaction.atomic():
        file.save(force_insert=True)
        if key_digest:
            _claim_key(key_digest, file, file.sha256)
        held = claim(ClaimScope.FILE, _digest_of_bytes(file), file_id=file.id, holder=file.id)
        if held.holder != file.id:
            raise _Earlier(held.holder)
        record(file.id, Verb.RECEIVED, actor=file.received_by, channel=file.channel, name=file.name, size=file.size)
        transaction.on_commit(lambda: ring_split(file))


def _receive_again(holder: UUID, blob: StoredBlob, key_digest: str, *, channel: str, received_by: str) -> Receipt:
    with transaction.atomic():
        file = InboundFile.objects.get(pk=holder)
        if key_digest:
            try:
                _claim_key(key_digest, file, blob.sha256)
            except _Earlier as earlier:
                # The same bytes under two keys at once: both keys lead to files of these bytes.
                file = InboundFile.objects.get(pk=earlier.holder)
        record(file.id, Verb.RECEIVED_AGAIN, actor=received_by, channel=channel)
    return Receipt(file, is_new=False)


def _claim_key(digest: str, file: InboundFile, sha256: str) -> None:
    """Claim the key for `file`. Raises IdempotencyKeyReused for other bytes, _Earlier when it has another file."""
    held = claim(ClaimScope.IDEMPOTENCY_KEY, digest, file_id=file.id, holder=file.id, note=sha256)
    if held.note != sha256:
        raise IdempotencyKeyReused(held.holder)
    if held.holder != file.id:
        raise _Earlier(held.holder)


def _digest_of_key(connection: Connection | None, partner: Partner | None, key: str) -> str:
    if connection is not None:
        return digest_of("connection", str(connection.pk), key)
    return digest_of("partner", partner.code if partner else "", key)


def _digest_of_bytes(file: InboundFile) -> str:
    partner = str(file.partner_id) if file.partner_id else ""
    return digest_of(partner, file.environment, file.sha256)
