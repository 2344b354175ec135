"""Collect what partners put into their drop folders, DROP_DIR/<partner code>/in, and put answers into out.

A file is taken when it has not changed for DROP_SETTLE_SECONDS and no program has it open for writing any more: an
upload may stand still for longer. It is received first and moved to
done/<date>/ afterwards, so that a crash in between only makes us receive the same bytes again, which gives the same
receipt. What can never be received goes to refused/, with the reason beside it. Nothing is followed out of the
folder: symbolic links, also in place of a folder itself, are not.
"""

import errno
import fcntl
import logging
import os
import signal
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from config.core.blobs import CHUNK, BlobTooLarge
from partners.models import Connection, Protocol
from transactions.models import Acknowledgment
from transactions.services.drop_folder_answers import answers_waiting, put_answers
from transactions.services.receive import Receipt, receive

logger = logging.getLogger(__name__)

CHANNEL = "drop-folder"
IN, DONE, REFUSED, OUT = "in", "done", "refused", "out"
FOLDERS = (IN, DONE, REFUSED, OUT)
REASON_SUFFIX = ".reason.txt"
LOCK = ".collecting"
UNFINISHED = (".tmp", ".part", ".filepart", ".partial", ".crdownload")
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
NAME_BYTES = 200  # leaves room for a counter and the suffix of the reason within the 255 of most file systems


class Collected(NamedTuple):
    """What one round did: receipts of the files taken, names of those refused."""

    receipts: list[Receipt]
    refused: list[str]


class _Refused(Exception):
    """This file can never be received; the text says why, for the partner."""


class _StillWritten(Exception):
    """The file changed while it was read. The next round takes it."""


def collect_drop_folders() -> Collected:
    """Receive all settled files of all enabled drop folders, and put the acknowledgments there that are to go that way.

    Two at once do no harm: the second leaves a folder alone.

    Our own failures (database or store away) are raised, and leave the files where they are.
    """
    collected = Collected([], [])
    answers = answers_waiting()
    for connection in _connections():
        with _folder(connection) as folder:
            if folder is not None:
                _collect(connection, folder, collected)
                _answer(connection, folder, answers.get(connection.pk, ()))
    return collected


def _answer(connection: Connection, folder: "_Folder", answers: Sequence[Acknowledgment]) -> None:
    """One partner's folder that cannot be written to is logged and does not keep us from the others'."""
    try:
        put_answers(answers, folder.out)
    except OSError:
        logger.exception("acknowledgments cannot be put into the drop folder of %s", connection.partner.code)


def prepare_drop_folders() -> list[Path]:
    """Make the folders of all enabled drop-folder connections; returns those where partners put their files."""
    inboxes = []
    for connection in _connections():
        for name in FOLDERS:
            folder_of(connection).joinpath(name).mkdir(parents=True, exist_ok=True)
        inboxes.append(folder_of(connection) / IN)
    return inboxes


def folder_of(connection: Connection) -> Path:
    """The folder of a partner. Its code has no dots or slashes, so this stays inside DROP_DIR."""
    return Path(settings.DROP_DIR) / connection.partner.code


def _connections() -> list[Connection]:
    enabled = Connection.objects.filter(protocol=Protocol.DROP_FOLDER, is_enabled=True)
    return list(enabled.select_related("partner").order_by("pk"))


class _Folder(NamedTuple):
    """Open folders, by which everything is reached, so that a link put in their place changes nothing."""

    inbox: int
    done: int
    refused: int
    out: int


@contextmanager
def _folder(connection: Connection) -> Iterator[_Folder | None]:
    """The folder, locked for us, or None when another collector has it or it cannot be used.

    The lock ends with the process. One partner's broken folder is logged and does not keep us from the others'.
    """
    with ExitStack() as stack:
        try:
            folder = _open_folder(folder_of(connection), stack)
        except BlockingIOError:
            folder = None
        except OSError:
            logger.exception("the drop folder of %s cannot be used", connection.partner.code)
            folder = None
        yield folder


def _open_folder(path: Path, stack: ExitStack) -> _Folder:
    """Open and lock a folder until `stack` closes. Raises BlockingIOError when it is locked, OSError for the rest."""
    path.mkdir(parents=True, exist_ok=True)
    root = _keep(stack, os.open(path, FOLDER_FLAGS))
    lock = _keep(stack, os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600, dir_fd=root))
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    folder = _Folder(*(_keep(stack, _subfolder(root, name)) for name in FOLDERS))
    for name in FOLDERS:
        if not os.access(name, os.W_OK | os.X_OK, dir_fd=root):
            # found out now: a file that is received and cannot be moved would be received again every round
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path / name))
    return folder


def _keep(stack: ExitStack, descriptor: int) -> int:
    stack.callback(os.close, descriptor)
    return descriptor


