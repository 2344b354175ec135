"""If these fail, a file is lost, taken twice, or answered with somebody else's."""

import threading
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from django.db import connection as database
from django.db import connections

from config.core.blobs import BlobTooLarge, open_blob
from partners.models import Connection, Environment, Partner, Protocol
from transactions.models import ClaimScope, DuplicateClaim, Event, InboundFile, Verb
from transactions.services import receive as module
from transactions.services.receive import IdempotencyKeyReused, Receipt, presentable_name, receive
from transactions.states import FileStage, Lane


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """What a worker would hear."""
    bell = Mock()
    monkeypatch.setattr(module, "ring_split", bell)
    return bell


@pytest.fixture
def acme(db: None) -> Connection:
    partner = Partner.objects.create(code="acme", name="Acme")
    return Connection.objects.create(partner=partner, protocol=Protocol.API, name="ERP")


def send(connection: Connection | None, content: bytes, key: str = "", **changes: object) -> Receipt:
    arguments: dict[str, object] = {
        "connection": connection,
        "partner": connection.partner if connection else None,
        "environment": connection.environment if connection else Environment.PRODUCTION,
        "channel": "api",
        "received_by": "ERP",
        "name": "orders.edi",
        "idempotency_key": key,
    }
    return receive(iter([content]), **(arguments | changes))  # type: ignore[arg-type]


def verbs(file: InboundFile) -> list[str]:
    return list(file.events.values_list("verb", flat=True))


