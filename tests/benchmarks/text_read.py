"""Reading and mapping CSV, against csv.reader, grouping by document number and Decimal by hand.

    python -m tests.benchmarks.text_read [--rows 12000] [--rounds 40]

Three exports: of a shop (three rows per order, the second and third of which are blank but for the item), of a
marketplace (tab-separated, every row repeats its order) and of invoices (wide, five rows each).

By hand    encoding, delimiter and columns are known; rows are grouped by the first column, numbers are made Decimal.
           Dates stay as they are, nothing is checked and nothing is written. Its speed with dates is told beside it.
Splitting  `express.text.places`: all of that is found out, and where each document stands, as the pipeline plans files.
Short way  `express.text`: from the bytes of the file, split or not, to canonical JSON, where nothing is wrong.
In units   the same for a hundred documents at a time, as the pipeline takes them (`text_rows.readings_at`), without
           what it puts around each JSON to judge it.
Completely the reader and the mapping for what is not sure, with JSON.

Prints for each the ratio to the work by hand (the limit for all but the last is 2), of the
best times of rounds in which they take turns; the first unit of a process, in which programs are made; and the memory
that splitting a file of ten times the size takes more.
"""

import argparse
import csv
import io
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from mappings.engine.express.text.lane import Lane, lane_for
from mappings.engine.express.text.places import DocumentAt, places
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.text.detect import for_part
from mappings.engine.text.reader import DocumentFound, SheetOpened, scan
from mappings.engine.text.record import Record
from mappings.engine.text.settings import Layout, TextSettings
from mappings.library import index

UNIT = 100
"""Documents of a unit of work, as the pipeline takes them."""
FILES = 5
"""Of each kind, one after the other: numbers, amounts and times of day of the next are not those of the one before, as
from one day to the other. What a table learned of a file is of no use for another because it was measured again."""
LIMIT = 2.0
SHOP = ("Name", "Created at", "Financial Status", "Email", "Currency", "Total", "Lineitem quantity", "Lineitem name",
        "Lineitem price", "Lineitem sku", "Billing Name", "Shipping City", "Shipping Country", "Notes")  # fmt: skip
MARKETPLACE = (
    "order-id", "order-item-id", "purchase-date", "buyer-email", "buyer-name", "sku", "product-name",
    "quantity-purchased", "currency", "item-price", "item-tax", "shipping-price", "ship-service-level",
    "recipient-name", "ship-address-1", "ship-city", "ship-postal-code", "ship-country", "sales-channel",
)  # fmt: skip
INVOICES = (
    "invoice_number", "invoice_date", "invoice_line", "po_number", "vendor_id", "vendor_name", "sku",
    "sku_description", "uom", "currency", "qty_invoiced", "unit_price", "line_total", "tax_rate", "tax_amount",
    "invoice_total", "due_date", "ship_to",
)  # fmt: skip

LAYOUTS = [layout for _, layout in index.layouts().values()]


def content(rows: int, first: int = 0) -> bytes:
    """Orders of a shop of three lines each; what repeats is blank on the second and third."""
    return _written(SHOP, map(_shop_row, range(first, first + rows)), ",")


def _shop_row(row: int) -> list[str]:
    price = f"{row % 900 + 1}.{row % 100:02d}"
    line = [str(row % 7 + 1), f"Bowl, Large #{row % 50}", price, f"SKU-{row % 500:03d}"]
    if row % 3:
        return [f"#{row // 3}", "", "", "", "", "", *line, "", "", "", ""]
    moment = f"2026-07-{row % 28 + 1:02d} {_clock(row // 3)} +0000"
    head = [f"#{row // 3}", moment, "paid", "ada@example.com", "CAD", price]
    return [*head, *line, "Ada Byron", "Ottawa", "CA", ""]


def _clock(order: int) -> str:
    """The time of day of an order: nearly all have another."""
    return f"{order // 3600 % 24:02d}:{order // 60 % 60:02d}:{order % 60:02d}"


