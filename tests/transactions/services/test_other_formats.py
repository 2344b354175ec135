"""XML and text go the way of X12: recognised by content, routed, translated, judged; held when nothing covers them."""

import json
import re

from partners.models import Connection, Identity, Partner
from tests.transactions.conftest import Send, drain
from tests.transactions.formats import (
    CXML,
    IDOC,
    LINES,
    UBL,
    agree,
    bodies,
    identify,
    identities,
    own_layout,
    sample,
    xml_document,
)
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import Acknowledgment, Attempt, Document, ExceptionCase
from transactions.services.receive import receive
from transactions.services.release import release
from transactions.services.reprocess import reprocess


def test_orders_of_a_csv_file_are_accepted(send: Send, connection: Connection) -> None:
    agree(connection, LINES)
    file = send(sample(LINES, "one-row-per-line"))

    assert (file.format, file.stage, file.outcome) == ("text", "finished", "accepted")
    assert file.documents_total == file.documents_accepted == 5
    first = Document.objects.get(file=file, ordinal=1)
    assert (first.format, first.set_id, first.business_key, first.group.interchange) == (
        "text",
        "purchase-order-lines",
        "8800123",
        None,
    )
    assert not Acknowledgment.objects.filter(file=file).exists()


def test_units_of_a_csv_file_read_it_as_the_whole_was_read(
    send: Send, connection: Connection, settings: object
) -> None:
    agree(connection, LINES)
    content = sample(LINES, "one-row-per-line")
    whole = bodies(send(content))
    settings.UNIT_MAX_DOCUMENTS = 2  # type: ignore[attr-defined]
    file = send(content.replace(b"88001", b"99001").replace(b"88002", b"99002").replace(b"88003", b"99003"))

    assert file.units.count() == 3
    assert json.loads(json.dumps(bodies(file)).replace("9900", "8800")) == whole
    rows = list(file.documents.order_by("ordinal").values_list("set_ordinal", flat=True))
    assert rows == [1, 2, 3, 4, 5]


def test_an_unknown_layout_waits_for_a_mapping(send: Send, connection: Connection) -> None:
    file = send(b"Bestellung;Artikel;Menge\n4711;A-1;3\n4711;A-2;5\n")

    assert (file.stage, file.outcome, file.documents_total) == ("held", "", 0)
    case = ExceptionCase.objects.get(file=file)
    assert (case.category, case.queue, case.code) == ("unroutable", "onboarding", "layout-unknown")
    assert all(column in case.summary for column in ("Bestellung", "Artikel", "Menge"))


def test_a_held_layout_is_released_when_its_mapping_is_there(send: Send, connection: Connection) -> None:
    file = send(b"Bestellung;Artikel;Menge\n4711;A-1;3\n4711;A-2;5\n4712;A-1;1\n")
    case = ExceptionCase.objects.get(file=file)
    assert release(case, actor="ada").ok  # nothing has changed: it is held again, with a case of its own
    drain()
    again = ExceptionCase.objects.get(file=file, status="open")
    assert again.pk != case.pk

    own_layout(connection)
    assert release(again, actor="ada").ok
    drain()
    file.refresh_from_db()
    assert (file.stage, file.outcome, file.documents_accepted) == ("finished", "accepted", 2)
    assert [body["number"] for body in bodies(file)] == ["4711", "4712"]


def test_what_is_agreed_on_the_values_counts_when_a_document_is_read_again(send: Send, connection: Connection) -> None:
    assignment = own_layout(connection)
    file = send(b"Bestellung;Artikel;Menge;Datum\n4711;A-1;3;03/04/2026\n")
    (document,) = file.documents.all()
    assert document.outcome == "failed"  # day or month first?
    assert file.cases.count() == 1

    assignment.text_settings = {"dates": {"": "DD/MM/YYYY"}}
    assignment.full_clean()
    assignment.save()
    assert [result.ok for result in reprocess([document.pk], actor="ada")] == [True]
    assert bodies(file)[-1]["issue_date"] == "2026-04-03"
    again = send(b"Bestellung;Artikel;Menge;Datum\n4712;A-1;3;03/04/2026\n")
    assert (again.outcome, bodies(again)[0]["issue_date"]) == ("accepted", "2026-04-03")


def test_rows_before_a_document_count_in_its_findings(send: Send, connection: Connection) -> None:
    own_layout(connection)
    file = send(b"Export of today\n\nBestellung;Artikel;Menge\n1;A;1\n2;A;many\n\n3;A;1\n")

    failed = Document.objects.get(file=file, business_key="2")
    (found,) = [f for f in failed.attempts.get().findings if f["code"] == "number-invalid"]
    assert (found["place"]["row"], found["place"]["column"]) == (5, "Menge")
    assert (file.outcome, file.documents_accepted) == ("partly", 2)


def test_a_ubl_order_is_known_by_the_gln_of_its_buyer(send: Send, connection: Connection) -> None:
    agree(connection, UBL)
    content = sample(UBL, "peppol")
    held = send(content)
    case = ExceptionCase.objects.get(file=held)
    assert (held.stage, case.code, case.queue) == ("held", "sender-unknown", "onboarding")

    identify(connection, "gln", "7300010000001")
    assert release(case, actor="ada").ok
    drain()
    held.refresh_from_db()
    assert (held.format, held.stage, held.outcome) == ("XML", "finished", "accepted")
    (document,) = held.documents.all()
    assert (document.format, document.set_id) == ("xml", "UBL Order")
    assert not ExceptionCase.objects.filter(status="open").exists()


