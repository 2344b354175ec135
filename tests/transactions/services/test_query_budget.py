"""What the database is asked: a file costs a fixed number of statements, and so does each unit of its documents."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from partners.models import Connection
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import InboundFile, WorkUnit
from transactions.services.advance import advance_file
from transactions.services.finalise_file import finalise_file
from transactions.services.process_unit import process_unit
from transactions.services.receive import receive
from transactions.services.split_file import split_file

RECEIVE, ADVANCE, GROUP = 4, 42, 5
BATCH = 2  # SQLite takes so many variables in one statement that a hundred rows are two or three


def receive_file(connection: Connection, content: bytes) -> InboundFile:
    through = Connection.objects.select_related("partner").get(pk=connection.pk)
    return receive(
        [content], connection=through, partner=through.partner, environment="production", channel="api",
        received_by="test",
    ).file  # fmt: skip


def statements(work: Callable[[], object]) -> int:
    """How many, without the savepoints that stand for transactions in a test."""
    with CaptureQueriesContext(database) as asked:
        work()
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in asked.captured_queries)


@pytest.fixture
def warm(connection: Connection, rings: list[object]) -> Connection:
    """A process that has met the mapping."""
    advance_file(receive_file(connection, x12(isa_of(Order(number="WARM"), control=99))).pk)
    return connection


def test_receiving_a_file(warm: Connection) -> None:
    through = Connection.objects.select_related("partner").get(pk=warm.pk)
    content = x12()

    def receive_it() -> None:
        receive(
            [content],
            connection=through,
            partner=through.partner,
            environment="production",
            channel="api",
            received_by="",
        )

    assert statements(receive_it) <= RECEIVE


def test_a_file_of_one_document(warm: Connection) -> None:
    file = receive_file(warm, x12())

    assert statements(lambda: advance_file(file.pk)) <= ADVANCE


def test_ten_times_the_documents_cost_no_more_statements(warm: Connection) -> None:
    counts = []
    for control, many in enumerate((4, 40), 1):
        file = receive_file(warm, x12(isa_of(*orders(many, first=control * 1000), control=control)))
        counts.append(statements(partial(advance_file, file.pk)))

    assert counts[1] - counts[0] <= BATCH


def test_ten_times_the_rejected_documents_cost_no_more_statements(warm: Connection) -> None:
    counts = []
    for control, many in enumerate((4, 40), 1):
        faulty = [Order(number=f"F{control}-{n}", control=f"{n:04d}", se_count=99) for n in range(1, many + 1)]
        file = receive_file(warm, x12(isa_of(*faulty, control=control)))
        counts.append(statements(partial(advance_file, file.pk)))

    assert counts[1] - counts[0] <= BATCH


def test_a_group_costs_its_acknowledgment_and_little_else(warm: Connection) -> None:
    counts = []
    for control, many in enumerate((2, 22), 1):
        groups = [Group(orders=(Order(number=f"G{control}-{n}"),), control=str(n)) for n in range(1, many + 1)]
        file = receive_file(warm, x12(Isa(groups=groups, control=control)))
        for unit in split_file(file.pk) or []:
            process_unit(unit.pk)
        WorkUnit.objects.filter(file=file).exclude(state="done").update(state="admitted")
        for unit in WorkUnit.objects.filter(file=file, state="admitted"):
            process_unit(unit.pk)
        counts.append(statements(partial(finalise_file, file.pk)))

    assert counts[1] - counts[0] <= 20 * GROUP
