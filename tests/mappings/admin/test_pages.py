"""Pages of mappings: what is in force can be read, and not edited."""

import pytest
from django.test import Client
from django.urls import reverse

from mappings.models import Assignment, MappingVersion, VersionStatus
from tests.factories import PartnerSetup, make_partner, make_user


@pytest.fixture
def setup(db: None) -> PartnerSetup:
    return make_partner()


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    return client


def test_a_declaration_reads_as_yaml_and_cannot_be_changed(admin: Client, setup: PartnerSetup) -> None:
    setup.version.status = VersionStatus.DRAFT
    MappingVersion.objects.filter(pk=setup.version.pk).update(
        declaration={"title": "Two\nlines <b>", "rules": [{"to": "/number", "from": "BEG03"}]}
    )
    url = reverse("admin:mappings_mappingversion_change", args=[setup.version.pk])
    text = admin.get(url).content.decode()
    assert "rules:\n  - {to: /number, from: BEG03}" in text
    assert "title: |-\n  Two\n  lines &lt;b&gt;" in text
    assert 'name="_save"' not in text
    assert admin.post(url, {"declaration": "{}"}).status_code == 403


def test_a_mapping_of_the_standard_library_is_not_edited(admin: Client, setup: PartnerSetup) -> None:
    url = reverse("admin:mappings_mapping_change", args=[setup.mapping.pk])
    assert 'name="_save"' in admin.get(url).content.decode()
    setup.mapping.is_library = True
    setup.mapping.save()
    assert 'name="_save"' not in admin.get(url).content.decode()
    assert admin.post(url, {"name": "mine"}).status_code == 403


def test_only_published_versions_can_be_assigned(admin: Client, setup: PartnerSetup) -> None:
    draft = MappingVersion.objects.create(mapping=setup.mapping, number=2, declaration={}, checksum="0" * 64)
    url = reverse("admin:mappings_assignment_change", args=[setup.assignment.pk])
    response = admin.post(url, {"agreement": setup.agreement.pk, "version": draft.pk})
    assert response.status_code == 200
    assert Assignment.objects.get().version == setup.version
    assert str(draft) not in admin.get(url).content.decode()


def test_an_agreement_shows_its_mapping(admin: Client, setup: PartnerSetup) -> None:
    text = admin.get(reverse("admin:partners_agreement_change", args=[setup.agreement.pk])).content.decode()
    assert setup.mapping.name in text
