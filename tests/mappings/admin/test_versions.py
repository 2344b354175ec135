"""The page of a version: its buttons follow its status and the reader's rights, and each asks before it acts."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from config.core.models import User
from config.core.roles import ANALYST, APPROVER
from mappings.models import Assignment, MappingVersion, VersionStatus
from mappings.services.load_library import load_library
from mappings.services.start_mapping import start_mapping
from partners.models import Agreement
from tests.factories import make_partner, make_user
from tests.transactions.formats import DECLARATION

NAME = "admin:mappings_mappingversion_"


def client_of(*names: str) -> Client:
    user = User.objects.create_user("-".join(names), is_staff=True)
    user.groups.add(*Group.objects.filter(name__in=names))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def analyst(db: None) -> Client:
    return client_of(ANALYST.name)


@pytest.fixture
def approver(db: None) -> Client:
    return client_of(APPROVER.name)


@pytest.fixture
def version(db: None) -> MappingVersion:
    return start_mapping(dict(DECLARATION))


def url(act: str, version: MappingVersion) -> str:
    return reverse(f"{NAME}{act}", args=[version.pk])


def buttons(client: Client, version: MappingVersion) -> set[str]:
    html = client.get(url("change", version)).content.decode()
    acts = ("submit", "publish", "retire", "agree", "edit_draft", "new_draft", "try_it")
    return {act for act in acts if url(act, version) in html}


def test_the_buttons_follow_status_and_rights(analyst: Client, approver: Client, version: MappingVersion) -> None:
    assert buttons(analyst, version) == {"submit", "edit_draft", "try_it", "retire"}
    assert buttons(approver, version) == {"try_it", "retire"}
    analyst.post(url("submit", version))
    assert buttons(analyst, version) == {"try_it", "new_draft"}
    assert buttons(approver, version) == {"publish", "try_it", "retire"}
    approver.post(url("publish", version))
    assert buttons(analyst, version) == {"agree", "try_it", "new_draft"}
    assert buttons(approver, version) == {"try_it", "retire"}


def test_a_get_changes_nothing(analyst: Client, version: MappingVersion) -> None:
    assert "never changes again" in analyst.get(url("submit", version)).content.decode()
    version.refresh_from_db()
    assert version.status == VersionStatus.DRAFT


def test_who_is_both_does_not_publish_their_own(version: MappingVersion) -> None:
    both = client_of(ANALYST.name, APPROVER.name)
    both.post(url("submit", version))
    assert "publish" not in buttons(both, version)
    response = both.post(url("publish", version), follow=True)
    assert "somebody else publishes it" in response.content.decode()
    boss = Client()
    boss.force_login(make_user("boss", is_superuser=True))
    boss.post(url("publish", version))
    version.refresh_from_db()
    assert version.status == VersionStatus.PUBLISHED


def test_a_draft_is_edited_as_text(analyst: Client, approver: Client, version: MappingVersion) -> None:
    assert "Bestellung" in analyst.get(url("edit_draft", version)).content.decode()
    wrong = analyst.post(url("edit_draft", version), {"declaration": "a: b: c"})
    assert "is not valid YAML" in wrong.content.decode()
    kept = analyst.post(url("edit_draft", version), {"declaration": "mapping: x"}, follow=True)
    assert "does not compile yet" in kept.content.decode()
    refused = analyst.post(url("submit", version), follow=True)
    assert "Not done." in refused.content.decode()
    version.refresh_from_db()
    assert (version.status, version.declaration) == (VersionStatus.DRAFT, {"mapping": "x"})
    assert approver.post(url("edit_draft", version), {"declaration": "mapping: y"}).status_code == 403


def test_retiring_asks_for_a_reason(analyst: Client, approver: Client, version: MappingVersion) -> None:
    assert "This field is required" in analyst.post(url("retire", version)).content.decode()
    analyst.post(url("submit", version))
    assert analyst.post(url("retire", version), {"reason": "mine"}).status_code == 403
    approver.post(url("retire", version), {"reason": "Not what the partner sends"})
    version.refresh_from_db()
    assert version.status == VersionStatus.RETIRED
    assert version.history.first().history_change_reason == "Not what the partner sends"


def test_the_next_version_is_drafted_from_any_but_the_librarys(analyst: Client, version: MappingVersion) -> None:
    analyst.post(url("submit", version))
    analyst.post(url("new_draft", version))
    newest = version.mapping.versions.get(number=2)
    assert (newest.status, newest.declaration["rules"]) == (VersionStatus.DRAFT, DECLARATION["rules"])
    library = load_library("csv-orders-lines")[0].version
    assert "new_draft" not in buttons(analyst, library)
    assert "are not edited" in analyst.post(url("new_draft", library), follow=True).content.decode()
    assert library.mapping.versions.count() == 1


def test_it_is_used_for_a_partner(analyst: Client, approver: Client, version: MappingVersion) -> None:
    partner = make_partner().partner
    asked = {"partner": partner.pk, "environment": "test"}
    early = analyst.post(url("agree", version), asked)
    assert "must be published first" in early.content.decode()
    assert not Agreement.objects.filter(standard="TEXT").exists()
    analyst.post(url("submit", version))
    approver.post(url("publish", version))
    analyst.post(url("agree", version), asked)
    assert Assignment.objects.get(version=version).agreement.environment == "test"


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_it_leads_back_to_nowhere_else(analyst: Client, version: MappingVersion, address: str) -> None:
    response = analyst.post(f"{url('submit', version)}?next={address}")
    assert response.headers["Location"] == url("change", version)


def test_a_mapping_begins_as_text_with_a_version_that_can_be_tried(analyst: Client) -> None:
    """From nothing, or from a standard one: a mapping without a version would lead nowhere."""
    add = reverse("admin:mappings_mapping_add")
    assert "extends: x12-850-order" in analyst.get(add).content.decode()
    wrong = analyst.post(add, {"declaration": "extends: x12-850-order\nmapping: acme-850\nrules: {numbre: BEG03}\n"})
    assert "did you mean" in wrong.content.decode()
    assert not MappingVersion.objects.exists()
    begun = analyst.post(add, {"declaration": "extends: x12-850-order\nmapping: acme-850\ntitle: Acme\nrules: {}\n"})
    version = MappingVersion.objects.get()
    assert (version.mapping.code, version.mapping.set_id, version.status) == ("acme-850", "850", VersionStatus.DRAFT)
    assert begun["Location"] == url("change", version)
    assert {"edit_draft", "try_it", "submit"} <= buttons(analyst, version)


def test_who_may_not_draft_does_not_begin_a_mapping(approver: Client) -> None:
    assert approver.get(reverse("admin:mappings_mapping_add")).status_code == 403
