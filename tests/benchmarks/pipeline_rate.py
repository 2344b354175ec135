"""Documents a second through the whole pipeline, against a bare COPY of the same rows in the same run.

    DATABASE_URL=postgres://... CELERY_BROKER_URL=amqp://... python -m tests.benchmarks.pipeline_rate

PostgreSQL only (COPY is the floor). Its tables are emptied. Prints ratios: 1.0 would be as fast as writing the
finished rows with nothing before it.
"""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.processes import kill, onramp, wait_until_finished, worker
from tests.transactions.x12 import isa_of, orders, x12

LINES = 5
INTAKE_THREADS = 8  # as a web server has; most of an intake is waiting for the disk
TIMEOUT = 300.0
TABLES = ("transactions_document", "transactions_attempt", "transactions_canonicaldocument", "transactions_event")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--singles", type=int, default=500)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=2, help="worker processes")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with onramp():
        from django.db import connection as database

        if database.vendor != "postgresql":
            print("DATABASE_URL must name a PostgreSQL database.")
            return 2
        process = worker(0, options.concurrency)
        try:
            _run(options)
        finally:
            kill(process)
    return 0


def _run(options: argparse.Namespace) -> None:
    from tests.benchmarks.world import make_world

    connection = make_world()
    _send(connection, [x12(isa_of(*orders(1, first=9_000_000), control=900_000))], 1)  # the worker is warm
    first, done = 1, 1
    singles: list[float] = []
    bulks: list[float] = []
    for number in range(options.rounds):
        files = [
            x12(isa_of(*orders(1, first=first + i, lines=LINES), control=first + i)) for i in range(options.singles)
        ]
        first += options.singles
        done += options.singles
        singles.append(options.singles / _send(connection, files, done))
        done += 1
        bulk = [x12(isa_of(*orders(options.orders, first=first, lines=LINES), control=first))]
        first += options.orders
        bulks.append(options.orders / _send(connection, bulk, done))
        print(f"round {number + 1}: single files {singles[-1]:,.0f}/s, one interchange {bulks[-1]:,.0f}/s")
    floor = _bare_copy(options.orders)
    single, bulk_rate = max(singles), max(bulks)
    print(f"bare COPY of the same rows: {floor:,.0f} documents/s")
    print(f"single files:    {single:,.0f}/s = {single / floor:.3f} of bare COPY")
    print(f"one interchange: {bulk_rate:,.0f}/s = {bulk_rate / floor:.3f} of bare COPY")


def _send(connection: object, files: list[bytes], finished: int) -> float:
    """Receive the files and wait for the workers; seconds from the first byte to the last finished file."""
    from transactions.services.receive import receive

    def take_in(content: bytes) -> None:
        receive(
            [content],
            connection=connection,  # type: ignore[arg-type]
            partner=connection.partner,  # type: ignore[attr-defined]
            environment="production",
            channel="command",
            received_by="benchmark",
        )

    begun = time.perf_counter()
    with ThreadPoolExecutor(INTAKE_THREADS) as threads:
        list(threads.map(take_in, files))
    if not wait_until_finished(finished, TIMEOUT):
        raise TimeoutError("the workers did not finish")
    return time.perf_counter() - begun


def _bare_copy(orders_in_file: int) -> float:
    """Documents a second when the rows of the largest file are only copied, with the same indexes, one commit."""
    from django.db import connection as database
    from django.db import transaction

    from transactions.models import InboundFile

    file = InboundFile.objects.filter(documents_total=orders_in_file).order_by("-id").first()
    if file is None:
        raise LookupError("no file of that size was processed")
    where = {
        "transactions_document": f"file_id = '{file.pk}'",
        "transactions_event": f"file_id = '{file.pk}'",
    }
    by_document = f"document_id IN (SELECT id FROM transactions_document WHERE file_id = '{file.pk}')"
    with database.cursor() as cursor:
        rows: dict[str, list[bytes]] = {}
        for table in TABLES:
            condition = where.get(table, by_document)
            with cursor.cursor.copy(f"COPY (SELECT * FROM {table} WHERE {condition}) TO STDOUT") as out:
                rows[table] = [bytes(part) for part in out]
            cursor.execute(f"DROP TABLE IF EXISTS bare_{table}")
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        best = 0.0
        for _ in range(3):
            for table in TABLES:
                cursor.execute(f"TRUNCATE bare_{table}")
            begun = time.perf_counter()
            with transaction.atomic():
                for table in TABLES:
                    with cursor.cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
                        copy.write(b"".join(rows[table]))
            best = max(best, orders_in_file / (time.perf_counter() - begun))
        for table in TABLES:
            cursor.execute(f"DROP TABLE bare_{table}")
    return best


if __name__ == "__main__":
    sys.exit(main())