def test_a_cxml_order_is_known_by_its_credential(send: Send, connection: Connection) -> None:
    agree(connection, CXML)
    content = sample(CXML, "two-lines").replace(b'deploymentMode="test"', b'deploymentMode="production"')
    document = xml_document(send, connection, content)

    assert document.outcome == "accepted"
    assert document.control_number  # payloadID


def test_every_record_of_an_idoc_file_is_a_document(send: Send, connection: Connection) -> None:
    agree(connection, IDOC)
    record = sample(IDOC, "mock-sap-4712").partition(b"?>")[2].strip()
    assert record.startswith(b"<ORDERS05>")
    inner = record.removeprefix(b"<ORDERS05>").removesuffix(b"</ORDERS05>").strip()
    other = inner.replace(b"4712", b"9912")
    content = b"<ORDERS05>\n" + inner + b"\n" + other + b"\n</ORDERS05>"
    file = send(content)
    identities(connection, file)
    assert release(ExceptionCase.objects.get(file=file), actor="ada").ok
    drain()
    file.refresh_from_db()

    assert file.documents_total == 2
    documents = list(file.documents.order_by("ordinal"))
    assert content[documents[1].offset :].startswith(b"<IDOC")
    assert documents[0].business_key != documents[1].business_key


def test_a_test_deployment_goes_to_the_test_environment(send: Send, connection: Connection) -> None:
    agree(connection, CXML, environment="test")
    content = sample(CXML, "two-lines")
    assert b'deploymentMode="test"' in content
    document = xml_document(send, connection, content)

    assert (document.environment, document.outcome) == ("test", "accepted")


def test_a_sender_of_another_partner_is_held(send: Send, connection: Connection) -> None:
    agree(connection, UBL)
    other = Partner.objects.create(code="other", name="Very Secret Stores")
    Identity.objects.create(partner=other, kind="gln", value="7300010000001")
    file = send(sample(UBL, "peppol"))

    case = ExceptionCase.objects.get(file=file)
    assert (file.stage, case.code) == ("held", "sender-not-allowed")
    assert "Very Secret Stores" not in case.summary  # a partner reads the finding too


def test_an_order_that_came_as_another_format_is_a_duplicate(send: Send, connection: Connection) -> None:
    agree(connection, LINES)
    send(b"po_number,po_line,sku,qty_ordered\nPO-77,1,A,2\n")
    file = send(x12(isa_of(Order(number="PO-77"))))

    assert file.documents.get().outcome == "duplicate"


def test_xml_that_is_not_well_formed_is_rejected_and_named(send: Send, connection: Connection) -> None:
    agree(connection, UBL)
    identify(connection, "gln", "7300010000001")
    content = sample(UBL, "peppol")
    file = send(content[: content.rindex(b"</cac:OrderLine>")])

    document = file.documents.get()
    assert document.outcome == "rejected"
    (case,) = ExceptionCase.objects.filter(file=file)
    assert (case.category, case.code) == ("syntax", "xml-not-well-formed")


def test_a_document_without_a_total_that_adds_up_names_the_row(send: Send, connection: Connection) -> None:
    agree(connection, LINES)
    file = send(b"po_number,po_line,sku,qty_ordered\nPO-1,1,A,2\nPO-2,1,A,2\nPO-2,2,A,0\n")

    failed = file.documents.get(outcome="rejected")
    (found,) = failed.attempts.get().findings
    assert (found["code"], found["place"]["row"], found["place"]["column"]) == (
        "quantity-not-positive",
        4,
        "qty_ordered",
    )


def test_a_line_that_lacks_its_quantity_is_shown_as_a_whole(send: Send, connection: Connection) -> None:
    agree(connection, LINES)
    send(b"po_number,po_line,sku,qty_ordered\nPO-1,1,A,2\nPO-1,2,A,\n")
    (found,) = Attempt.objects.get().findings
    assert (found["code"], found["place"]["row"], "column" in found["place"]) == ("quantity-missing", 3, False)


def test_a_ubl_line_without_a_quantity_is_told(send: Send, connection: Connection) -> None:
    agree(connection, UBL)
    identify(connection, "gln", "7300010000001")
    head, line = sample(UBL, "peppol").split(b"<cac:OrderLine>")
    says_how_much = rb"<(cac:Delivery|cac:SubLineItem|cbc:Quantity)\b.*?</\1>"
    file = send(head + b"<cac:OrderLine>" + re.sub(says_how_much, b"", line, flags=re.DOTALL))

    (found,) = (one for one in file.documents.get().attempts.get().findings if one["severity"] == "error")
    assert (found["code"], found["place"]["xpath"]) == ("quantity-missing", "/u:Order/cac:OrderLine/cac:LineItem")


def test_a_text_file_of_nobody_is_held(connection: Connection, rings: object) -> None:
    agree(connection, LINES)
    content = sample(LINES, "one-row-per-line")
    receipt = receive(
        [content], connection=None, partner=None, environment="production", channel="admin", received_by="ada"
    )
    drain()

    case = ExceptionCase.objects.get(file=receipt.file)
    assert (case.code, case.queue) == ("sender-unknown", "onboarding")
