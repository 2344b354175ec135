"""What people and programs see of XML and text documents: source, lineage, no secrets."""

import json

import pytest

from partners.models import Connection
from tests.transactions.api.conftest import Program
from tests.transactions.conftest import Send
from tests.transactions.formats import CXML, IDOC, LINES, UBL, agree, sample, xml_document
from transactions.models import Document
from transactions.services.explain import explain


@pytest.mark.parametrize("mapping", [UBL, CXML, IDOC])
def test_lineage_of_xml_names_path_and_line(send: Send, connection: Connection, mapping: str) -> None:
    agree(connection, mapping, environment="test" if mapping == CXML else "production")
    case = {UBL: "peppol", CXML: "two-lines", IDOC: "mock-sap-4712"}[mapping]
    document = xml_document(send, connection, sample(mapping, case))
    explained = explain(Document.objects.select_related("file", "unit", "group__interchange").get(pk=document.pk))

    (number,) = [row for row in explained.rows if row.pointer == "/number"]
    assert number.xpath
    assert number.line
    assert explained.body["number"] == document.business_key


def test_lineage_of_text_names_row_and_column(send: Send, connection: Connection) -> None:
    agree(connection, LINES)
    file = send(sample(LINES, "one-row-per-line"))
    document = Document.objects.select_related("file", "unit", "group__interchange").get(file=file, ordinal=2)

    rows = {row.pointer: row for row in explain(document).rows}
    assert (rows["/lines/0/quantity/value"].row, rows["/lines/0/quantity/value"].column) == (4, "qty_ordered")


def test_a_program_reads_source_and_lineage_of_a_cxml_order_and_no_secret(send: Send, connection: Connection) -> None:
    agree(connection, CXML, environment="test")
    content = sample(CXML, "two-lines")
    assert b"coyote" in content
    document = xml_document(send, connection, content)
    program = Program(connection)

    source = program.get(f"documents/{document.pk}/source")
    assert source["Content-Type"] == "application/xml"
    assert b"coyote" not in source.content
    assert source.content == content.replace(b"coyote", b"********")
    values = program.get(f"documents/{document.pk}/lineage").json()["values"]
    (number,) = [value for value in values if value["pointer"] == "/number"]
    assert (number["xpath"].rpartition("/")[2], number["line"] > 0) == ("@orderID", True)
    assert b"coyote" not in json.dumps(values).encode()
    assert program.get(f"documents/{document.pk}").json()["format"] == "xml"


def test_the_source_of_a_csv_order_is_its_rows(send: Send, connection: Connection) -> None:
    agree(connection, LINES)
    content = sample(LINES, "one-row-per-line")
    document = Document.objects.get(file=send(content), ordinal=2)

    source = Program(connection).get(f"documents/{document.pk}/source")
    assert source.content.decode().splitlines() == content.decode().splitlines()[3:4]
