"""Put acknowledgments into partners' drop folders: DROP_DIR/<partner code>/out.

A file appears whole under its name, which is the same at every attempt: a crash in between only writes it again.
"""

import os
from collections import defaultdict
from collections.abc import Sequence

from django.utils import timezone

from transactions.models import Acknowledgment

AT_ONCE = 500  # of one round; the next one goes on
FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW


def answers_waiting() -> dict[int, list[Acknowledgment]]:
    """Acknowledgments that are to be put into drop folders, by connection, oldest first. One query."""
    waiting: dict[int, list[Acknowledgment]] = defaultdict(list)
    rows = Acknowledgment.objects.filter(is_to_deliver=True, connection__is_enabled=True).order_by("id")
    for acknowledgment in rows[:AT_ONCE]:
        waiting[acknowledgment.connection_id or 0].append(acknowledgment)
    return waiting


def put_answers(acknowledgments: Sequence[Acknowledgment], folder: int) -> None:
    """Write each into an open folder that is locked for us. Raises OSError where it cannot be written to."""
    for acknowledgment in acknowledgments:
        name = f"{acknowledgment.kind.lower()}-{acknowledgment.control_number}-{str(acknowledgment.pk)[-12:]}.edi"
        unfinished = f".{name}.tmp"
        with os.fdopen(os.open(unfinished, FLAGS, 0o644, dir_fd=folder), "wb") as file:
            file.write(bytes(acknowledgment.content))
            file.flush()
            os.fsync(file.fileno())
        os.rename(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)  # the name, too, is on the disk before the row says that it was delivered
        Acknowledgment.objects.filter(pk=acknowledgment.pk, is_to_deliver=True).update(
            is_to_deliver=False, delivered_at=timezone.now()
        )
