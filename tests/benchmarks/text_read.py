"""Reading and mapping CSV orders, against csv.reader, grouping by order number and Decimal by hand.

    python -m tests.benchmarks.text_read [--rows 100000] [--rounds 5]

By hand: the encoding, the delimiter and the columns are known; rows are grouped by the first column, and three of them
are made Decimal. Nothing is looked at twice and nothing is built but lists.

Reader: encoding, delimiter, columns, number marks and date patterns are found out; every row knows its place; what does
not fit is a finding. With mapping: that, and a canonical order of some twenty objects for three rows.

Prints the ratios of the best processor times (the limit for reading is 2) and the memory that a file of ten times the
size takes more.
"""

import argparse
import csv
import io
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from decimal import Decimal

from mappings.engine.text.reader import DocumentFound, scan
from mappings.engine.text.record import Record
from mappings.engine.text.settings import Layout
from mappings.library import index

COLUMNS = ("Name", "Created at", "Financial Status", "Email", "Currency", "Total", "Lineitem quantity", "Lineitem name",
           "Lineitem price", "Lineitem sku", "Billing Name", "Shipping City", "Shipping Country", "Notes")  # fmt: skip
NUMBERS = ("Total", "Lineitem quantity", "Lineitem price")
LAYOUT = Layout("orders", COLUMNS, key=("Name",), numbers=NUMBERS, dates=("Created at",))


def content(rows: int) -> bytes:
    """Orders of three lines each; what repeats is blank on the second and third."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in range(rows):
        price = f"{row % 900 + 1}.{row % 100:02d}"
        line = [str(row % 7 + 1), f"Bowl, Large #{row % 50}", price, f"SKU-{row % 500:03d}"]
        if row % 3:
            writer.writerow([f"#{row // 3}", "", "", "", "", "", *line, "", "", "", ""])
            continue
        head = [f"#{row // 3}", f"2026-07-{row % 28 + 1:02d} 11:00:00 +0000", "paid", "ada@example.com", "CAD", price]
        writer.writerow([*head, *line, "Ada Byron", "Ottawa", "CA", ""])
    return text.getvalue().encode()


def by_hand(raw: bytes) -> int:
    """What anyone would write: rows grouped by the first column, numbers as Decimal."""
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(raw), "utf-8", newline=""))
    header = next(rows)
    places = [header.index(name) for name in NUMBERS]
    documents = 0
    key = None
    group: list[list[object]] = []
    for cells in rows:
        values: list[object] = list(cells)
        for place in places:
            if cells[place]:
                values[place] = Decimal(cells[place])
        if cells[0] != key:
            documents += bool(group)
            key, group = cells[0], []
        group.append(values)
    return documents + bool(group)


def by_reader(raw: bytes) -> int:
    return sum(1 for event in scan(io.BytesIO(raw), layouts=(LAYOUT,)) if isinstance(event, DocumentFound))


def mapped(raw: bytes) -> int:
    """Everything: read, grouped and mapped to canonical orders by the library's mapping for this layout."""
    layouts = [layout for _, layout in index.layouts().values()]
    mapping = index.compiled("csv-orders-shop")
    documents = 0
    for event in scan(io.BytesIO(raw), layouts=layouts):
        if isinstance(event, DocumentFound):
            record = Record(event)
            mapping.apply(record.node, {}, record)
            documents += 1
    return documents


def _best(works: Sequence[Callable[[bytes], int]], raw: bytes, rounds: int) -> list[float]:
    """The shortest processor time of each, in seconds; they take turns."""
    times = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            begun = time.process_time()
            work(raw)
            times[number] = min(times[number], time.process_time() - begun)
    return times


def _peak(raw: bytes) -> int:
    tracemalloc.start()
    by_reader(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    raw = content(options.rows)
    if not by_hand(raw) == by_reader(raw) == mapped(raw):
        print("The three do not find the same documents.")
        return 2
    hand, reader, everything = _best([by_hand, by_reader, mapped], raw, options.rounds)
    small, large = _peak(content(options.rows // 10)), _peak(raw)
    print(
        f"{options.rows} rows: by hand {options.rows / hand:,.0f} rows/s, reader {options.rows / reader:,.0f} rows/s, "
        f"ratio {reader / hand:.2f}, with mapping {everything / hand:.2f}; "
        f"peak {small / 1e6:.1f} MB for a tenth, {large / 1e6:.1f} MB for all"
    )
    return 0 if reader / hand <= 2 else 1


if __name__ == "__main__":
    sys.exit(main())
