"""What a partner changes by itself holds at once; what is material waits until one of us decides."""

import pytest
from django.test import Client
from django.urls import reverse

from config.core.models import AuditEntry, User
from partners.models import Contact, Identity, Partner, Proposal, ProposalState
from partners.services.propose import MOST_OPEN
from tests.factories import make_user
from tests.partners.portal.people import Own

COMPANY = reverse("portal:company")
IDENTITY = {"kind": "isa", "qualifier": "zz", "value": " newstores ", "environment": "production", "note": "merger"}


@pytest.fixture
def staff(analyst: User) -> Client:
    client = Client()
    client.force_login(analyst)
    return client


def decide(staff: Client, proposal: Proposal, verb: str, **said: str) -> str:
    """What the page says afterwards."""
    url = reverse(f"admin:partners_proposal_{verb}", args=[proposal.pk])
    return staff.post(url, said, follow=True).content.decode()


def test_details_are_changed_with_the_person_in_the_history(member: Client, own: Own) -> None:
    url = reverse("portal:company-details")
    assert member.post(url, {"time_zone": "America/Chicago", "language": "de"})["Location"] == COMPANY
    own.partner.refresh_from_db()
    assert (own.partner.time_zone, own.partner.language) == ("America/Chicago", "de")
    version = own.partner.history.first()
    assert (str(version.history_user), version.history_change_reason) == ("ada", "By the partner in the portal")


@pytest.mark.parametrize("field", ["name", "code", "is_active", "is_own", "policies", "notes"])
def test_nothing_else_of_the_record_is_changed_by_it(member: Client, own: Own, field: str) -> None:
    before = getattr(own.partner, field)
    said = {"time_zone": "UTC", "language": "en", field: "1"}
    member.post(reverse("portal:company-details"), said)
    own.partner.refresh_from_db()
    assert getattr(own.partner, field) == before


def test_two_people_do_not_overwrite_each_other(member: Client, own: Own) -> None:
    form = member.get(reverse("portal:contact", args=[own.contact.pk])).context["form"]
    said = {"name": "Eve", "email": "new@acme.example", "purposes": ["technical"], "revision": form.initial["revision"]}
    own.contact.phone = "+1 555 0100"
    own.contact.save()
    assert "Somebody else saved this" in member.post(
        reverse("portal:contact", args=[own.contact.pk]), said
    ).content.decode()  # fmt: skip
    own.contact.refresh_from_db()
    assert own.contact.email == "eve@x.example"


def test_contacts_are_added_changed_and_removed(member: Client, own: Own) -> None:
    said = {"name": "Zoe", "email": "", "phone": "", "purposes": ["outages", "technical"]}
    add = reverse("portal:contact-add")
    assert "Give an e-mail address or a telephone number" in member.post(add, said).content.decode()
    assert "required" in member.post(add, {**said, "email": "z@acme.example", "purposes": []}).content.decode()
    member.post(add, {**said, "email": "z@acme.example"})
    zoe = Contact.objects.get(name="Zoe")
    assert (zoe.partner, zoe.purposes) == (own.partner, ["technical", "outages"])
    member.post(reverse("portal:contact", args=[zoe.pk]), {**said, "phone": "+1 555 0100"})
    zoe.refresh_from_db()
    assert (zoe.email, zoe.phone) == ("", "+1 555 0100")
    remove = reverse("portal:contact-remove", args=[zoe.pk])
    assert member.get(remove).status_code == 200
    member.post(remove)
    zoe.refresh_from_db()
    assert not zoe.is_active
    assert "Zoe" not in [contact.name for contact, _ in member.get(COMPANY).context["contacts"]]
    assert member.get(remove).status_code == 404


def test_another_name_waits_for_us(member: Client, own: Own, staff: Client) -> None:
    url = reverse("portal:company-name")
    assert "proposed already" in member.post(url, {"name": "Acme Inc."}).content.decode(), "one is open"
    decide(staff, own.proposal, "refuse", reason="We never heard of it")
    assert "We never heard of it" in member.get(COMPANY).content.decode()
    member.post(url, {"name": "Acme Inc.", "note": "Merger"})
    own.partner.refresh_from_db()
    assert own.partner.name == "Acme Stores"
    decide(staff, Proposal.objects.get(state="open"), "accept")
    own.partner.refresh_from_db()
    assert own.partner.name == "Acme Inc."
    assert own.partner.history.first().history_change_reason == "Proposed by ada in the portal"
    verbs = list(AuditEntry.objects.order_by("number").values_list("verb", "actor"))
    assert verbs == [("proposal.refused", "anna"), ("proposal.made", "ada"), ("proposal.accepted", "anna")]


