"""The guides of analyst and partner, followed as written. If this fails, a guide says what the pages do not do."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from playwright.sync_api import Browser, Page

from config.core.models import User
from config.core.roles import ANALYST, APPROVER, Role
from partners.models import Agreement, OnboardingCase, OnboardingTemplate
from tests.benchmarks.world import make_world
from tests.e2e import onboarding_guide as guide
from tests.e2e.set_up_guide import Hand
from tests.factories import PASSWORD, make_user
from tests.transactions.conftest import drain
from transactions.models import Document
from transactions.services import doorbell
from transactions.services.certify_due import certify_due

pytestmark = pytest.mark.browser


def logged_in(browser: Browser, url: str, name: str, role: Role, complaints: list[str]) -> Page:
    user = make_user(name)
    user.groups.add(Group.objects.get(name=role.name))
    page = browser.new_context(base_url=url, viewport={"width": 1360, "height": 900}).new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    return page


def settle() -> None:
    """What workers do."""
    drain()
    certify_due()


def test_from_an_e_mail_to_the_first_live_order(
    browser: Browser,
    live_server: Any,
    complaints: list[str],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    transactional_db: None,
) -> None:
    monkeypatch.setattr(doorbell, "_ring", lambda *arguments: None)
    settings.PORTAL_SECOND_FACTOR = False
    url = live_server.url
    template = OnboardingTemplate.objects.create(name="Retailer", role="customer")
    for title in ("Send our guide", "Name a contact", "Agree on how files come", "Send three test orders"):
        template.tasks.create(title=title)
    template.agreements.add(*make_world("model", "MODEL").partner.agreements.all())
    ann = Hand(logged_in(browser, url, "analyst", ANALYST, complaints))
    bob = Hand(logged_in(browser, url, "approver", APPROVER, complaints))
    phone = browser.new_context(base_url=url, viewport={"width": 390, "height": 844}).new_page()
    eve, partner = Hand(phone), guide.Partner("nordic")
    guide.begin(ann, partner, template="Retailer")
    link = re.search(r"https?://\S+/portal/invitation/\S+", str(mail.outbox[-1].body))
    assert link
    guide.join(eve, partner, link[0])
    guide.submit(ann, partner)
    guide.approve(bob, partner)
    guide.certify(eve, partner, settle=settle)
    guide.submit(ann, partner)
    guide.approve(bob, partner)
    guide.first_order(eve, partner, settle=settle)
    guide.close(ann)
    assert [one.status for one in Agreement.objects.filter(partner__code="nordic")] == ["live", "live"]
    assert Document.objects.get(business_key="PO-1001").outcome == "accepted"
    assert OnboardingCase.objects.get().closed_for == "Live"
    assert User.objects.get(email=partner.email).memberships.count() == 1
    assert complaints == []
    assert (ann.clicks, bob.clicks, eve.clicks) == (61, 8, 22), "the figures in the guides hold"
