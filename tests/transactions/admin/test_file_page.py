"""The page of a file, its progress, and bringing in a file by hand."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.core.blobs import store
from mappings.engine.findings import Code, finding
from tests.factories import Made, make_file, make_partner, make_user
from transactions.admin import file_page
from transactions.admin.timeline import timeline
from transactions.models import Event, InboundFile, Verb
from transactions.pipeline.storable import storable_findings, storable_json
from transactions.services import doorbell
from transactions.states import DocumentStage, FileStage, UnitState

RECEIVE = reverse("admin:transactions_inboundfile_receive_file")


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Doorbells that were rung, instead of a broker."""
    heard: list[object] = []
    monkeypatch.setattr(doorbell, "_ring", lambda *rung: heard.append(rung))
    return heard


def page(client: Client, file: InboundFile) -> str:
    response = client.get(reverse("admin:transactions_inboundfile_change", args=[file.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_envelopes_documents_acknowledgments_and_cases(admin: Client, made: Made) -> None:
    text = page(admin, made.file)
    for fact in (
        str(made.file.pk),
        made.file.sha256,
        f"ISA {made.interchange.control_number}",
        f"GS PO {made.group.control_number}",
        made.documents[0].business_key,
        made.documents[1].business_key,
        f"997 {made.acknowledgment.control_number}",
        "Partly accepted",
        "1 rejected",
        made.cases[0].summary,
        "Finished",
    ):
        assert fact in text, fact


def test_what_is_wrong_with_file_envelope_and_unit_is_said_where_it_is(admin: Client, made: Made) -> None:
    made.file.findings = storable_findings([finding(Code.DATA_OUTSIDE_INTERCHANGE, "12 bytes after IEA")])
    made.file.save()
    made.interchange.findings = storable_findings([finding(Code.INTERCHANGE_COUNT_MISMATCH, "IEA01 says 7")])
    made.interchange.save()
    made.unit.state = UnitState.HELD
    made.unit.held_for = storable_json(finding(Code.AGREEMENT_MISSING, "No agreement for 850"))
    made.unit.save()
    text = page(admin, made.file)
    assert "12 bytes after IEA" in text
    assert "IEA01 says 7" in text
    assert "TA105 021" in text
    assert "No agreement for 850" in text


def test_its_queries_do_not_grow_with_the_file(admin: Client) -> None:
    def count(made: Made) -> int:
        page(admin, made.file)
        with CaptureQueriesContext(connection) as captured:
            page(admin, made.file)
        return len(captured)

    small, large = make_file(documents=2, failing=1), make_file(documents=40, failing=20)
    assert count(small) == count(large)


def test_a_long_file_shows_its_first_documents_and_leads_to_all(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_page, "SHOWN", 3)
    made = make_file(documents=5)
    text = page(admin, made.file)
    assert "the first 3 of 5" in text
    assert made.documents[2].business_key in text
    assert made.documents[3].business_key not in text
    assert f"document/?file__id__exact={made.file.pk}" in text


def test_a_file_at_work_asks_for_news_and_a_finished_one_does_not(admin: Client, made: Made) -> None:
    progress = reverse("admin:transactions_inboundfile_progress", args=[made.file.pk])
    assert f'hx-get="{progress}"' not in page(admin, made.file)
    InboundFile.objects.filter(pk=made.file.pk).update(stage=FileStage.PROCESSING, outcome="", documents_total=8)
    assert f'hx-get="{progress}"' in page(admin, made.file)
    made.file.documents.update(stage=DocumentStage.PROCESSED)  # all are final together, when the file is
    news = admin.get(progress)
    assert "<b>2</b> of 8 documents done" in news.content.decode()
    assert 'value="25"' in news.content.decode()
    assert "HX-Refresh" not in news
    InboundFile.objects.filter(pk=made.file.pk).update(stage=FileStage.FINISHED)
    assert admin.get(progress)["HX-Refresh"] == "true"


def test_a_hostile_file_name_stays_a_name(admin: Client, made: Made) -> None:
    made.file.name = 'a"; filename=evil.html\r\nSet-Cookie: x'
    made.file.save()
    response = admin.get(reverse("admin:transactions_inboundfile_download", args=[made.file.pk]))
    assert response["Content-Disposition"].startswith("attachment;")
    assert "Set-Cookie" not in response.headers
    assert response["Content-Type"] == "application/octet-stream"


def test_a_person_brings_in_a_file(made: Made, rung: list[object], django_capture_on_commit_callbacks: object) -> None:
    setup = make_partner("walk-in")
    client = Client()
    client.force_login(make_user("clerk", permissions=("*.view", "transactions.add_inboundfile")))
    assert setup.connection.name in client.get(RECEIVE).content.decode()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's fixture
        response = client.post(
            RECEIVE, {"connection": setup.connection.pk, "file": SimpleUploadedFile("orders.edi", b"ISA*00*...~")}
        )
    file = InboundFile.objects.get(partner=setup.partner)
    assert response["Location"] == reverse("admin:transactions_inboundfile_change", args=[file.pk])
    assert (file.channel, file.received_by, file.name, file.size) == ("admin", "clerk", "orders.edi", 11)
    assert len(rung) == 1
    again = client.post(
        RECEIVE,
        {"connection": setup.connection.pk, "file": SimpleUploadedFile("copy.edi", b"ISA*00*...~")},
        follow=True,
    )
    assert "The same bytes had come before" in again.content.decode()
    assert InboundFile.objects.filter(partner=setup.partner).count() == 1


def test_a_corrected_file_that_came_by_mail_answers_the_one_that_failed(made: Made, rung: list[object]) -> None:
    """Support gets it from the sender and brings it in; the cases close as if the partner had uploaded it."""
    stranger = make_partner("walk-in")
    client = Client()
    client.force_login(make_user("sue", permissions=("*.view", "transactions.add_inboundfile")))
    url = f"{RECEIVE}?corrects={made.file.pk}"
    assert url in page(client, made.file)
    assert (
        url in client.get(reverse("admin:transactions_exceptioncase_change", args=[made.cases[0].pk])).content.decode()
    )
    text = client.get(url).content.decode()
    assert "Receive a corrected file" in text
    assert str(made.file) in text
    assert f'<option value="{made.setup.connection.pk}" selected' in text
    assert f'<option value="{stranger.connection.pk}"' not in text
    response = client.post(
        url, {"connection": made.setup.connection.pk, "file": SimpleUploadedFile("right.edi", b"ISA*right")}
    )
    file = InboundFile.objects.get(corrects=made.file)
    assert response["Location"] == reverse("admin:transactions_inboundfile_change", args=[file.pk])
    InboundFile.objects.filter(pk=made.file.pk).update(outcome="accepted")
    assert url not in page(client, made.file)
    assert "It needs no corrected file" in client.get(url, follow=True).content.decode()


def test_an_empty_file_is_received_too(admin: Client) -> None:
    setup = make_partner()
    admin.post(RECEIVE, {"connection": setup.connection.pk, "file": SimpleUploadedFile("empty.edi", b"")})
    assert InboundFile.objects.get(partner=setup.partner).size == 0


def test_a_file_over_the_limit_is_refused_in_words(admin: Client, settings: object) -> None:
    setup = make_partner()
    settings.INTAKE_MAX_BYTES = 100  # type: ignore[attr-defined]  # pytest-django's fixture
    upload = SimpleUploadedFile("big.edi", b"x" * 5_000)
    response = admin.post(RECEIVE, {"connection": setup.connection.pk, "file": upload})
    assert response.status_code == 413
    assert "At most 100 bytes are taken at once" in response.content.decode()
    assert not InboundFile.objects.exists()


def test_a_forged_upload_is_refused(made: Made) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_superuser=True))
    upload = SimpleUploadedFile("orders.edi", b"ISA")
    response = client.post(RECEIVE, {"connection": made.setup.connection.pk, "file": upload})
    assert response.status_code == 403
    assert InboundFile.objects.count() == 1


def test_a_disabled_connection_is_not_offered(admin: Client, made: Made) -> None:
    made.setup.connection.is_enabled = False
    made.setup.connection.save()
    assert not re.search(rf'<option value="{made.setup.connection.pk}"', admin.get(RECEIVE).content.decode())


def test_each_group_says_what_became_of_it_and_what_was_sent(admin: Client, made: Made) -> None:
    text = page(admin, made.file)
    tree = text[text.index('class="or-tree"') : text.index("</section>", text.index('class="or-tree"'))]
    assert re.search(r"1 accepted</a>.*1 rejected</a>.*997 \d+.*Partly accepted", tree, re.S)


def test_a_file_that_is_no_document_shows_how_it_begins_and_no_secret(admin: Client, made: Made) -> None:
    for content, shown in ((b"%PDF-1.7\x00\xff", "%PDF-1.7.."), (b"<cXML><SharedSecret>hidden", "********")):
        made.file.sha256, made.file.outcome = store([content]).sha256, "unreadable"
        made.file.save()
        text = page(admin, made.file)
        assert "How the file begins" in text
        assert shown in text
        assert "hidden<" not in text


def test_the_canonical_forms_of_a_file_download_line_by_line(admin: Client, viewer: Client, made: Made) -> None:
    url = reverse("admin:transactions_inboundfile_canonicals", args=[made.file.pk])
    lines = b"".join(admin.get(url)).decode().splitlines()
    assert [json.loads(line)["number"] for line in lines] == [row.business_key for row in made.documents]
    assert viewer.get(url).status_code == 403


def test_a_correction_and_what_came_again_are_named(admin: Client, made: Made) -> None:
    other = make_file().file
    InboundFile.objects.filter(pk=other.pk).update(corrects=made.file)
    Event.objects.create(file=made.file, verb=Verb.RECEIVED_AGAIN, actor="the ERP", at=made.file.received_at)
    text = page(admin, made.file)
    assert "Corrected by" in text
    assert "by the ERP" in text
    assert str(made.file.pk) in page(admin, other)


def test_the_page_asks_less_often_the_longer_it_takes(admin: Client, made: Made) -> None:
    InboundFile.objects.filter(pk=made.file.pk).update(stage=FileStage.PROCESSING)
    progress = reverse("admin:transactions_inboundfile_progress", args=[made.file.pk])
    assert f'{progress}?poll=1" hx-trigger="every 2s"' in admin.get(progress).content.decode()
    assert "every 15s" in admin.get(progress, {"poll": "99"}).content.decode()


@pytest.mark.parametrize(
    ("verb", "accepted", "documents", "words"),
    [
        ("held", 0, 0, ["nothing is translated yet"]),
        ("held", 3, 4, ["3 of 4 documents accepted so far"]),
        ("finished", 0, 0, ["no documents"]),
        ("finished", 1, 1, ["1 of 1 document accepted"]),
    ],
)
def test_the_timeline_counts_only_documents_that_there_are(
    verb: str, accepted: int, documents: int, words: list[str]
) -> None:
    event = Event(verb=verb, at=timezone.now(), data={"accepted": accepted, "documents": documents})
    assert timeline([event])[0].facts == words
