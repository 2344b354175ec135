"""A partner's person in a real browser: drop a file, read the report, send the correction."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Dialog, FilePayload, Page, Route, expect

from partners.models import Connection, Member, Partner, Protocol
from tests.benchmarks.world import make_world
from tests.factories import PASSWORD, make_user
from tests.transactions.conftest import drain
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import ExceptionCase, InboundFile
from transactions.services import doorbell

pytestmark = pytest.mark.browser

FAULTY = Order(number="PO-2", control="0002", segments=("BEG*00*SA*PO-2**20261121", "PO1*1*X7*EA*2.50**VP*A", "CTT*1"))
DROP = """([zone, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


@pytest.fixture
def partner(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Partner:
    monkeypatch.setattr(doorbell, "_ring", lambda *_: None)
    partner = make_world().partner
    Connection.objects.create(partner=partner, protocol=Protocol.PORTAL, name="Portal")
    user = make_user("ada")
    user.is_staff = False
    user.save()
    Member.objects.create(partner=partner, user=user)
    return partner


def log_in(page: Page) -> None:
    page.goto(reverse("portal:home"))
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/portal/")


@pytest.fixture
def portal(browser: Browser, live_server: Any, partner: Partner, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page)
    yield page
    context.close()


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    zone = page.locator("[data-zone]").element_handle()
    page.evaluate(DROP, [zone, [[name, content.decode()] for name, content in files]])


def test_a_dropped_file_is_reported_and_its_correction_settles_it(portal: Page, complaints: list[str]) -> None:
    drop(portal, ("orders.edi", x12(isa_of(FAULTY, control=1))))
    expect(portal.locator("[data-uploads] .status")).to_have_text("Being read")
    drain()
    portal.wait_for_url("**/files/**")
    expect(portal.get_by_role("heading", name="850 PO-2")).to_be_visible()
    expect(portal.get_by_text("PO102 (Quantity Ordered) is not a number")).to_be_visible()
    expect(portal.locator("mark", has_text="X7").first).to_be_visible()
    assert portal.evaluate("document.documentElement.scrollWidth") <= 390
    portal.get_by_role("link", name="Upload a corrected file").click()
    drop(portal, ("mended.edi", x12(isa_of(Order(number="PO-2"), control=2))))
    expect(portal.locator("[data-uploads] .status")).to_have_text("Being read")
    drain()
    portal.wait_for_url("**/files/**")
    expect(portal.get_by_text("1 document: 1 accepted.")).to_be_visible()
    case = ExceptionCase.objects.get()
    assert (case.status, case.disposition) == ("closed", "superseded")
    assert complaints == []


def test_several_dropped_files_each_say_what_became_of_them(portal: Page) -> None:
    drop(portal, ("good.edi", x12()), ("empty.edi", b""), ("odd.pdf", b"%PDF-1.7"))
    rows = portal.locator("[data-uploads] li")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("The file is empty")
    expect(rows.nth(0).locator(".status")).to_have_text("Being read")
    expect(rows.nth(2).locator(".status")).to_have_text("Being read")
    drain()
    expect(rows.nth(0).locator(".status")).to_have_text("Accepted", timeout=15_000)
    expect(rows.nth(2).locator(".status")).to_have_text("Unreadable", timeout=15_000)
    rows.nth(0).get_by_role("link", name="See the report").click()
    expect(portal.get_by_role("heading", name="good.edi")).to_be_visible()


def test_the_same_bytes_again_are_said_to_be_so_in_place_of_an_old_report(portal: Page) -> None:
    for times in range(2):
        if times:
            portal.goto(reverse("portal:home"))
        drop(portal, ("odd.pdf", b"%PDF-1.7"))
        expect(portal.locator("[data-uploads] .status")).to_have_text(re.compile("Being read|Unreadable"))
        drain()
        if not times:
            portal.wait_for_url("**/files/**")
    expect(portal.locator("[data-uploads] .status")).to_have_text("Unreadable")
    expect(portal.locator("[data-uploads]")).to_contain_text("We have exactly these bytes already")
    assert portal.url.endswith(reverse("portal:home"))


def test_after_a_broken_connection_a_file_is_sent_again_by_one_click(portal: Page) -> None:
    portal.route("**/upload/", lambda route: route.abort())
    drop(portal, ("orders.edi", x12()), ("odd.pdf", b"%PDF-1.7"))
    rows = portal.locator("[data-uploads] li")
    expect(rows.nth(0)).to_contain_text("The connection broke.")
    expect(rows.nth(1)).to_contain_text("The connection broke.")
    portal.unroute("**/upload/")
    rows.nth(0).get_by_role("button", name="Try again").press("Enter")
    expect(rows.nth(0)).to_be_focused()
    expect(rows.nth(0).locator(".status")).to_have_text("Being read")
    drain()
    expect(rows.nth(0).locator(".status")).to_have_text("Accepted", timeout=15_000)
    latest = portal.locator("section", has=portal.get_by_role("heading", name="Latest uploads"))
    expect(latest.get_by_role("link", name="orders.edi")).to_be_visible()
    assert InboundFile.objects.get().name == "orders.edi"


def test_files_in_line_stay_what_they_were_dropped_as_and_hold_the_page(portal: Page) -> None:
    """The choice between live and test is of the moment of dropping; leaving the page would lose what is not sent."""
    on_the_way: list[Route] = []
    portal.route("**/upload/", lambda route: on_the_way.append(route))
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    portal.on("dialog", stay)
    portal.get_by_label("A test").check()
    drop(portal, *((f"{number}.edi", x12(isa_of(Order(), control=number, usage="T"))) for number in range(1, 4)))
    states = portal.locator("[data-uploads] .status")
    expect(states).to_have_text(["Uploading", "Uploading", "Waiting"])
    portal.get_by_label("Live documents").check()
    portal.close(run_before_unload=True)
    portal.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    for route in on_the_way:
        route.continue_()
    portal.unroute("**/upload/")
    expect(states).to_have_text(["Being read", "Being read", "Waiting"])
    drain()
    expect(states.nth(2)).to_have_text("Being read", timeout=15_000)
    assert set(InboundFile.objects.values_list("name", "environment")) == {(f"{n}.edi", "test") for n in range(1, 4)}


def test_without_scripts_a_file_is_uploaded_and_reported(browser: Browser, live_server: Any, partner: Partner) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page)
    page.set_input_files("#upload-file", FilePayload(name="orders.edi", mimeType="text/plain", buffer=x12()))
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_text("Being read")).to_be_visible()
    drain()
    page.reload()
    expect(page.get_by_text("1 document: 1 accepted.")).to_be_visible()
    context.close()


def test_every_page_fits_a_phone_and_keeps_the_policy(portal: Page, complaints: list[str]) -> None:
    drop(portal, ("orders.edi", x12(isa_of(Order(number="PO-1"), FAULTY))))
    expect(portal.locator("[data-uploads] .status")).to_have_text("Being read")
    drain()
    portal.wait_for_url("**/files/**")
    file = InboundFile.objects.get()
    document, acknowledgment = file.documents.first(), file.acknowledgments.get()
    assert document is not None
    for path in (
        *(
            reverse(f"portal:{name}")
            for name in ("home", "files", "documents", "acknowledgments", "templates", "profile")
        ),
        reverse("portal:file", args=[file.pk]),
        reverse("portal:document", args=[document.pk]),
        reverse("portal:acknowledgment", args=[acknowledgment.pk]),
    ):
        portal.goto(path)
        portal.wait_for_load_state("networkidle")
        assert portal.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert complaints == []
