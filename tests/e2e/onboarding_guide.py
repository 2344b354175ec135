"""The guides "From an e-mail to live traffic", of the analyst and of the partner, followed in a browser.

What config/docs/guides/onboard-a-partner.md and join-as-a-partner.md say and what is done here change together.
"""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.set_up_guide import Hand, Take
from tests.transactions.x12 import Order, isa_of, x12

PASSWORD = "seven brave otters"
NAME, PERSON = "Nordic Outdoor", "Eve Miller"


def quiet(page: Page, name: str) -> None:
    """Take no picture."""


class Partner:
    """Who is brought in: code also of identity (ISA06) and mailbox."""

    def __init__(self, code: str) -> None:
        self.code, self.isa, self.email = code, code.upper(), f"eve@{code}.example"

    def order(self, control: int, number: str, *, usage: str = "T", **more: object) -> FilePayload:
        """An 850 as its system writes it. usage: T marks a test (ISA15)."""
        envelope = isa_of(Order(number, **more), control=control, usage=usage, sender=self.isa)  # type: ignore[arg-type]
        return {"name": f"{number}.edi", "mimeType": "text/plain", "buffer": x12(envelope)}


def sidebar(hand: Hand, name: str) -> None:
    hand.click(hand.page.locator("#nav-sidebar, nav").get_by_role("link", name=name, exact=True).first)


