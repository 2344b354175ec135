"""Bytes as they came or went, stored once under their SHA-256 and never changed."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages
from django.core.files.utils import validate_file_name

logger = logging.getLogger(__name__)

CHUNK = 1 << 18
SPOOL_IN_MEMORY = 1 << 20


class BlobTooLarge(Exception):
    """More bytes than allowed; nothing was stored. `limit` is in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"more than {limit} bytes")


class StorageUnavailable(Exception):  # noqa: N818 - a state of the server, not of what it was asked
    """The bytes cannot be stored now: the disk is full or its folder is read-only. Nothing was stored."""


@contextmanager
def storing() -> Iterator[None]:
    """Any error of the disk inside is logged with its cause and leaves as StorageUnavailable."""
    try:
        yield
    except OSError as error:
        logger.exception("bytes cannot be stored")
        raise StorageUnavailable(error.strerror or str(error)) from error


class StoredBlob(NamedTuple):
    """sha256: 64 hexadecimal digits, the key to read it again; size in bytes."""

    sha256: str
    size: int


class DurableFileSystemStorage(FileSystemStorage):
    """Files that are on the disk when `save` returns: written aside, fsynced, renamed, folders fsynced."""

    def _save(self, name: str, content: File) -> str:
        validate_file_name(name, allow_relative_path=True)
        target = Path(self.path(name))
        made = [folder for folder in target.parents if not folder.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks(CHUNK):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            os.replace(aside, target)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        for folder in dict.fromkeys([target.parent, *(folder.parent for folder in made)]):
            _sync_folder(folder)  # a new name is durable when the folder that holds it is
        return name

    def exists(self, name: str) -> bool:
        """Whether the file is there to stay: somebody may have named it this moment, and not yet synced its folders."""
        target, location = Path(self.path(name)), Path(self.location)
        if not target.exists():
            return False
        for folder in target.parents:
            if folder == location or location in folder.parents:
                _sync_folder(folder)
        return True

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # the name is the content's digest: writing it twice writes the same


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def store(chunks: Iterable[bytes], limit: int | None = None) -> StoredBlob:
    """Store the bytes durably and return their key. Memory stays flat whatever the size.

    limit: the most bytes to take; one more raises BlobTooLarge and nothing is kept. Errors of `chunks` are passed on.
    Raises StorageUnavailable when the disk takes nothing.
    """
    digest = hashlib.sha256()
    size = 0
    with tempfile.SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY) as spool:
        for chunk in chunks:
            size += len(chunk)
            if limit is not None and size > limit:
                raise BlobTooLarge(limit)
            digest.update(chunk)
            with storing():
                spool.write(chunk)
        sha256 = digest.hexdigest()
        storage = storages["blobs"]
        name = _name(sha256)
        with storing():
            if not storage.exists(name):
                spool.seek(0)
                storage.save(name, File(spool, name=name))
    return StoredBlob(sha256, size)


def open_blob(sha256: str) -> BinaryIO:
    """The bytes, to be read and closed by the caller. FileNotFoundError when there are none."""
    return storages["blobs"].open(_name(sha256), "rb")  # type: ignore[return-value]  # a File reads like a BinaryIO


def read_range(sha256: str, offset: int, length: int) -> bytes:
    """`length` bytes from `offset` (0 = first byte) of a stored blob."""
    with open_blob(sha256) as blob:
        blob.seek(offset)
        return blob.read(length)


def read_in_chunks(stream: BinaryIO) -> Iterable[bytes]:
    """The stream in chunks of `CHUNK` bytes."""
    while chunk := stream.read(CHUNK):
        yield chunk


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
