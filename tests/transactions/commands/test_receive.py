"""If these fail, an operator cannot bring a file in by hand, or is told the wrong thing about it."""

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from partners.models import Connection
from tests.transactions.conftest import drain
from tests.transactions.x12 import isa_of, x12
from transactions.models import InboundFile
from transactions.services import receive as receive_module
from transactions.states import FileOutcome

Rings = list[tuple[str, UUID, str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.edi"
    path.write_bytes(x12())
    return path


def receive(file: Path | str, partner: str, *arguments: str) -> str:
    printed = io.StringIO()
    call_command("receive", str(file), "--partner", partner, *arguments, stdout=printed)
    return printed.getvalue()


def test_a_file_is_received_for_the_partner(connection: Connection, rings: Rings, file: Path) -> None:
    printed = receive(file, connection.partner.code)
    stored = InboundFile.objects.get()
    assert printed == f"{stored.pk} received\n"
    assert (stored.partner, stored.channel, stored.name) == (connection.partner, "command", "orders.edi")
    assert receive(file, connection.partner.code) == f"{stored.pk} received before\n"


@pytest.fixture
def at_once(rings: Rings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is received is worked on before the command waits."""
    insert = receive_module._insert

    def insert_and_process(*args: Any) -> None:
        insert(*args)
        drain()

    monkeypatch.setattr(receive_module, "_insert", insert_and_process)


def test_waiting_tells_the_outcome(connection: Connection, at_once: None, file: Path) -> None:
    assert "Accepted: 1 of 1 documents accepted" in receive(file, connection.partner.code, "--wait", "5")
    assert InboundFile.objects.get().outcome == FileOutcome.ACCEPTED


def test_waiting_tells_that_the_file_is_held(connection: Connection, at_once: None, file: Path) -> None:
    file.write_bytes(x12(isa_of(sender="NOBODY")))
    assert "Held: 0 of 1 documents accepted" in receive(file, connection.partner.code, "--wait", "5")


def test_waiting_ends(connection: Connection, rings: Rings, file: Path) -> None:
    with pytest.raises(CommandError, match="not settled after 0.1 seconds"):
        receive(file, connection.partner.code, "--wait", "0.1")


def test_faults_are_named(connection: Connection, rings: Rings, file: Path, settings: Any) -> None:
    with pytest.raises(CommandError, match="nobody"):
        receive(file, "nobody")
    with pytest.raises(CommandError, match="No such file"):
        receive(file.with_name("missing"), connection.partner.code)
    settings.INTAKE_MAX_BYTES = 5
    with pytest.raises(CommandError, match="larger than 5 bytes"):
        receive(file, connection.partner.code)
    assert not InboundFile.objects.exists()