def _subfolder(parent: int, name: str) -> int:
    with suppress(FileExistsError):  # opened below, whoever made it; a link or file in its place fails there
        os.mkdir(name, dir_fd=parent)
    return os.open(name, FOLDER_FLAGS, dir_fd=parent)


def _collect(connection: Connection, folder: _Folder, collected: Collected) -> None:
    for name in _waiting(folder.inbox):
        try:
            receipt = _receive(connection, folder.inbox, name)
        except _StillWritten:
            continue
        except (_Refused, BlobTooLarge) as refusal:
            _refuse(connection, folder, name, _reason(refusal))
            collected.refused.append(name)
        else:
            _move_to_done(folder, name)
            collected.receipts.append(receipt)


def _waiting(inbox: int) -> list[str]:
    """Names of what is to be taken, oldest first. A folder inside the folder is left alone."""
    settled = time.time() - settings.DROP_SETTLE_SECONDS
    found: list[tuple[float, str]] = []
    with os.scandir(inbox) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED):
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # taken away by the partner since
            # ctime moves with every write and cannot be set back, so a kept mtime does not make a file look settled
            if not stat.S_ISDIR(status.st_mode) and status.st_ctime <= settled:
                found.append((status.st_mtime, entry.name))
    return [name for _, name in sorted(found)]


def _receive(connection: Connection, inbox: int, name: str) -> Receipt:
    with _opened(inbox, name) as descriptor:
        return receive(
            _chunks(descriptor),
            connection=connection,
            partner=connection.partner,
            environment=connection.environment,
            channel=CHANNEL,
            received_by=f"{CHANNEL} {connection.partner.code}",
            name=name,
        )


@contextmanager
def _opened(inbox: int, name: str) -> Iterator[int]:
    try:
        # not blocking: a named pipe would keep us waiting for a writer
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=inbox)
    except FileNotFoundError as error:
        raise _StillWritten from error
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise _Refused("This is no regular file.") from error
        raise _Refused(f"The file cannot be opened: {error.strerror}.") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _Refused("This is no regular file.")
        yield descriptor
    finally:
        os.close(descriptor)


def _require_closed(descriptor: int) -> None:
    """Raise _StillWritten while a program has the file open for writing, at most for DROP_OPEN_SECONDS after a change.

    The system can tell where it grants a lease for reading (fcntl(2), F_SETLEASE): on local disks, and of files that
    are ours or when we may take leases of all. Elsewhere the file counts as closed.
    """
    if time.time() - os.fstat(descriptor).st_ctime > settings.DROP_OPEN_SECONDS or not hasattr(fcntl, "F_SETLEASE"):
        return
    try:
        # Who opens the file at this very moment breaks the lease: by a signal that means nothing to us.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        if error.errno == errno.EAGAIN:
            raise _StillWritten from error
    else:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def _chunks(descriptor: int) -> Iterator[bytes]:
    _require_closed(descriptor)
    before = os.fstat(descriptor)
    if before.st_size > settings.INTAKE_MAX_BYTES:
        raise BlobTooLarge(settings.INTAKE_MAX_BYTES)
    try:
        while chunk := os.read(descriptor, CHUNK):
            yield chunk
    except OSError as error:
        raise _Refused(f"The file cannot be read: {error.strerror}.") from error
    after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise _StillWritten
    _require_closed(descriptor)


def _reason(refusal: Exception) -> str:
    if isinstance(refusal, BlobTooLarge):
        return f"The file is larger than the {refusal.limit} bytes that are taken at once. Send it in parts."
    return str(refusal)


def _refuse(connection: Connection, folder: _Folder, name: str, reason: str) -> None:
    logger.warning("drop folder of %s: refused %r: %s", connection.partner.code, name, reason)
    moved = _move(folder.inbox, name, folder.refused)
    if moved:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(moved + REASON_SUFFIX, flags, 0o644, dir_fd=folder.refused), "w") as note:
            note.write(f"{timezone.now():%Y-%m-%d %H:%M:%S} UTC: {reason}\n")


def _move_to_done(folder: _Folder, name: str) -> None:
    with ExitStack() as stack:
        today = _keep(stack, _subfolder(folder.done, f"{timezone.now():%Y-%m-%d}"))
        _move(folder.inbox, name, today)


def _move(source: int, name: str, target: int) -> str:
    """Move under a free name; returns it, or "" when the partner took the file away. The folder is locked for us."""
    free = _free_name(name, target)
    try:
        os.rename(name, free, src_dir_fd=source, dst_dir_fd=target)
    except FileNotFoundError:
        return ""
    return free


def _free_name(name: str, folder: int) -> str:
    stem, suffix = os.path.splitext(os.fsdecode(os.fsencode(name)[:NAME_BYTES]))
    candidate, number = stem + suffix, 0
    while _exists(candidate, folder):
        number += 1
        candidate = f"{stem}-{number}{suffix}"
    return candidate


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
