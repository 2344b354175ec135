"""Trying a mapping backwards on its page: a canonical document becomes what a partner would get."""

import pytest
from django.test import Client
from django.urls import reverse

from config.core.roles import ANALYST, FINANCE
from mappings.library import index
from mappings.models import MappingVersion
from partners.models import Agreement
from tests.benchmarks.world import published
from tests.mappings.admin.test_versions import client_of
from tests.transactions.conftest import Send
from transactions.models import Document

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
    return client.post(
        write_url(version), {"document": "", "canonical": "", "release": "004010", **said}
    ).content.decode()


def test_the_versions_page_leads_there(analyst: Client, version: MappingVersion) -> None:
    page = analyst.get(reverse("admin:mappings_mappingversion_change", args=[version.pk])).content.decode()
    there = reverse("admin:mappings_mappingversion_try_backwards", args=[version.pk])
    assert there in page
    assert analyst.get(there)["Location"] == write_url(version)


def test_a_pasted_document_is_shown_as_segments(analyst: Client, version: MappingVersion) -> None:
    html = posted(analyst, version, canonical=PASTED)
    assert "BEG*00*SA*4500001001" in html
    assert "Our own validator finds nothing." in html
    assert "Read again, it gives the same document." in html


def test_what_is_wrong_with_it_is_shown(analyst: Client, version: MappingVersion) -> None:
    html = posted(analyst, version, canonical=PASTED.replace('"Acme Stores"', '"Acme"').replace('"US"', '"USAUSA"'))
    assert "element-too-long" in html
    assert "It is no JSON" in posted(analyst, version, canonical="{")
    assert "It is no order/1" in posted(analyst, version, canonical="{}")
    assert "Name a document, or paste one." in posted(analyst, version)
    assert "There is no document with this id" in posted(analyst, version, document="nonsense")


def test_it_is_downloaded_with_the_agreements_envelope(analyst: Client, send: Send) -> None:
    agreement = Agreement.objects.select_related("partner").first()
    assert agreement is not None
    agreement.policies = {"own_isa_qualifier": "12", "own_isa_id": "5550100"}
    agreement.save()
    version = published("x12-850-order")
    said = {"document": "", "canonical": PASTED, "release": "005010", "agreement": str(agreement.pk), "do": "download"}
    response = analyst.post(write_url(version), said)
    assert response["Content-Disposition"] == 'attachment; filename="x12-850-order-005010.edi"'
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
    assert "BEG*00*SA*4500001001" in analyst.get(there).content.decode()


def test_who_may_not_download_documents_does_not_get_there(version: MappingVersion) -> None:
    assert client_of(FINANCE.name).get(write_url(version)).status_code == 403
