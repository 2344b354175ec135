"""If these fail, a partner cannot certify itself in the portal, or sees what another one has to show."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Agreement, AgreementStatus, Connection, Coverage, Environment, Identity, Stage
from tests.factories import make_partner, make_user
from tests.transactions.conftest import drain
from tests.transactions.portal.conftest import World, client_of, make_member
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.models import CertificationRun, CertificationUpload, Document, ScenarioChoice
from transactions.services.certify_due import certify_due
from transactions.services.record_our_test import record_our_test

LIST = reverse("portal:certification")
ZERO = ("BEG*00*SA*PO-2**20261121", "PO1*1*0*EA*2.50**VP*A", "CTT*1")


@pytest.fixture
def agreement(world: World) -> Agreement:
    found = Agreement.objects.select_related("partner").get(environment=Environment.PRODUCTION)
    found.status, found.policies = AgreementStatus.DRAFT, {"certification": "always"}
    found.save()
    return found


Upload = Callable[..., str]


@pytest.fixture
def upload(world: World, agreement: Agreement) -> Upload:
    """Upload a file for a scenario and judge it. Returns the scenario's page as it is then."""

    def send(content: bytes, scenario: str = "valid") -> str:
        url = page_of(agreement, scenario)
        response = world.client.post(url, {"file": SimpleUploadedFile("test.edi", content)})
        assert (response.status_code, response.headers.get("Location")) == (302, url)
        assert "Being looked at" in world.client.get(url).content.decode()
        drain()
        certify_due()
        return str(world.client.get(url).content.decode())

    return send


def page_of(agreement: Agreement, scenario: str = "valid") -> str:
    return reverse("portal:certification-scenario", args=[agreement.pk, scenario])


def test_a_partner_sees_what_to_show_sends_mends_and_passes(world: World, agreement: Agreement, upload: Upload) -> None:
    listed = world.client.get(LIST).content.decode()
    assert "0 of 3 passed" in listed
    assert page_of(agreement, "several-lines") in listed
    wrong = upload(x12(isa_of(Order("PO-2", segments=ZERO), usage="T", control=1)))
    assert "Not passed yet" in wrong
    assert "Line 1 orders 0" in wrong
    assert "How to mend it" in wrong
    right = upload(x12(isa_of(Order("PO-2"), usage="T", control=2)))
    assert reverse("portal:document", args=[Document.objects.latest("id").pk]) in right
    assert "Upload for this scenario" in right
    assert "Next: " in right
    assert "1 of 3 passed" in world.client.get(LIST).content.decode()
    assert list(CertificationRun.objects.order_by("at").values_list("passed", "is_chosen")) == [
        (False, True), (True, True),
    ]  # fmt: skip


def test_the_state_says_when_the_page_need_not_wait_any_more(world: World, agreement: Agreement) -> None:
    url = reverse("portal:certification-state", args=[agreement.pk, "valid"])
    assert world.client.get(url).json()["is_live"] is False
    world.client.post(page_of(agreement), {"file": SimpleUploadedFile("test.edi", x12(isa_of(usage="T")))})
    waiting = world.client.get(url).json()
    assert (waiting["is_live"], waiting["words"]) == (True, "We have test.edi and are looking at it.")
    drain()
    certify_due()
    assert world.client.get(url).json() == {
        "is_live": False, "words": "Passed", "done": 0, "total": 0, "url": page_of(agreement),
        "label": "Passed", "tone": "good",
    }  # fmt: skip


def test_a_page_with_progress_uploads_and_follows(world: World, agreement: Agreement) -> None:
    """It is told where to look; what is refused is told in the same words as without scripts."""
    content = x12(isa_of(Order("PO-7"), usage="T"))
    accept = {"accept": "application/json"}
    said = world.client.post(page_of(agreement), {"file": SimpleUploadedFile("a.edi", content)}, headers=accept)
    assert (said.status_code, said.json()["url"]) == (201, page_of(agreement))
    assert world.client.get(said.json()["state_url"]).json()["label"] == "Being looked at"
    nothing = world.client.post(page_of(agreement), {}, headers=accept)
    assert (nothing.status_code, nothing.json()) == (400, {"error": "Choose a file first."})


def test_home_leads_a_newcomer_to_the_next_scenario_and_offers_tests_first(
    world: World, agreement: Agreement, upload: Upload
) -> None:
    Coverage.objects.update_or_create(agreement=agreement, defaults={"stage": Stage.CERTIFICATION})
    page = world.client.get(reverse("portal:home")).content.decode()
    assert "0 of 3 passed" in page
    assert f'Next: <a href="{page_of(agreement)}"' in page
    assert re.search(r'value="test" checked', page)
    upload(x12(isa_of(Order("PO-2"), usage="T")))
    Coverage.objects.update(stage=Stage.CERTIFICATION)
    page = world.client.get(reverse("portal:home")).content.decode()
    assert f'Next: <a href="{page_of(agreement, "several-lines")}"' in page
    Agreement.objects.update(status=AgreementStatus.LIVE)
    assert re.search(r'value="production" checked', world.client.get(reverse("portal:upload")).content.decode())


def test_a_live_document_uploaded_as_a_test_shows_nothing_and_is_held(
    world: World, agreement: Agreement, upload: Upload
) -> None:
    """Through the test connection nothing live comes in; through one that carries both it is a live document."""
    Connection.objects.filter(pk=world.portal.pk).update(environment=Environment.TEST)
    said = upload(x12(isa_of(Order("PO-1"), usage="P")))
    assert "No document for this agreement" in said
    assert not Document.objects.exists()


