"""Partners read how to mend it; never how we are set up, who else there is, or what broke inside."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mappings.engine.findings import Code, Place, finding
from partners.models import Agreement, AgreementStatus
from tests.factories import Made, make_partner
from tests.transactions.conftest import drain
from tests.transactions.portal.conftest import World
from tests.transactions.portal.test_upload import report, upload
from tests.transactions.x12 import isa_of, x12
from transactions.models import Attempt, InboundFile
from transactions.portal.wording import finding_view
from transactions.states import DocumentOutcome

OURS = re.compile(r"identity of the partner|assign|agreement for the|cross-reference|support team|register", re.I)


@pytest.mark.parametrize("code", list(Code))
def test_no_advice_is_about_our_set_up(code: Code) -> None:
    view = finding_view(finding(code))
    assert view.what
    assert view.mend
    assert not OURS.search(f"{view.what} {view.mend}"), view


def test_another_partner_is_not_named(world: World) -> None:
    """The finding of ours says whose identity it is."""
    stranger = make_partner("zenith", name="Zenith Limited")
    stranger.identity.value = "ZENITH"
    stranger.identity.save()
    upload(world.client, x12(isa_of(sender="ZENITH")))
    drain()
    file = InboundFile.objects.get()
    assert file.stage == "held"
    said = report(world.client, file)
    assert "may not send through your company's account" in said
    assert "Zenith" not in said
    assert "Zenith" not in world.client.get(reverse("portal:home")).content.decode()


def test_what_we_suspended_is_not_said_to_be_unknown_to_us(world: World) -> None:
    Agreement.objects.update(status=AgreementStatus.SUSPENDED)
    upload(world.client, x12(isa_of()))
    drain()
    said = report(world.client, InboundFile.objects.get())
    assert "We have paused this kind of document." in said
    assert "agreed on nothing" not in said


def test_our_own_failure_is_ours_and_says_nothing_of_its_cause(member: Client, made: Made) -> None:
    document = made.documents[1]
    document.outcome = DocumentOutcome.FAILED
    document.save()
    attempts = Attempt.objects.filter(document=document)
    attempts.update(internal_error="KeyError: 'secret-column' in compiled mapping", findings=[])
    for url in (reverse("portal:file", args=[made.file.pk]), reverse("portal:document", args=[document.pk])):
        text = member.get(url).content.decode()
        assert "we are looking at it" in text
        assert "With us" in text
        assert "KeyError" not in text
        assert "secret-column" not in text


def test_a_file_that_we_failed_on_does_not_show_the_finding_as_we_wrote_it(member: Client, made: Made) -> None:
    failure: Any = finding(Code.INTERNAL_FAILURE, "Onramp failed: OSError: /srv/blobs", Place(offset=0), "OSError")
    view = finding_view(failure)
    assert "OSError" not in f"{view.what}{view.mend}{view.value}{view.where}"


def test_what_is_no_x12_is_not_explained_by_codes_of_x12(world: World) -> None:
    upload(world.client, "po_number,item\nMüller,1\n".encode("cp1252"))
    drain()
    said = report(world.client, InboundFile.objects.get())
    assert "it was read as windows-1252" in said
    assert "X12 code" not in said


def test_a_date_that_is_none_says_how_dates_are_written() -> None:
    view = finding_view(finding(Code.MAPPING_VALUE_INVALID, "'2026-13-19' is not a date"))
    assert "2026-01-31" in view.mend
