"""Lists of thousands of partners: if these fail, pages get slower with every partner.

Measured once with 9,963 partners and 39,852 agreements: the same numbers of queries, 20 to 135 ms a page.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.models import Agreement, ApiKey, Certificate, Connection, Identity, Partner, PartnerGroup, Tag
from partners.services.certificates_in_force import expiring_certificates
from tests.factories import make_user

# Address, and the queries it takes: session, user and counts among them. The last pages, which have ten rows at most:
# one query more for each row would show, and most of the time goes into writing rows.
LISTS = {
    "partner/?p=2": 8,
    "partner/?q=partner&p=2": 8,
    "partner/?tags__id__exact={tag}&p=2": 10,
    "agreement/?p=3": 8,
    "agreement/?q=p7&p=1": 8,
    "connection/?p=2": 6,
    "identity/?p=2": 6,
    "certificate/?p=2": 6,
    "certificate/?validity=ending&p=2": 8,
    "apikey/?p=2": 6,
    "partnergroup/": 6,
    "tag/": 6,
}


def fill(count: int) -> Tag:
    """Partners with a row of everything, in few statements."""
    partners = Partner.objects.bulk_create([Partner(code=f"p{n}", name=f"Partner {n}") for n in range(count)])
    group, tag = PartnerGroup.objects.create(name="Retail"), Tag.objects.create(name="edi")
    Partner.groups.through.objects.bulk_create(
        [Partner.groups.through(partner=partner, partnergroup=group) for partner in partners]
    )
    Partner.tags.through.objects.bulk_create([Partner.tags.through(partner=partner, tag=tag) for partner in partners])
    Identity.objects.bulk_create([Identity(partner=p, qualifier="ZZ", value=p.code.upper()) for p in partners])
    Agreement.objects.bulk_create([Agreement(partner=p, set_id=set_id) for p in partners for set_id in ("850", "856")])
    made = Connection.objects.bulk_create([Connection(partner=p, protocol="api", name="API") for p in partners])
    ApiKey.objects.bulk_create([ApiKey(connection=one, label="k", prefix=f"k{one.pk}", digest="0") for one in made])
    begins, ends = timezone.now(), timezone.now() + timedelta(days=9)
    more = {"purposes": ["signing"], "not_before": begins, "not_after": ends, "pem": "-"}
    Certificate.objects.bulk_create(
        [Certificate(partner=p, fingerprint=f"{p.pk:064}", subject=f"CN={p.code}", **more) for p in partners]
    )
    return tag


@pytest.mark.django_db
def test_a_list_takes_the_same_queries_however_many_there_are() -> None:
    tag = fill(55)
    client = Client()
    client.force_login(make_user("boss", is_superuser=True))
    taken = {}
    for path in LISTS:
        with CaptureQueriesContext(connection) as seen:
            response = client.get(f"/admin/partners/{path.format(tag=tag.pk)}")
        assert response.status_code == 200, path
        taken[path] = len(seen)
    assert {path: count for path, count in taken.items() if count > LISTS[path]} == {}


@pytest.mark.django_db
def test_what_ends_and_is_not_followed_is_found_in_two_queries() -> None:
    fill(30)
    followed = Partner.objects.get(code="p7")
    old = followed.certificates.get()
    Certificate.objects.create(
        partner=followed,
        purposes=["signing", "encryption"],
        fingerprint="f" * 64,
        subject="CN=next",
        not_before=old.not_before,
        not_after=timezone.now() + timedelta(days=400),
        pem="-",
    )
    with CaptureQueriesContext(connection) as seen:
        found = list(expiring_certificates())
    assert len(seen) == 3
    assert len(found) == 29
    assert old not in found


def test_the_keyboard_passes_the_menu_by_one_link(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:partners_partner_changelist")).content.decode()
    link = '<a class="or-skip" href="#content">To the content</a>'
    assert page.index(link) < page.index(reverse("admin:partners_agreement_changelist"))
    assert 'id="content"' in page
