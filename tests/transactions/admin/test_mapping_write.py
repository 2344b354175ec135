"""Trying a mapping backwards on its page: a canonical document becomes what a partner would get."""

import html
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.core.ids import uuid7
from config.core.roles import ANALYST, FINANCE
from mappings.library import index
from mappings.models import MappingVersion
from mappings.services.add_test_case import add_test_case
from partners.models import Agreement
from tests.benchmarks.world import published
from tests.mappings.admin.test_versions import client_of
from tests.transactions.conftest import Send
from transactions.models import CanonicalDocument, Document

CASE = index.LIBRARY / "x12-850-order" / "cases" / "generated-004010"
PASTED = (CASE / "canonical.json").read_text(encoding="utf-8")


@pytest.fixture
def analyst(db: None) -> Client:
    return client_of(ANALYST.name)


@pytest.fixture
def version(db: None) -> MappingVersion:
    return published("x12-850-order")


def write_url(version: MappingVersion) -> str:
    return reverse("mapping-write", args=[version.pk])


def posted(client: Client, version: MappingVersion, **said: str) -> str:
    """The page after a form was sent, as people read it: without its tags."""
    return read(client.post(write_url(version), {"document": "", "canonical": "", **said}).content)


def read(page: bytes) -> str:
    return html.unescape(re.sub("<[^>]+>", "", page.decode()))


def golden(mapping: str, case: str) -> str:
    return (index.LIBRARY / mapping / "cases" / case / "canonical.json").read_text(encoding="utf-8")


def test_the_versions_page_leads_there(analyst: Client, version: MappingVersion) -> None:
    page = analyst.get(reverse("admin:mappings_mappingversion_change", args=[version.pk])).content.decode()
    there = reverse("admin:mappings_mappingversion_try_backwards", args=[version.pk])
    assert there in page
    assert analyst.get(there)["Location"] == write_url(version)


def test_a_pasted_document_is_shown_as_segments(analyst: Client, version: MappingVersion) -> None:
    page = posted(analyst, version, canonical=PASTED, release="004010")
    assert "BEG*00*SA*4500001001" in page
    assert "The rules of X12 are kept: there are no findings." in page
    assert "Read again, it gives the same document." in page
    assert re.search(r"/number\s*4500001001\s*BEG03, segment 2", page)


def test_what_is_wrong_with_it_is_shown(analyst: Client, version: MappingVersion) -> None:
    page = posted(analyst, version, canonical=PASTED.replace('"Acme Stores"', '"Acme"').replace('"US"', '"USAUSA"'))
    assert "element-too-long" in page
    assert "It is no JSON" in posted(analyst, version, canonical="{")
    assert "It is no order/1" in posted(analyst, version, canonical="{}")
    assert "one of the three" in posted(analyst, version)
    assert "No document with this number or id" in posted(analyst, version, document="nonsense")


def test_it_is_downloaded_with_the_agreements_envelope(analyst: Client, send: Send) -> None:
    agreement = Agreement.objects.select_related("partner").first()
    assert agreement is not None
    agreement.policies = {"own_isa_qualifier": "12", "own_isa_id": "5550100"}
    agreement.save()
    version = published("x12-850-order")
    said = {"document": "", "canonical": PASTED, "release": "005010", "agreement": str(agreement.pk), "do": "download"}
    response = analyst.post(write_url(version), said)
    assert response["Content-Disposition"] == 'attachment; filename="x12-850-order-4500001001.edi"'
    assert response["Content-Type"] == "application/edi-x12"
    assert b"*12*5550100        *" in response.content
    assert b"*00501*000000001*" in response.content


def test_a_document_that_onramp_has_is_written(analyst: Client, send: Send) -> None:
    raw = (CASE / "input.edi").read_bytes()
    sender = raw[32:34].decode(), raw[35:50].decode().strip()
    agreement = Agreement.objects.select_related("partner").first()
    assert agreement is not None
    agreement.partner.identities.update(qualifier=sender[0], value=sender[1])
    file = send(raw)
    document = Document.objects.get(file=file)
    page = analyst.get(reverse("admin:transactions_document_change", args=[document.pk])).content.decode()
    there = f"{write_url(published('x12-850-order'))}?document={document.pk}"
    assert there in page
    assert "BEG*00*SA*4500001001" in read(analyst.get(there).content)
    for term in (document.business_key, str(file.pk)):
        assert "BEG*00*SA*4500001001" in posted(analyst, published("x12-850-order"), document=term)


def test_who_may_not_download_documents_does_not_get_there(version: MappingVersion) -> None:
    assert client_of(FINANCE.name).get(write_url(version)).status_code == 403


def test_of_several_documents_with_one_number_a_person_chooses(analyst: Client, send: Send) -> None:
    """Without a script, and without filling the form in again."""
    raw = (CASE / "input.edi").read_bytes()
    sender = raw[32:34].decode(), raw[35:50].decode().strip()
    agreement = Agreement.objects.select_related("partner").first()
    assert agreement is not None
    agreement.partner.identities.update(qualifier=sender[0], value=sender[1])
    document = Document.objects.get(file=send(raw))
    form = CanonicalDocument.objects.get(document=document)
    document.pk = twin = uuid7()
    document.ordinal = 2
    document.save(force_insert=True)
    form.pk, form.document_id = uuid7(), twin
    form.save(force_insert=True)
    version = published("x12-850-order")
    Document.objects.filter(pk=twin).update(outcome="duplicate")
    asked = posted(analyst, version, document="4500001001")
    assert "2 documents have it." in asked
    assert ", accepted, translated" in asked
    assert ", duplicate, translated" in asked
    chosen = posted(analyst, version, document="4500001001", chosen=str(twin), release="005010")
    assert "X12 850 of release 005010" in chosen


