"""A partner's person uploads a file and reads what became of it; if these fail, they cannot, or are told nonsense."""

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mappings.models import Assignment, MappingVersion
from mappings.services.load_library import load_library
from partners.models import Agreement, Connection, Environment
from tests.factories import Made
from tests.transactions.conftest import drain
from tests.transactions.portal.conftest import World, client_of, make_member, open_uploads
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import Document, ExceptionCase, InboundFile
from transactions.states import DocumentStage, FileStage

JSON = {"Accept": "application/json"}


def upload(client: Client, *contents: bytes, url: str = "", headers: Any = None, **fields: str) -> Any:
    files = [SimpleUploadedFile(f"orders-{number}.edi", content) for number, content in enumerate(contents, 1)]
    return client.post(url or reverse("portal:upload"), {"file": files, **fields}, headers=headers)


def text_of(response: Any) -> str:
    """What a reader sees."""
    assert response.status_code == 200, response.status_code
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def report(client: Client, file: InboundFile) -> str:
    return text_of(client.get(reverse("portal:file", args=[file.pk])))


FAULTY = Order(number="PO-2", control="0002", segments=("BEG*00*SA*PO-2**20261121", "PO1*1*X7*EA*2.50**VP*A", "CTT*1"))


def test_a_form_without_scripts_leads_to_the_report(world: World) -> None:
    response = upload(world.client, x12(isa_of(Order(number="PO-1"), FAULTY)))
    file = InboundFile.objects.get()
    assert response["Location"] == reverse("portal:file", args=[file.pk])
    assert (file.partner, file.connection, file.environment) == (world.partner, world.portal, "production")
    assert (file.channel, file.received_by, file.name) == ("portal", "ada", "orders-1.edi")
    waiting = world.client.get(response["Location"]).content.decode()
    assert '<noscript><meta http-equiv="refresh"' in waiting
    drain()
    said = report(world.client, file)
    assert "2 documents: 1 accepted, 1 rejected." in said
    assert "850 PO-2 Rejected" in said
    assert "PO102 (Quantity Ordered) is not a number" in said
    assert "Segment 3, PO1 (Baseline Item Data), element PO102 (Quantity Ordered)" in said
    assert "How to mend it" in said
    assert "AK403 6" in said
    page = world.client.get(reverse("portal:file", args=[file.pk])).content.decode()
    assert re.search(r'<mark title="PO102 [^"]*">X7</mark>', page)
    assert "refresh" not in page


def test_a_script_gets_addresses_and_follows_the_state(world: World) -> None:
    response = upload(world.client, x12(), headers=JSON)
    assert response.status_code == 201
    answer = response.json()
    assert answer["is_new"] is True
    first = world.client.get(answer["state_url"]).json()
    assert (first["is_live"], first["label"]) == (True, "Being read")
    drain()
    last = world.client.get(answer["state_url"]).json()
    assert last == {
        "is_live": False, "label": "Accepted", "tone": "good", "words": "1 document: 1 accepted.",
        "done": 1, "total": 1,
        "url": answer["url"],
    }  # fmt: skip


def test_the_same_bytes_again_are_the_first_file_and_that_is_said(world: World) -> None:
    upload(world.client, x12())
    first = InboundFile.objects.get()
    again = upload(world.client, x12(), headers=JSON).json()
    assert (again["is_new"], again["url"]) == (False, reverse("portal:file", args=[first.pk]))
    assert "exactly these bytes already" in again["words"]
    said = text_of(world.client.get(upload(world.client, x12())["Location"]))
    assert "exactly these bytes already" in said
    assert InboundFile.objects.count() == 1


def test_a_correction_in_which_nothing_was_changed_is_said_to_be_so(world: World) -> None:
    upload(world.client, x12(isa_of(FAULTY)))
    drain()
    failed = InboundFile.objects.get()
    correct = reverse("portal:correct", args=[failed.pk])
    again = upload(world.client, x12(isa_of(FAULTY)), url=correct, headers=JSON).json()
    assert again["words"].startswith("Nothing is changed: these are exactly the bytes of orders-1.edi.")
    assert "Nothing is changed" in text_of(
        world.client.get(upload(world.client, x12(isa_of(FAULTY)), url=correct)["Location"])
    )


def test_of_several_files_those_that_came_before_are_named(world: World) -> None:
    upload(world.client, x12())
    upload(world.client, b"%PDF-1.7", x12())
    said = text_of(world.client.get(reverse("portal:files")))
    assert "orders-1.edi: We have exactly these bytes already" in said
    assert "1 file received." in said


