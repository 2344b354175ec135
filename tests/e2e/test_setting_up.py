"""An analyst sets up a partner from nothing and mends what a case names, by clicking alone."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from mappings.engine.findings import Code, finding
from mappings.services.load_library import load_library
from partners.models import Agreement, ApiKey, ExpectedDocument, Identity, Partner
from partners.services.authenticate import authenticate
from tests.e2e.set_up_guide import DOCUMENTS, Hand, approve, go_further, set_up
from tests.factories import PASSWORD, Made, make_file, make_partner, make_user
from transactions.models import ExceptionCase
from transactions.pipeline.storable import storable_json
from transactions.states import CaseCategory

pytestmark = pytest.mark.browser


@pytest.fixture
def made(page: Page) -> Made:
    """Something to choose a mapping from. After `page`, so that the live server's database is there."""
    return make_file(make_partner("acme", name="Acme Stores"), documents=1, failing=1)


@pytest.fixture
def second(page: Page) -> Iterator[Page]:
    """Where somebody else is logged in."""
    user = make_user("bob", is_superuser=True)
    context = page.context.browser.new_context(  # type: ignore[union-attr]  # it has one
        base_url=page.url.partition("/admin")[0], viewport={"width": 1440, "height": 900}
    )
    other = context.new_page()
    other.goto("/admin/")
    other.fill("#id_username", user.username)
    other.fill("#id_password", PASSWORD)
    other.get_by_role("button", name="Log in").click()
    other.wait_for_url("**/admin/")
    yield other
    context.close()


def open_tab(page: Page, name: str) -> None:
    page.locator(f"#tabs-items a[href='#{name}']").click()


def test_a_partner_from_nothing_each_step_one_click_away(page: Page, made: Made, complaints: list[str]) -> None:
    page.goto(reverse("admin:partners_partner_add"))
    page.get_by_label("Name").first.fill("Zephyr Outfitters")
    page.get_by_label("Code", exact=False).first.fill("zephyr")
    page.locator("summary", has_text="Acknowledgment").first.click()
    page.get_by_label("TA1", exact=True).select_option(label="Always")
    open_tab(page, "identities")
    page.get_by_text("Add another Identity").click()
    page.fill("#id_identities-0-qualifier", "zz")
    page.fill("#id_identities-0-value", "zephyr")
    open_tab(page, "connections")
    page.get_by_text("Add another Connection").click()
    page.fill("#id_connections-0-name", "API")
    page.select_option("#id_connections-0-protocol", "api")
    open_tab(page, "agreements")
    page.get_by_text("Add another Agreement").click()
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("link", name="Choose a mapping").click()
    page.select_option("#id_assignment-0-version", label=str(made.setup.version))
    page.get_by_role("button", name="Save", exact=True).click()

    partner = Partner.objects.get(code="zephyr")
    assert partner.policies == {"ta1": "always"}
    assert Agreement.objects.get(partner=partner).assignment.version == made.setup.version
    page.goto(reverse("admin:partners_partner_change", args=[partner.pk]))
    open_tab(page, "connections")
    page.get_by_role("link", name="Issue API key").click()
    page.get_by_label("Label").fill("First program")
    page.get_by_role("button", name="Issue key").click()
    expect(page.locator("#secret")).to_contain_text("onr_")
    assert ApiKey.objects.filter(connection__partner=partner).exists()
    assert complaints == []


def test_the_guide_is_followed_as_it_is_written(page: Page, second: Page, complaints: list[str]) -> None:
    """By two people: who drafts and submits does not approve."""
    load_library()
    page.goto(reverse("admin:index"))
    analyst, approver = Hand(page), Hand(second)
    secret = set_up(analyst, owner="boss")
    second.goto(reverse("admin:index"))
    approve(approver)
    agreements = Agreement.objects.filter(partner__code="zephyr").select_related("assignment__version__mapping")
    assert {(a.set_id, a.status, a.assignment.version.mapping.set_id) for a in agreements} == {
        (set_id, "live", set_id) for set_id in DOCUMENTS
    }
    assert Partner.objects.get(code="zephyr").policies == {"ta1": "always"}
    key = authenticate(secret)
    assert key is not None
    assert key.connection.tests.get().is_ok
    assert analyst.clicks + approver.clicks <= 70, "the guide got longer"
    page.goto(reverse("admin:index"))
    go_further(analyst)
    assert Partner.objects.get(code="zephyr").policies == {"ta1": "always", "acknowledgment_for": "set"}
    expected = ExpectedDocument.objects.get()
    assert (expected.occasion, expected.hours, expected.weekdays) == ("sent", 24, [])
    assert complaints == []


def test_an_unknown_sender_is_given_to_a_partner_from_its_case(page: Page, made: Made) -> None:
    unknown = finding(Code.SENDER_UNKNOWN, "No partner has ZZ:STRANGER", value="ZZ:STRANGER")
    ExceptionCase.objects.update(
        document=None, category=CaseCategory.UNROUTABLE, code=unknown.code.value, finding=storable_json(unknown)
    )
    page.goto(reverse("admin:transactions_exceptioncase_change", args=[made.cases[0].pk]))
    page.get_by_role("link", name="Give this identity to a partner").click()
    page.locator(".field-partner .select2-selection").click()
    page.get_by_role("option", name="Acme Stores").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    identity = Identity.objects.get(value="STRANGER")
    assert (identity.partner.code, identity.qualifier, identity.environment) == ("acme", "ZZ", "production")