def marketplace(rows: int, first: int = 0) -> bytes:
    """Orders of a marketplace of two lines each, all of another buyer."""
    return _written(MARKETPLACE, map(_marketplace_row, range(first, first + rows)), "\t")


def _marketplace_row(row: int) -> list[str]:
    order = row // 2
    price = f"{row * 7919 % 200_003 / 100 + 1:.2f}"
    return [
        f"112-{order:07d}", f"{row:014d}", f"2026-07-{order % 28 + 1:02d}T{_clock(order)}+00:00",
        f"buyer{order}@example.com", f"Buyer No {order}", f"SKU-{row * 31 % 5000:04d}", f"Product {row * 31 % 5000}",
        str(row % 4 + 1), "USD", price, "0.81", "0.00" if row % 3 else "4.99", "Standard", f"Buyer No {order}",
        f"{order % 990 + 1} Main Street", "Springfield", f"{order % 90000:05d}", "US", "Example.com",
    ]  # fmt: skip


def invoices(rows: int, first: int = 0) -> bytes:
    """Invoices of five lines each."""
    return _written(INVOICES, map(_invoice_row, range(first, first + rows)), ",")


def _invoice_row(row: int) -> list[str]:
    invoice, quantity, cents = row // 5, row % 40 + 1, row * 7919 % 200_003 + 25
    total = invoice * 37 % 900000
    return [
        f"INV-{invoice:06d}", f"2026-07-{invoice % 28 + 1:02d}", str(row % 5 + 1), f"PO-{invoice:06d}",
        f"V-{invoice % 40}", f"Vendor {invoice % 40} Ltd", f"SKU-{row * 31 % 5000:04d}", f"Part {row * 31 % 5000}",
        "EA", "USD", str(quantity), f"{cents / 100:.2f}", f"{quantity * cents / 100:.2f}", "8.5",
        f"{total * 85 / 100000:.2f}", f"{total / 100:.2f}", "2026-09-30", f"DC-{invoice % 12}",
    ]  # fmt: skip


def _written(columns: tuple[str, ...], rows: Iterator[list[str]], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


class Export(msgspec.Struct):
    """A file, and what splitting knows of it. spans: offset, length and the row before it, of each document."""

    raw: bytes
    layout: Layout
    settings: TextSettings
    mapping: CompiledMapping
    numbers: tuple[str, ...]
    dates: tuple[str, ...]
    offset: int
    row: int
    spans: list[tuple[int, int, int]]


def export(raw: bytes) -> Export:
    opened: SheetOpened | None = None
    spans = []
    for event in scan(io.BytesIO(raw), layouts=LAYOUTS):
        if isinstance(event, SheetOpened):
            opened = event
        elif isinstance(event, DocumentFound):
            spans.append((event.offset, event.length, event.numbers[0] - 1))
    if opened is None or opened.detection.layout is None:
        raise ValueError("no layout has these columns")
    found, layout = opened.detection, opened.detection.layout
    entry, _ = index.layouts()[layout.name]
    numbers = tuple(name for name in layout.numbers if name in found.columns)
    dates = tuple(name for name in layout.dates if name in found.columns)
    row, mapping = found.settings.header_row or 0, index.compiled(entry.name)
    return Export(raw, layout, for_part(found), mapping, numbers, dates, opened.offset, row, spans)


def by_hand(raw: bytes, delimiter: str = ",", numbers: tuple[str, ...] = (), dates: tuple[str, ...] = ()) -> int:
    """What anyone would write: rows grouped by the first column, numbers as Decimal. dates: become datetime objects,
    without their zone."""
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(raw), "utf-8", newline=""), delimiter=delimiter)
    header = next(rows)
    columns = [header.index(name) for name in numbers]
    dated = [header.index(name) for name in dates]
    documents = 0
    key = None
    group: list[list[object]] = []
    for cells in rows:
        values: list[object] = list(cells)
        for place in columns:
            if cells[place]:
                values[place] = Decimal(cells[place])
        for place in dated:
            if cells[place]:
                values[place] = datetime.fromisoformat(cells[place][:19])
        if cells[0] != key:
            documents += bool(group)
            key, group = cells[0], []
        group.append(values)
    return documents + bool(group)


