"""The guide "Set up a partner", followed in a browser: by a test, and by the script that takes its pictures.

What config/docs/guides/set-up-a-partner.md says and what is done here change together.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page

DOCUMENTS = ("850", "860", "855", "856")
Take = Callable[[Page, str], None]


class Hand:
    """Clicks and types like a person, and counts. pause: milliseconds before each; key: between two keys."""

    def __init__(self, page: Page, *, pause: int = 0, key: int = 0) -> None:
        self.page, self.pause, self.key = page, pause, key
        self.clicks = self.fields = 0

    def click(self, target: Locator) -> None:
        self.page.wait_for_timeout(self.pause)
        target.click()
        self.clicks += 1

    def fill(self, target: Locator, text: str) -> None:
        self.click(target)
        target.press_sequentially(text, delay=self.key)
        self.fields += 1

    def choose(self, target: Locator, label: str) -> None:
        """Two clicks of a person: open, choose."""
        self.page.wait_for_timeout(2 * self.pause)
        target.select_option(label=label)
        self.clicks += 2
        self.fields += 1

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def link(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def tab(self, name: str) -> None:
        self.click(self.page.locator(f"#tabs-items a[href='#{name}']"))


def set_up(analyst: Hand, *, code: str = "zephyr", owner: str = "analyst", take: Take = lambda page, name: None) -> str:
    """Steps 1 to 5, from the start page. Returns the API key that was shown. owner: a user name of ours."""
    page = analyst.page
    analyst.click(page.locator("#nav-sidebar, nav").get_by_role("link", name="Partners", exact=True).first)
    analyst.click(page.locator("a[href$='/partner/add/']").first)
    analyst.fill(page.locator("#id_name"), code.capitalize() + " Outfitters")
    analyst.fill(page.locator("#id_code"), code)
    analyst.click(page.locator("label", has_text="Customer").first)
    analyst.choose(page.locator("#id_technical_owner"), owner)
    analyst.tab("identities")
    analyst.click(page.get_by_text("Add another Identity"))
    analyst.fill(page.locator("#id_identities-0-qualifier"), "ZZ")
    analyst.fill(page.locator("#id_identities-0-value"), code.upper())
    take(page, "set-up-identity")
    analyst.tab("contacts")
    analyst.click(page.get_by_text("Add another Contact"))
    analyst.fill(page.locator("#id_contacts-0-name"), "Eve Miller")
    analyst.fill(page.locator("#id_contacts-0-email"), f"eve@{code}.example")
    analyst.click(page.locator("#id_contacts-0-purposes_0"))
    analyst.tab("connections")
    analyst.click(page.get_by_text("Add another Connection"))
    analyst.fill(page.locator("#id_connections-0-name"), "Their ERP")
    analyst.choose(page.locator("#id_connections-0-protocol"), "HTTPS API")
    analyst.button("Save and continue editing")
    page.get_by_text("was added successfully").wait_for()

    analyst.link("Agree on documents")
    for set_id in DOCUMENTS:
        analyst.click(page.locator("label", has_text=re.compile(rf"^\s*{set_id}: ")).first)
    take(page, "set-up-documents")
    analyst.button("Draft the agreements")
    page.get_by_text("an approver puts it live").first.wait_for()
    take(page, "set-up-agreements")

    analyst.tab("general")
    analyst.click(page.locator("summary", has_text="Acknowledgment").first)
    analyst.choose(page.get_by_label("TA1", exact=True), "Always")
    analyst.fill(page.locator("#id_change_reason"), "Their guide, page 7")
    take(page, "set-up-policies")
    analyst.button("Save and continue editing")
    page.get_by_text("was changed successfully").wait_for()

    analyst.tab("connections")
    analyst.link("Issue API key")
    analyst.fill(page.get_by_label("Label"), "ERP")
    analyst.button("Issue key")
    secret = page.locator("#secret").inner_text()
    analyst.link("Back to the connection")
    analyst.link("Test")
    analyst.button("Test now")
    page.get_by_text("works.").wait_for()
    take(page, "set-up-connection")

    analyst.click(page.locator("#nav-sidebar, nav").get_by_role("link", name="Agreements", exact=True).first)
    analyst.fill(page.locator("#searchbar"), code)
    page.locator("#searchbar").press("Enter")
    page.locator("#result_list").get_by_text(code.capitalize()).first.wait_for()
    analyst.click(page.locator("#action-toggle").first)
    analyst.choose(page.locator("select[name=action]"), "Submit the marked ones for approval")
    analyst.click(page.locator("#changelist-form button[type=submit]").first)
    analyst.button("Submit")
    page.get_by_text("is submitted for approval").first.wait_for()
    take(page, "set-up-submitted")
    return secret


def go_further(analyst: Hand, *, code: str = "zephyr", take: Take = lambda page, name: None) -> None:
    """What step 3 says of partners who ask for more: an answer for each set, and a document that must come."""
    page, name = analyst.page, code.capitalize()
    analyst.click(page.locator("#nav-sidebar, nav").get_by_role("link", name="Partners", exact=True).first)
    analyst.click(page.locator("#result_list").get_by_role("link", name=f"{name} Outfitters").first)
    answers = page.get_by_label("One acknowledgment for", exact=True)
    analyst.choose(answers, "Each set")
    answers.evaluate("field => scrollTo(0, field.getBoundingClientRect().top + scrollY - 260)")
    take(page, "set-up-answers")
    analyst.button("Save and continue editing")
    page.get_by_text("was changed successfully").wait_for()

    analyst.click(page.locator("#nav-sidebar, nav").get_by_role("link", name="Agreements", exact=True).first)
    analyst.fill(page.locator("#searchbar"), code)
    page.locator("#searchbar").press("Enter")
    analyst.click(page.locator("#result_list").get_by_role("link", name=name).first)
    analyst.click(page.get_by_text("Add another Expected document"))
    hours, days = (page.locator(f"#id_expected_documents-0-{field}") for field in ("hours", "weekdays"))
    hours.wait_for()
    days.wait_for(state="hidden")
    analyst.choose(page.locator("#id_expected_documents-0-occasion"), "On a schedule")
    days.wait_for()
    hours.wait_for(state="hidden")
    analyst.choose(page.locator("#id_expected_documents-0-occasion"), "After a document that we sent")
    hours.evaluate("field => scrollTo(0, field.getBoundingClientRect().top + scrollY - 420)")
    take(page, "set-up-expected")
    analyst.button("Save and continue editing")
    page.get_by_text("was changed successfully").wait_for()


def approve(approver: Hand, *, code: str = "zephyr", take: Take = lambda page, name: None) -> None:
    """Step 6, from the start page: each agreement is looked at and decided on by itself."""
    page = approver.page
    for number in range(len(DOCUMENTS)):
        approver.click(page.locator("#nav-sidebar, nav").get_by_role("link", name="Approvals", exact=True).first)
        waiting = page.locator("#result_list tr", has_text=code.capitalize()).filter(has_text="Waits for an approver")
        approver.click(waiting.first.get_by_role("link").first)
        if not number:
            take(page, "set-up-approval")
        approver.link("Approve")
        approver.button("Approve")
        page.get_by_text("is approved and live.").wait_for()
