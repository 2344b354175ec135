"""Files of several formats with orders whose numbers are all different, for the benchmarks."""

import random
from collections.abc import Callable
from typing import NamedTuple

from partners.models import Connection
from tests.transactions.formats import IDOC, LINES, UBL, agree, identify, sample
from tests.transactions.x12 import isa_of, orders, x12


class Made(NamedTuple):
    """content: of a file; documents in it; acknowledgments that it calls for."""

    content: bytes
    documents: int
    acknowledgments: int


def make_mixed_world() -> Connection:
    """The partner of the benchmarks, who may send CSV, UBL and IDocs besides X12."""
    from tests.benchmarks.world import make_world

    connection = make_world()
    for mapping in (LINES, UBL, IDOC):
        agree(connection, mapping)
    identify(connection, "gln", "7300010000001")
    identify(connection, "idoc", "MCKCLNT100", "LS")
    return connection


def x12_file(number: int, size: int) -> Made:
    """number: of the first order, and of the interchange."""
    return Made(x12(isa_of(*orders(size, first=number, lines=3), control=number)), size, 1)


def csv_file(number: int, size: int) -> Made:
    """Three rows an order, quoted line breaks among them."""
    rows = [f"CSV-{number + index},{line},SKU-{line},{line}\r\n" for index in range(size) for line in (1, 2)]
    rows += [f'CSV-{number + size - 1},3,"of two\r\nlines",3\r\n']
    return Made(b"po_number,po_line,sku,qty_ordered\r\n" + "".join(rows).encode(), size, 0)


def ubl_file(number: int, size: int) -> Made:
    """One order, whatever the size."""
    return Made(_renumbered(sample(UBL, "peppol"), b"<cbc:ID>", number), 1, 0)


def idoc_file(number: int, size: int) -> Made:
    """As many IDocs."""
    whole = sample(IDOC, "mock-sap-4712")
    begin, end = whole.index(b"<IDOC"), whole.rindex(b"</IDOC>") + len(b"</IDOC>")
    record = whole[begin:end]
    records = b"\n".join(_renumbered(record, b"<BELNR>", number + index) for index in range(size))
    return Made(whole[:begin] + records + whole[end:], size, 0)


def mixed_file(chance: random.Random, number: int, size: int) -> Made:
    """A file of a format by chance."""
    make: Callable[[int, int], Made] = chance.choice((x12_file, csv_file, ubl_file, idoc_file))
    return make(number, size)


def _renumbered(content: bytes, tag: bytes, number: int) -> bytes:
    """The document with another order number in the first element of this name."""
    begin = content.index(tag) + len(tag)
    return content[:begin] + b"N-%d" % number + content[content.index(b"<", begin) :]
