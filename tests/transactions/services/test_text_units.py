"""A part of a table is read as the whole was, also when its mapping or what is agreed on it has changed since."""

from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from mappings.models import Assignment, Mapping
from partners.models import Agreement, AgreementStatus, Connection
from tests.transactions.conftest import Send
from tests.transactions.formats import LINES, agree, bodies, own_layout, version_of
from transactions.models import Document, InboundFile
from transactions.services.explain import explain
from transactions.services.finalise_file import finalise_file
from transactions.services.process_unit import process_unit
from transactions.services.receive import receive
from transactions.services.reprocess import reprocess
from transactions.services.split_file import split_file

HEADER = b"po_number,po_line,sku,qty_ordered\r\n"


def lineage_of(file: InboundFile) -> dict[str, tuple[int, str]]:
    document = Document.objects.select_related("file", "unit", "group__interchange").get(file=file)
    return {row.pointer: (row.row, row.column) for row in explain(document).rows}


def test_a_row_over_many_lines_is_read_alike_wherever_it_stands(
    send: Send, connection: Connection, settings: object
) -> None:
    """It has more lines than one row may have: its quote is text of its first line, however lines come in blocks."""
    agree(connection, LINES)
    settings.UNIT_MAX_DOCUMENTS = 1  # type: ignore[attr-defined]
    found = set()
    for before in (0, 20, 40, 63):
        rows = [b"%d-P%d,1,A,1\r\n" % (before, number) for number in range(before)]
        broken = b'Q,1,"%b",1\r\n' % (b"x\n" * 230)
        file = send(HEADER + b"".join(rows) + broken)
        assert set(file.units.values_list("state", "attempts")) == {("done", 1)}
        last = file.documents.order_by("ordinal")[before:]
        found.add(tuple(last.values_list("business_key", "length")))

    (alike,) = found
    assert alike[0] == ("Q", len(b'Q,1,"x\n'))


def test_row_numbers_count_the_rows_of_the_whole_file(send: Send, connection: Connection, settings: object) -> None:
    agree(connection, LINES)
    settings.UNIT_MAX_DOCUMENTS = 1  # type: ignore[attr-defined]
    content = b"\xef\xbb\xbfOrders\r\n\r\n" + HEADER + b'1,1,"two\r\nlines",1\r\n\r\n2,1,A,some\r\n3,1,B,x'
    file = send(content)

    found = [one["place"] for document in file.documents.order_by("ordinal")
             for one in document.attempts.get().findings]  # fmt: skip
    assert [(place["row"], place["column"]) for place in found] == [(6, "qty_ordered"), (7, "qty_ordered")]


def test_a_version_with_columns_that_the_file_lacks_still_reads_its_documents(
    send: Send, connection: Connection
) -> None:
    assignment = own_layout(connection)
    file = send(b"Bestellung;Artikel;Menge\n1;A;many\n")
    mapping = assignment.version.mapping
    assignment.version = version_of(mapping, columns=["Bestellung", "Artikel", "Menge", "Farbe"])
    assignment.save()
    (result,) = reprocess([file.documents.get().pk], actor="ada")

    assert result.message == "rejected, with 1 error."
    assert [f["code"] for f in file.documents.get().attempts.get(number=2).findings] == ["number-invalid"]


def test_a_version_with_another_key_reads_the_documents_as_they_were_cut(send: Send, connection: Connection) -> None:
    assignment = own_layout(connection)
    file = send(b"Bestellung;Artikel;Menge\n1;A;many\n1;B;2\n")
    assignment.version = version_of(assignment.version.mapping, key=["Artikel"], numbers=[])
    assignment.save()
    (document,) = file.documents.all()
    reprocess([document.pk], actor="ada")

    assert document.attempts.get(number=2).findings[0]["code"] == "mapping-value-invalid"
    assert file.documents.count() == 1


def test_marks_agreed_for_all_columns_count_and_the_lineage_follows(send: Send, connection: Connection) -> None:
    assignment = own_layout(connection)
    file = send(b"Bestellung|Artikel|Menge|Datum\n1|A|1.234|03/04/2026\n")
    assignment.text_settings = {"numbers": {"": {"decimal": ".", "thousands": ","}}, "dates": {"": "DD/MM/YYYY"}}
    assignment.save()
    (result,) = reprocess([file.documents.get().pk], actor="ada")

    assert result.ok
    assert bodies(file)[-1]["lines"][0]["quantity"]["value"] == "1.234"  # type: ignore[index]
    assert lineage_of(file)["/issue_date"] == (2, "Datum")
    # What is agreed later does not change what is said of the form that was made before.
    assignment.text_settings = {}
    assignment.save()
    assert lineage_of(file)["/number"] == (2, "Bestellung")


def test_a_layout_of_the_partners_own_goes_before_one_of_the_library(send: Send, connection: Connection) -> None:
    columns = ["po_number", "po_line", "sku", "qty_ordered"]
    names = {"Bestellung": "po_number", "Artikel": "sku", "Menge": "qty_ordered", "Datum": "due"}
    mapping = Mapping.objects.create(
        code="de-orders", name="Own", canonical="order/1", standard="TEXT", set_id="de-orders"
    )
    version = version_of(mapping, names, columns=columns, key=["po_number"], numbers=["qty_ordered"],
                         optional=["due"], dates=["due"])  # fmt: skip
    agreement = Agreement.objects.create(
        partner=connection.partner, standard="TEXT", set_id="de-orders", release="", status=AgreementStatus.LIVE
    )
    Assignment.objects.create(agreement=agreement, version=version)
    file = send(HEADER + b"PO-1,1,A,2\r\n")

    assert (file.outcome, file.documents.get().set_id) == ("accepted", "de-orders")


def test_statements_do_not_grow_with_the_orders_of_a_table(connection: Connection, rings: object) -> None:
    """10,000 orders take a hundred units; each costs what any other costs, and splitting and finalising little more."""
    agree(connection, LINES)
    asked = {}
    for number, size in ((1, 10), (2, 100), (3, 10_000)):
        rows = b"".join(b"T%d-%d,1,A,1\r\n" % (number, row) for row in range(size))
        file = receive(
            [HEADER + rows], connection=connection, partner=connection.partner, environment="production",
            channel="api", received_by="test",
        ).file  # fmt: skip
        with CaptureQueriesContext(database) as split:
            split_file(file.pk)
        first, *rest = file.units.order_by("ordinal")
        with CaptureQueriesContext(database) as unit:
            process_unit(first.pk)
        asked[size] = len(split), len(unit)
        file.units.filter(pk__in=[one.pk for one in rest]).delete()
        assert finalise_file(file.pk)
        assert file.documents.filter(outcome="accepted").count() == min(size, 100)

    (few, _), (many, _), (most, unit_of_most) = asked[10], asked[100], asked[10_000]
    assert many <= few + 1
    assert most <= few + 6
    assert unit_of_most <= asked[100][1] + 6  # it lets the next one in