def test_a_new_file_has_its_bytes_its_row_its_event_and_a_ring(
    acme: Connection, bell: Mock, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        file, is_new = send(acme, b"ISA*00")
        bell.assert_not_called()
    assert is_new
    stored = InboundFile.objects.get()
    assert (stored.pk, stored.stage, stored.size, stored.name) == (file.pk, FileStage.RECEIVED, 6, "orders.edi")
    with open_blob(stored.sha256) as blob:
        assert blob.read() == b"ISA*00"
    assert verbs(stored) == [Verb.RECEIVED]
    bell.assert_called_once_with(file)


def test_an_empty_file_is_a_file(acme: Connection) -> None:
    assert send(acme, b"").file.size == 0


def test_the_same_bytes_are_one_file(acme: Connection, bell: Mock, django_capture_on_commit_callbacks) -> None:
    first = send(acme, b"same").file
    with django_capture_on_commit_callbacks(execute=True):
        again = send(acme, b"same", name="other.edi")
    assert again == (first, False)
    assert InboundFile.objects.count() == 1
    assert verbs(first) == [Verb.RECEIVED, Verb.RECEIVED_AGAIN]
    bell.assert_not_called()


def test_the_same_bytes_of_another_partner_or_environment_are_another_file(acme: Connection) -> None:
    other = Partner.objects.create(code="other", name="Other")
    files = {
        send(acme, b"same").file.pk,
        send(acme, b"same", environment=Environment.TEST).file.pk,
        send(None, b"same", partner=other).file.pk,
        send(None, b"same").file.pk,
    }
    assert len(files) == 4


def test_a_key_gives_its_file_again(acme: Connection) -> None:
    first = send(acme, b"one", key="k1").file
    assert send(acme, b"one", key="k1") == (first, False)
    assert verbs(first) == [Verb.RECEIVED, Verb.RECEIVED_AGAIN]


def test_a_key_with_other_bytes_is_refused_and_leaves_no_trace(acme: Connection) -> None:
    first = send(acme, b"one", key="k1").file
    with pytest.raises(IdempotencyKeyReused) as refused:
        send(acme, b"two", key="k1")
    assert refused.value.holder == first.pk
    assert InboundFile.objects.count() == 1
    assert Event.objects.count() == 1
    assert send(acme, b"two", key="k2").is_new, "the refused bytes must still be welcome under another key"


def test_a_second_key_for_the_same_bytes_belongs_to_the_first_file(acme: Connection) -> None:
    first = send(acme, b"one", key="k1").file
    assert send(acme, b"one", key="k2") == (first, False)
    with pytest.raises(IdempotencyKeyReused):
        send(acme, b"two", key="k2")
    assert send(acme, b"one", key="k2") == (first, False)


def test_keys_of_two_connections_do_not_meet(acme: Connection) -> None:
    second = Connection.objects.create(partner=acme.partner, protocol=Protocol.API, name="Shop")
    assert send(acme, b"one", key="k1").is_new
    assert send(second, b"two", key="k1").is_new


def test_a_file_over_the_limit_leaves_no_row(acme: Connection, settings) -> None:
    settings.INTAKE_MAX_BYTES = 5
    with pytest.raises(BlobTooLarge):
        send(acme, b"123456", key="k1")
    assert not InboundFile.objects.exists()
    assert not DuplicateClaim.objects.exists()


def test_a_sender_that_breaks_off_leaves_no_row(acme: Connection) -> None:
    def broken() -> Iterator[bytes]:
        yield b"ISA"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        receive(
            broken(),
            connection=acme,
            partner=acme.partner,
            environment=acme.environment,
            channel="api",
            received_by="ERP",
        )
    assert not InboundFile.objects.exists()


def test_large_files_do_not_queue_with_small_ones(acme: Connection, settings) -> None:
    settings.INTERACTIVE_MAX_BYTES = 3
    assert send(acme, b"123").file.lane == Lane.INTERACTIVE
    assert send(acme, b"1234").file.lane == Lane.BULK


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("orders.edi", "orders.edi"),
        ("../../etc/passwd", "passwd"),
        ("C:\\out\\orders.edi", "orders.edi"),
        ("a\x00b\nc", "abc"),
        ("bad\udce9.edi", "bad?.edi"),
        ("Bestellung für März.edi", "Bestellung für März.edi"),
        ("x" * 300, "x" * 255),
        ("", ""),
    ],
)
def test_a_name_is_fit_to_show_and_to_store(name: str, shown: str) -> None:
    assert presentable_name(name) == shown


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    """On PostgreSQL, where writers meet."""

    def run(self, acme: Connection, requests: list[tuple[bytes, str]]) -> list[Receipt | Exception]:
        assert database.vendor == "postgresql"
        results: list[Receipt | Exception] = []
        start = threading.Barrier(len(requests))

        def one(content: bytes, key: str) -> None:
            start.wait()
            try:
                results.append(send(acme, content, key))
            except IdempotencyKeyReused as error:
                results.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=request) for request in requests]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(results) == len(requests)
        return results

    def test_one_of_many_with_the_same_bytes_wins(self, acme: Connection, bell: Mock) -> None:
        results = self.run(acme, [(b"same", "")] * 8)
        receipts = [result for result in results if isinstance(result, Receipt)]
        assert sorted(receipt.is_new for receipt in receipts) == [False] * 7 + [True]
        assert {receipt.file.pk for receipt in receipts} == {InboundFile.objects.get().pk}
        assert bell.call_count == 1

    def test_one_of_many_with_the_same_key_wins(self, acme: Connection, bell: Mock) -> None:
        results = self.run(acme, [(f"content {n % 2}".encode(), "k1") for n in range(8)])
        receipts = [result for result in results if isinstance(result, Receipt)]
        assert len(receipts) == 4, "those with the winner's bytes get its file, the others are refused"
        assert {receipt.file.pk for receipt in receipts} == {InboundFile.objects.get().pk}

    def test_the_same_bytes_under_many_keys_are_one_file(self, acme: Connection, bell: Mock) -> None:
        results = self.run(acme, [(b"same", f"k{n}") for n in range(8)])
        file = InboundFile.objects.get()
        assert {result.file.pk for result in results if isinstance(result, Receipt)} == {file.pk}
        keys = DuplicateClaim.objects.filter(scope=ClaimScope.IDEMPOTENCY_KEY)
        assert set(keys.values_list("holder", flat=True)) == {file.pk}
        assert keys.count() == 8
