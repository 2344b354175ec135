"""Kill workers while they work, and count what was lost, doubled or stuck. All three must be 0.

    python -m tests.benchmarks.kill_workers [--files 300] [--kills 20]

Runs on the embedded default in a folder of its own, or on DATABASE_URL (its tables are emptied!) and
CELERY_BROKER_URL. Each kill is a SIGKILL to a worker and all its children at a random moment. The files are X12,
CSV, UBL and IDocs, in turn by chance.
"""

import argparse
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.processes import beat, kill, onramp, wait_until_finished, worker

if TYPE_CHECKING:
    from tests.benchmarks.mix import Made

WORKERS = 2
DEADLINE_SECONDS = 600
SIZES = (1, 1, 1, 2, 5, 30, 150)  # orders in a file; the largest makes two units


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=850)
    options = parser.parse_args()
    with onramp() as data:
        return _run(data, options.files, options.kills, random.Random(options.seed))  # noqa: S311  # repeatable on purpose


def _run(data: Path, files: int, kills: int, chance: random.Random) -> int:
    from tests.benchmarks.mix import make_mixed_world

    connection = make_mixed_world()
    workers = [worker(number) for number in range(WORKERS)]
    scheduler = beat(data)
    begun = time.monotonic()
    try:
        expected = _feed_and_kill(connection, files, kills, workers, chance)
        settled = wait_until_finished(files, DEADLINE_SECONDS)
    finally:
        for process in (*workers, scheduler):
            kill(process)
    lost, doubled, stuck = _count(expected)
    print(
        f"{files} files, {sum(made.documents for made in expected.values())} documents, {kills} kills, "
        f"{time.monotonic() - begun:.0f} s: lost {lost}, doubled {doubled}, stuck {stuck}"
    )
    return 0 if settled and not (lost or doubled or stuck) else 1


def _feed_and_kill(
    connection: object, files: int, kills: int, workers: list[subprocess.Popen[bytes]], chance: random.Random
) -> "dict[str, Made]":
    """Receive the files one after the other and kill a worker now and then. Returns file id → what it holds."""
    from tests.benchmarks.mix import mixed_file
    from transactions.services.receive import receive

    kill_after = set(chance.sample(range(files), min(kills, files)))
    expected: dict[str, Made] = {}
    number = 1
    for index in range(files):
        made = mixed_file(chance, number, chance.choice(SIZES))
        number += made.documents
        receipt = receive(
            [made.content],
            connection=connection,  # type: ignore[arg-type]
            partner=connection.partner,  # type: ignore[attr-defined]
            environment="production",
            channel="command",
            received_by="kill test",
        )
        expected[str(receipt.file.pk)] = made
        time.sleep(chance.uniform(0.0, 0.05))
        if index in kill_after:
            victim = chance.randrange(WORKERS)
            kill(workers[victim])
            workers[victim] = worker(victim)
    return expected


def _count(expected: "dict[str, Made]") -> tuple[int, int, int]:
    """lost: documents, canonical forms and acknowledgments that should be there; doubled: those too many."""
    from transactions.models import Acknowledgment, Attempt, CanonicalDocument, Document, InboundFile, WorkUnit

    lost = doubled = 0
    documents = Counter(str(pk) for pk in Document.objects.filter(outcome="accepted").values_list("file_id", flat=True))
    groups = Counter(str(pk) for pk in Acknowledgment.objects.values_list("file_id", flat=True))
    for file_id, made in expected.items():
        for found, wanted in ((documents[file_id], made.documents), (groups[file_id], made.acknowledgments)):
            lost += max(wanted - found, 0)
            doubled += max(found - wanted, 0)
    total = sum(made.documents for made in expected.values())
    for rows in (CanonicalDocument.objects.count(), Attempt.objects.count()):
        lost += max(total - rows, 0)
        doubled += max(rows - total, 0)
    keys = Counter(CanonicalDocument.objects.values_list("business_key", flat=True))
    numbers = Counter(Acknowledgment.objects.values_list("control_number", flat=True))
    doubled += sum(times - 1 for counter in (keys, numbers) for times in counter.values())
    stuck = InboundFile.objects.exclude(stage="finished").count() + WorkUnit.objects.exclude(state="done").count()
    return lost, doubled, stuck


if __name__ == "__main__":
    sys.exit(main())
