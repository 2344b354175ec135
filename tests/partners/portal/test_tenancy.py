"""If these fail, one partner sees or changes what is another's set-up, or somebody who is no member sees anything."""

import pytest
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from config.core.models import User
from partners.models import Partner
from partners.portal.urls import urlpatterns
from tests.factories import make_user
from tests.partners.portal.people import Own

ROUTES = {str(pattern.name): str(pattern.pattern) for pattern in urlpatterns}
OF_OBJECTS = sorted(name for name, route in ROUTES.items() if "<int:pk>" in route)
POST_ONLY = ("proposal-withdraw", "task-done")
LISTS = ("home", "company", "connections", "certificates", "guides")


def address(name: str, own: Own) -> str:
    rows = {
        "contact": own.contact,
        "identity": own.identity,
        "proposal": own.proposal,
        "certificate": own.certificate,
        "guide": own.guide,
        "task": own.task,
        "key": own.api if name == "key-add" else own.key,
    }
    return reverse(f"portal:{name}", args=[rows[name.split("-")[0]].pk])


def all_of(own: Own) -> list[object]:
    """The values of every row, to be compared."""
    rows = [type(row).objects.filter(pk=row.pk).first() for row in own]
    return [row and model_to_dict(row) for row in rows]


SAID = {
    "name": "Mallory", "email": "m@evil.example", "purposes": "technical", "kind": "isa", "qualifier": "ZZ",
    "value": "EVIL", "environment": "production", "label": "evil", "scopes": "read", "days": "30",
}  # fmt: skip


def test_the_walk_covers_every_address() -> None:
    assert OF_OBJECTS == [
        "certificate-content", "contact", "contact-remove", "guide-content", "identity", "identity-end", "key-add",
        "key-revoke", "key-rotate", "proposal-withdraw", "task-done",
    ]  # fmt: skip


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_a_member_reaches_its_own(name: str, member: Client, own: Own) -> None:
    assert member.get(address(name, own)).status_code == (405 if name in POST_ONLY else 200)


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_what_is_another_partners_is_not_there_and_stays_as_it_is(
    name: str, member: Client, own: Own, strange: Own
) -> None:
    before = all_of(strange)
    for response in (member.get(address(name, strange)), member.post(address(name, strange), SAID)):
        assert response.status_code in (404, 405)
        assert "ZENITH" not in response.content.decode().upper()
    assert all_of(strange) == before


@pytest.mark.parametrize("name", LISTS)
def test_lists_hold_the_partners_own_only(name: str, member: Client, own: Own, strange: Own) -> None:
    text = member.get(reverse(f"portal:{name}")).content.decode().upper()
    assert "ACME" in text, "its own must be there, or this proves nothing"
    assert "ZENITH" not in text


@pytest.mark.parametrize("name", [*LISTS, *OF_OBJECTS])
@pytest.mark.parametrize("who", ["staff", "superuser", "anonymous", "former member"])
def test_nobody_else_gets_in(name: str, who: str, own: Own, user: User) -> None:
    client = Client()
    if who == "former member":
        user.memberships.update(is_active=False)
        client.force_login(user)
    elif who != "anonymous":
        rights = ("*.view",) if who == "staff" else ()
        client.force_login(make_user(is_superuser=who == "superuser", permissions=rights))
    url = reverse(f"portal:{name}") if name in LISTS else address(name, own)
    before = all_of(own)
    expected = 302 if who == "anonymous" else 403
    assert {client.get(url).status_code, client.post(url, SAID).status_code} <= {expected, 405}
    assert all_of(own) == before


def test_who_switches_partners_sees_the_other_alone(member: Client, user: User, own: Own, strange: Own) -> None:
    user.memberships.create(partner=strange.partner)
    member.post(reverse("portal:switch"), {"partner": strange.partner.pk})
    assert member.get(address("contact", strange)).status_code == 200
    assert member.get(address("contact", own)).status_code == 404


def test_our_own_guides_are_for_all_partners(member: Client, own: Own, strange: Own) -> None:
    Partner.objects.filter(pk=strange.partner.pk).update(is_own=True)
    assert "Guide of ZENITH" in member.get(reverse("portal:guides")).content.decode()
    response = member.get(address("guide-content", strange))
    assert b"".join(response) == b"ZENITH"
    assert response["Content-Disposition"].startswith("attachment")
    for name in OF_OBJECTS:
        if name != "guide-content":
            assert member.get(address(name, strange)).status_code in (404, 405), f"{name} of our own profile"
