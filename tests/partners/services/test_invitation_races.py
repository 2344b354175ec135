"""Two uses of one link at the same moment, on PostgreSQL, where rows are locked: one wins, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection, connections
from django.utils import timezone

from config.core.models import AuditEntry, User
from partners.models import Invitation, Member, Partner
from partners.services.accept_invitation import HAS_ACCOUNT, InvitationRefused, join, open_invitation, register
from partners.services.invite import InviteRefused, invite, send_again, withdraw
from tests.factories import make_user
from tests.partners.portal.people import make_person

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
SITE = "https://onramp.example/"
EVE = "eve@acme.example"
ROUNDS = 4


@pytest.fixture
def analyst(transactional_db: None) -> User:
    if connection.vendor != "postgresql":
        pytest.fail("DATABASE_URL must name a PostgreSQL server")
    cache.clear()
    return make_user("ann")


def acme(number: int = 1) -> Partner:
    return Partner.objects.create(code=f"acme-{number}", name=f"Acme {number}")


def invited(partner: Partner, by: User, email: str = EVE) -> Invitation:
    """Opened by its link, as a browser holds it."""
    invite(partner, email=email, by=by, site=SITE)
    token = str(mail.outbox[-1].body).partition("/invitation/")[2].split()[0].strip("/")
    return open_invitation(token, "10.0.0.1")


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each said: "" or why it was refused. Any other error fails the test."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        barrier.wait(10)
        try:
            act()
        except (InvitationRefused, InviteRefused) as refused:
            return str(refused)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def registering(invitation: Invitation, address: str = "10.0.0.1") -> Callable[[], object]:
    return partial(
        register, invitation, email=invitation.email, name="Eve", password="seven brave otters", address=address
    )


def test_a_link_that_is_used_twice_at_once_makes_one_account(analyst: User) -> None:
    for number in range(ROUNDS):
        invitation = invited(acme(number), analyst, f"eve{number}@acme.example")
        said = at_once(*[registering(invitation, f"10.0.0.{one}") for one in range(3)])
        assert sorted(map(bool, said)) == [False, True, True]
        assert all("used already" in one for one in said if one)
        assert User.objects.filter(email=invitation.email).count() == 1
        assert Member.objects.filter(partner=invitation.partner).count() == 1
    assert AuditEntry.objects.filter(verb="invitation.used").count() == ROUNDS


def test_two_partners_invite_one_person_who_opens_both_links_at_once(analyst: User) -> None:
    for number in range(0, 2 * ROUNDS, 2):
        email = f"eve{number}@acme.example"
        links = [invited(acme(number + one), analyst, email) for one in range(2)]
        said = at_once(*(registering(link) for link in links))
        assert sorted(said) == ["", HAS_ACCOUNT]
        assert User.objects.filter(email=email).count() == 1
        loser = links[said.index(HAS_ACCOUNT)]
        assert Invitation.objects.get(pk=loser.pk).used_at is None, "it still opens after logging in"
        join(loser, User.objects.get(email=email))
        assert Member.objects.filter(user__email=email).count() == 2


def test_one_member_however_often_it_is_clicked(analyst: User) -> None:
    invitation = invited(acme(), analyst)
    user = make_person(acme(2), "eve")
    User.objects.filter(pk=user.pk).update(email=EVE)
    eve = User.objects.get(pk=user.pk)
    said = at_once(*[partial(join, invitation, eve)] * 3)
    assert sorted(map(bool, said)) == [False, True, True]
    assert Member.objects.filter(partner=invitation.partner, user=eve).count() == 1


def test_withdrawn_or_used_but_not_both(analyst: User) -> None:
    for number in range(ROUNDS):
        invitation = invited(acme(number), analyst, f"eve{number}@acme.example")
        said = at_once(registering(invitation), partial(withdraw, invitation, by=analyst))
        stored = Invitation.objects.get(pk=invitation.pk)
        assert (stored.used_at is None) == bool(said[0])
        assert (stored.withdrawn_at is None) == (not said[0])
        assert User.objects.filter(email=invitation.email).exists() == (not said[0])


def test_a_link_that_is_sent_again_while_it_is_used(analyst: User) -> None:
    """The old link wins and the new one is refused, or the other way round; never both."""
    for number in range(ROUNDS):
        invitation = invited(acme(number), analyst, f"eve{number}@acme.example")
        used, _ = at_once(registering(invitation), partial(send_again, invitation, by=analyst, site=SITE))
        stored = Invitation.objects.get(pk=invitation.pk)
        assert (stored.used_at is None) == bool(used)
        assert stored.expires_at > timezone.now()
        assert User.objects.filter(email=invitation.email).count() == (0 if used else 1)


def test_a_person_is_invited_once_by_two_who_click_at_once(analyst: User) -> None:
    for number in range(ROUNDS):
        partner = acme(number)
        said = at_once(*[partial(invite, partner, email=EVE, by=analyst, site=SITE)] * 2)
        assert sorted(map(bool, said)) == [False, True]
        assert "invited already" in max(said)
        assert partner.invitations.count() == 1