def test_identities_are_added_replaced_and_ended_by_us_alone(member: Client, own: Own, staff: Client) -> None:
    member.post(reverse("portal:identity-add"), IDENTITY)
    assert [str(one) for one in own.partner.identities.all()] == ["ZZ:ACMEEDI"]
    new = Proposal.objects.get(kind="new-identity")
    assert str(new) == "A new identity: ZZ:NEWSTORES"
    decide(staff, new, "accept")
    added = Identity.objects.get(value="NEWSTORES")
    assert added.partner == own.partner
    member.post(reverse("portal:identity", args=[added.pk]), {**IDENTITY, "value": "NEWER"})
    end = reverse("portal:identity-end", args=[added.pk])
    assert "proposed already" in member.post(end, {"note": ""}).content.decode()
    decide(staff, Proposal.objects.get(kind="other-identity"), "accept")
    added.refresh_from_db()
    assert added.value == "NEWER"
    member.post(end, {"note": "unused"})
    decide(staff, Proposal.objects.get(kind="end-of-identity"), "accept")
    assert not Identity.objects.filter(pk=added.pk).exists()
    assert Identity.history.filter(id=added.pk, history_type="-").exists()
    assert "ZZ:NEWER" in member.get(COMPANY).content.decode(), "what was decided stays to be read"


def test_who_has_an_identity_is_told_to_us_and_to_no_partner(
    member: Client, own: Own, strange: Own, staff: Client
) -> None:
    answer = member.post(reverse("portal:identity-add"), {**IDENTITY, "value": "ZENITHEDI"}, follow=True)
    assert "Zenith" not in answer.content.decode()
    wanted = Proposal.objects.get(kind="new-identity")
    assert "Zenith Limited (zenith) has this identity" in decide(staff, wanted, "accept")
    wanted.refresh_from_db()
    assert wanted.state == ProposalState.OPEN
    assert strange.identity.value == "ZENITHEDI"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"qualifier": "XX"}, "ISA05 has no code XX"),
        ({"value": "FAR TOO LONG FOR AN ISA"}, "ISA06 has 15 characters"),
        ({"kind": "gln", "qualifier": "", "value": "4000001000009"}, "check digit"),
        ({"value": "ACMEEDI"}, "We have this identity of yours already"),
        ({"value": "ü"}, "plain characters"),
    ],
)
def test_what_no_identity_can_be_is_said_at_once(member: Client, own: Own, said: dict[str, str], words: str) -> None:
    assert words in member.post(reverse("portal:identity-add"), {**IDENTITY, **said}).content.decode()
    assert Proposal.objects.count() == 1


def test_a_proposal_is_taken_back_and_decided_once(member: Client, own: Own, staff: Client) -> None:
    url = reverse("portal:proposal-withdraw", args=[own.proposal.pk])
    member.post(url)
    own.proposal.refresh_from_db()
    assert own.proposal.state == ProposalState.WITHDRAWN
    accept = reverse("admin:partners_proposal_accept", args=[own.proposal.pk])
    assert staff.post(accept).status_code == 403
    assert "before" in member.post(url, follow=True).content.decode()


def test_proposals_do_not_pile_up(member: Client, own: Own) -> None:
    for number in range(MOST_OPEN + 2):
        said = {**IDENTITY, "value": f"STORE{number}"}
        answer = member.post(reverse("portal:identity-add"), said)
    assert "are waiting for us" in answer.content.decode()
    assert Proposal.objects.count() == MOST_OPEN


def test_who_may_only_look_decides_nothing(own: Own) -> None:
    client = Client()
    client.force_login(make_user(permissions=("*.view",)))
    for verb in ("accept", "refuse"):
        url = reverse(f"admin:partners_proposal_{verb}", args=[own.proposal.pk])
        assert client.post(url, {"reason": "x"}).status_code == 403
    assert Partner.objects.get(code="acme").name == "Acme Stores"
