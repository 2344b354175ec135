"""If these fail, a merge loses documents of a partner, or gives them to another."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.core.audit import verify_chain
from config.core.models import AuditEntry, User
from partners.models import (
    Agreement,
    AgreementStatus,
    Connection,
    Guide,
    Identity,
    Invitation,
    Member,
    OnboardingCase,
    Partner,
    Proposal,
    Tag,
)
from partners.services.merge_partners import NotMerged, merge_partners, preview_merge
from tests.factories import Made, make_file, make_partner, make_user
from transactions.models import Document, InboundFile, OurTestDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def stays() -> Partner:
    partner = make_partner("acme", name="Acme").partner
    Agreement.objects.filter(partner=partner).update(release="005010")
    return partner


@pytest.fixture
def made() -> Made:
    return make_file(make_partner("acme-2", name="Acme Inc"), documents=3, failing=1)


@pytest.fixture
def ann() -> User:
    return make_user("ann", is_superuser=True)


def owners(model: type[Model]) -> set[str]:
    return set(model._default_manager.values_list("partner__code", flat=True))


def test_everything_of_the_double_moves(stays: Partner, made: Made, ann: User) -> None:
    double = made.setup.partner
    double.tags.add(Tag.objects.create(name="west"))
    van = make_partner("van").connection
    van.carries.add(double)
    Partner.objects.create(code="child", name="Child", parent=double)
    counts = {moving.name: moving.rows for moving in preview_merge(stays, double).moving}
    for moving in preview_merge(stays, double).moving:
        assert str(moving) == f"{moving.rows} {moving.of_one if moving.rows == 1 else moving.name}"
        assert moving.of_one != moving.name
    assert counts["documents"] == 3
    assert counts["identities"] == counts["agreements"] == counts["connections"] == 1
    merge_partners(stays, double, ann)
    assert not Partner.objects.filter(code="acme-2").exists()
    assert owners(Document) == owners(InboundFile) == {"acme"}
    assert owners(Identity) == {"acme", "van"}
    assert [tag.name for tag in stays.tags.all()] == ["west"]
    assert van.carries.get() == stays
    assert Partner.objects.get(code="child").parent == stays
    identity = Identity.objects.get(pk=made.setup.identity.pk)
    assert identity.history.first().history_change_reason == "Merged from acme-2"
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject, entry.data["double"], entry.data["moved"]["documents"]) == (
        "partner.merged", "partner acme", "acme-2", 3,
    )  # fmt: skip
    assert verify_chain().broken is None


def test_nothing_that_refers_to_a_partner_is_forgotten(stays: Partner, made: Made, ann: User) -> None:
    """Whoever adds a table with a partner need not think of merging."""
    double = made.setup.partner.pk
    merge_partners(stays, made.setup.partner, ann)
    keys: list[Any] = [
        relation
        for relation in Partner._meta.get_fields(include_hidden=True)
        if relation.one_to_many and not hasattr(relation.related_model, "instance_type")
    ]
    left = [
        key.related_model._meta.label
        for key in keys
        if key.related_model._default_manager.filter(**{key.field.name: double}).exists()
    ]
    assert len(keys) > 15
    assert left == []


def test_what_both_have_is_kept_once(stays: Partner, made: Made, ann: User) -> None:
    double = made.setup.partner
    for partner in (stays, double):
        Member.objects.create(partner=partner, user=ann)
        Guide.objects.create(partner=partner, title="850", version=1, file_name="g", sha256="0" * 64, size=1)
    merge_partners(stays, double, ann)
    assert Member.objects.get().partner == stays
    assert list(Guide.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


def test_what_waits_at_both_waits_once(stays: Partner, made: Made, ann: User) -> None:
    for number, partner in enumerate((stays, made.setup.partner)):
        for email in ("eve@acme.example", f"{number}@acme.example"):
            Invitation.objects.create(
                partner=partner, email=email, digest=f"{number}{email}", expires_at="2030-01-01T00:00:00Z"
            )
        Proposal.objects.create(partner=partner, kind="name", values={"name": f"Name {number}"})
    merge_partners(stays, made.setup.partner, ann)
    assert sorted(stays.invitations.values_list("email", flat=True)) == [
        "0@acme.example", "1@acme.example", "eve@acme.example",
    ]  # fmt: skip
    assert [proposal.subject for proposal in stays.proposals.all()] == ["Name 0"]


def test_what_stands_in_the_way_is_said_and_nothing_moves(stays: Partner, made: Made, ann: User) -> None:
    double = made.setup.partner
    Agreement.objects.update(release="004010")
    for partner in (stays, double):
        Connection.objects.create(partner=partner, protocol="drop-folder", name="Folder")
        OnboardingCase.objects.create(partner=partner)
    said = " ".join(preview_merge(stays, double).conflicts)
    assert "Both have an agreement for the same" in said
    assert "Both have a drop folder" in said
    assert "Both have an open onboarding case" in said
    with pytest.raises(NotMerged):
        merge_partners(stays, double, ann)
    assert owners(Document) == {"acme-2"}
    Agreement.objects.filter(partner=double).update(status=AgreementStatus.RETIRED)
    Connection.objects.filter(partner=double, protocol="drop-folder").update(is_enabled=False)
    OnboardingCase.objects.filter(partner=double).update(closed_at=timezone.now())
    merge_partners(stays, double, ann)
    assert owners(Document) == {"acme"}


def test_what_each_may_have_once_is_refused_in_words_whichever_app_has_it(
    stays: Partner, made: Made, ann: User
) -> None:
    for partner in (stays, made.setup.partner):
        OurTestDocument.objects.create(partner=partner, kind="order", number="PO-1", set_id="850", at=timezone.now())
    with pytest.raises(NotMerged, match="Both have the same among their our test documents"):
        merge_partners(stays, made.setup.partner, ann)
    assert owners(Document) == {"acme-2"}


def test_never_with_itself_or_with_us(stays: Partner, ann: User) -> None:
    assert "with itself" in preview_merge(stays, stays).conflicts[0]
    own = Partner.objects.create(code="own", name="We", is_own=True)
    assert "never the same" in preview_merge(stays, own).conflicts[0]
    stays.parent = Partner.objects.create(code="holding", name="Holding")
    assert "take that away first" in preview_merge(stays, stays.parent).conflicts[0]


def test_the_page_asks_twice(stays: Partner, made: Made, ann: User) -> None:
    client = Client()
    client.force_login(ann)
    url = reverse("admin:partners_partner_merge", args=[made.setup.partner.pk])
    assert "Look at it first" in client.get(url).content.decode()
    text = client.post(url, {"stays": stays.pk}).content.decode()
    assert "3 documents" in text
    assert "Merge and remove acme-2" in text
    assert Partner.objects.filter(code="acme-2").exists()
    assert (
        "is part of Acme now" in client.post(url, {"stays": stays.pk, "confirmed": "1"}, follow=True).content.decode()
    )
    assert not Partner.objects.filter(code="acme-2").exists()