def begin(analyst: Hand, partner: Partner, *, template: str, take: Take = quiet) -> None:
    """Analyst, 1 to 3: the partner, its case, its guide and the invitation."""
    page = analyst.page
    sidebar(analyst, "Partners")
    analyst.click(page.locator("a[href$='/partner/add/']").first)
    analyst.fill(page.locator("#id_name"), NAME)
    analyst.fill(page.locator("#id_code"), partner.code)
    analyst.click(page.locator("label", has_text="Customer").first)
    analyst.choose(page.locator("#id_business_owner"), "analyst")
    analyst.tab("identities")
    for number, environment in enumerate(("Production", "Test")):
        analyst.click(page.get_by_text("Add another Identity"))
        if number:
            analyst.choose(page.locator(f"#id_identities-{number}-environment"), environment)
        analyst.fill(page.locator(f"#id_identities-{number}-qualifier"), "ZZ")
        analyst.fill(page.locator(f"#id_identities-{number}-value"), partner.isa)
    analyst.tab("contacts")
    analyst.click(page.get_by_text("Add another Contact"))
    analyst.fill(page.locator("#id_contacts-0-name"), PERSON)
    analyst.fill(page.locator("#id_contacts-0-email"), partner.email)
    analyst.click(page.locator("#id_contacts-0-purposes_0"))
    analyst.tab("connections")
    analyst.click(page.get_by_text("Add another Connection"))
    analyst.fill(page.locator("#id_connections-0-name"), "Portal")
    analyst.choose(page.locator("#id_connections-0-protocol"), "Portal")
    take(page, "onboard-partner")
    analyst.button("Save and continue editing")
    page.get_by_text("was added successfully").wait_for()

    _of_menu(analyst, "Add", "Add guide")
    analyst.fill(page.get_by_label("Title"), "850 purchase order")
    page.locator("#id_file").set_input_files({"name": "850.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    analyst.clicks, analyst.fields = analyst.clicks + 1, analyst.fields + 1
    analyst.button("Keep guide")
    page.wait_for_url("**/change/**")

    _of_menu(analyst, "Add", "Invite to the portal")
    analyst.fill(page.get_by_label("E-mail"), partner.email)
    analyst.fill(page.get_by_label("Name"), PERSON)
    analyst.button("Send the invitation")
    page.get_by_text("The invitation is sent").wait_for()

    sidebar(analyst, "Onboarding")
    analyst.link("Begin a case")
    analyst.choose(page.locator("#id_partner"), NAME)
    analyst.choose(page.locator("#id_template"), template)
    analyst.button("Begin")
    page.get_by_role("heading", name=f"Onboarding of {NAME}").first.wait_for()
    take(page, "onboard-case")


def join(eve: Hand, partner: Partner, link: str, *, take: Take = quiet) -> None:
    """Partner, 1: from the mail to the portal."""
    page = eve.page
    page.goto(link)
    eve.clicks += 1
    eve.fill(page.get_by_label("E-mail address"), partner.email)
    expect(page.get_by_label("Your name")).to_have_value(PERSON)
    eve.fill(page.get_by_label("Password", exact=True), PASSWORD)
    eve.fill(page.get_by_label("The password again"), PASSWORD)
    take(page, "join-account")
    eve.button("Make my account")
    page.get_by_role("heading", name="Upload documents").wait_for()


def certify(eve: Hand, partner: Partner, *, settle: Callable[[], None] = lambda: None, take: Take = quiet) -> None:
    """Partner, 2: a test document for each scenario; settle: let the work be done that workers do."""
    page = eve.page
    _of_pages(eve, "Certification")
    take(page, "join-certification")
    scenarios: list[tuple[str, FilePayload]] = [
        ("A valid order", partner.order(1, "PO-1")),
        ("Order with several lines", partner.order(2, "PO-2", lines=3)),
        ("The same order twice", partner.order(3, "PO-1")),
    ]
    for number, (title, file) in enumerate(scenarios):
        if number:
            _of_pages(eve, "Certification")
        eve.link(title)
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.get_by_label("The test document").set_input_files(files=[file])
        eve.clicks, eve.fields = eve.clicks + 1, eve.fields + 1
        settle()
        expect(page.get_by_role("heading", name="Passed", exact=True)).to_be_visible(timeout=60_000)
        if not number:
            take(page, "join-passed")
    _of_pages(eve, "Certification")
    expect(page.get_by_text("All passed")).to_be_visible()


def submit(analyst: Hand, partner: Partner, *, take: Take = quiet) -> None:
    """Analyst, 4 and 6: on the case, what is ready is submitted; first the agreement for tests, then the other."""
    page = analyst.page
    sidebar(analyst, "Onboarding")
    analyst.link(NAME)
    take(page, "onboard-ready")
    analyst.link("Submit for approval")
    analyst.button("Submit")
    page.get_by_text("Its evidence is frozen").wait_for()


def approve(approver: Hand, partner: Partner, *, take: Take = quiet) -> None:
    """Approver: read what it stands on, then decide."""
    page = approver.page
    sidebar(approver, "Approvals")
    waiting = page.locator("#result_list tr", has_text=NAME).filter(has_text="Waits for an approver")
    approver.click(waiting.first.get_by_role("link").first)
    take(page, "onboard-approval")
    approver.link("Approve")
    approver.button("Approve")
    page.get_by_text("is approved and live.").wait_for()


def first_order(eve: Hand, partner: Partner, *, settle: Callable[[], None] = lambda: None, take: Take = quiet) -> None:
    """Partner, 3: the first live order."""
    page = eve.page
    _of_pages(eve, "Home")
    file = partner.order(10, "PO-1001", usage="P")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label("Choose one or more files").set_input_files(files=[file])
    eve.clicks, eve.fields = eve.clicks + 1, eve.fields + 1
    settle()
    page.wait_for_url("**/portal/files/*-*/")
    expect(page.get_by_text("1 document: 1 accepted.")).to_be_visible(timeout=60_000)
    take(page, "join-live")


def close(analyst: Hand, *, take: Take = quiet) -> None:
    """Analyst, 5: the case is done."""
    page = analyst.page
    sidebar(analyst, "Onboarding")
    analyst.link(NAME)
    page.get_by_role("heading", name=f"Onboarding of {NAME}").first.wait_for()
    undone = page.locator("button", has_text="Done: ")
    for left in range(undone.count(), 0, -1):
        analyst.click(undone.first)
        expect(undone).to_have_count(left - 1)
    analyst.link("Close")
    analyst.fill(page.get_by_label("Reason"), "Live")
    analyst.button("Close")
    page.get_by_text("is closed").wait_for()
    take(page, "onboard-done")


def _of_menu(hand: Hand, menu: str, name: str) -> None:
    """An entry of a menu beside a page's title."""
    opener = hand.page.locator(".or-menu > summary").filter(has_text=menu)
    hand.click(opener.locator("visible=true").first)
    hand.click(hand.page.get_by_role("link", name=name, exact=True).locator("visible=true").first)


def _of_pages(hand: Hand, name: str) -> None:
    """A page of the portal: on a phone behind the menu."""
    menu = hand.page.locator("details.menu > summary")
    if menu.is_visible():
        hand.click(menu)
    link: Locator = hand.page.get_by_role("link", name=name, exact=True)
    hand.click(link.locator("visible=true").first)
