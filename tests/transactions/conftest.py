"""A partner that sends orders, and a pipeline that runs in the test's own process."""

from collections.abc import Callable
from uuid import UUID

import pytest

from partners.models import Connection, Environment
from tests.benchmarks.world import make_world
from transactions.models import InboundFile, WorkUnit
from transactions.services import doorbell
from transactions.services.advance import advance_file, advance_unit
from transactions.services.finalise_file import finalise_file
from transactions.services.receive import receive
from transactions.states import FileStage, UnitState

Send = Callable[..., InboundFile]


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, UUID, str]]:
    """Doorbells that were rung, instead of a broker: (task, row, lane)."""
    heard: list[tuple[str, UUID, str]] = []
    monkeypatch.setattr(doorbell, "_ring", lambda task, row, lane: heard.append((task, row, lane)))
    return heard


@pytest.fixture
def connection(db: None) -> Connection:
    return make_world()


@pytest.fixture
def send(connection: Connection, rings: list[tuple[str, UUID, str]]) -> Send:
    """Receive bytes from the partner and run the pipeline until nothing moves. Returns the file as it ended."""

    def send_and_drain(content: bytes, through: Connection = connection) -> InboundFile:
        receipt = receive(
            [content],
            connection=through,
            partner=through.partner,
            environment=Environment(through.environment),
            channel="api",
            received_by="test",
        )
        drain()
        return InboundFile.objects.get(pk=receipt.file.pk)

    return send_and_drain


def drain() -> None:
    """Do what workers would do, until there is nothing to do."""
    moved = True
    while moved:
        moved = False
        received = InboundFile.objects.filter(stage=FileStage.RECEIVED, waits_until=None)
        for pk in received.order_by("pk").values_list("pk", flat=True):
            advance_file(pk)
            moved = True
        for pk in WorkUnit.objects.filter(state=UnitState.ADMITTED).order_by("pk").values_list("pk", flat=True):
            advance_unit(pk)
            moved = True
        for pk in InboundFile.objects.filter(stage=FileStage.PROCESSING).values_list("pk", flat=True):
            moved |= finalise_file(pk)
