"""The audit chain: decisions of people, each entry sealed by the digest of the one before it.

Who changes, removes or reorders an entry breaks the chain from there on, which `manage.py verify_audit` tells. Cutting
off its end is noticed by whoever kept the last digest elsewhere; the command prints it.
"""

import hashlib
import json
from typing import Any, NamedTuple

from django.utils import timezone

from config.core.models import AuditEntry
from config.core.sequences import take

START = "0" * 64


class BrokenChain(NamedTuple):
    """The first entry that does not fit, and what is wrong with it."""

    number: int
    reason: str


class Verified(NamedTuple):
    """entries: how many were read; last: the digest of the last one, to be kept elsewhere."""

    entries: int
    last: str
    broken: BrokenChain | None


def record_decision(verb: str, subject: str, actor: str, **data: Any) -> AuditEntry:
    """Append a decision. To be called in the transaction that carries it out: both are kept, or neither.

    verb: such as "partner.merged"; subject: what it was about ("partner acme"); actor: who decided; data: JSON values.
    Appending waits for whoever appends at the same time, so that the chain has no forks.
    """
    number = take("audit")
    previous = AuditEntry.objects.filter(number=number - 1).values_list("digest", flat=True).first() or START
    entry = AuditEntry(
        number=number, at=timezone.now(), verb=verb, subject=subject, actor=actor, data=data, previous=previous
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    return entry


def digest_of(entry: AuditEntry) -> str:
    """SHA-256 over all that an entry says and the digest before it."""
    said = [
        entry.number,
        entry.at.isoformat(),
        entry.verb,
        entry.subject,
        entry.actor,
        entry.data,
        entry.previous,
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain() -> Verified:
    """Read the whole chain in order, in flat memory."""
    last, count = START, 0
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=1000):
        reason = ""
        if entry.number != count + 1:
            reason = f"entry {count + 1} is missing"
        elif entry.previous != last:
            reason = "it does not follow the entry before it"
        elif entry.digest != digest_of(entry):
            reason = "its content was changed"
        if reason:
            return Verified(count, last, BrokenChain(entry.number, reason))
        last, count = entry.digest, count + 1
    return Verified(count, last, None)