def test_a_correction_of_x12_is_told_to_take_a_number_of_its_own(world: World) -> None:
    upload(world.client, x12(isa_of(FAULTY)))
    upload(world.client, b"%PDF-1.7")
    drain()
    for file in InboundFile.objects.all():
        page = text_of(world.client.get(reverse("portal:correct", args=[file.pk])))
        assert ("Give it an interchange number (ISA13) of its own" in page) == (file.outcome == "rejected")


def test_the_progress_of_a_large_file_counts_what_awaits_its_end(member: Client, made: Made) -> None:
    """Documents are final together, when the file is: until then the bar would stand still."""
    made.file.documents.update(stage=DocumentStage.PROCESSED)
    InboundFile.objects.update(stage=FileStage.PROCESSING, outcome="", documents_total=8)
    state = member.get(reverse("portal:file-state", args=[made.file.pk])).json()
    assert (state["done"], state["total"]) == (2, 8)


def test_who_sends_after_the_session_ended_reads_that_nothing_was_taken(world: World) -> None:
    client = Client()
    login = client.get(upload(client, x12())["Location"])
    assert "nothing was taken. Log in and send it again." in text_of(login)
    assert not InboundFile.objects.exists()


def test_several_files_at_once_each_have_their_own_fate(world: World) -> None:
    response = upload(world.client, x12(), b"", b"%PDF-1.7")
    assert response["Location"] == reverse("portal:files")
    assert InboundFile.objects.count() == 2
    said = text_of(world.client.get(response["Location"]))
    assert "orders-2.edi: The file is empty" in said
    assert "2 files received" in said


@pytest.mark.parametrize("headers", [None, JSON], ids=["page", "script"])
def test_what_cannot_be_taken_is_said(world: World, settings: Any, headers: Any) -> None:
    settings.INTAKE_MAX_BYTES = 1_000_000

    def said(response: Any) -> tuple[int, str]:
        text = response.json()["error"] if headers else html.unescape(response.content.decode())
        return response.status_code, text

    status, text = said(upload(world.client, b"", headers=headers))
    assert (status, "The file is empty" in text) == (400, True)
    status, text = said(upload(world.client, b"x" * 1_000_001, headers=headers))
    assert (status, "at most 1 MB" in text) == (413, True)
    status, text = said(world.client.post(reverse("portal:upload"), {}, headers=headers))
    assert (status, "Choose a file" in text) == (400, True)
    Connection.objects.filter(pk=world.portal.pk).update(is_enabled=False)
    status, text = said(upload(world.client, x12(), headers=headers))
    assert (status, "not open" in text) == (403, True)
    assert not InboundFile.objects.exists()


def test_uploads_are_offered_only_where_they_are_open(world: World) -> None:
    home = reverse("portal:home")
    assert "data-upload" in world.client.get(home).content.decode()
    Connection.objects.filter(pk=world.portal.pk).update(is_enabled=False)
    page = world.client.get(home)
    assert "data-upload" not in page.content.decode()
    assert "are not open for Buyer Inc yet" in text_of(page)


def test_who_may_only_test_cannot_upload_live_documents(world: World) -> None:
    Connection.objects.filter(pk=world.portal.pk).update(environment=Environment.TEST)
    assert "You are in test." in text_of(world.client.get(reverse("portal:home")))
    assert upload(world.client, x12(), environment="production").status_code == 403
    upload(world.client, x12())
    drain()
    file = InboundFile.objects.get()
    assert (file.environment, file.stage) == ("test", "held")
    said = report(world.client, file)
    assert "Test file." in said
    assert "A live document came where only tests may." in said
    assert "T in ISA15" in said


def test_a_test_among_live_uploads_is_marked(world: World) -> None:
    upload(world.client, x12(isa_of(Order(), usage="T")), environment="test")
    drain()
    file = InboundFile.objects.get()
    assert (file.environment, file.outcome) == ("test", "accepted")
    assert "Test file." in report(world.client, file)
    document = world.client.get(reverse("portal:document", args=[Document.objects.get().pk]))
    assert "Test document." in text_of(document)
    assert upload(world.client, x12(), environment="moon").status_code == 400


