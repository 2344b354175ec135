"""What people do all day, in a real browser: look, find, understand, decide."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import LINE_FINDING, Made, make_file, make_partner, make_user
from transactions.models import ExceptionCase, InboundFile
from transactions.services import doorbell
from transactions.states import FileStage

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def made(page: Page) -> Made:
    """A file of two orders, the second rejected. After `page`, so that the live server's database is there."""
    return make_file(make_partner("acme", name="Acme Stores"), documents=2, failing=1)


def url(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


def test_pages_work_under_the_content_policy(page: Page, made: Made, complaints: list[str]) -> None:
    for path in (
        url("index"),
        reverse("search"),
        f"{reverse('search')}?q={made.interchange.control_number}",
        url("transactions_document_changelist"),
        url("transactions_document_change", made.documents[1].pk),
        url("transactions_inboundfile_change", made.file.pk),
        url("transactions_exceptioncase_change", made.cases[0].pk),
        url("transactions_inboundfile_receive_file"),
        url("partners_partner_change", made.setup.partner.pk),
        url("partners_agreement_change", made.setup.agreement.pk),
        url("partners_connection_issue_key", made.setup.connection.pk),
        url("mappings_mappingversion_change", made.setup.version.pk),
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert complaints == [], path


def test_pages_fit_a_phone(page: Page, made: Made) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a dictionary of the right shape
    for path in (
        url("index"),
        reverse("search"),
        f"{reverse('search')}?q={made.interchange.control_number}",
        url("transactions_document_change", made.documents[1].pk),
        url("transactions_inboundfile_change", made.file.pk),
        url("transactions_exceptioncase_change", made.cases[0].pk),
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_from_a_business_key_to_the_element_that_is_wrong(page: Page, made: Made) -> None:
    document = made.documents[1]
    page.goto(url("index"))
    page.keyboard.press("/")
    page.keyboard.type(document.business_key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=str(document), exact=True)).to_be_visible()
    page.get_by_role("link", name="PO102, segment 9").click()
    expect(page.locator("#segment-9")).to_be_in_viewport()
    expect(page.locator("#segment-9 .or-element-error")).to_have_text("12")
    expect(page.locator("#segment-9")).to_contain_text(LINE_FINDING.message)


def test_a_case_is_closed_by_keyboard(page: Page, made: Made) -> None:
    page.goto(url("transactions_exceptioncase_change", made.cases[0].pk))
    page.get_by_role("link", name="Close", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Reason").fill("Agreed with the buyer")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The case is closed.")).to_be_visible()
    assert ExceptionCase.objects.get().resolution == "Agreed with the buyer"


def test_cases_are_marked_and_closed_together(page: Page, made: Made) -> None:
    page.goto(url("transactions_exceptioncase_changelist"))
    page.locator("tbody input.action-select").first.check()
    page.select_option("select[name=action]", "close_selected")
    page.locator("#changelist-form").get_by_role("button").last.click()
    page.get_by_label("Reason").fill("Not needed")
    page.get_by_role("button", name="Close").click()
    result = page.get_by_role("row", name=LINE_FINDING.message)
    expect(result).to_contain_text("Done")
    expect(result).to_contain_text("The case is closed.")


def test_a_file_is_brought_in_and_its_page_follows_the_work(
    page: Page, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "_ring", lambda *rung: None)
    page.goto(url("transactions_inboundfile_receive_file"))
    page.get_by_label("Connection").select_option(label=str(made.setup.connection))
    page.set_input_files(
        "input[type=file]", {"name": "new.edi", "mimeType": "text/plain", "buffer": b"ISA*00*nothing~"}
    )
    page.get_by_role("button", name="Receive").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    InboundFile.objects.filter(name="new.edi").update(stage=FileStage.FINISHED, outcome="unreadable")
    expect(page.locator(".or-head-title")).to_contain_text("Unreadable", timeout=10_000)


def test_a_file_over_the_limit_is_refused_before_it_is_sent(page: Page, made: Made) -> None:
    page.goto(url("transactions_inboundfile_receive_file"))
    page.eval_on_selector("input[type=file]", "input => { input.dataset.maxBytes = 10; }")
    page.get_by_label("Connection").select_option(label=str(made.setup.connection))
    page.set_input_files(
        "input[type=file]", {"name": "big.edi", "mimeType": "text/plain", "buffer": b"more than ten bytes"}
    )
    page.get_by_role("button", name="Receive").click()
    assert page.evaluate("document.querySelector('input[type=file]').validationMessage").startswith(
        "The file is larger"
    )
    assert InboundFile.objects.count() == 1


def test_hostile_content_stays_text(page: Page) -> None:
    hostile = "<img src=x onerror=document.title='taken'>"
    made = make_file(failing=1, party_name=hostile)
    page.goto(url("transactions_document_change", made.documents[0].pk))
    expect(page.locator("#segment-6")).to_contain_text("<img src=x")
    assert page.title() != "taken"


def test_pages_fit_a_small_desk_screen(page: Page, made: Made) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    person = make_user("somebody")
    for name, row in (("core_user", person), ("transactions_document", made.documents[0])):
        page.goto(reverse(f"admin:{name}_change", args=[row.pk]))
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    page.goto(reverse("admin:transactions_exceptioncase_changelist"))
    tab = page.get_by_role("navigation", name="Cases").get_by_role("link", name="By cause")
    box = tab.bounding_box()
    assert box
    assert box["x"] + box["width"] <= 1280


def test_source_and_canonical_form_stand_side_by_side_with_equal_room(page: Page) -> None:
    made = make_file(documents=1)
    page.set_viewport_size({"width": 1360, "height": 900})
    page.goto(reverse("admin:transactions_document_change", args=[made.documents[0].pk]))
    boxes = page.eval_on_selector_all(
        ".or-compare > section",
        "all => all.map(one => { const box = one.getBoundingClientRect(); return [box.top, box.width] })",
    )
    assert len(boxes) == 2
    assert boxes[0] == pytest.approx(boxes[1], abs=1)
