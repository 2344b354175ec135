"""A partner's person certifies an agreement in a real browser: by keyboard on a phone, and without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, FilePayload, Page, expect

from partners.models import Agreement, AgreementStatus, Contact, Environment, OnboardingCase, Partner
from partners.services.recheck import recheck
from tests.e2e.test_portal import log_in, partner
from tests.transactions.conftest import drain
from tests.transactions.x12 import Order, isa_of, x12
from transactions.services.certify_due import certify_due

__all__ = ["partner"]
pytestmark = pytest.mark.browser

ZERO = ("BEG*00*SA*PO-1**20261121", "PO1*1*0*EA*2.50**VP*A", "CTT*1")


@pytest.fixture
def agreement(partner: Partner) -> Agreement:
    """A draft that an open case leads in and that lacks nothing but its certification."""
    found = Agreement.objects.get(environment=Environment.PRODUCTION)
    found.status = AgreementStatus.DRAFT
    found.save()
    partner.roles, partner.business_owner = ["customer"], partner.members.get().user
    partner.save()
    Contact.objects.create(partner=partner, name="Eve", email="eve@buyer.example", purposes=["technical"])
    OnboardingCase.objects.create(partner=partner).agreements.add(found)
    recheck(found)
    return found


@pytest.fixture(params=[True, False], ids=["with-scripts", "without-scripts"])
def phone(
    request: pytest.FixtureRequest, browser: Browser, live_server: Any, agreement: Agreement, complaints: list[str]
) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, java_script_enabled=request.param
    )
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    log_in(page)
    yield page
    context.close()


def stage(agreement: Agreement) -> str:
    agreement.coverage.refresh_from_db()
    return agreement.coverage.stage


def order(control: int, number: str, **more: Any) -> FilePayload:
    content = x12(isa_of(Order(number, **more), control=control, usage="T"))
    return {"name": f"{number}.edi", "mimeType": "text/plain", "buffer": content}


def send(page: Page, file: FilePayload, *, patiently: bool = False) -> None:
    """Choose a file, which is enough; without scripts press the button, by keyboard. Look for the verdict.

    patiently: without scripts, wait for the page to load itself again, some seconds; else do it for it.
    """
    field = page.get_by_label("The test document")
    field.set_input_files(files=[file])
    if page.get_by_role("button", name="Upload for this scenario").is_visible():
        field.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page.get_by_text("looking at it")).to_be_visible()
    drain()
    certify_due()
    if not patiently and page.locator("meta[http-equiv=refresh]").count():
        page.reload()
    expect(page.get_by_text("looking at it")).to_be_hidden(timeout=15_000)


def test_a_partner_mends_what_it_is_told_and_the_agreement_moves_on(
    phone: Page, agreement: Agreement, complaints: list[str]
) -> None:
    assert stage(agreement) == "certification"
    phone.get_by_role("link", name="All scenarios").click()
    expect(phone.get_by_text("0 of 3 passed")).to_be_visible()
    phone.get_by_role("link", name="A valid order").click()
    send(phone, order(1, "PO-1", segments=ZERO), patiently=True)
    expect(phone.get_by_text("Line 1 orders 0")).to_be_visible()
    expect(phone.get_by_text("How to mend it")).to_be_visible()
    send(phone, order(2, "PO-1"))
    expect(phone.get_by_role("heading", name="Passed", exact=True)).to_be_visible()
    phone.get_by_role("link", name="Order with several lines").click()
    send(phone, order(3, "PO-2", lines=3))
    assert stage(agreement) == "certification"
    phone.get_by_role("link", name="The same order twice").click()
    send(phone, order(4, "PO-1"))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert stage(agreement) == "approval"
    phone.goto(reverse("portal:certification"))
    expect(phone.get_by_text("All passed")).to_be_visible()
    assert complaints == []
