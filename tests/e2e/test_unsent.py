"""What somebody typed is not lost when their session ended before they sent it."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, Made, make_file, make_partner, make_user
from transactions.models import CaseComment, ExceptionCase

pytestmark = pytest.mark.browser

COMMENT = "Ada of Acme says that\nthe order comes again on Monday."
AGAIN = "Your session had ended, so this was not sent."


@pytest.fixture
def made(page: Page) -> Made:
    """After `page`, so that the live server's database is there."""
    return make_file(make_partner("acme", name="Acme Stores"), documents=2, failing=1)


def send_too_late(page: Page, made: Made) -> None:
    """A comment is typed, the session ends, and the button leads to the log-in."""
    case = ExceptionCase.objects.get(file=made.file)
    page.goto(reverse("admin:transactions_exceptioncase_change", args=[case.pk]))
    page.get_by_role("textbox", name="Comment").fill(COMMENT)
    Session.objects.all().delete()
    page.get_by_role("button", name="Comment").click()
    page.wait_for_url("**/login/**")


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_comment_is_there_again_after_the_log_in(page: Page, made: Made, complaints: list[str]) -> None:
    send_too_late(page, made)
    log_in(page, "boss")
    expect(page.get_by_text(AGAIN)).to_be_visible()
    expect(page.get_by_role("textbox", name="Comment")).to_have_value(COMMENT)
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_text("Ada of Acme says")).to_be_visible()
    expect(page.get_by_role("textbox", name="Comment")).to_have_value("")
    assert CaseComment.objects.get().body.splitlines() == COMMENT.splitlines()
    page.reload()
    expect(page.get_by_text(AGAIN)).to_have_count(0)
    assert complaints == []


def test_it_is_shown_to_nobody_else(page: Page, made: Made) -> None:
    make_user("other", is_superuser=True)
    send_too_late(page, made)
    log_in(page, "other")
    expect(page.get_by_role("textbox", name="Comment")).to_have_value("")
    expect(page.get_by_text(AGAIN)).to_have_count(0)