def test_a_test_case_is_written(analyst: Client, version: MappingVersion) -> None:
    case = add_test_case(version.mapping, "order", [(CASE / "input.edi").read_bytes()])
    assert "BEG*00*SA*4500001001" in posted(analyst, version, case=str(case.pk))
    assert "This version makes 1 document of the test case." in posted(analyst, version, case=str(case.pk), number="2")
    empty = add_test_case(version.mapping, "nothing", [b"ISA*nothing"])
    assert "This version makes" in posted(analyst, version, case=str(empty.pk))


def test_ubl_has_no_envelope_and_is_checked_by_its_schema(analyst: Client, db: None) -> None:
    version = published("ubl-order")
    page = posted(analyst, version, canonical=golden("ubl-order", "bii-order"))
    assert "there is nothing to choose" in page
    assert "Its XML Schema is kept: there are no findings." in page
    response = analyst.post(
        write_url(version), {"canonical": golden("ubl-order", "bii-order"), "document": "", "do": "download"}
    )
    assert response["Content-Type"] == "application/xml"
    assert response["Content-Disposition"] == 'attachment; filename="ubl-order-34.xml"'


def test_the_credentials_of_cxml_are_asked_and_no_secret(analyst: Client, db: None) -> None:
    version = published("cxml-order")
    empty = analyst.get(write_url(version)).content.decode()
    assert 'name="interchange_sender"' in empty
    assert "secret" not in empty.lower()
    page = posted(analyst, version, canonical=golden("cxml-order", "built-order"), interchange_sender="AN0100")
    assert "<Identity>AN0100</Identity>" in page
    assert 'deploymentMode="test"' in page


def test_rows_have_a_form_and_a_copy_that_no_spreadsheet_calculates(analyst: Client, db: None) -> None:
    version = published("csv-invoices")
    [body, _] = json.loads(golden("csv-invoices", "two-invoices"))
    said = {"document": "", "canonical": json.dumps(body), "delimiter": ";", "decimal": ",", "dates": "DD.MM.YYYY"}
    page = posted(analyst, version, **said)
    assert "invoice-lines, separated by semicolons" in page
    assert "Read again, it gives the same document." in page
    plain = analyst.post(write_url(version), {**said, "do": "download"})
    assert (plain["Content-Type"], plain["Content-Disposition"][-5:]) == ("text/csv; charset=utf-8", '.csv"')
    body["lines"][0]["descriptions"] = [{"text": "=1+1"}]
    said["canonical"] = json.dumps(body)
    assert "A spreadsheet would calculate" in posted(analyst, version, **said)
    exact = analyst.post(write_url(version), {**said, "do": "download"})
    assert b";=1+1;" in exact.content
    assert (exact["Content-Type"], exact["Content-Disposition"][-5:]) == ("text/plain; charset=utf-8", '.txt"')
    copy = analyst.post(write_url(version), {**said, "do": "read"})
    assert b";'=1+1;" in copy.content
    assert copy["Content-Disposition"].endswith('-for-reading.csv"')


def test_rows_without_names_of_columns_are_read_again(analyst: Client, db: None) -> None:
    version = published("csv-invoices")
    [body, _] = json.loads(golden("csv-invoices", "two-invoices"))
    page = posted(analyst, version, canonical=json.dumps(body), header="no", delimiter="\t", encoding="utf-8-sig")
    assert "Read again, it gives the same document." in page
    assert "Its own reader takes it without findings." in page


def test_what_is_not_written_is_named_and_marked(analyst: Client, db: None) -> None:
    version = published("csv-invoices")
    [body, _] = json.loads(golden("csv-invoices", "two-invoices"))
    body["contract"] = {"number": "C-1"}
    page = analyst.post(write_url(version), {"document": "", "canonical": json.dumps(body)}).content.decode()
    assert re.search(r"Not written\s*/contract/number\s*C-1", read(page.encode()))
    assert '<span data-p="/contract/number" class="or-element-warning">' in page


def test_an_idoc_says_that_it_is_not_written(analyst: Client, db: None) -> None:
    version = published("idoc-orders05")
    page = posted(analyst, version, canonical=PASTED)
    assert "can be read, but not written" in page
    change = analyst.get(reverse("admin:mappings_mappingversion_change", args=[version.pk])).content.decode()
    assert "try-backwards" not in change


def test_a_page_asks_the_database_a_fixed_number_of_times(analyst: Client, db: None) -> None:
    version = published("csv-invoices")
    said = {"document": "", "canonical": json.dumps(json.loads(golden("csv-invoices", "two-invoices"))[0])}
    analyst.post(write_url(version), said)
    with CaptureQueriesContext(connection) as captured:
        analyst.post(write_url(version), said)
    assert len(captured) <= 12
