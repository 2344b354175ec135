"""Without a pointer: menus open, are walked through and closed, and the focus comes back to where it was."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import Made, make_file, make_partner

pytestmark = pytest.mark.browser


@pytest.fixture
def made(page: Page) -> Made:
    """After `page`, so that the live server's database is there."""
    return make_file(make_partner("acme", name="Acme Stores"), documents=2, failing=1)


def test_actions_of_a_page_are_a_menu(page: Page, made: Made, complaints: list[str]) -> None:
    page.goto(reverse("admin:partners_partner_change", args=[made.setup.partner.pk]))
    page.wait_for_load_state("networkidle")
    opener = page.locator("summary", has_text="Add")
    first, last = (page.get_by_role("link", name=name, exact=True) for name in ("Invite to the portal", "Add guide"))
    opener.focus()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(first).to_be_hidden()
    expect(opener).to_be_focused()
    assert complaints == []


def test_ones_own_menu_opens_and_closes(page: Page) -> None:
    page.goto(reverse("admin:index"))
    page.wait_for_load_state("networkidle")
    opener = page.locator(".or-user summary")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    expect(page.get_by_role("link", name="Change password")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Log out")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(opener).to_be_focused()


def test_filters_open_with_the_focus_in_them(page: Page, made: Made) -> None:
    page.goto(reverse("admin:transactions_document_changelist"))
    page.wait_for_load_state("networkidle")
    opener = page.get_by_role("button", name="Filters")
    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Filters")
    expect(sheet.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


def test_groups_of_the_menu_unfold(page: Page) -> None:
    page.goto(reverse("admin:index"))
    page.wait_for_load_state("networkidle")
    entry = page.get_by_role("link", name="Work units")
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="Records").focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_visible()
