"""A person comes in by a mail and keeps the company in order, with a phone and without scripts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Browser, FilePayload, Page, expect

from partners.models import ApiKey, Connection, Contact, Partner, Proposal, Protocol
from partners.services.invite import invite
from tests.factories import make_user
from tests.partners.portal.test_second_factor import App
from tests.partners.protocols.certificates import make_pair

pytestmark = pytest.mark.browser

EVE, SECRET = "eve@acme.example", "seven brave otters"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(request: pytest.FixtureRequest, browser: Browser, live_server: Any, complaints: list[str]) -> Iterator[Page]:
    size = {"width": 390, "height": 844}
    context = browser.new_context(base_url=live_server.url, viewport=size, java_script_enabled=request.param)  # type: ignore[arg-type]  # a size
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    yield page
    context.close()


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    box = page.locator("main").bounding_box()
    return box is not None and box["width"] <= 390


def go_to(page: Page, name: str) -> None:
    """A page by the menu, which stands in one line on a phone and opens without scripts."""
    page.locator("details.menu > summary").click()
    page.get_by_role("link", name=name, exact=True).click()


def test_from_the_mail_to_a_key(
    phone: Page, live_server: Any, settings: Any, complaints: list[str], transactional_db: None
) -> None:
    settings.PORTAL_SECOND_FACTOR = True
    partner = Partner.objects.create(code="acme", name="Acme Stores")
    Connection.objects.create(partner=partner, protocol=Protocol.API, name="Program")
    invite(partner, email=EVE, by=make_user("anna"), site=live_server.url)
    found = re.search(r"https?://\S+", str(mail.outbox[0].body))
    assert found
    phone.goto(found[0])
    phone.get_by_label("E-mail address").fill(EVE)
    phone.get_by_label("Your name").fill("Eve Example")
    phone.get_by_label("Password", exact=True).fill(SECRET)
    phone.get_by_label("The password again").fill(SECRET)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    app = App(phone.locator("#key").inner_text())
    phone.get_by_label("Code", exact=True).fill(app.code())
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    phone.get_by_role("link", name="I have kept them").click()
    phone.get_by_text("Menu").click()
    phone.get_by_role("button", name="Log out").click()
    phone.get_by_label("User name").fill(EVE)
    phone.get_by_label("Password").fill(SECRET)
    phone.keyboard.press("Enter")
    phone.get_by_label("Code", exact=True).fill(app.code())
    phone.keyboard.press("Enter")
    go_to(phone, "Company")
    phone.get_by_role("link", name="Add a contact").click()
    phone.get_by_label("Name").fill("Zoe")
    phone.get_by_role("button", name="Add").click()
    assert not Contact.objects.exists()
    expect(phone.get_by_role("group", name="Write to them about")).to_be_visible()
    phone.get_by_label("E-mail").fill("zoe@acme.example")
    phone.get_by_label("Outages").check()
    phone.get_by_role("button", name="Add").click()
    expect(phone.get_by_text("zoe@acme.example")).to_be_visible()
    go_to(phone, "Connections")
    phone.get_by_role("link", name="Issue a key").click()
    phone.get_by_label("For", exact=True).fill("ERP")
    phone.get_by_role("button", name="Issue key").click()
    secret = phone.locator("#secret").inner_text()
    assert ApiKey.objects.get().prefix in secret
    go_to(phone, "Certificates")
    phone.get_by_role("link", name="Upload a certificate").click()
    pem = make_pair().certificate.encode()
    phone.set_input_files("[name=file]", FilePayload(name="acme.pem", mimeType="text/plain", buffer=pem))
    phone.get_by_label("Signing").check()
    phone.get_by_role("button", name="Upload").click()
    expect(phone.get_by_text("Waiting for us")).to_be_visible()
    assert Proposal.objects.get().kind == "certificate"
    assert complaints == []
    for name in ("company", "connections", "certificates", "guides", "profile", "second-factor", "identity-add"):
        phone.goto(reverse(f"portal:{name}"))
        assert fits(phone), name
