"""Take the pictures of README and guides from a running demo:

    EMAIL_URL=filemail:////tmp/mails make run
    python -m tests.e2e.take_screenshots http://localhost:8000 /tmp/mails

Not a test: run it by hand after the pages have changed, on a fresh `make run` with nothing but its own samples.
It adds two partners and a faulty file: run it once for each fresh demo. The folder has the mails that Onramp writes.
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from tests.e2e import onboarding_guide as onboarding
from tests.e2e.chromium import CHROMIUM, FLAGS
from tests.e2e.set_up_guide import Hand, approve, go_further, set_up

TARGET = Path(__file__).resolve().parents[2] / "config" / "docs" / "screenshots"
WIDTH, HEIGHT = 1360, 900
PHONE_WIDTH, PHONE_HEIGHT = 390, 844
LARGEST = 250_000  # bytes of one picture, so that the README loads fast
SAMPLE = Path(__file__).resolve().parents[2] / "transactions/demo/samples/acme-retail/01-clean-order.edi"


def log_in(browser: Browser, url: str, *, start: str, user: str, width: int, height: int) -> Page:
    """A page in the light theme, where a demo user starts ("/admin/" or "/portal/")."""
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, color_scheme="light", locale="en-GB"
    )
    page = context.new_page()
    page.goto(start)
    page.fill("[name=username]", user)
    page.fill("[name=password]", f"onramp-{user}-demo")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{start}")
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


def take_admin(page: Page) -> None:
    """What an analyst sees."""
    page.goto("/admin/")
    take(page, "home")
    page.goto("/admin/search/?q=AR-77012")
    take(page, "search")
    open_listed(page, "/admin/transactions/document/?q=AR-77013", "AR-77013")
    page.locator('[data-p="/lines/0/quantity"]').click()
    page.locator("#lineage-status", has_text="comes from").wait_for()
    page.locator("#lineage").evaluate("pane => scrollTo(0, pane.getBoundingClientRect().top + scrollY - 16)")
    page.mouse.move(0, 0)
    take(page, "document")
    open_listed(page, "/admin/transactions/inboundfile/", "01-wrong-segment-count.edi")
    take(page, "file")
    page.goto("/admin/transactions/exceptioncase/?status__exact=open")
    take(page, "cases")
    open_listed(page, "/admin/transactions/exceptioncase/?status__exact=open", "No partner has the interchange id")
    take(page, "case")
    open_listed(page, "/admin/partners/partner/?q=acme-retail", "Acme Retail")
    take(page, "partner")
    page.goto("/admin/partners/onboardingcase/board/")
    take(page, "board")


def take_setting_up(analyst: Page, approver: Page) -> None:
    """The guide "Set up a partner", followed once."""
    set_up(Hand(analyst), take=take)
    approve(Hand(approver), take=take)
    go_further(Hand(analyst), take=take)


def take_onboarding(analyst: Page, approver: Page, eve: Page, mails: Path) -> None:
    """The guides "Onboard a partner" and "How to go live with us", followed once, with one picture of each step."""
    ann, bob, eves = Hand(analyst), Hand(approver), Hand(eve)
    partner = onboarding.Partner("nordic")
    onboarding.begin(ann, partner, template="Retailer that sends orders", take=take)
    onboarding.join(eves, partner, link_of(mails), take=take)
    onboarding.submit(ann, partner)
    onboarding.approve(bob, partner)
    onboarding.certify(eves, partner, take=take)
    onboarding.submit(ann, partner, take=take)
    onboarding.approve(bob, partner, take=take)
    onboarding.first_order(eves, partner, take=take)
    onboarding.close(ann, take=take)


def link_of(mails: Path) -> str:
    """The path of the invitation that was mailed last."""
    newest = max(mails.iterdir(), key=lambda file: file.stat().st_mtime)
    found = re.findall(r"https?://[^/\s]+(/portal/invitation/\S+)", newest.read_text())
    return str(found[-1])


def take_portal(page: Page) -> None:
    """What a partner's person sees on a phone: where to upload, and the report of a wrong quantity."""
    page.goto("/portal/")
    take(page, "portal-upload")
    order = SAMPLE.read_text().replace("AR-77012", "AR-77014").replace("000001001", "000001014")
    faulty = order.replace("PO1*1*12*", "PO1*1*twelve*").encode()
    page.get_by_label("Choose one or more files").set_input_files(
        FilePayload(name="order-77014.edi", mimeType="text/plain", buffer=faulty)
    )
    page.wait_for_url("**/portal/files/*-*/")
    page.get_by_text("1 document: 1 rejected.").wait_for()
    page.reload()
    page.locator(".card-alert").first.evaluate("card => scrollTo(0, card.getBoundingClientRect().top + scrollY - 16)")
    take(page, "portal-report")


def main(url: str, mails: Path) -> None:
    """Take all pictures from the Onramp at this address."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        url = url.rstrip("/")
        take_admin(log_in(browser, url, start="/admin/", user="analyst", width=WIDTH, height=HEIGHT))
        analyst, approver = (
            log_in(browser, url, start="/admin/", user=user, width=WIDTH, height=HEIGHT)
            for user in ("analyst", "approver")
        )
        take_setting_up(analyst, approver)
        phone = {"width": PHONE_WIDTH, "height": PHONE_HEIGHT}
        eve = browser.new_context(base_url=url, viewport=phone, color_scheme="light", locale="en-GB").new_page()  # type: ignore[arg-type]  # a size
        take_onboarding(analyst, approver, eve, mails)
        take_portal(log_in(browser, url, start="/portal/", user="partner", width=PHONE_WIDTH, height=PHONE_HEIGHT))
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Say where Onramp runs and where its mails are: take_screenshots http://localhost:8000 /tmp/mails")
    main(sys.argv[1], Path(sys.argv[2]))