def test_a_correction_takes_the_place_of_what_failed(world: World) -> None:
    upload(world.client, x12(isa_of(FAULTY, control=1)))
    drain()
    failed = InboundFile.objects.get()
    correct = reverse("portal:correct", args=[failed.pk])
    assert correct in world.client.get(reverse("portal:file", args=[failed.pk])).content.decode()
    assert "PO-2" in text_of(world.client.get(reverse("portal:home")))

    upload(world.client, x12(isa_of(Order(number="PO-2"), control=2)), url=correct)
    drain()

    mended = InboundFile.objects.exclude(pk=failed.pk).get()
    assert mended.corrects == failed
    assert ExceptionCase.objects.get().disposition == "superseded"
    assert "Replaced" in report(world.client, failed)
    assert (
        reverse("portal:file", args=[mended.pk])
        in world.client.get(reverse("portal:file", args=[failed.pk])).content.decode()
    )
    old, new = Document.objects.get(file=failed), Document.objects.get(file=mended)
    assert (
        reverse("portal:document", args=[new.pk])
        in world.client.get(reverse("portal:document", args=[old.pk])).content.decode()
    )
    assert (
        reverse("portal:document", args=[old.pk])
        in world.client.get(reverse("portal:document", args=[new.pk])).content.decode()
    )
    assert "Needs attention" not in text_of(world.client.get(reverse("portal:home")))


def test_a_file_whose_failures_are_all_replaced_asks_for_nothing_more(world: World) -> None:
    upload(world.client, x12(isa_of(Order(number="PO-1"), FAULTY)))
    drain()
    failed = InboundFile.objects.get()
    correct = reverse("portal:correct", args=[failed.pk])
    upload(world.client, x12(isa_of(Order(number="PO-2"), control=2)), url=correct)
    drain()
    assert not ExceptionCase.objects.filter(status="open").exists()
    said = report(world.client, failed)
    assert "2 documents: 1 accepted, 1 replaced by a correction." in said
    assert "Some of it was accepted and some was not." not in said
    assert "What failed in it was replaced by a correction that was accepted." in said
    assert "Corrected" in text_of(world.client.get(reverse("portal:files")))
    assert correct not in world.client.get(reverse("portal:file", args=[failed.pk])).content.decode()


def test_a_correction_goes_where_the_failed_file_went(world: World) -> None:
    upload(world.client, b"%PDF-1.7", environment="test")
    drain()
    failed = InboundFile.objects.get()
    upload(world.client, x12(), url=reverse("portal:correct", args=[failed.pk]), environment="production")
    assert InboundFile.objects.exclude(pk=failed.pk).get().environment == "test"


def test_what_was_accepted_cannot_be_corrected(world: World) -> None:
    upload(world.client, x12())
    drain()
    file = InboundFile.objects.get()
    url = reverse("portal:correct", args=[file.pk])
    assert upload(world.client, x12(isa_of(Order(number="PO-5"), control=5)), url=url).status_code == 400
    assert InboundFile.objects.count() == 1


def test_nobody_corrects_the_file_of_somebody_else(world: World) -> None:
    from tests.benchmarks.world import make_world

    upload(world.client, b"%PDF-1.7")
    drain()
    other = make_world("other", "OTHER").partner
    open_uploads(other)
    thief = client_of(make_member(other))
    url = reverse("portal:correct", args=[InboundFile.objects.get().pk])
    assert upload(thief, x12(), url=url).status_code == 404
    assert InboundFile.objects.count() == 1


def test_no_token_no_upload(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(world.partner, "eve"))
    assert upload(client, x12()).status_code == 403
    assert not InboundFile.objects.exists()


def test_a_filled_in_template_is_accepted_and_a_wrong_cell_is_shown(world: World) -> None:
    """From the download to the order, and the way a wrong number in a cell is told."""
    load_library("csv-orders-lines")
    version = MappingVersion.objects.get(mapping__code="csv-orders-lines", status="published")
    mapping = version.mapping
    agreement = Agreement.objects.create(
        partner=world.partner, status="live", standard=mapping.standard, set_id=mapping.set_id, release=""
    )
    Assignment.objects.create(agreement=agreement, version=version)
    template = b"".join(world.client.get(reverse("portal:template", args=["purchase-order-lines"])))
    upload(world.client, template)
    drain()
    accepted = InboundFile.objects.get()
    assert (accepted.format, accepted.outcome) == ("text", "accepted")

    upload(world.client, template.replace(b",10,", b",ten,").replace(b"1001", b"1002"))
    drain()
    wrong = InboundFile.objects.exclude(pk=accepted.pk).get()
    said = report(world.client, wrong)
    assert "Row 2, column qty_ordered" in said
    assert re.search(r"<mark>ten</mark>", world.client.get(reverse("portal:file", args=[wrong.pk])).content.decode())
    document = Document.objects.get(file=wrong)
    assert "As you sent it" in text_of(world.client.get(reverse("portal:document", args=[document.pk])))
    assert b"ten" in world.client.get(reverse("portal:document-source", args=[document.pk])).content