def hand(export: Export) -> int:
    return by_hand(export.raw, export.settings.delimiter, export.numbers)


def hand_with_dates(export: Export) -> int:
    return by_hand(export.raw, export.settings.delimiter, export.numbers, export.dates)


def split(export: Export) -> int:
    return sum(1 for event in places(io.BytesIO(export.raw), None, [export.layout]) if isinstance(event, DocumentAt))


def short_way(export: Export) -> int:
    return _rendered(export, export.raw[export.offset :], export.row)


def in_units(export: Export) -> int:
    found = 0
    for first in range(0, len(export.spans), UNIT):
        unit = export.spans[first : first + UNIT]
        found += _rendered(export, export.raw[unit[0][0] : unit[-1][0] + unit[-1][1]], unit[0][2])
    return found


def _rendered(export: Export, part: bytes, row: int) -> int:
    """How many documents of a part are surely clean, and mapped."""
    lane = lane_for(export.layout, export.settings, export.mapping)
    return sum(1 for _, body in lane.documents(io.BytesIO(part), row) if body) if lane is not None else 0


def completely(export: Export) -> int:
    documents = 0
    for event in scan(io.BytesIO(export.raw), layouts=[export.layout]):
        if isinstance(event, DocumentFound):
            record = Record(event)
            documents += bool(msgspec.json.encode(export.mapping.apply(record.node, {}, record).body))
    return documents


WORKS: list[Callable[[Export], int]] = [hand, hand_with_dates, split, short_way, in_units, completely]


def _best(exports: Sequence[Export], rounds: int) -> list[float]:
    """The shortest time of each, in seconds; they take turns, and each round is about the next file."""
    times = [float("inf")] * len(WORKS)
    for turn in range(rounds):
        for number, work in enumerate(WORKS):
            begun = time.process_time()
            work(exports[turn % len(exports)])
            times[number] = min(times[number], time.process_time() - begun)
    return times


def _cold(export: Export) -> tuple[float, float]:
    """Processor time of the first unit, and of the same unit later, in milliseconds, by a lane that knows nothing."""
    lane = Lane(export.layout, export.settings, export.mapping)
    last = export.spans[min(UNIT, len(export.spans)) - 1]
    part = export.raw[export.offset : last[0] + last[1]]
    times = []
    for _ in range(5):
        begun = time.process_time()
        list(lane.documents(io.BytesIO(part), export.row))
        times.append(1000 * (time.process_time() - begun))
    return times[0], min(times)


def _peak(raw: bytes) -> int:
    tracemalloc.start()
    sum(1 for _ in places(io.BytesIO(raw), None, LAYOUTS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=12_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    worst = 0.0
    for name, make in (("shop", content), ("marketplace", marketplace), ("invoices", invoices)):
        exports = [export(make(options.rows, options.rows * number)) for number in range(FILES)]
        found = exports[0]
        cold, warm = _cold(found)
        if len({work(found) for work in WORKS}) > 1:
            print(f"{name}: they do not find the same documents: {[work(found) for work in WORKS]}")
            return 2
        least, dated, *others = _best(exports, options.rounds)
        ratios = [other / least for other in others]
        worst = max(worst, *ratios[:3])
        print(
            f"{name:12} by hand {options.rows / least:,.0f} rows/s ({dated / least:.2f} with dates); "
            f"splitting {ratios[0]:.2f}, short way {ratios[1]:.2f}, in units {ratios[2]:.2f}, "
            f"completely {ratios[3]:.2f}; "
            f"the first {UNIT} documents {cold:.0f} ms, later {warm:.1f} ms"
        )
    small, large = _peak(content(options.rows // 10)), _peak(content(options.rows))
    print(f"peak of splitting {small / 1e6:.1f} MB for a tenth, {large / 1e6:.1f} MB for all")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
