"""Take the pictures of the README from a running demo: python -m tests.e2e.take_screenshots http://localhost:8000

Not a test: run it by hand after the pages have changed, on a fresh `make run` with nothing but its own samples.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.chromium import CHROMIUM, FLAGS

TARGET = Path(__file__).resolve().parents[2] / "config" / "docs" / "screenshots"
WIDTH, HEIGHT = 1360, 900
LARGEST = 250_000  # bytes of one picture, so that the README loads fast
USER = os.environ.get("ONRAMP_USER", "analyst")
PASSWORD = os.environ.get("ONRAMP_PASSWORD", "onramp-analyst-demo")


def log_in(browser: Browser, url: str) -> Page:
    """A page in the light theme, at the home page of the admin."""
    context = browser.new_context(
        base_url=url, viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", locale="en-GB"
    )
    page = context.new_page()
    page.goto("/admin/")
    page.fill("#id_username", USER)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    return page


def open_listed(page: Page, path: str, name: str) -> None:
    """Follow the first link of a list that carries the name."""
    page.goto(path)
    page.locator("#result_list").get_by_role("link", name=name).first.click()


def take(page: Page, name: str) -> None:
    """Save what the window shows. Raises SystemExit when the picture is too large."""
    page.wait_for_load_state("networkidle")
    picture = page.screenshot(animations="disabled", caret="hide")
    if len(picture) > LARGEST:
        sys.exit(f"{name}.png has {len(picture)} bytes, more than {LARGEST}.")
    (TARGET / f"{name}.png").write_bytes(picture)


def take_all(page: Page) -> None:
    """The five pictures of the tour."""
    take(page, "home")
    open_listed(page, "/admin/transactions/document/?q=AR-77013", "AR-77013")
    take(page, "document")
    open_listed(page, "/admin/transactions/inboundfile/", "01-wrong-segment-count.edi")
    take(page, "file")
    open_listed(page, "/admin/transactions/exceptioncase/?status__exact=open", "No partner has the interchange id")
    take(page, "case")
    open_listed(page, "/admin/partners/partner/?q=acme-retail", "Acme Retail")
    take(page, "partner")


def main(url: str) -> None:
    """Take all pictures from the Onramp at this address."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take_all(log_in(browser, url.rstrip("/")))
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where Onramp runs: python -m tests.e2e.take_screenshots http://localhost:8000")
    main(sys.argv[1])
