"""If these fail, an approval is lost or an override ends, and nobody who could mend it hears of it."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail.backends import smtp
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.core.mail import MailNotSent
from config.core.models import User
from config.core.roles import APPROVER as ROLE
from mappings.models import MappingVersion
from partners.models import Agreement, Certificate, Contact, Coverage, Identity, Notice, NoticeKind, OnboardingTask
from partners.services import send_notices as sender
from partners.services.approve_submission import approve_submission
from partners.services.begin_case import begin_case
from partners.services.notify import keep_notice
from partners.services.override_approval import override_approval
from partners.services.put_live import put_live
from partners.services.recheck import recheck, recheck_due
from partners.services.refused import StatusRefused
from partners.services.send_notices import send_notices
from partners.services.submit_agreement import submit_agreement
from partners.services.suspend import suspend
from partners.services.work_on_case import set_done
from tests.factories import PartnerSetup, make_partner, make_user
from tests.readiness import APPROVER, approved, make_ready

pytestmark = pytest.mark.django_db


def person(name: str, *permissions: str) -> User:
    user = make_user(name, permissions=permissions)
    user.email = f"{name}@ours.example"
    user.save()
    return user


@pytest.fixture
def live() -> PartnerSetup:
    """A live, approved agreement with a business owner, a technical owner, and somebody who leads its case."""
    setup = make_ready()
    setup.partner.business_owner, setup.partner.technical_owner = person("bea"), person("theo")
    setup.partner.save()
    begin_case(setup.partner, by=make_user(), owner=person("olga"))
    approved(setup.agreement)
    put_live(setup.agreement, by=make_user(permissions=APPROVER))
    return setup


def second_identity(setup: PartnerSetup, by: User) -> Identity:
    identity = Identity(partner=setup.partner, qualifier="01", value="123456789")
    identity._history_user = by  # type: ignore[attr-defined]  # what the middleware notes of a request
    identity.save()
    return identity


def sent() -> list[str]:
    send_notices()
    return sorted(f"{one.to[0].partition('@')[0]}: {one.subject}" for one in mail.outbox)


def test_owners_are_told_once_what_changed_by_whom_until_when_and_what_to_do(live: PartnerSetup) -> None:
    second_identity(live, person("ivan"))
    coverage = recheck(live.agreement)
    recheck(live.agreement)
    name = str(live.agreement)
    subject = f"{name}: its approval does not cover it any more"
    assert sent() == [f"bea: {subject}", f"olga: {subject}", f"theo: {subject}"]
    body = mail.outbox[0].body
    assert "- Identities: all of it:" in body
    assert "- ivan added identity" in body
    assert coverage.hold_from is not None
    assert f"Its documents pass until {coverage.hold_from:%Y-%m-%d %H:%M} UTC" in body
    assert "submit it again, so that an approver decides" in body
    assert f"http://localhost:8000/admin/partners/agreement/{live.agreement.pk}/change/" in body
    mail.outbox.clear()
    assert sent() == [], "each mailbox has it once"


def test_checksums_are_told_by_their_first_digits(live: PartnerSetup) -> None:
    other = make_partner().version
    MappingVersion.objects.filter(pk=other.pk).update(checksum="cd" * 32)
    other.refresh_from_db()
    live.assignment.version = other
    live.assignment.save()
    recheck(live.agreement)
    assert "checksum: abababababab… → cdcdcdcdcdcd…" in Notice.objects.get().text


def test_the_loss_is_a_task_of_the_case_until_it_is_approved_again(live: PartnerSetup) -> None:
    second_identity(live, make_user())
    coverage = recheck(live.agreement)
    task = OnboardingTask.objects.get()
    assert coverage.hold_from is not None
    assert (task.title, task.due) == (
        f"Have it approved again: {str(live.agreement).partition(': ')[2]}", coverage.hold_from.date(),
    )  # fmt: skip
    approved(live.agreement)
    task.refresh_from_db()
    assert (task.done_by, task.done_at is not None) == ("Onramp", True)
    set_done(task, is_done=False, by=make_user())
    Identity.objects.filter(qualifier="01").delete()
    recheck(live.agreement)
    assert OnboardingTask.objects.filter(done_at=None).count() == 2, "one that a person opened is no hindrance"


def test_the_end_of_the_grace_period_is_told_by_the_next_round(live: PartnerSetup) -> None:
    second_identity(live, make_user())
    recheck(live.agreement)
    sent()
    mail.outbox.clear()
    now = timezone.now()
    Coverage.objects.update(lost_at=now - timedelta(hours=72), checked_at=now - timedelta(minutes=2))
    Coverage.objects.update(hold_from=now - timedelta(minutes=1))
    assert recheck_due() == 1, "not only after a quarter of an hour"
    assert recheck_due() == 0
    Coverage.objects.update(checked_at=None)
    recheck_due()
    assert [one.partition(" ")[2] for one in sent()] == [f"{live.agreement}: its documents are held"] * 3
    assert live.agreement.events.filter(verb="held").count() == 1


def test_without_a_grace_period_one_mail_says_all(live: PartnerSetup) -> None:
    live.agreement.refresh_from_db()
    live.agreement.policies = {**live.agreement.policies, "grace_hours": 0}
    live.agreement.save()
    second_identity(live, person("ivan"))
    recheck(live.agreement)
    assert [notice.kind for notice in Notice.objects.all()] == ["held"]
    assert "ivan added identity" in Notice.objects.get().text
    assert live.agreement.events.filter(verb="held").count() == 1


def test_a_second_change_under_a_lost_approval_is_told_as_well(live: PartnerSetup) -> None:
    identity = second_identity(live, person("ivan"))
    recheck(live.agreement)
    sent()
    mail.outbox.clear()
    live.partner.connections.create(name="Other way", protocol="api")
    coverage = recheck(live.agreement)
    recheck(live.agreement)
    assert [one.partition(" ")[0] for one in sent()] == ["bea:", "olga:", "theo:"]
    assert mail.outbox[0].subject == f"{live.agreement}: more changed that its approval does not cover"
    assert "Connections" in mail.outbox[0].body
    assert coverage.hold_from is not None
    assert f"Its documents pass until {coverage.hold_from:%Y-%m-%d %H:%M} UTC" in mail.outbox[0].body
    mail.outbox.clear()
    identity.delete()
    recheck(live.agreement)
    assert sent() == [], "less than before is no news"
    assert live.agreement.events.filter(verb="lost").count() == 2


def test_a_change_while_documents_are_held_says_that_they_are(live: PartnerSetup) -> None:
    live.agreement.refresh_from_db()
    live.agreement.policies = {**live.agreement.policies, "grace_hours": 0}
    live.agreement.save()
    second_identity(live, person("ivan"))
    recheck(live.agreement)
    live.partner.connections.create(name="Other way", protocol="api")
    recheck(live.agreement)
    assert [notice.kind for notice in Notice.objects.order_by("pk")] == ["held", "lost"]
    assert "Its documents are stored and held since" in Notice.objects.get(kind="lost").text


def test_what_time_alone_ends_is_said_to_be_nobodys_doing(live: PartnerSetup) -> None:
    type(live.api_key).objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    recheck(live.agreement)
    text = Notice.objects.get().text
    assert "Connection: API: it has no API key." in text
    assert "Nobody changed anything: time did" in text


def test_an_override_tells_approvers_too_and_warns_before_it_ends(live: PartnerSetup) -> None:
    person("april")
    User.objects.get(username="april").groups.add(Group.objects.get(name=ROLE.name))
    second_identity(live, make_user())
    now = timezone.now()
    override_approval(live.agreement, by=make_user("bob"), reason="The line stands", until=now + timedelta(hours=8))
    told = Notice.objects.get(kind="overridden")
    assert [one.partition("@")[0] for one in told.to] == ["april", "bea", "olga", "theo"]
    assert not Notice.objects.filter(kind="override-ends").exists()
    Coverage.objects.update(override_until=now + timedelta(hours=1))
    live.agreement.events.filter(verb="overridden").update(at=now - timedelta(hours=7))
    recheck(live.agreement)
    recheck(live.agreement)
    warned = Notice.objects.get(kind="override-ends")
    assert "The override that bob gave" in warned.text
    assert "Reason that was given: The line stands" in warned.text


def test_an_override_of_an_hour_does_not_warn_of_its_end_at_once(live: PartnerSetup) -> None:
    second_identity(live, make_user())
    override_approval(live.agreement, by=make_user(), reason="x", until=timezone.now() + timedelta(hours=1))
    assert not Notice.objects.filter(kind="override-ends").exists()


def test_an_agreement_that_is_suspended_is_not_said_to_hold(live: PartnerSetup) -> None:
    suspend(live.agreement, by=make_user())
    second_identity(live, make_user())
    recheck(live.agreement)
    assert "It carries no documents now: it is suspended." in Notice.objects.get().text


def test_where_no_owner_has_an_address_approvers_are_told_and_where_nobody_has_it_is_seen(live: PartnerSetup) -> None:
    User.objects.update(email="")
    second_identity(live, make_user())
    recheck(live.agreement)
    notice = Notice.objects.get()
    assert (notice.to, notice.sent_at is not None) == ([], True)


def test_a_mail_server_that_is_away_delays_a_mail_and_doubles_none(
    live: PartnerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_identity(live, make_user())
    recheck(live.agreement)
    real: Callable[..., Any] = sender.deliver

    def fussy(to: str, *rest: str) -> None:
        if to.startswith("olga"):
            raise MailNotSent("452 mailbox full")
        real(to, *rest)

    monkeypatch.setattr(sender, "deliver", fussy)
    assert send_notices() == 2
    notice = Notice.objects.get()
    assert (notice.sent_at, notice.failure) == (None, "olga@ours.example: 452 mailbox full")
    assert send_notices() == 0, "not at once again"
    monkeypatch.setattr(sender, "deliver", real)
    Notice.objects.update(try_from=timezone.now())
    assert send_notices() == 1
    assert sorted(one.to[0] for one in mail.outbox) == ["bea@ours.example", "olga@ours.example", "theo@ours.example"]


class Taking(smtp.EmailBackend):
    """What the mail server would get is checked as ever; it is asked nothing."""

    def open(self) -> bool:
        self.connection = SimpleNamespace(sendmail=lambda *_: None)  # type: ignore[assignment]  # as much as is used
        return False

    def close(self) -> None:
        self.connection = None


def test_what_is_no_address_keeps_nobody_from_being_told(live: PartnerSetup, settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Taking"
    for number, to in enumerate((["olga@@ours.example", "bea@ours.example"], ["theo@ours.example"])):
        keep_notice(f"k{number}", NoticeKind.LOST, "Lost", "It is lost.", to)
    assert send_notices() == 2
    wrong, right = Notice.objects.order_by("pk")
    assert (wrong.sent_to, wrong.attempts, wrong.sent_at) == (["bea@ours.example"], 1, None)
    assert "Invalid address" in wrong.failure
    assert right.sent_at is not None


def test_a_notice_that_another_worker_sends_is_left_to_it(live: PartnerSetup) -> None:
    second_identity(live, make_user())
    recheck(live.agreement)
    Notice.objects.update(try_from=timezone.now() + timedelta(minutes=10))
    assert send_notices() == 0


def test_of_another_partner_nothing_is_said(live: PartnerSetup) -> None:
    other = make_ready()
    second_identity(other, person("mallory"))
    Contact.objects.create(partner=other.partner, name="Mallory", email="m@other.example", purposes=["technical"])
    Agreement.objects.filter(pk=live.agreement.pk).update(release="005010")
    Certificate.objects.create(
        partner=other.partner, purposes=["signing"], fingerprint="cd" * 32, subject="CN=other",
        not_before=timezone.now(), not_after=timezone.now() + timedelta(days=90),
    )  # fmt: skip
    recheck(live.agreement)
    assert "mallory" not in Notice.objects.get().text
    assert "other" not in Notice.objects.get().text


def test_who_submitted_is_told_once_that_it_changed_before_it_was_decided(live: PartnerSetup) -> None:
    sam = person("sam", "partners.submit_agreement")
    submission = submit_agreement(live.agreement, by=sam)
    second_identity(live, person("ivan"))
    Notice.objects.all().delete()  # of the approval that was lost as well
    for _ in range(2):
        with pytest.raises(StatusRefused):
            approve_submission(submission, by=make_user(permissions=APPROVER))
    assert sent() == [f"sam: {live.agreement}: what you submitted is outdated"]
    body = mail.outbox[0].body
    assert "- Identities: all of it:" in body
    assert "- ivan added identity" in body
    assert "submit the agreement again" in body


def test_the_owners_are_told_where_the_submitter_has_left(live: PartnerSetup) -> None:
    sam = person("sam", "partners.submit_agreement")
    submission = submit_agreement(live.agreement, by=sam)
    second_identity(live, make_user())
    User.objects.filter(pk=sam.pk).update(is_active=False)
    with pytest.raises(StatusRefused):
        approve_submission(submission, by=make_user(permissions=APPROVER))
    outdated = Notice.objects.get(key=f"outdated:{submission.pk}")
    assert [one.partition("@")[0] for one in outdated.to] == ["bea", "olga", "theo"]
