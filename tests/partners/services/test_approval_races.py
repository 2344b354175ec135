"""Two people decide at the same moment: one wins, the other is told. On PostgreSQL, where rows are locked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, connections
from django.utils import timezone

from config.core.models import AuditEntry, User
from mappings.models import Assignment
from partners.models import Coverage, Submission
from partners.services.approve_submission import approve_submission, why_not
from partners.services.refused import StatusRefused
from partners.services.reject_submission import reject_submission
from partners.services.submit_agreement import submit_agreement
from tests.factories import PartnerSetup, make_user
from tests.readiness import APPROVER, SUBMITTER, make_ready, submitted

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@pytest.fixture
def ready(transactional_db: None) -> PartnerSetup:
    if connection.vendor != "postgresql":
        pytest.fail("DATABASE_URL must name a PostgreSQL server")
    return make_ready()


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each said: "" or why it was refused."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        barrier.wait(10)
        try:
            act()
        except StatusRefused as refused:
            return str(refused)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_approvals_at_the_same_moment(ready: PartnerSetup) -> None:
    people = [make_user(permissions=APPROVER) for _ in range(2)]
    for _ in range(ROUNDS):
        submission = submitted(ready.agreement)
        said = at_once(*(partial(approve_submission, submission, by=by) for by in people))
        lost = next(filter(None, said))
        assert sorted(map(bool, said)) == [False, True]
        assert lost in {f"It is approved already, by {one}." for one in people}, "and the loser knows by whom"
        assert Coverage.objects.get().approval_id == submission.pk
    assert AuditEntry.objects.filter(verb="agreement.approved").count() == ROUNDS


def test_an_approval_and_a_rejection_at_the_same_moment(ready: PartnerSetup) -> None:
    ada, bob = (make_user(permissions=APPROVER) for _ in range(2))
    for _ in range(ROUNDS):
        submission = submitted(ready.agreement)
        said = at_once(
            partial(approve_submission, submission, by=ada), partial(reject_submission, submission, by=bob, reason="no")
        )
        assert sorted(map(bool, said)) == [False, True]
        submission.refresh_from_db()
        assert submission.state == ("rejected" if said[0] else "approved")


def test_two_submissions_at_the_same_moment_leave_one_undecided(ready: PartnerSetup) -> None:
    people: list[User] = [make_user(permissions=SUBMITTER) for _ in range(2)]
    for _ in range(ROUNDS):
        assert at_once(*(partial(submit_agreement, ready.agreement, by=by) for by in people)) == ["", ""]
        assert Submission.objects.filter(state="open").count() == 1


def test_the_mapping_changes_while_it_is_approved(ready: PartnerSetup) -> None:
    """Whoever is second is told or flagged: no approval silently covers a mapping that nobody saw."""
    for number in range(2, 2 + ROUNDS):
        submission = submitted(ready.agreement)
        newer = ready.mapping.versions.create(
            number=number, declaration={}, checksum=f"{number:064}", status="published", published_at=timezone.now()
        )
        assignment = Assignment.objects.get(pk=ready.assignment.pk)
        assignment.version = newer
        bob = make_user(permissions=APPROVER)
        said, _ = at_once(partial(approve_submission, submission, by=bob), assignment.save)
        submission.refresh_from_db()
        if said:
            assert ("changed meanwhile: Mapping" in said, submission.state) == (True, "outdated")
        else:
            coverage = Coverage.objects.get()
            assert (coverage.approval_id, submission.state) == (submission.pk, "approved")
            assert "mapping" in {one["name"] for one in coverage.lost}


def test_one_person_with_two_accounts_at_the_same_moment(ready: PartnerSetup) -> None:
    """Submitting again by one account and approving by the other: four eyes hold whoever is first."""
    accounts = []
    for name, address in (("ada", "ada@ours.example"), ("ada2", "ADA+two@Ours.example")):
        user = make_user(name, permissions=(*SUBMITTER, *APPROVER))
        User.objects.filter(pk=user.pk).update(email=address)
        accounts.append(User.objects.get(pk=user.pk))
    ada, again = accounts
    for _ in range(ROUNDS):
        submission = submitted(ready.agreement, by=ada)
        said = at_once(
            partial(approve_submission, submission, by=again), partial(submit_agreement, ready.agreement, by=again)
        )
        assert said[0]
        newest = Submission.objects.first()
        assert newest is not None
        assert "submitted it" in why_not(newest, ada)
        assert not Submission.objects.filter(state="approved").exists()
