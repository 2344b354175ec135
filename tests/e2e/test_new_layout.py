"""A held file of a layout that nobody mapped becomes accepted orders, by clicking alone: an analyst and an approver."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from config.core.models import User
from config.core.roles import ANALYST, APPROVER, Role
from mappings.models import MappingVersion
from partners.models import Environment, Partner
from tests.factories import PASSWORD, make_partner
from tests.readiness import make_ready
from tests.transactions.conftest import drain
from transactions.demo.traffic import SAMPLES
from transactions.models import Document, ExceptionCase
from transactions.services import doorbell
from transactions.services.receive import receive

pytestmark = pytest.mark.browser
SAMPLE = SAMPLES / "bluebird-hardware" / "04-a-layout-nobody-mapped.csv"
LogIn = Callable[[str, Role], Page]


@pytest.fixture
def log_in(browser: Browser, live_server: Any, complaints: list[str]) -> Iterator[LogIn]:
    """Opens a browser window of somebody with a role."""
    contexts = []

    def open_window(name: str, role: Role) -> Page:
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=role.name))
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/admin/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")
        return page

    yield open_window
    for context in contexts:
        context.close()


def held(content: bytes, partner: Partner) -> tuple[Any, str]:
    """The id of a file that no layout fits, and the page of its case."""
    receipt = receive(
        [content], connection=None, partner=partner, environment=Environment.PRODUCTION, channel="command",
        received_by="test", name=SAMPLE.name,
    )  # fmt: skip
    drain()
    case = ExceptionCase.objects.get(file_id=receipt.file.pk)
    return receipt.file.pk, reverse("admin:transactions_exceptioncase_change", args=[case.pk])


def step(page: Page, case: str, label: str, button: str) -> None:
    """Follow a step of the case, and confirm."""
    page.goto(case)
    page.get_by_role("link", name=label).click()
    page.get_by_role("button", name=button, exact=True).click()


def test_from_the_held_file_to_accepted_orders(
    log_in: LogIn, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "_ring", lambda task, row, lane: None)
    analyst, approver = log_in("ada", ANALYST), log_in("bob", APPROVER)
    setup = make_partner("bluebird", name="Bluebird Hardware")
    file, case = held(SAMPLE.read_bytes(), setup.partner)

    analyst.goto(case)
    expect(analyst.get_by_role("group", name="Columns with samples")).to_contain_text("05.12.2026")
    analyst.get_by_role("link", name="Draft a mapping from this file").click()
    quantity = analyst.get_by_label("What Pieces stands for")
    expect(quantity).to_have_value("quantity")
    quantity.select_option(label="Not used")
    analyst.get_by_role("button", name="Try it").click()
    expect(analyst.get_by_label("What Pieces stands for")).to_have_value("")
    analyst.get_by_label("What Pieces stands for").select_option(label="Quantity")
    analyst.get_by_label("How Wanted on is written").fill("DD.MM.YYYY")
    analyst.get_by_role("button", name="Keep as a draft").click()
    expect(analyst.get_by_text("is drafted. Try it, then submit it")).to_be_visible()
    analyst.get_by_role("link", name="Try it on this file").click()
    expect(analyst.get_by_role("status")).to_contain_text("2 documents, 2 of them would be accepted")
    step(analyst, case, "Submit it", "Submit")

    analyst.goto(case)
    expect(analyst.get_by_text("Waits for an approver").first).to_be_visible()
    expect(analyst.get_by_role("link", name="Publish it")).to_have_count(0)
    step(approver, case, "Publish it", "Publish")
    step(analyst, case, "Agree on it with Bluebird Hardware", "Agree")
    expect(analyst.get_by_text("is drafted; an approver puts it live")).to_be_visible()
    submit = "Submit the agreement for approval"
    analyst.goto(case)
    analyst.get_by_role("link", name=submit).click()
    expect(analyst.get_by_text("Profile: The profile lacks")).to_be_visible()
    expect(analyst.get_by_role("button", name="Submit", exact=True)).to_have_count(0)
    make_ready(setup)
    step(analyst, case, submit, "Submit")
    approver.goto(case)
    approver.get_by_role("link", name="Approve it and put it live").click()
    approver.get_by_role("link", name="Approve", exact=True).click()
    approver.get_by_role("button", name="Approve", exact=True).click()
    expect(approver.get_by_text("is approved and live")).to_be_visible()
    step(analyst, case, "Release the file", "Release")

    drain()
    accepted = Document.objects.filter(file_id=file, outcome="accepted").order_by("ordinal")
    assert [document.business_key for document in accepted] == ["BB-7010", "BB-7011"]
    version = MappingVersion.objects.get(mapping__standard="TEXT")
    assert [str(version.submitted_by), str(version.published_by)] == ["ada", "bob"]
    assert complaints == []


def test_a_file_that_is_read_wrongly_is_drafted_as_the_analyst_says(
    log_in: LogIn, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "_ring", lambda task, row, lane: None)
    titles = "Export;from;ERP;of;4 July;page;1\nPlant;North;open;lines;only;all;EUR\n"
    rows = "Заказ;Item;Quantity;Due\nЗ-1;A-1;1;04.05.2026\nЗ-1;A-2;2;04.05.2026\n"
    _, case = held(f"{titles}{rows}".encode("windows-1251"), make_partner("bluebird").partner)
    page = log_in("ada", ANALYST)
    page.goto(case)
    page.get_by_role("link", name="Draft a mapping from this file").click()
    reading = page.get_by_role("group", name="How the file is read")
    expect(reading).to_contain_text("70 % sure")
    again = reading.get_by_role("button", name="Read it like this")

    reading.get_by_label("Encoding").select_option(label="UTF-8")
    again.click()
    expect(reading.get_by_role("alert")).to_contain_text("UTF-8 cannot read this file: byte C7 in line 3")
    reading.get_by_label("Encoding").select_option(label="Windows-1251, Cyrillic")
    reading.get_by_label("Row of names").fill("3")
    reading.get_by_label("Dates").fill("DD.MM.YYYY")
    again.click()
    expect(reading.get_by_role("alert")).to_have_count(0)
    expect(reading.get_by_label("Encoding")).to_have_value("windows-1251")
    page.get_by_label("What Заказ stands for").select_option(label="Order number")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("status")).to_contain_text("1 document, 1 of them would be accepted")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_text("is drafted. Try it, then submit it")).to_be_visible()
    page.get_by_role("link", name="Try it on this file").click()
    expect(page.get_by_role("status")).to_contain_text("1 document, 1 of them would be accepted")
    version = MappingVersion.objects.get(mapping__standard="TEXT")
    assert version.declaration["source"]["settings"].items() >= {"encoding": "windows-1251", "header_row": 3}.items()
    assert complaints == []
