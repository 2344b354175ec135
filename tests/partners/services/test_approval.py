"""If these fail, somebody approves their own work, or what was approved is not what runs."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.core.audit import verify_chain
from config.core.models import AuditEntry, User
from partners.models import Agreement, AgreementStatus, Contact, Coverage, FreezePeriod, Identity, Submission
from partners.services.approve_submission import approve_submission, why_not
from partners.services.evidence import canonical, changes_between, read_evidence
from partners.services.override_approval import override_approval
from partners.services.put_live import put_live
from partners.services.recheck import recheck, recheck_due
from partners.services.recognise import find_agreement, why_held
from partners.services.refused import StatusRefused
from partners.services.reject_submission import reject_submission, withdraw_submission
from partners.services.send_notices import send_notices
from partners.services.submit_agreement import submit_agreement
from partners.services.suspend import suspend
from tests.factories import PartnerSetup, make_user
from tests.obeyed import obeys
from tests.readiness import APPROVER, SUBMITTER, approved, make_ready, submitted

pytestmark = pytest.mark.django_db
SECOND = ("partners.second_submission",)


@pytest.fixture
def ready() -> PartnerSetup:
    return make_ready()


@pytest.fixture
def ada() -> User:
    return make_user("ada", permissions=SUBMITTER)


@pytest.fixture
def bob() -> User:
    return make_user("bob", permissions=APPROVER)


def set_policies(agreement: Agreement, **policies: Any) -> None:
    agreement.refresh_from_db()
    agreement.policies = policies
    agreement.save()


def found(setup: PartnerSetup) -> Agreement | None:
    """What intake finds for a document of the partner."""
    return find_agreement(setup.partner, "inbound", "production", "850", "004010")  # type: ignore[arg-type]


def test_the_evidence_is_frozen_whole_and_by_checksum(ready: PartnerSetup, ada: User) -> None:
    submission = submit_agreement(ready.agreement, by=ada, note="Please")
    evidence = read_evidence(submission)
    assert submission.digest == hashlib.sha256(submission.evidence.encode()).hexdigest()
    assert submission.evidence == canonical(json.loads(submission.evidence))
    assert sorted(evidence["material"]) == [
        "agreement", "certificates", "connections", "identities", "mapping", "overlay", "policies", "text_settings",
    ]  # fmt: skip
    assert evidence["material"]["mapping"]["checksum"] == ready.version.checksum
    assert evidence["material"]["policies"]["unknown_codes"] == "reject"
    assert [check["ok"] for check in evidence["checks"]] == [True] * 9
    submission.evidence = "{}"
    with pytest.raises(ValidationError, match="never changes"):
        submission.save()


def test_what_is_not_ready_is_not_submitted(ready: PartnerSetup, ada: User) -> None:
    Contact.objects.all().delete()
    with pytest.raises(StatusRefused, match="lacks a contact with an e-mail address"):
        submit_agreement(ready.agreement, by=ada)
    assert not Submission.objects.exists()


def test_nothing_goes_live_without_an_approval(ready: PartnerSetup, ada: User, bob: User) -> None:
    with pytest.raises(StatusRefused, match="not approved"):
        put_live(ready.agreement, by=bob)
    submission = submit_agreement(ready.agreement, by=ada)
    with pytest.raises(StatusRefused, match="not approved"):
        put_live(ready.agreement, by=bob)
    approve_submission(submission, by=bob)
    assert Coverage.objects.get().stage == "approval"
    put_live(ready.agreement, by=bob)
    assert Coverage.objects.get().stage == "live"
    assert found(ready) == ready.agreement
    verbs = AuditEntry.objects.order_by("number").values_list("verb", "actor")
    assert list(verbs) == [("agreement.submitted", "ada"), ("agreement.approved", "bob"), ("agreement.put_live", "bob")]
    assert verify_chain().broken is None


def test_nobody_approves_their_own_work(ready: PartnerSetup, ada: User) -> None:
    both = make_user("both", permissions=(*SUBMITTER, *APPROVER))
    mine = submit_agreement(ready.agreement, by=both)
    with pytest.raises(StatusRefused, match="somebody else decides"):
        approve_submission(mine, by=both)
    with pytest.raises(StatusRefused, match="somebody else decides"):
        reject_submission(mine, by=both, reason="no")
    drafter = make_user("drafter", permissions=APPROVER)
    ready.agreement._history_user = drafter  # type: ignore[attr-defined]  # what the middleware notes of a request
    ready.agreement.save()
    with pytest.raises(StatusRefused, match="changed the agreement yourself"):
        approve_submission(submit_agreement(ready.agreement, by=ada), by=drafter)
    User.objects.filter(pk=drafter.pk).update(email="drafter@ours.example")
    other_account = make_user("drafter2", permissions=APPROVER)
    User.objects.filter(pk=other_account.pk).update(email="Drafter+2@ours.example")
    with pytest.raises(StatusRefused, match="changed the agreement yourself"):
        approve_submission(Submission.objects.first(), by=User.objects.get(pk=other_account.pk))  # type: ignore[arg-type]
    nobody = make_user()
    assert why_not(Submission.objects.first(), nobody) == "It waits for an approver."  # type: ignore[arg-type]


@pytest.mark.parametrize("mailbox", ["ada@ours.example", " ADA@Ours.Example", "ada+approver@ours.example"])
def test_a_second_account_with_the_same_mailbox_is_the_same_person(
    ready: PartnerSetup, ada: User, bob: User, mailbox: str
) -> None:
    User.objects.filter(pk=ada.pk).update(email="ada@ours.example")
    User.objects.filter(pk=bob.pk).update(email=mailbox)
    submission = submit_agreement(ready.agreement, by=User.objects.get(pk=ada.pk))
    with pytest.raises(StatusRefused, match="submitted it, whose mailbox is yours"):
        approve_submission(submission, by=User.objects.get(pk=bob.pk))


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_by": "ada"},
        {"approved_by": "bob", "approved_email": "ada@ours.example"},
        {"approved_by": "bob", "seconded_by": "bob"},
        {"approved_by": "bob", "seconded_by": "ada"},
        {"state": "approved"},
        {"state": "approved", "approved_by": "bob", "needs_second": True},
    ],
)
def test_the_database_wants_four_eyes_too(ready: PartnerSetup, ada: User, bob: User, changes: dict[str, Any]) -> None:
    ada.email = "ada@ours.example"
    ada.save()
    submission = submit_agreement(ready.agreement, by=ada)
    people = {"ada": ada, "bob": bob}
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(
            **{name: people.get(value, value) if name.endswith("_by") else value for name, value in changes.items()}
        )


@obeys("approvals")
def test_two_roles_where_policy_asks(ready: PartnerSetup, ada: User, bob: User) -> None:
    set_policies(ready.agreement, approvals="two")
    submission = submit_agreement(ready.agreement, by=ada)
    half = approve_submission(submission, by=bob)
    assert half.state == "half"
    with pytest.raises(StatusRefused, match="not approved"):
        put_live(ready.agreement, by=bob)
    bob_as_support = make_user("bob2", permissions=SECOND)
    bob_as_support.user_permissions.add(*bob.user_permissions.all())
    with pytest.raises(StatusRefused, match="by another role"):
        approve_submission(half, by=bob)
    bob.user_permissions.add(*make_user(permissions=SECOND).user_permissions.all())
    with pytest.raises(StatusRefused, match="gave the first approval"):
        approve_submission(half, by=User.objects.get(pk=bob.pk))
    assert approve_submission(half, by=make_user("sue", permissions=SECOND)).state == "approved"
    assert put_live(ready.agreement, by=bob).status == AgreementStatus.LIVE


def test_what_changes_before_the_decision_must_be_submitted_again(ready: PartnerSetup, bob: User) -> None:
    submission = submitted(ready.agreement)
    newer = ready.mapping.versions.create(
        number=2, declaration={}, checksum="cd" * 32, status="published", published_at=timezone.now()
    )
    assert why_not(submission, bob) == "", "publishing alone changes no agreement"
    ready.assignment.version = newer
    ready.assignment.save()
    with pytest.raises(StatusRefused, match="changed meanwhile: Mapping"):
        approve_submission(submission, by=bob)
    submission.refresh_from_db()
    assert submission.state == "outdated"
    assert not Coverage.objects.filter(approval__isnull=False).exists()


def test_evidence_that_somebody_tampered_with_is_not_approved(ready: PartnerSetup, bob: User) -> None:
    submission = submitted(ready.agreement)
    Submission.objects.filter(pk=submission.pk).update(evidence=submission.evidence.replace("850", "875"))
    with pytest.raises(StatusRefused, match="checksum differs"):
        approve_submission(submission, by=bob)


def test_a_decision_is_made_once(ready: PartnerSetup, ada: User, bob: User) -> None:
    submission = submit_agreement(ready.agreement, by=ada)
    rejected = reject_submission(submission, by=bob, reason="The guide says 4010")
    assert (rejected.state, rejected.closed_by, rejected.reason) == ("rejected", "bob", "The guide says 4010")
    with pytest.raises(StatusRefused, match="rejected already"):
        approve_submission(submission, by=bob)
    again = submit_agreement(ready.agreement, by=ada)
    third = submit_agreement(ready.agreement, by=ada)
    again.refresh_from_db()
    assert again.state == "outdated"
    withdraw_submission(third, by=ada)
    with pytest.raises(StatusRefused, match="withdrawn already"):
        approve_submission(third, by=bob)


def live(setup: PartnerSetup, by: User) -> Agreement:
    approved(setup.agreement)
    return put_live(setup.agreement, by=by)


@obeys("grace_hours")
def test_a_change_flags_at_once_and_holds_after_the_grace_period(ready: PartnerSetup, bob: User) -> None:
    live(ready, bob)
    set_policies(ready.agreement, unknown_codes="reject", syntax_errors="warn")
    coverage = recheck(ready.agreement)
    assert [one["reason"] for one in coverage.lost] == ["Syntax as a whole: Reject → Warn only"]
    assert coverage.lost_at is not None
    assert coverage.hold_from == coverage.lost_at + timedelta(hours=72)
    assert coverage.stage == "approval"
    assert found(ready) == ready.agreement
    set_policies(ready.agreement, unknown_codes="reject", syntax_errors="warn", grace_hours=0)
    recheck(ready.agreement)
    assert found(ready) is None
    held = Agreement.objects.select_related("coverage", "partner").get(pk=ready.agreement.pk)
    assert "does not cover it any more (Policies in force)" in why_held(held)
    approved(ready.agreement)
    assert found(ready) == ready.agreement
    assert [event.verb for event in ready.agreement.events.filter(verb__in=["lost", "regained"])] == [
        "regained",
        "lost",
    ]


@obeys("when_uncovered")
def test_policy_may_only_flag(ready: PartnerSetup, bob: User) -> None:
    set_policies(ready.agreement, grace_hours=0)
    live(ready, bob)
    Identity.objects.create(partner=ready.partner, qualifier="01", value="123456789")
    assert recheck(ready.agreement).hold_from is not None
    assert found(ready) is None
    set_policies(ready.agreement, grace_hours=0, when_uncovered="flag")
    coverage = recheck(ready.agreement)
    assert (len(coverage.lost), coverage.hold_from) == (1, None)
    assert found(ready) == ready.agreement


def test_what_is_changed_back_is_covered_again(ready: PartnerSetup, bob: User) -> None:
    live(ready, bob)
    identity = Identity.objects.create(partner=ready.partner, qualifier="01", value="123456789")
    assert recheck(ready.agreement).lost
    identity.delete()
    coverage = recheck(ready.agreement)
    assert (coverage.lost, coverage.lost_at, coverage.stage) == ([], None, "live")


def test_a_save_is_noticed_after_its_commit(
    ready: PartnerSetup, bob: User, django_capture_on_commit_callbacks: Any
) -> None:
    live(ready, bob)
    with django_capture_on_commit_callbacks(execute=True):
        Identity.objects.create(partner=ready.partner, qualifier="01", value="123456789")
    assert [one["name"] for one in Coverage.objects.get().lost] == ["identities"]
    with django_capture_on_commit_callbacks(execute=True):
        ready.version.status = "retired"
        ready.version.save()
    assert [one["name"] for one in Coverage.objects.get().lost] == ["identities", "mapping-published"]


def test_time_alone_makes_an_approval_end(ready: PartnerSetup, bob: User) -> None:
    live(ready, bob)
    assert recheck_due() == 0
    ready.api_key.expires_at = timezone.now() - timedelta(minutes=1)
    ready.api_key.save()
    Coverage.objects.update(checked_at=timezone.now() - timedelta(minutes=20))
    assert recheck_due() == 1
    assert [one["name"] for one in Coverage.objects.get().lost] == ["connection-ready"]


def test_suspending_acts_at_once_and_resuming_needs_an_approval_that_covers(ready: PartnerSetup, bob: User) -> None:
    live(ready, bob)
    suspend(ready.agreement, by=bob)
    assert found(ready) is None
    assert put_live(ready.agreement, by=bob).status == "live"
    suspend(ready.agreement, by=bob)
    Identity.objects.create(partner=ready.partner, qualifier="01", value="123456789")
    with pytest.raises(StatusRefused, match="Identities changed"):
        put_live(ready.agreement, by=bob)


def test_nothing_goes_live_in_a_freeze_but_by_an_override(ready: PartnerSetup, bob: User) -> None:
    today = timezone.now().date()
    FreezePeriod.objects.create(name="Peak season", begins=today, ends=today + timedelta(days=9))
    approved(ready.agreement)
    with pytest.raises(StatusRefused, match="Peak season"):
        put_live(ready.agreement, by=bob)
    override_approval(ready.agreement, by=bob, reason="Contract", until=timezone.now() + timedelta(hours=1))
    assert put_live(ready.agreement, by=bob).status == "live"


def test_an_override_alerts_and_ends(ready: PartnerSetup, bob: User) -> None:
    User.objects.filter(pk=ready.partner.business_owner_id).update(email="owner@ours.example")  # type: ignore[misc]
    now = timezone.now()
    with pytest.raises(StatusRefused, match="needs a reason"):
        override_approval(ready.agreement, by=bob, reason=" ", until=now + timedelta(hours=1))
    with pytest.raises(StatusRefused, match="within 14 days"):
        override_approval(ready.agreement, by=bob, reason="x", until=now + timedelta(days=30))
    override_approval(ready.agreement, by=bob, reason="The line stands", until=now + timedelta(hours=1))
    send_notices()
    [alert] = mail.outbox
    assert alert.to == ["owner@ours.example"]
    assert "The line stands" in alert.body
    assert put_live(ready.agreement, by=bob).status == "live"
    assert [one["name"] for one in Coverage.objects.get().lost] == ["approval"]
    assert found(ready) == ready.agreement
    past = timezone.now() - timedelta(minutes=1)
    Coverage.objects.update(override_until=past, checked_at=None)
    recheck_due()
    assert found(ready) is None
    assert ready.agreement.events.filter(verb="override-ended").count() == 1
    assert "agreement.overridden" in AuditEntry.objects.values_list("verb", flat=True)
    approved(ready.agreement)
    assert found(ready) == ready.agreement


def test_what_changed_since_the_last_approval_is_shown(ready: PartnerSetup, bob: User) -> None:
    first = approved(ready.agreement)
    set_policies(ready.agreement, unknown_codes="warn")
    second = submitted(ready.agreement)
    [change] = changes_between(first, second)
    assert (change.title, change.rows) == (
        "Policies in force",
        [("Code that the standard does not list", "Reject the document", "Warn only")],
    )
