"""Agreements from before approvals existed get one. If these fail, they stay without, or something happens silently."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from config.core.models import AuditEntry, User
from partners.models import Agreement, Contact, Coverage, Submission
from partners.services.approve_submission import approve_submission
from partners.services.recheck import recheck
from partners.services.recognise import why_held
from tests.factories import PartnerSetup, make_partner, make_user
from tests.readiness import APPROVER, SUBMITTER, approved, make_ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return make_user("ann", permissions=SUBMITTER)


@pytest.fixture
def old() -> PartnerSetup:
    """Live from before, and fit to be approved."""
    return make_ready(make_partner("acme", name="Acme"), status="live")


def run(**options: Any) -> list[str]:
    out = StringIO()
    call_command("submit_unapproved", stdout=out, **options)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_a_look_says_what_would_come_of_each_and_changes_nothing(old: PartnerSetup) -> None:
    unfit = make_ready(make_partner("other", name="Other"), status="live")
    Contact.objects.filter(partner=unfit.partner).delete()
    draft = make_ready(make_partner("third", name="Third"))
    approved(make_ready(make_partner("fourth", name="Fourth"), status="live").agreement)
    before = AuditEntry.objects.count()
    said = run()
    assert said == [
        "ready Acme: inbound 850 004010 (production)",
        "not ready Other: inbound 850 004010 (production): Profile: The profile lacks a contact with an e-mail "
        "address.",
        "2 live without an approval: 1 can be submitted, 1 must be mended first.",
    ]
    assert draft.agreement.status == "draft"
    assert (AuditEntry.objects.count(), Submission.objects.count()) == (before, 1)


def test_those_that_pass_are_submitted_and_somebody_else_approves_them_while_they_carry_on(
    old: PartnerSetup, ann: User
) -> None:
    unfit = make_ready(make_partner("other"), status="live")
    Contact.objects.filter(partner=unfit.partner).delete()
    assert run(submit=True, by="ann")[-1] == "2 live without an approval: 1 submitted, 1 must be mended first."
    submission = Submission.objects.get()
    assert (submission.agreement, submission.submitted_by, submission.state) == (old.agreement, ann, "open")
    assert "live before approvals existed" in submission.note
    assert [row.status for row in Agreement.objects.order_by("pk")] == ["live", "live"], "documents pass as before"
    assert why_held(Agreement.objects.get(pk=old.agreement.pk)) == ""
    assert run(partner="acme") == ["0 live without an approval: 0 can be submitted, 0 must be mended first."]
    approve_submission(submission, by=make_user(permissions=APPROVER))
    assert Coverage.objects.get(agreement=old.agreement).stage == "live"
    recheck(old.agreement)
    assert why_held(Agreement.objects.get(pk=old.agreement.pk)) == ""


@pytest.mark.parametrize("by", [None, "nobody", "bob"])
def test_who_submits_is_somebody_who_may(old: PartnerSetup, by: str | None) -> None:
    make_user("bob", permissions=APPROVER)
    with pytest.raises(CommandError, match="who may submit"):
        run(submit=True, by=by)
    assert not Submission.objects.exists()


def test_the_list_of_agreements_finds_them_and_its_action_shows_both_kinds_first(old: PartnerSetup) -> None:
    unfit = make_ready(make_partner("other", name="Other"), status="live")
    Contact.objects.filter(partner=unfit.partner).delete()
    done = make_ready(make_partner("third", name="Third"), status="live")
    approved(done.agreement)
    client = Client()
    client.force_login(make_user("root", is_superuser=True))
    url = reverse("admin:partners_agreement_changelist")
    listed = client.get(f"{url}?approval=none").context["cl"].result_list
    assert {row.partner.code for row in listed} == {"acme", "other"}
    assert [row.partner.code for row in client.get(f"{url}?approval=covered").context["cl"].result_list] == ["third"]
    assert not client.get(f"{url}?approval=lost").context["cl"].result_list
    marked = {"action": "submit_selected", "_selected_action": [row.pk for row in listed]}
    page = client.post(url, marked)
    assert page.context["rows"] == ["Acme: inbound 850 004010 (production)"]
    assert [row.partition(": ")[0] for row in page.context["left_rows"]] == ["Other"]
    assert Submission.objects.filter(state="open").count() == 0
    client.post(url, {**marked, "confirmed": "1"})
    assert Submission.objects.get(state="open").agreement == old.agreement


def test_the_board_shows_what_is_live_without_an_approval(old: PartnerSetup) -> None:
    client = Client()
    client.force_login(make_user("root", is_superuser=True))
    board = client.get(reverse("admin:partners_onboardingcase_board")).content.decode()
    assert "Nobody approved it yet." in board
    approved(old.agreement)
    assert "Nobody approved it yet." not in client.get(reverse("admin:partners_onboardingcase_board")).content.decode()
