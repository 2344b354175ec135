"""Agreements about several documents at once: if these fail, an analyst sets them up one by one."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.core.models import AuditEntry
from mappings.models import Mapping, MappingVersion, VersionStatus
from partners.models import Agreement, Partner, Submission
from tests.factories import DECLARATION, make_user
from tests.readiness import make_ready

SETUP = ("partners.add_agreement", "partners.change_partner", "mappings.add_assignment", "mappings.change_assignment")


@pytest.fixture
def versions(db: None) -> list[MappingVersion]:
    made = []
    for set_id, statuses in (("850", "published published draft"), ("860", "published"), ("855", "retired")):
        mapping = Mapping.objects.create(code=f"map-{set_id}", name=f"Set {set_id}", canonical="order/1", set_id=set_id)
        for number, status in enumerate(statuses.split(), 1):
            row = {"declaration": DECLARATION, "checksum": "ab" * 32, "status": VersionStatus(status)}
            made.append(MappingVersion.objects.create(mapping=mapping, number=number, **row))
    return made


def client_of(name: str, *permissions: str) -> Client:
    client = Client()
    client.force_login(make_user(name, permissions=("*.view", *permissions)))
    return client


def test_each_document_is_drafted_with_its_newest_mapping(versions: list[MappingVersion]) -> None:
    partner = Partner.objects.create(code="acme", name="Acme")
    ann = client_of("ann", *SETUP)
    way = ann.get(reverse("admin:partners_partner_agree", args=[partner.pk]))
    page = reverse("admin:mappings_assignment_agree", args=[partner.pk])
    assert way["Location"] == page
    form: Any = ann.get(page).context["form"]
    assert [label for _, label in form.fields["documents"].choices] == ["850: Set 850 v2", "860: Set 860 v1"]
    said = {"documents": [str(versions[1].pk), str(versions[3].pk)], "environment": "production"}
    response = ann.post(page, said, follow=True)
    assert response.content.decode().count("is drafted; an approver puts it live") == 2
    made = [(a.set_id, a.kind, a.status, a.assignment.version) for a in Agreement.objects.order_by("set_id")]
    assert made == [("850", "order", "draft", versions[1]), ("860", "order", "draft", versions[3])]


def test_many_are_submitted_and_what_is_not_ready_is_said(versions: list[MappingVersion]) -> None:
    ready = make_ready().agreement
    bare = Agreement.objects.create(partner=Partner.objects.create(code="bare", name="Bare"))
    ann = client_of("ann", *SETUP, "partners.submit_agreement")
    marked = {"action": "submit_selected", "_selected_action": [ready.pk, bare.pk]}
    changelist = reverse("admin:partners_agreement_changelist")
    assert "Submit 2 agreements for approval" in ann.post(changelist, marked).content.decode()
    assert not Submission.objects.exists()
    done = ann.post(changelist, marked | {"confirmed": "1"}, follow=True).content.decode()
    assert "The profile lacks" in done
    [submission] = Submission.objects.all()
    assert (submission.agreement, submission.submitted_by.username) == (ready, "ann")
    assert AuditEntry.objects.filter(verb="agreement.submitted").count() == 1


def test_who_may_not_submit_submits_nothing(versions: list[MappingVersion]) -> None:
    ready = make_ready().agreement
    marked = {"action": "submit_selected", "_selected_action": [ready.pk], "confirmed": "1"}
    client_of("bob", "partners.activate_agreement").post(reverse("admin:partners_agreement_changelist"), marked)
    assert not Submission.objects.exists()
