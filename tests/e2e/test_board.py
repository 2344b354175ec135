"""The board of onboarding in a real browser: what is late and what blocks, with mouse, keyboard and phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.models import Agreement, OnboardingCase, OnboardingEvent
from partners.services.begin_case import begin_case
from partners.services.work_on_case import add_task
from tests.factories import make_partner, make_user
from tests.readiness import make_ready

pytestmark = pytest.mark.browser
BOARD = "/admin/partners/onboardingcase/board/"


@pytest.fixture
def cases(transactional_db: None) -> list[OnboardingCase]:
    """Acme, ready to be approved, of ann's; Bluebird, blocked, late and nobody's."""
    ann, today = make_user("ann"), timezone.now().date()
    ready = make_ready(make_partner("acme", name="Acme Stores"))
    first = begin_case(ready.partner, by=ann, owner=ann, target_date=today + timedelta(days=9)).case
    other = make_partner("bluebird", name="Bluebird Hardware")
    Agreement.objects.filter(partner=other.partner).update(status="draft")
    second = begin_case(other.partner, by=ann, target_date=today - timedelta(days=2)).case
    add_task(second, "Ring them", "ours", "profile", today - timedelta(days=1))
    OnboardingEvent.objects.filter(case=first, verb="begun").update(at=timezone.now() - timedelta(days=4))
    return [first, second]


def column(page: Page, stage: str) -> str:
    return page.locator(f"section[aria-labelledby=stage-{stage}]").inner_text()


def test_cases_stand_in_their_stage_and_filters_choose_among_them(
    page: Page, cases: list[OnboardingCase], complaints: list[str]
) -> None:
    page.goto(BOARD)
    assert "Acme Stores" in column(page, "approval")
    assert "9 d left" in column(page, "approval")
    late = column(page, "profile")
    assert all(said in late for said in ("Bluebird Hardware", "2 d late", "1 open task", "1 late", "The profile lacks"))
    page.get_by_label("Owner").select_option(label="ann")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Bluebird Hardware")).to_have_count(0)
    assert "Acme Stores" in column(page, "approval")
    page.goto(f"{BOARD}?only=late")
    expect(page.get_by_label("Only")).to_have_value("late")
    expect(page.get_by_text("Acme Stores")).to_have_count(0)
    page.get_by_label("Older than").select_option(label="30 days")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No case fits")).to_be_visible()
    assert complaints == []


def test_durations_are_a_chart_with_its_numbers(page: Page, cases: list[OnboardingCase]) -> None:
    page.goto(BOARD)
    row = page.locator("section[aria-labelledby=durations] tbody tr")
    assert row.locator("th, td").all_inner_texts()[:3] == ["Profile", "4.0 days", "1"]
    bar = row.locator("rect").bounding_box()
    assert bar is not None
    assert bar["width"] > 100


def test_the_board_is_worked_by_keyboard_alone(page: Page, cases: list[OnboardingCase]) -> None:
    page.goto(BOARD)
    page.get_by_label("Only").focus()
    page.keyboard.press("b")  # Blocked
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**only=blocked**")
    expect(page.get_by_text("Acme Stores")).to_have_count(0)
    page.get_by_role("group", name="Cases by stage").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Onboarding of Bluebird Hardware").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_columns_scroll_and_the_page_does_not(page: Page, cases: list[OnboardingCase], scheme: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for url in (BOARD, f"/admin/partners/onboardingcase/{cases[1].pk}/change/", "/admin/partners/notice/"):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, url
    page.goto(BOARD)
    card = page.get_by_role("link", name="Acme Stores")
    card.scroll_into_view_if_needed()
    card.click()
    expect(page.get_by_text("Nothing: every check passes.")).to_be_visible()
