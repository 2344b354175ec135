"""If these fail, one partner sees another's business in the portal, or somebody who is no member sees anything."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Member, Partner
from tests.factories import Made, PartnerSetup, make_user
from tests.transactions.portal.conftest import client_of, make_member
from transactions.portal.urls import urlpatterns
from transactions.states import FileOutcome

ROUTES = {str(pattern.name): str(pattern.pattern) for pattern in urlpatterns}
OPEN_TO_ALL = {"login", "logout", "set-password", "forgotten", "invitation", "code"}
# Rows of the set-up: tests/partners/portal/test_tenancy.py has them.
OF_SET_UP = {name for name, route in ROUTES.items() if "<int:pk>" in route}
OF_MEMBERS = sorted(ROUTES.keys() - OPEN_TO_ALL - OF_SET_UP)
# They lead to the page of one's account when there is nothing to do.
LEADING_BACK = {"confirm-email", "recovery-codes", "without-second-factor"}
OF_OBJECTS = [name for name in OF_MEMBERS if "<uuid:pk>" in ROUTES[name]]
POST_ONLY = {"switch"}


def url_of(name: str, made: Made) -> str:
    if "<uuid:pk>" in ROUTES[name]:
        prefix = ROUTES[name].split("/")[0]
        rows = {"files": made.file, "documents": made.documents[0], "acknowledgments": made.acknowledgment}
        return reverse(f"portal:{name}", args=[rows[prefix].pk])
    if name == "template":
        return reverse("portal:template", args=["store-orders"])
    if name == "how-to":
        return reverse("portal:how-to", args=["join-as-a-partner"])
    if name == "confirm-email":
        return reverse("portal:confirm-email", args=["none"])
    return reverse(f"portal:{name}")


def ask(client: Client, name: str, made: Made) -> int:
    url = url_of(name, made)
    response = client.post(url, {"partner": made.setup.partner.pk}) if name in POST_ONLY else client.get(url)
    return response.status_code


def test_the_walk_covers_every_address() -> None:
    assert {"file", "file-state", "file-content", "correct", "document", "document-canonical", "document-source",
            "acknowledgment", "acknowledgment-content"} == set(OF_OBJECTS)  # fmt: skip
    assert len(OF_MEMBERS) >= 18


def test_a_member_reaches_its_own(member: Client, made: Made) -> None:
    made.file.outcome = FileOutcome.PARTLY
    made.file.save()
    leading_on = POST_ONLY | LEADING_BACK
    assert {name: ask(member, name, made) for name in OF_MEMBERS} == {
        name: 302 if name in leading_on else 200 for name in OF_MEMBERS
    }


def test_what_is_another_partners_is_not_there(member: Client, made: Made, strange: Made) -> None:
    assert {name: ask(member, name, strange) for name in OF_OBJECTS} == dict.fromkeys(OF_OBJECTS, 404)
    for name in OF_OBJECTS:
        assert member.post(url_of(name, strange)).status_code in (404, 405), name


@pytest.mark.parametrize("who", ["staff", "superuser", "inactive member", "inactive partner", "own profile"])
def test_nobody_else_gets_in(who: str, setup: PartnerSetup, made: Made) -> None:
    if who in ("staff", "superuser"):
        user = make_user(is_superuser=who == "superuser", permissions=() if who == "superuser" else ("*.view",))
    else:
        user = make_member(setup.partner, is_active=who != "inactive member")
        Partner.objects.filter(pk=setup.partner.pk).update(
            is_active=who != "inactive partner", is_own=who == "own profile"
        )
    client = client_of(user)
    assert {name: ask(client, name, made) for name in OF_MEMBERS} == dict.fromkeys(OF_MEMBERS, 403)


def test_who_is_not_logged_in_is_sent_to_the_log_in_page(client: Client, made: Made) -> None:
    for name in OF_MEMBERS:
        url = url_of(name, made)
        response = client.post(url) if name in POST_ONLY else client.get(url)
        assert response.status_code == 302, name
        assert response["Location"] == f"{reverse('portal:login')}?next={url}"


def test_who_is_switched_off_is_out_at_once(setup: PartnerSetup, made: Made) -> None:
    user = make_member(setup.partner)
    client = client_of(user)
    assert client.get(reverse("portal:home")).status_code == 200
    user.is_active = False
    user.save()
    assert client.get(reverse("portal:home")).status_code == 302


@pytest.mark.parametrize("name", ["home", "files", "documents", "acknowledgments"])
def test_lists_hold_the_partners_own_only(name: str, member: Client, made: Made, strange: Made) -> None:
    text = member.get(reverse(f"portal:{name}")).content.decode()
    own = {
        "home": made.file,
        "files": made.file,
        "documents": made.documents[0],
        "acknowledgments": made.acknowledgment,
    }
    assert str(own[name].pk) in text, "its own must be there, or this proves nothing"
    for row in (strange.file, *strange.documents, strange.acknowledgment):
        assert str(row.pk) not in text
    assert strange.setup.partner.name not in text


def test_a_filter_or_search_leads_to_nobody_else(member: Client, made: Made, strange: Made) -> None:
    for query in (
        f"file={strange.file.pk}",
        f"number={strange.documents[0].business_key}",
        f"number={strange.documents[0].pk}",
        f"number={strange.setup.partner.code}",
        f"before={strange.documents[0].pk}",
    ):
        text = member.get(reverse("portal:documents") + "?" + query).content.decode()
        links = [reverse("portal:document", args=[document.pk]) for document in strange.documents]
        assert not any(link in text for link in links), query
    assert member.get(reverse("portal:acknowledgments") + f"?file={strange.file.pk}").status_code == 404


def test_a_member_of_two_partners_sees_one_at_a_time(made: Made, strange: Made) -> None:
    user = make_member(made.setup.partner)
    Member.objects.create(user=user, partner=strange.setup.partner)
    client = client_of(user)
    first = client.get(reverse("portal:file", args=[made.file.pk]))
    assert (first.status_code, client.get(reverse("portal:file", args=[strange.file.pk])).status_code) == (200, 404)
    client.post(reverse("portal:switch"), {"partner": strange.setup.partner.pk})
    assert client.get(reverse("portal:file", args=[strange.file.pk])).status_code == 200
    assert client.get(reverse("portal:file", args=[made.file.pk])).status_code == 404
    Member.objects.filter(user=user, partner=strange.setup.partner).update(is_active=False)
    assert client.get(reverse("portal:file", args=[strange.file.pk])).status_code == 404


def test_nobody_switches_to_a_partner_that_is_not_theirs(member: Client, made: Made, strange: Made) -> None:
    member.post(reverse("portal:switch"), {"partner": strange.setup.partner.pk})
    assert member.get(reverse("portal:file", args=[strange.file.pk])).status_code == 404


def test_who_owns_a_document_sees_nothing_of_the_file_that_another_brought_it_in(made: Made, strange: Made) -> None:
    """A VAN carries the stranger's document in a file of its own."""
    document = made.documents[1]
    document.partner = strange.setup.partner
    document.save()
    owner = client_of(make_member(strange.setup.partner))
    page = owner.get(reverse("portal:document", args=[document.pk]))
    assert page.status_code == 200
    assert str(made.file.pk) not in page.content.decode()
    assert "uploaded by" not in page.content.decode()
    assert not page.context["acknowledgments"], "they answer the carrier"
    assert owner.get(reverse("portal:file", args=[made.file.pk])).status_code == 404
    assert owner.get(reverse("portal:correct", args=[made.file.pk])).status_code == 404
    carrier = client_of(make_member(made.setup.partner))
    assert carrier.get(reverse("portal:document", args=[document.pk])).status_code == 200
    listed = carrier.get(reverse("portal:documents")).content.decode()
    assert str(document.pk) not in listed, "it is not the carrier's own"


@pytest.mark.parametrize("name", OF_MEMBERS)
def test_pages_are_kept_by_nobody_and_run_no_foreign_script(name: str, member: Client, made: Made) -> None:
    url = url_of(name, made)
    response = member.post(url) if name in POST_ONLY else member.get(url)
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    directives = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert (directives["script-src"], directives["style-src"]) == ("'self'", "'self'")
    if response.get("Content-Type", "").startswith("text/html"):
        assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son[a-z]+=|<style", response.content.decode())


@pytest.mark.parametrize(
    "name", ["file-content", "document-source", "document-canonical", "acknowledgment-content", "template"]
)
def test_downloads_are_attachments(name: str, member: Client, made: Made) -> None:
    response = member.get(url_of(name, made))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("name", ["switch", "logout", "upload", "change-password", "login"])
def test_changes_need_the_token(name: str, setup: PartnerSetup) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(setup.partner))
    assert client.post(reverse(f"portal:{name}"), {"partner": setup.partner.pk}).status_code == 403


@pytest.mark.parametrize("name", ["switch", "logout"])
def test_a_link_changes_nothing(name: str, member: Client) -> None:
    assert member.get(reverse(f"portal:{name}")).status_code == 405
