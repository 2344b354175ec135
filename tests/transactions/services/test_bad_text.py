"""Bad tables: each fault is named with its place, has a case where a person must act, and ends in a known outcome."""

from typing import NamedTuple

import pytest

from config.core.blobs import open_blob
from partners.models import Connection
from tests.transactions.conftest import Send
from tests.transactions.formats import LINES, agree, bodies, own_layout
from tests.transactions.services.test_bad_files import codes_of
from tests.transactions.x12 import Order, isa_of, x12

HEADER = "po_number,po_line,sku,qty_ordered"


class Bad(NamedTuple):
    """code: of the finding; case: category of the one open case, "" for none; accepted: of so many documents."""

    content: bytes
    code: str
    case: str
    outcome: str
    accepted: int = 0


def table(*rows: str, header: str = HEADER, end: str = "\n") -> bytes:
    return end.join([header, *rows, ""]).encode()


BAD = {
    "a row that ends before its quantity": Bad(
        table("PO-1,1,A,2", "PO-2,1,A"), "row-ragged", "syntax", "partly", 1
    ),
    "a row with values too many": Bad(
        table("PO-1,1,A,2,more", "PO-2,1,A,1"), "row-ragged", "syntax", "partly", 1
    ),
    "a column twice": Bad(
        table("PO-1,1,A,2,B", header=f"{HEADER},sku"), "header-duplicate", "", "accepted", 1
    ),
    "no value in the key": Bad(table(",1,A,2", "PO-2,1,A,1"), "document-key-missing", "syntax", "partly", 1),
    "a quantity in words": Bad(table("PO-1,1,A,two"), "number-invalid", "syntax", "rejected"),
    "a quantity below zero": Bad(table("PO-1,1,A,-2"), "quantity-not-positive", "business", "rejected"),
    "a blank quantity": Bad(table("PO-1,1,A,", "PO-2,1,A,2"), "quantity-missing", "business", "partly", 1),
    "a NUL in a value": Bad(table("PO-1,1,A\0B,2"), "character-nul", "", "accepted", 1),
    "a NUL in the header": Bad(table("PO-1,1,A,2,x", header=f"{HEADER},a\0b"), "character-nul", "", "accepted", 1),
    "a formula": Bad(table('PO-1,1,"=cmd|x!A1",2'), "cell-formula", "", "accepted", 1),
    "a quote that is never closed": Bad(table('PO-1,1,"A,2', "PO-2,1,A,2"), "quote-unclosed", "", "accepted", 2),
    "Windows-1252": Bad(table("PO-1,1,M\u00fcller,2").decode().encode("cp1252"), "encoding-invalid", "", "accepted", 1),
    "a header and no rows": Bad(table(), "rows-missing", "unreadable", "unreadable"),
    "blanks only": Bad(b" \r\n\r\n", "file-empty", "unreadable", "unreadable"),
    "columns that nobody knows": Bad(b"a;b;c\n1;2;3\n", "layout-unknown", "unroutable", ""),
    "one column": Bad(b"just\nwords\n", "columns-missing", "unreadable", "unreadable"),
    "rows of one order apart": Bad(
        table("PO-1,1,A,2", "PO-2,1,A,2", "PO-1,2,B,1"), "document-scattered", "duplicate", "partly", 2
    ),
    "a workbook renamed": Bad(b"PK\x03\x04\x14\0\x06\0" + b"\0" * 50, "format-unsupported", "unreadable", "unreadable"),
    "a PDF renamed": Bad(b"%PDF-1.7\n1 0 obj\n", "format-unsupported", "unreadable", "unreadable"),
    "a web page": Bad(
        b"<!DOCTYPE html>\n<html><body><p>Session expired<br></body></html>",
        "format-unsupported", "unreadable", "unreadable",
    ),
    "JSON": Bad(b'{"po_number": "PO-1"}', "format-unsupported", "unreadable", "unreadable"),
    "EDIFACT": Bad(b"UNA:+.? 'UNB+UNOC:3+A+B+261121:0830+1'", "format-unsupported", "unreadable", "unreadable"),
    "binary data": Bad(bytes(range(1, 256)) * 4, "file-unreadable", "unreadable", "unreadable"),
}  # fmt: skip


def test_files_of_different_formats_that_are_not_read_are_different_causes(send: Send, connection: Connection) -> None:
    agree(connection, LINES)
    contents = (b"%PDF-1.7\n1 0 obj\n", b'{"po_number": "PO-1"}', BAD["EDIFACT"].content, b'{"po_number": "PO-2"}')
    pdf, json, edifact, another = (send(content).cases.get() for content in contents)

    assert json.cause == another.cause
    assert len({pdf.cause, json.cause, edifact.cause}) == 3
    assert [case.finding["value"] for case in (pdf, json, edifact)] == ["a PDF", "JSON", "EDIFACT"]


@pytest.mark.parametrize("name", BAD)
def test_the_fault_is_named_and_the_file_ends_as_it_should(send: Send, connection: Connection, name: str) -> None:
    bad = BAD[name]
    agree(connection, LINES)
    file = send(bad.content)

    assert bad.code in codes_of(file)
    assert [case.category for case in file.cases.all()] == ([bad.case] if bad.case else [])
    assert (file.outcome, file.documents_accepted) == (bad.outcome, bad.accepted)
    assert file.stage == ("finished" if bad.outcome else "held")
    with open_blob(file.sha256) as stored:
        assert stored.read() == bad.content


GOOD = {
    "semicolons and decimal commas": table("PO-1;1;A;1,5", header=HEADER.replace(",", ";")),
    "CRLF": table("PO-1,1,A,1.5", end="\r\n"),
    "CR": table("PO-1,1,A,1.5", end="\r"),
    "no end of the last line": table("PO-1,1,A,1.5").rstrip(),
    "a byte order mark": b"\xef\xbb\xbf" + table("PO-1,1,A,1.5"),
    "UTF-16": table("PO-1,1,A,1.5").decode().encode("utf-16"),
    "UTF-16 without a mark": table("PO-1,1,A,1.5").decode().encode("utf-16-le"),
    "the end of file of DOS": table("PO-1,1,A,1.5", "\x1a"),
    "blank rows": table("", "PO-1,1,A,1.5", "", ",,,", " , , , "),
    "rows above the header": b"Orders of today\n\n" + table("PO-1,1,A,1.5"),
    "an item number that begins like an interchange": table("PO-1,1,ISA-100,1.5"),
    "an interchange as a word": table("PO-1,1,ISA,1.5"),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_no_fault_makes_one_order(send: Send, connection: Connection, name: str) -> None:
    agree(connection, LINES)
    file = send(GOOD[name])

    (body,) = bodies(file)
    assert (file.format, file.outcome, file.cases.count()) == ("text", "accepted", 0)
    assert body["number"] == "PO-1"
    assert [line["quantity"]["value"] for line in body["lines"]] == ["1.5"]  # type: ignore[attr-defined]


def test_text_in_front_of_an_interchange_is_named_and_the_interchange_is_read(send: Send) -> None:
    file = send(b"Dear partner,\nour order:\n" + x12(isa_of(Order(number="PO-9"))))

    assert file.documents.get().outcome == "accepted"
    assert "data-outside-interchange" in codes_of(file)


def test_blank_rows_of_a_file_that_is_one_document_are_no_lines(send: Send, connection: Connection) -> None:
    own_layout(connection, declared={"key": []})
    file = send(b"Bestellung;Artikel;Menge\n1;A;1\n\n;;\n1;B;2\n\n")

    assert [len(body["lines"]) for body in bodies(file)] == [2]  # type: ignore[arg-type]
