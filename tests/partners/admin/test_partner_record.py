"""The record of a partner: who they are, whom to write to, when they work, and their guide."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from partners.models import BusinessCalendar, Connection, Contact, Guide, HousePolicies, Identity, Partner, Tag
from tests.factories import make_partner, make_user


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    return client


@pytest.fixture
def acme(db: None) -> Partner:
    return make_partner("acme", name="Acme Stores").partner


def page(partner: Partner) -> str:
    return reverse("admin:partners_partner_change", args=[partner.pk])


def form(**more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"name": "Acme Stores", "is_active": "on", "time_zone": "UTC", "language": "en"}
    for prefix in (
        "identities",
        "contacts",
        "connections",
        "agreements",
        "members",
        "invitations",
        "certificates",
        "guides",
    ):
        values |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return values | more


def contact(**values: Any) -> dict[str, Any]:
    sent = {"name": "Eve", "email": "", "phone": "", "purposes": ["technical"], "is_active": "on"} | values
    return {"contacts-TOTAL_FORMS": "1"} | {f"contacts-0-{name}": value for name, value in sent.items()}


def test_who_they_are_and_when_they_work(admin: Client, acme: Partner) -> None:
    parent = Partner.objects.create(code="holding", name="Holding")
    calendar = BusinessCalendar.objects.create(name="Texas", time_zone="America/Chicago", weekdays=[0, 1])
    tag = Tag.objects.create(name="retail")
    more = {"roles": ["supplier", "customer"], "parent": parent.pk, "calendar": calendar.pk, "tags": [tag.pk]}
    response = admin.post(page(acme), form(**more, time_zone="America/Chicago", notes="Calls back on Mondays."))
    assert response.status_code == 302, response.context["errors"]
    acme.refresh_from_db()
    assert acme.roles == ["customer", "supplier"]
    assert (acme.parent, acme.calendar, acme.time_zone) == (parent, calendar, "America/Chicago")
    assert list(acme.tags.all()) == [tag]
    assert "Acme Stores" in admin.get(page(parent)).content.decode()


def test_a_time_zone_that_does_not_exist_is_refused(admin: Client, acme: Partner) -> None:
    assert "There is no time zone" in admin.post(page(acme), form(time_zone="Mars/Base")).content.decode()


def test_a_contact_can_be_reached_and_is_for_something(admin: Client, acme: Partner) -> None:
    assert "telephone number" in admin.post(page(acme), form(**contact())).content.decode()
    without = admin.post(page(acme), form(**contact(email="eve@acme.example", purposes=[])))
    assert "This field is required" in without.content.decode()
    sent = form(**contact(email="eve@acme.example", purposes=["outages", "technical"]))
    assert admin.post(page(acme), sent).status_code == 302
    assert Contact.objects.get().purposes == ["technical", "outages"]


def test_an_odd_identity_is_kept_and_said(admin: Client, acme: Partner) -> None:
    sent = {"kind": "isa", "qualifier": "01", "value": "acme001", "environment": "production"}
    fields = {f"identities-0-{name}": value for name, value in sent.items()}
    response = admin.post(page(acme), form(**fields, **{"identities-TOTAL_FORMS": "1"}), follow=True)
    assert "ACME001 is not a D-U-N-S number" in response.content.decode()
    assert Identity.objects.filter(value="ACME001").exists()


def test_a_guide_is_a_file_with_versions(admin: Client, acme: Partner) -> None:
    url = reverse("admin:partners_partner_add_guide", args=[acme.pk])

    def upload(content: bytes) -> str:
        file = SimpleUploadedFile("850.pdf", content)
        return admin.post(url, {"title": "850", "file": file, "note": "New UOMs"}, follow=True).content.decode()

    assert "version 1 is kept" in upload(b"%PDF one")
    assert "has the same content" in upload(b"%PDF one")
    assert "version 2 is kept" in upload(b"%PDF two")
    newest = Guide.objects.first()
    assert newest is not None
    download = admin.get(reverse("admin:partners_guide_download", args=[newest.pk]))
    assert download.getvalue() == b"%PDF two"
    assert download["Content-Disposition"].startswith("attachment")
    nobody = Client()
    nobody.force_login(make_user())
    assert nobody.get(reverse("admin:partners_guide_download", args=[newest.pk])).status_code == 403


def test_the_connection_of_a_network_is_shown_on_the_partners_page(admin: Client, acme: Partner) -> None:
    van = Partner.objects.create(code="van", name="Network")
    connection = Connection.objects.create(partner=van, protocol="api", name="Mailbox")
    connection.carries.add(acme)
    assert "Reached through" in admin.get(page(acme)).content.decode()


def test_policies_of_the_house_are_inherited_by_all(admin: Client, acme: Partner) -> None:
    url = reverse("admin:partners_housepolicies_change", args=[1])
    assert admin.get(url).status_code == 200, "a bookmark leads to it before the list was ever opened"
    assert admin.get(reverse("admin:partners_housepolicies_changelist"), follow=True).redirect_chain[-1][0] == url
    assert admin.post(url, {"policies-ta1": "always"}).status_code == 302
    assert HousePolicies.objects.get().policies == {"ta1": "always"}
    assert "Inherit (from the house: Always)" in admin.get(page(acme)).content.decode()


def test_a_calendar_is_typed_as_people_write_it(admin: Client) -> None:
    sent = {
        "name": "Ohio",
        "time_zone": "America/New_York",
        "weekdays": ["4", "0"],
        "opens": "08:00",
        "closes": "16:30",
        "holidays": "2026-12-25 Christmas\n\n2026-07-04",
    }
    url = reverse("admin:partners_businesscalendar_add")
    assert "not a date" in admin.post(url, sent | {"holidays": "25.12.2026"}).content.decode()
    assert "close after it opens" in admin.post(url, sent | {"closes": "07:00"}).content.decode()
    assert admin.post(url, sent).status_code == 302
    calendar = BusinessCalendar.objects.get()
    assert calendar.weekdays == [0, 4]
    assert calendar.holidays == {"2026-12-25": "Christmas", "2026-07-04": ""}
    text = admin.get(reverse("admin:partners_businesscalendar_change", args=[calendar.pk])).content.decode()
    assert "2026-12-25 Christmas" in text


def test_a_list_of_partners_costs_the_same_however_many(
    admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    url = reverse("admin:partners_partner_changelist")
    for number in range(30):
        make_partner(f"p{number}").partner.tags.add(Tag.objects.get_or_create(name=f"t{number % 3}")[0])
    with django_assert_max_num_queries(10):
        assert admin.get(url).status_code == 200
