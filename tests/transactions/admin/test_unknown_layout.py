"""From a file that no layout fits to accepted orders, by an analyst and an approver, without a developer."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.core.models import AuditEntry, User
from config.core.roles import ANALYST, APPROVER, AUDITOR
from mappings.models import Mapping, MappingVersion, VersionStatus
from mappings.services.csv_templates import templates_of
from partners.models import Agreement, AgreementStatus, ApiKey, Contact
from tests.transactions.conftest import Send, drain
from transactions.demo.traffic import SAMPLES
from transactions.models import Document, ExceptionCase, InboundFile
from transactions.states import CaseStatus, DocumentOutcome, FileStage

CONTENT = (SAMPLES / "bluebird-hardware" / "04-a-layout-nobody-mapped.csv").read_bytes()


def client_of(name: str, role: Any) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role.name))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def analyst(db: None) -> Client:
    return client_of("ada", ANALYST)


@pytest.fixture
def approver(db: None) -> Client:
    return client_of("bob", APPROVER)


@pytest.fixture
def held(send: Send) -> InboundFile:
    file = send(CONTENT)
    assert file.stage == FileStage.HELD
    return file


def case_page(file: InboundFile) -> str:
    return reverse("admin:transactions_exceptioncase_change", args=[ExceptionCase.objects.get(file=file).pk])


def draft_url(file: InboundFile) -> str:
    return f"{reverse('admin:transactions_inboundfile_draft_mapping', args=[file.pk])}?next={case_page(file)}"


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def fields(html: str) -> dict[str, str]:
    """What the form of the draft page would send as it stands."""
    found = dict(re.findall(r'<input type="text" name="([\w-]+)" value="([^"]*)"', html))
    for name, options in re.findall(r'<select name="(target-\d+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        found[name] = (re.findall(r'value="([^"]*)" selected', options) or [""])[0]
    return found


def test_the_case_shows_the_columns_with_values_and_the_way_out(held: InboundFile, analyst: Client) -> None:
    html = text_of(analyst, case_page(held))
    for shown in ("Order reference", "BB-7010", "HMR-16", "05.12.2026", "DD.MM.YYYY", "semicolon", "UTF-8"):
        assert shown in html
    assert "Draft a mapping from this file" in html
    assert reverse("admin:transactions_inboundfile_draft_mapping", args=[held.pk]) in html


def test_the_file_page_leads_to_the_draft_for_those_who_may(held: InboundFile, analyst: Client) -> None:
    page = reverse("admin:transactions_inboundfile_change", args=[held.pk])
    draft = reverse("admin:transactions_inboundfile_draft_mapping", args=[held.pk])
    assert draft in text_of(analyst, page)
    auditor = client_of("eve", AUDITOR)
    assert "Order reference" in text_of(auditor, page)
    assert draft not in text_of(auditor, page)
    assert draft not in text_of(auditor, case_page(held))
    assert auditor.get(draft).status_code == 403


def test_the_draft_page_guesses_and_shows_what_it_makes(held: InboundFile, analyst: Client) -> None:
    html = text_of(analyst, draft_url(held))
    sent = fields(html)
    assert [sent[f"target-{i}"] for i in range(4)] == ["number", "sku", "quantity", "line_requested"]
    assert "2 documents, 2 of them would be accepted" in html
    assert not Document.objects.filter(file=held).exists()
    assert not Mapping.objects.filter(standard="TEXT").exists()


def test_the_whole_way(held: InboundFile, analyst: Client, approver: Client) -> None:
    page = case_page(held)
    sent = fields(text_of(analyst, draft_url(held)))
    response = analyst.post(draft_url(held), {**sent, "do": "keep"})
    assert response.headers["Location"] == page
    version = MappingVersion.objects.get(mapping__standard="TEXT")
    assert version.status == VersionStatus.DRAFT

    submit = reverse("admin:mappings_mappingversion_submit", args=[version.pk])
    assert submit in text_of(analyst, page)
    assert analyst.post(submit).status_code == 302
    version.refresh_from_db()
    assert (version.status, version.submitted_by and version.submitted_by.username) == ("submitted", "ada")

    publish = reverse("admin:mappings_mappingversion_publish", args=[version.pk])
    assert publish not in text_of(analyst, page)
    assert analyst.post(publish).status_code == 403
    assert publish in text_of(approver, page)
    approver.post(publish)
    version.refresh_from_db()
    assert (version.status, version.published_by and version.published_by.username) == ("published", "bob")

    agree = reverse("admin:mappings_mappingversion_agree", args=[version.pk])
    assert agree in text_of(analyst, page)
    analyst.post(f"{agree}?next={page}", {"partner": held.partner_id, "environment": held.environment})
    agreement = Agreement.objects.get(standard="TEXT")
    assert (agreement.status, agreement.set_id) == (AgreementStatus.DRAFT, version.mapping.set_id)
    assert agreement.assignment.version == version

    submit = reverse("admin:partners_agreement_submit_for_approval", args=[agreement.pk])
    assert submit not in text_of(approver, page)
    assert submit in text_of(analyst, page)
    assert "Profile: The profile lacks" in analyst.post(submit, follow=True).content.decode()
    agreement.partner.roles, agreement.partner.business_owner = ["customer"], User.objects.get(username="ada")
    agreement.partner.save()
    Contact.objects.create(partner=agreement.partner, name="Eve", email="eve@acme.example", purposes=["technical"])
    ApiKey.objects.create(connection=agreement.partner.connections.get(), label="ERP", prefix="k1")
    assert analyst.post(f"{submit}?next={page}").headers["Location"] == page
    decide = reverse("admin:partners_submission_change", args=[agreement.submissions.get().pk])
    assert decide in text_of(approver, page)
    assert "1 of 1 test cases pass" in text_of(approver, decide)
    approver.post(f"{decide.removesuffix('change/')}approve/", {"puts_live": "on"})

    release = reverse("admin:transactions_exceptioncase_release", args=[ExceptionCase.objects.get(file=held).pk])
    html = text_of(analyst, page)
    assert html.count('class="or-done"') == 6
    assert release in html
    analyst.post(release)
    drain()
    assert [d.business_key for d in Document.objects.filter(file=held).order_by("ordinal")] == ["BB-7010", "BB-7011"]
    assert set(Document.objects.filter(file=held).values_list("outcome", flat=True)) == {DocumentOutcome.ACCEPTED}
    assert ExceptionCase.objects.get(file=held).status == CaseStatus.CLOSED
    assert held.partner is not None
    template = templates_of(held.partner)[version.mapping.set_id]
    assert [column.name for column in template.columns] == ["Order reference", "Article", "Pieces", "Wanted on"]
    assert list(AuditEntry.objects.order_by("number").values_list("verb", "actor")) == [
        ("mapping.submitted", "ada"), ("mapping.published", "bob"), ("mapping.assigned", "ada"),
        ("agreement.submitted", "ada"), ("agreement.approved", "bob"), ("agreement.put_live", "bob"),
    ]  # fmt: skip


def test_the_text_can_be_edited_and_errors_name_the_rule(held: InboundFile, analyst: Client) -> None:
    html = text_of(analyst, draft_url(held))
    sent = fields(html)
    response = analyst.post(draft_url(held), {**sent, "do": "try"})
    text = str(response.context["asked"].text)
    broken = text.replace("Pieces}", "Peaces}")
    assert broken != text
    html = analyst.post(draft_url(held), {**sent, "do": "keep-text", "text": broken}).content.decode()
    assert "rules.lines[0].rules.quantity.rules.value" in html
    assert "Peaces" in html
    assert not MappingVersion.objects.filter(mapping__standard="TEXT").exists()
    html = analyst.post(draft_url(held), {**sent, "do": "try-text", "text": "a: b: c"}).content.decode()
    assert "is not valid YAML" in html
    analyst.post(draft_url(held), {**sent, "do": "keep-text", "text": text})
    assert MappingVersion.objects.get(mapping__standard="TEXT").status == VersionStatus.DRAFT


def test_choices_that_cannot_be_say_why_and_are_kept(held: InboundFile, analyst: Client) -> None:
    sent = fields(text_of(analyst, draft_url(held)))
    wrong = {**sent, "target-0": "sku", "form-3": "DD.MM", "code": "csv-orders-lines", "do": "keep"}
    html = analyst.post(draft_url(held), wrong).content.decode()
    assert "Choose the column with the order number" in html
    assert "A date pattern names year, month and day" in html
    assert "There is a mapping csv-orders-lines already" in html
    assert fields(html)["form-3"] == "DD.MM"
    assert not Mapping.objects.filter(standard="TEXT").exists()


def test_names_that_a_partner_chose_harm_no_page(send: Send, analyst: Client) -> None:
    header = 'Order,order,Qty,<script>alert(1)</script>,"=HYPERLINK(""x"")","a: {b","@id"'
    file = send(f"{header}\nA1,A1,2,x,y,z,1\nA1,A1,3,x,y,z,2\n".encode())
    assert file.stage == FileStage.HELD
    for html in (text_of(analyst, draft_url(file)), text_of(analyst, case_page(file))):
        assert "<script>alert(1)" not in html
        assert "&lt;script&gt;alert(1)" in html
    html = text_of(analyst, draft_url(file))
    assert "Cannot be used: its name is that of a column before it" in html
    sent = {
        **fields(html),
        "target-3": "line_note",
        "target-4": "sku",
        "target-5": "description",
        "target-6": "line_id",
    }
    html = analyst.post(draft_url(file), {**sent, "do": "try"}).content.decode()
    assert "1 document, 1 of them would be accepted" in html


def test_a_header_of_thousands_of_columns_is_cut(send: Send, analyst: Client) -> None:
    names = ["Order", *(f"c{number}" for number in range(3000))]
    file = send((",".join(names) + "\n" + ",".join(["A1"] * len(names)) + "\n").encode())
    html = text_of(analyst, draft_url(file))
    assert "2601 more columns are not offered" in html
    assert len(fields(html)) < 1000, "Django refuses a form of more fields"
    assert analyst.post(draft_url(file), {**fields(html), "do": "try"}).status_code == 200


def test_a_file_of_another_kind_leads_back(send: Send, analyst: Client) -> None:
    file = send(b"%PDF-1.7 no text at all")
    response = analyst.get(draft_url(file), follow=True)
    assert "This file has no columns" in response.content.decode()


def test_lost_bytes_are_said(held: InboundFile, analyst: Client) -> None:
    InboundFile.objects.filter(pk=held.pk).update(sha256="0" * 64)
    assert "The storage does not have the bytes" in text_of(analyst, case_page(held))
    response = analyst.get(draft_url(held), follow=True)
    assert "The storage does not have the bytes" in response.content.decode()


def test_the_queries_of_the_pages_do_not_grow_with_the_mappings(held: InboundFile, analyst: Client) -> None:
    sent = fields(text_of(analyst, draft_url(held)))

    def queries(url: str) -> int:
        text_of(analyst, url)
        with CaptureQueriesContext(database) as captured:
            text_of(analyst, url)
        return len(captured)

    analyst.post(draft_url(held), {**sent, "code": "m-0", "do": "keep"})
    pages = (case_page(held), draft_url(held), reverse("admin:transactions_inboundfile_change", args=[held.pk]))
    before = [queries(page) for page in pages]
    for number in range(1, 6):
        analyst.post(draft_url(held), {**sent, "code": f"m-{number}", "do": "keep"})
    assert Mapping.objects.filter(code__startswith="m-").count() == 6
    assert [queries(page) for page in pages] == before
    assert max(before) <= 45


def test_a_version_is_tried_on_what_onramp_has_and_on_a_file_of_ones_own(held: InboundFile, analyst: Client) -> None:
    analyst.post(draft_url(held), {**fields(text_of(analyst, draft_url(held))), "do": "keep"})
    version = MappingVersion.objects.get(mapping__standard="TEXT")
    url = reverse("mapping-try", args=[version.pk])
    assert "BB-7011" in text_of(analyst, f"{url}?received={held.pk}")
    own = SimpleUploadedFile("mine.csv", CONTENT.replace(b"BB-7011", b"MINE-1"))
    assert "MINE-1" in analyst.post(url, {"file": own}).content.decode()
    assert "no file and no document with this id" in text_of(analyst, f"{url}?received=nonsense")
    assert "Name a file or choose one" in analyst.post(url).content.decode()
    assert not Document.objects.filter(file=held).exists()