def test_ids_of_somebody_else_in_the_file_show_nothing(world: World, agreement: Agreement, upload: Upload) -> None:
    other = make_partner("zenith", name="Zenith Limited")
    Identity.objects.create(partner=other.partner, environment="test", kind="isa", qualifier="ZZ", value="ZENITH")
    said = upload(x12(isa_of(Order("PO-1"), usage="T", sender="ZENITH")))
    assert "No document for this agreement" in said
    assert "Zenith" not in said
    assert not Document.objects.filter(partner=other.partner).exists()


@pytest.mark.parametrize("files", [[], ["a.edi", "b.edi"]])
def test_exactly_one_file_is_taken(world: World, agreement: Agreement, files: list[str]) -> None:
    sent = [SimpleUploadedFile(name, b"ISA") for name in files]
    response = world.client.post(page_of(agreement), {"file": sent})
    assert response.status_code == 400
    assert b'role="alert"' in response.content
    assert not CertificationUpload.objects.exists()


def test_pages_of_another_partner_are_not_there(world: World, agreement: Agreement) -> None:
    stranger = client_of(make_member(make_partner("zenith").partner))
    assert "Nothing is asked" in stranger.get(LIST).content.decode()
    content = {"file": SimpleUploadedFile("test.edi", x12(isa_of(usage="T")))}
    for name, args in (("scenario", ["valid"]), ("state", ["valid"]), ("sample", ["valid"])):
        url = reverse(f"portal:certification-{name}", args=[agreement.pk, *args])
        assert world.client.get(url).status_code == 200, name
        assert stranger.get(url).status_code == 404, name
        assert stranger.post(url, content).status_code in (404, 405), name
        assert Client().get(url).status_code == 302, name
    assert not CertificationUpload.objects.exists()


def test_what_is_not_asked_is_not_there(world: World, agreement: Agreement) -> None:
    assert world.client.get(page_of(agreement, "wrong-total")).status_code == 404
    assert world.client.get(page_of(agreement, "no-such-thing")).status_code == 404
    test_twin = Agreement.objects.get(environment=Environment.TEST)
    assert world.client.get(page_of(test_twin)).status_code == 404


def test_what_is_waived_is_said_to_be_not_needed_and_reasons_stay_with_us(world: World, agreement: Agreement) -> None:
    ScenarioChoice.objects.create(
        agreement=agreement, scenario="duplicate", decision="waived", reason="Our secret", by="ann", at=timezone.now()
    )
    for url in (LIST, page_of(agreement, "duplicate")):
        page = world.client.get(url).content.decode()
        assert "Not needed" in page
        assert "Our secret" not in page


def test_the_example_of_each_scenario_passes_when_it_is_sent_as_it_is(
    world: World, agreement: Agreement, upload: Upload
) -> None:
    for code in ("valid", "several-lines", "duplicate"):
        url = reverse("portal:certification-sample", args=[agreement.pk, code])
        assert url in world.client.get(page_of(agreement, code)).content.decode()
        found = world.client.get(url)
        assert found["Content-Disposition"] == f'attachment; filename="example-{code}-850.edi"'
        upload(b"".join(found), code)
    assert "3 of 3 passed" in world.client.get(LIST).content.decode()


def test_a_format_that_cannot_say_what_is_asked_gets_a_valid_example(world: World, agreement: Agreement) -> None:
    """Nothing came yet that a cancellation could be about."""
    ScenarioChoice.objects.create(
        agreement=agreement, scenario="cancel", decision="asked", reason="x", by="ann", at=timezone.now()
    )
    page = world.client.get(page_of(agreement, "cancel")).content.decode()
    assert "There is no example that shows this as it is" in page
    assert reverse("portal:certification-sample", args=[agreement.pk, "valid"]) in page
    assert world.client.get(reverse("portal:certification-sample", args=[agreement.pk, "cancel"])).status_code == 404


def test_the_example_of_somebody_elses_agreement_is_not_there(world: World, agreement: Agreement) -> None:
    stranger = client_of(make_member(make_partner("zenith", name="Zenith Limited").partner))
    url = reverse("portal:certification-sample", args=[agreement.pk, "valid"])
    assert (world.client.get(url).status_code, stranger.get(url).status_code) == (200, 404)


def test_who_answers_what_we_send_is_told_where_to(world: World, agreement: Agreement) -> None:
    Agreement.objects.create(
        partner=world.partner, direction="outbound", kind="order-response", set_id="855",
        policies={"certification": "always"},
    )  # fmt: skip
    page = world.client.get(page_of(Agreement.objects.latest("pk"), "acknowledged")).content.decode()
    assert "We have sent you nothing yet" in page
    assert reverse("portal:upload") in page
    assert "Upload for this scenario" not in page


def test_a_partner_downloads_our_test_documents_and_nobody_elses(world: World, agreement: Agreement) -> None:
    group = Group(sender="ONRAMP", receiver="BUYER")
    content = x12(Isa(groups=(group,), sender="ONRAMP", receiver="BUYER", usage="T"))
    (made,) = record_our_test(world.partner, content, by=make_user())
    url = reverse("portal:certification-ours", args=[made.pk])
    assert url in world.client.get(LIST).content.decode()
    assert world.client.get(url).content == content
    stranger = client_of(make_member(make_partner("zenith").partner))
    assert stranger.get(url).status_code == 404
    assert url not in stranger.get(LIST).content.decode()
