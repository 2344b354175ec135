"""Splitting and validating orders, as ratios to the least that any reader must do. Run it; it proves nothing.

    python -m tests.benchmarks.x12_read [ORDERS [LINES]]

Split-only: decode, split by terminator, then by separator, keep nothing. All figures are processor time of one run
on one core, the best of five rounds each; peak memory is that of the splitter alone on the same file.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mappings.engine.findings import Place
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import InterchangeOpened, SetFound, scan
from mappings.engine.x12.validator import validator_for

STAR = Delimiters(element="*", segment="~", component=">")
ROUNDS = 5


def order(rnd: random.Random, number: int, lines: int) -> list[str]:
    body = [
        f"BEG*00*SA*PO-{4500000000 + number}**20261121",
        "CUR*BY*USD",
        f"REF*DP*{rnd.randint(100, 999)}",
        "PER*BD*JANE DOE*TE*6145550100*EM*JANE.DOE@BUYER.EXAMPLE",
        f"DTM*002*202612{rnd.randint(1, 28):02d}",
        "TD5**2*UPSN*M*GROUND",
    ]
    for qualifier, name in (("BY", "BUYER CORPORATION"), ("ST", "DISTRIBUTION CENTER"), ("VN", "SUPPLIER INC")):
        body += [
            f"N1*{qualifier}*{name}*92*{rnd.randint(1000, 99999)}",
            f"N2*ATTN RECEIVING {rnd.randint(1, 60)}",
            f"N3*{rnd.randint(1, 9999)} INDUSTRIAL PKWY*SUITE {rnd.randint(1, 400)}",
            "N4*COLUMBUS*OH*43004*US",
        ]
    for line in range(1, lines + 1):
        quantity, price = rnd.randint(1, 500), rnd.randint(25, 99999) / 100
        ids = f"BP*B{rnd.randint(10**4, 10**6)}*VN*V-{rnd.randint(1000, 99999)}*UP*{rnd.randint(10**11, 10**12 - 1)}"
        body += [
            f"PO1*{line}*{quantity}*EA*{price}*PE*{ids}",
            "PID*F****STEEL HEX BOLT ZINC",
            f"REF*LI*{number}-{line}",
        ]
    body += [f"CTT*{lines}", f"AMT*TT*{rnd.randint(100, 10**6)}"]
    return [f"ST*850*{number:04d}", *body, f"SE*{len(body) + 2}*{number:04d}"]


def interchange(orders: int, lines: int) -> Iterator[str]:
    rnd = random.Random(850)
    yield "ISA*00*          *00*          *ZZ*BUYERCORP      *ZZ*SUPPLIERINC    *261121*0830*U*00401*000000101*0*P*>"
    yield "GS*PO*BUYERCORP*SUPPLIERINC*20261121*0830*1*X*004010"
    for number in range(1, orders + 1):
        yield from order(rnd, number, lines)
    yield f"GE*{orders}*1"
    yield "IEA*1*000000101"


def split_only(path: Path) -> None:
    rest = ""
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 18):
            *pieces, rest = (rest + chunk.decode()).split("~")
            for piece in pieces:
                piece.split("*")


def scan_only(path: Path) -> None:
    with path.open("rb") as stream:
        for _ in scan(stream):
            pass


def scan_and_read(path: Path) -> None:
    with path.open("rb") as stream, path.open("rb", buffering=0) as again:
        for event in scan(stream):
            if isinstance(event, InterchangeOpened):
                delimiters = event.delimiters
            if isinstance(event, SetFound):
                again.seek(event.offset)
                place = Place(offset=event.offset)
                reading = validator_for(event.set_id, "004010").read(again.read(event.length), delimiters, place)
                if reading.findings:
                    raise SystemExit(f"The generated orders have faults: {reading.findings[0]}")


def best(work: Callable[[], None]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


def one_order(lines: int) -> tuple[float, float]:
    """Seconds per order, warm: read, and split-only."""
    raw = "".join(segment + "~\n" for segment in order(random.Random(5), 1, lines)).encode()
    validator = validator_for("850", "004010")

    def read() -> None:
        for _ in range(2000):
            validator.read(raw, STAR)

    def split() -> None:
        for _ in range(2000):
            for piece in raw.decode().split("~"):
                piece.split("*")

    return best(read), best(split)


def main(orders: int = 1000, lines: int = 20) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.edi"
        path.write_text("".join(segment + "~\n" for segment in interchange(orders, lines)))
        scan_only(path)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        base = best(lambda: split_only(path))
        scanned, read = best(lambda: scan_only(path)), best(lambda: scan_and_read(path))
        megabytes = path.stat().st_size / 1e6
    read_one, split_one = one_order(5)
    sys.stdout.write(
        f"{orders} orders of {lines} lines, {megabytes:.1f} MB\n"
        f"split-only           {base:8.3f} s   1.00\n"
        f"scan                 {scanned:8.3f} s   {scanned / base:.2f}\n"
        f"scan and read        {read:8.3f} s   {read / base:.2f}\n"
        f"one order of 5 lines {read_one / 2000 * 1e6:8.1f} us  {read_one / split_one:.2f}\n"
        f"peak memory of scan  {peak:8.1f} MB\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
