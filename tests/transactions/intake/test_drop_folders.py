"""If these fail, a dropped file is lost, taken half written, taken twice, or something outside the folder is read."""

import fcntl
import os
import time
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from config.core.blobs import read_range
from partners.models import Connection, Environment, Partner, Protocol
from tests.factories import make_file, make_partner
from transactions.models import Acknowledgment, InboundFile, Verb
from transactions.services import drop_folders
from transactions.services import receive as receive_module
from transactions.services.drop_folders import collect_drop_folders, prepare_drop_folders


class Folder:
    """The drop folder of a partner as its program sees it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, content: bytes = b"ISA*00*") -> Path:
        path = self.root / "in" / name
        path.write_bytes(content)
        return path

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.root / folder).rglob("*") if not path.is_dir())


@pytest.fixture
def connection(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Connection:
    settings.DROP_DIR = tmp_path / "drop"
    settings.DROP_SETTLE_SECONDS = 0
    monkeypatch.setattr(receive_module, "ring_split", Mock())
    partner = Partner.objects.create(code="acme", name="Acme")
    return Connection.objects.create(partner=partner, protocol=Protocol.DROP_FOLDER, name="Folder")


@pytest.fixture
def folder(connection: Connection, settings: Any) -> Folder:
    prepare_drop_folders()
    return Folder(settings.DROP_DIR / "acme")


def test_a_dropped_file_is_received_and_moved(folder: Folder, connection: Connection) -> None:
    folder.put("orders.edi", b"ISA*00*")
    collected = collect_drop_folders()
    file = InboundFile.objects.get()
    assert [receipt.file for receipt in collected.receipts] == [file]
    assert (file.partner, file.connection, file.name) == (connection.partner, connection, "orders.edi")
    assert (file.channel, file.received_by) == ("drop-folder", "drop-folder acme")
    assert read_range(file.sha256, 0, 7) == b"ISA*00*"
    assert folder.names("in") == []
    assert folder.names("done") == ["orders.edi"]


def test_folders_are_made_for_enabled_connections_only(connection: Connection, settings: Any) -> None:
    other = Partner.objects.create(code="off", name="Off")
    Connection.objects.create(partner=other, protocol=Protocol.DROP_FOLDER, name="Folder", is_enabled=False)
    assert prepare_drop_folders() == [settings.DROP_DIR / "acme" / "in"]
    collect_drop_folders()
    assert sorted(path.name for path in settings.DROP_DIR.iterdir()) == ["acme"]


def test_a_disabled_folder_is_left_alone(folder: Folder, connection: Connection) -> None:
    folder.put("orders.edi")
    Connection.objects.update(is_enabled=False)
    assert collect_drop_folders() == ([], [])
    assert folder.names("in") == ["orders.edi"]


def test_a_test_folder_receives_for_tests(folder: Folder, connection: Connection) -> None:
    Connection.objects.update(environment=Environment.TEST)
    folder.put("orders.edi")
    collect_drop_folders()
    assert InboundFile.objects.get().environment == Environment.TEST


@pytest.mark.parametrize("name", [".hidden", "orders.tmp", "orders.part", "orders.filepart", "ORDERS.TMP"])
def test_what_is_still_being_sent_is_left_alone(folder: Folder, name: str) -> None:
    folder.put(name)
    collect_drop_folders()
    assert folder.names("in") == [name]
    assert not InboundFile.objects.exists()


def test_a_file_must_have_settled(folder: Folder, settings: Any) -> None:
    settings.DROP_SETTLE_SECONDS = 0.3
    path = folder.put("orders.edi")
    os.utime(path, (1, 1))  # a program that keeps the time of its original does not make it look settled
    collect_drop_folders()
    assert folder.names("in") == ["orders.edi"]
    time.sleep(0.4)
    collect_drop_folders()
    assert folder.names("done") == ["orders.edi"]


def test_a_file_that_grows_while_it_is_read_waits(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder.put("orders.edi", b"first half")
    read = os.read
    grown: list[bool] = []

    def read_and_grow(descriptor: int, size: int) -> bytes:
        chunk = read(descriptor, size)
        if not grown:
            grown.append(True)
            with path.open("ab") as stream:
                stream.write(b", second half")
        return chunk

    monkeypatch.setattr(os, "read", read_and_grow)
    collect_drop_folders()
    assert not InboundFile.objects.exists()
    collect_drop_folders()
    file = InboundFile.objects.get()
    assert read_range(file.sha256, 0, 100) == b"first half, second half"


def test_a_file_that_a_program_has_open_is_left_to_it(folder: Folder, settings: Any) -> None:
    """An upload that stands still for longer than a file needs to settle would be taken half written."""
    path = folder.put("orders.edi", b"first half")
    with path.open("ab") as upload:
        assert collect_drop_folders() == ([], [])
        upload.write(b", second half")
    collect_drop_folders()
    file = InboundFile.objects.get()
    assert read_range(file.sha256, 0, 100) == b"first half, second half"
    assert folder.names("done") == ["orders.edi"]


def test_a_file_that_is_never_closed_is_taken_in_the_end(folder: Folder, settings: Any) -> None:
    """A program that hangs, and a network disk that cannot tell, keep nothing back for ever."""
    settings.DROP_OPEN_SECONDS = 0
    with folder.put("orders.edi").open("ab"):
        assert len(collect_drop_folders().receipts) == 1


def test_who_opens_a_file_while_we_look_at_it_ends_nobody(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """To look means to hold a lease for a moment, and whoever breaks a lease makes the system send us a signal."""
    path = folder.put("orders.edi")
    real = drop_folders.fcntl.fcntl

    def look(descriptor: int, command: int, argument: int = 0) -> int:
        result = real(descriptor, command, argument)
        if command == drop_folders.fcntl.F_SETLEASE and argument == drop_folders.fcntl.F_RDLCK:
            with pytest.raises(BlockingIOError):
                os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        return result

    monkeypatch.setattr(drop_folders.fcntl, "fcntl", look)
    assert len(collect_drop_folders().receipts) == 1


def test_the_oldest_file_comes_first(folder: Folder) -> None:
    for name, age in (("b.edi", 30), ("a.edi", 20), ("c.edi", 10)):
        os.utime(folder.put(name, name.encode()), (1_000_000 - age, 1_000_000 - age))
    received = [receipt.file.name for receipt in collect_drop_folders().receipts]
    assert received == ["b.edi", "a.edi", "c.edi"]


def test_names_do_not_collide(folder: Folder) -> None:
    for content in (b"one", b"two", b"three"):
        folder.put("orders.edi", content)
        collect_drop_folders()
    assert folder.names("done") == ["orders-1.edi", "orders-2.edi", "orders.edi"]
    assert InboundFile.objects.count() == 3


def test_the_longest_name_that_a_file_can_have(folder: Folder) -> None:
    folder.put("n" * 255)
    collect_drop_folders()
    folder.put("n" * 255, b"other")
    collect_drop_folders()
    assert len(folder.names("done")) == 2


def test_a_name_that_is_no_text(folder: Folder) -> None:
    folder.put(os.fsdecode(b"bestellung-\xfc.edi"))
    collect_drop_folders()
    assert InboundFile.objects.get().name == "bestellung-?.edi"
    assert len(folder.names("done")) == 1


def test_a_crash_between_receiving_and_moving_doubles_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put("orders.edi")
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            collect_drop_folders()
    assert folder.names("in") == ["orders.edi"]
    collected = collect_drop_folders()
    assert [receipt.is_new for receipt in collected.receipts] == [False]
    file = InboundFile.objects.get()
    assert [event.verb for event in file.events.all()] == [Verb.RECEIVED, Verb.RECEIVED_AGAIN]
    assert folder.names("done") == ["orders.edi"]


def test_our_own_failure_leaves_the_file_where_it_is(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put("orders.edi")
    monkeypatch.setattr(drop_folders, "receive", Mock(side_effect=ConnectionError("database away")))
    with pytest.raises(ConnectionError):
        collect_drop_folders()
    assert folder.names("in") == ["orders.edi"]
    assert folder.names("refused") == []


def test_too_large_is_refused_with_the_reason(folder: Folder, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.INTAKE_MAX_BYTES = 5
    folder.put("big.edi", b"123456")
    folder.put("small.edi", b"12345")
    collected = collect_drop_folders()
    assert collected.refused == ["big.edi"]
    assert folder.names("refused") == ["big.edi", "big.edi.reason.txt"]
    assert "5 bytes" in (folder.root / "refused" / "big.edi.reason.txt").read_text()
    assert "acme" in caplog.text
    assert folder.names("done") == ["small.edi"], "one bad file must not keep the others waiting"


def test_links_are_not_followed(folder: Folder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("of another partner")
    (folder.root / "in" / "link.edi").symlink_to(secret)
    collected = collect_drop_folders()
    assert collected.refused == ["link.edi"]
    assert not InboundFile.objects.exists()
    assert (folder.root / "refused" / "link.edi").is_symlink(), "the link is moved, not what it names"
    assert secret.read_text() == "of another partner"


def test_a_pipe_does_not_keep_us_waiting(folder: Folder) -> None:
    os.mkfifo(folder.root / "in" / "pipe.edi")
    assert collect_drop_folders().refused == ["pipe.edi"]


def test_a_folder_inside_is_left_alone(folder: Folder) -> None:
    (folder.root / "in" / "archive").mkdir()
    assert collect_drop_folders() == ([], [])
    assert (folder.root / "in" / "archive").is_dir()


def test_a_link_in_place_of_a_folder_leads_nowhere(
    folder: Folder, connection: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    second = Partner.objects.create(code="second", name="Second")
    Connection.objects.create(partner=second, protocol=Protocol.DROP_FOLDER, name="Folder")
    prepare_drop_folders()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.txt").write_text("secret")
    (folder.root / "in").rmdir()
    (folder.root / "in").symlink_to(elsewhere)
    Folder(folder.root.parent / "second").put("orders.edi")
    collect_drop_folders()
    assert InboundFile.objects.get().partner == second, "one partner's broken folder must not stop the others'"
    assert (elsewhere / "secret.txt").exists()
    assert "acme" in caplog.text


def test_a_second_collector_leaves_a_locked_folder_alone(folder: Folder) -> None:
    folder.put("orders.edi")
    collect_drop_folders()
    folder.put("more.edi", b"more")
    with (folder.root / drop_folders.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert collect_drop_folders() == ([], [])
    assert len(collect_drop_folders().receipts) == 1


def test_a_file_that_is_taken_away_meanwhile_is_no_fault(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder.put("orders.edi")
    waiting = drop_folders._waiting

    def waiting_then_gone(inbox: int) -> list[str]:
        names = waiting(inbox)
        path.unlink()
        return names

    monkeypatch.setattr(drop_folders, "_waiting", waiting_then_gone)
    assert collect_drop_folders() == ([], [])


def test_no_descriptor_stays_open(folder: Folder) -> None:
    def open_descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    folder.put("first.edi")
    collect_drop_folders()
    before = open_descriptors()
    for number in range(5):
        folder.put(f"{number}.edi", str(number).encode())
        (folder.root / "in" / f"link{number}").symlink_to("nowhere")
        collect_drop_folders()
    assert open_descriptors() == before


@pytest.fixture
def answered(connection: Connection, folder: Folder) -> Acknowledgment:
    """A 997 for a file that came by another way, of a partner with a drop folder."""
    made = make_file(make_partner("other"))
    acknowledgment = made.acknowledgment
    Acknowledgment.objects.filter(pk=acknowledgment.pk).update(connection=connection, is_to_deliver=True)
    return acknowledgment


def test_an_acknowledgment_is_put_into_the_folder_once(folder: Folder, answered: Acknowledgment) -> None:
    collect_drop_folders()
    (name,) = folder.names("out")
    assert name.startswith(f"997-{answered.control_number}-")
    assert (folder.root / "out" / name).read_bytes() == bytes(answered.content)
    answered.refresh_from_db()
    assert (answered.is_to_deliver, answered.delivered_at is not None) == (False, True)
    (folder.root / "out" / name).unlink()
    collect_drop_folders()
    assert folder.names("out") == []


def test_after_a_crash_it_is_the_same_file_again(folder: Folder, answered: Acknowledgment) -> None:
    collect_drop_folders()
    Acknowledgment.objects.update(is_to_deliver=True)
    collect_drop_folders()
    assert len(folder.names("out")) == 1


def test_a_folder_that_cannot_be_written_to_keeps_it_for_later(
    folder: Folder, answered: Acknowledgment, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f".997-{answered.control_number}-{str(answered.pk)[-12:]}.edi.tmp"
    (folder.root / "out" / name).symlink_to(folder.root / "elsewhere")
    collect_drop_folders()
    answered.refresh_from_db()
    assert answered.is_to_deliver
    assert not (folder.root / "elsewhere").exists()


def test_nothing_goes_through_a_connection_that_is_off(
    folder: Folder, connection: Connection, answered: Acknowledgment
) -> None:
    Connection.objects.filter(pk=connection.pk).update(is_enabled=False)
    collect_drop_folders()
    assert folder.names("out") == []
