"""If these fail, bytes that a partner sent are lost, changed, or fill our memory."""

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import storages

from config.core.blobs import (
    BlobTooLarge,
    DurableFileSystemStorage,
    StorageUnavailable,
    open_blob,
    read_in_chunks,
    read_range,
    store,
)


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.STORAGES = settings.STORAGES | {
        "blobs": {
            "BACKEND": "config.core.blobs.DurableFileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_went_in_comes_out(folder: Path) -> None:
    blob = store([b"ISA*", b"", b"00*~"])
    assert blob == (hashlib.sha256(b"ISA*00*~").hexdigest(), 8)
    with open_blob(blob.sha256) as stored:
        assert b"".join(read_in_chunks(stored)) == b"ISA*00*~"
    assert read_range(blob.sha256, 4, 2) == b"00"


def test_nothing_is_something_too(folder: Path) -> None:
    blob = store([])
    assert blob.size == 0
    with open_blob(blob.sha256) as stored:
        assert stored.read() == b""


def test_the_same_bytes_are_stored_once(folder: Path) -> None:
    assert store([b"twice"]) == store([b"tw", b"ice"])
    assert len(files_in(folder)) == 1


def test_what_is_there_already_is_durable_before_it_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may have named the file a moment ago, and not yet synced the folders."""
    blob = store([b"twice"])
    synced: list[str] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    store([b"twice"])
    (stored,) = files_in(folder)
    assert stored.name == blob.sha256
    assert synced == [str(stored.parent), str(stored.parent.parent), str(folder)]


def test_one_byte_over_the_limit_stores_nothing_and_reads_no_further(folder: Path) -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"x" * 10

    with pytest.raises(BlobTooLarge) as refused:
        store(endless(), limit=25)
    assert refused.value.limit == 25
    assert len(read) == 3
    assert files_in(folder) == []


def test_exactly_the_limit_is_taken(folder: Path) -> None:
    assert store([b"x" * 25], limit=25).size == 25


def test_a_sender_that_breaks_off_leaves_nothing(folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store(broken())
    assert files_in(folder) == []


def test_bytes_are_synced_before_they_have_their_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(descriptor: int) -> None:
        done.append("fsync")
        fsync(descriptor)

    def noted_replace(old: str, new: str) -> None:
        done.append("replace")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    store([b"durable"])
    assert done[:2] == ["fsync", "replace"]
    assert "fsync" in done[2:], "the folder must be synced after the rename, or the name may be lost"


def test_a_full_disk_leaves_no_half_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageUnavailable, match="No space left"):
        store([b"too much"])
    assert files_in(folder) == []


def test_an_unknown_blob_is_an_error(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_blob("0" * 64)


def test_a_name_cannot_leave_the_store(folder: Path) -> None:
    storage = storages["blobs"]
    assert isinstance(storage, DurableFileSystemStorage)
    with pytest.raises(Exception, match="path"):
        storage.save("../outside", io.BytesIO(b"x"))
