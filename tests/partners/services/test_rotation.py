"""A certificate of a live AS2 partner is replaced. If these fail, its approval covers a certificate that nobody tried,
or every rotation needs an approver."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from partners.models import Certificate, Connection, ConnectionTest, Coverage, Notice
from partners.models import Partner as PartnerRow
from partners.protocols import addresses
from partners.services import retest as retests
from partners.services.add_certificate import add_certificate
from partners.services.put_live import put_live, why_not_live
from partners.services.recheck import recheck, recheck_due
from partners.services.refused import StatusRefused
from partners.services.retest import retest
from partners.services.submit_agreement import submit_agreement
from partners.services.suspend import suspend
from partners.services.try_connection import try_connection
from tests.factories import PartnerSetup, make_user
from tests.partners.protocols.certificates import make_pair
from tests.partners.protocols.http_peer import serving
from tests.partners.protocols.test_as2 import OURS, STRANGER, THEIRS, Partner
from tests.readiness import APPROVER, SUBMITTER, approved, make_ready

pytestmark = pytest.mark.django_db
NEXT = make_pair("next")


class World:
    """A live agreement whose connection is AS2, and the partner's server."""

    def __init__(self, setup: PartnerSetup, server: Partner, connection: Connection) -> None:
        self.agreement, self.partner, self.server, self.connection = setup.agreement, setup.partner, server, connection

    def rotate(self) -> Certificate:
        """The partner's next certificate for signing, added as the portal or the admin adds it."""
        return add_certificate(self.partner, "production", ["signing"], NEXT.certificate.encode())

    def look(self) -> Coverage:
        return recheck(self.agreement)

    def waits(self) -> bool:
        return Connection.objects.filter(pk=self.connection.pk, retest_since__isnull=False).exists()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Connections whose task was rung for."""
    keys: list[int] = []
    monkeypatch.setattr(retests, "_ring", keys.append)
    return keys


@pytest.fixture
def world(rung: list[int], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(addresses, "reachable_address", lambda host, port, allowed: "127.0.0.1")
    server, setup = Partner(), make_ready()
    own = PartnerRow.objects.create(code="own", name="We", is_own=True)
    key = OURS.private_key.encode()
    add_certificate(own, "production", ["signing"], OURS.certificate.encode(), private_key=key)
    add_certificate(setup.partner, "production", ["signing", "encryption"], THEIRS.certificate.encode())
    with serving(server.answer) as url:
        url = url.replace("127.0.0.1", "as2.acme.example")
        names = {"our_name": "ONRAMP", "their_name": "ACME", "url": url, "timeout_seconds": 5}
        connection = Connection.objects.create(partner=setup.partner, protocol="as2", name="AS2", settings=names)
        test = try_connection(connection, "ada")
        assert test.is_ok, test.steps
        approved(setup.agreement)
        put_live(setup.agreement, by=make_user(permissions=APPROVER))
        yield World(setup, server, connection)


def test_a_rotation_is_tested_by_itself_and_the_approval_goes_on_to_cover_it(
    world: World, rung: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        world.rotate()
    assert (rung, world.waits()) == ([world.connection.pk], True)
    coverage = world.look()
    assert (coverage.lost, coverage.stage) == ([], "live"), "it waits for the test, and nobody is alarmed"
    assert rung == [world.connection.pk], "it is rung for once"
    world.server.signs_with = NEXT
    retest(world.connection.pk)
    assert not world.waits()
    coverage = world.look()
    assert (coverage.lost, coverage.stage) == ([], "live")
    newest = world.connection.tests.first()
    assert newest is not None
    assert (newest.by, newest.is_ok) == ("Onramp", True)
    assert set(newest.certificates or {}) == {"ours", "theirs-encryption", "theirs-signing", "theirs-signing-2"}
    event = world.agreement.events.get(verb="retested")
    assert (event.data["passed"], event.data["test"]) == (True, newest.pk)
    assert not Notice.objects.exists()
    retest(world.connection.pk)
    assert ConnectionTest.objects.count() == 2, "a task that comes twice tests once"


def test_a_rotation_whose_test_fails_loses_the_approval_at_once_and_says_why(world: World) -> None:
    world.rotate()
    world.look()
    world.server.signs_with = STRANGER
    retest(world.connection.pk)
    coverage = world.look()
    reasons = {one["name"]: one["reason"] for one in coverage.lost}
    assert set(reasons) == {"certificates", "connection-ready"}
    assert "UTC failed (Receipt: " in reasons["connection-ready"]
    assert coverage.stage == "connectivity"
    assert "a program added certificate CN=next" in Notice.objects.get().text
    suspend(world.agreement, by=make_user())
    with pytest.raises(StatusRefused, match="Certificates changed"):
        put_live(world.agreement, by=make_user(permissions=APPROVER))
    world.server.signs_with = NEXT
    try_connection(world.connection, "ada")
    assert world.look().lost == []


def test_a_test_that_never_comes_is_not_waited_for_for_ever(world: World, rung: list[int]) -> None:
    world.rotate()
    world.look()
    rung.clear()
    Connection.objects.filter(pk=world.connection.pk).update(retest_since=timezone.now() - timedelta(minutes=3))
    Coverage.objects.update(checked_at=timezone.now())
    recheck_due()
    assert rung == [world.connection.pk], "the round rings again"
    Connection.objects.filter(pk=world.connection.pk).update(retest_since=timezone.now() - timedelta(minutes=16))
    assert {one["name"] for one in world.look().lost} == {"certificates", "connection-ready"}


def test_nothing_new_is_approved_while_the_test_is_on_its_way(world: World) -> None:
    world.rotate()
    world.look()
    with pytest.raises(StatusRefused, match="it is being tested with the new ones"):
        submit_agreement(world.agreement, by=make_user(permissions=SUBMITTER))


def test_other_settings_are_not_tested_behind_anybodys_back(world: World, rung: list[int]) -> None:
    world.connection.settings = {**world.connection.settings, "subject": "Orders"}
    world.connection.save()
    world.rotate()
    coverage = world.look()
    assert (rung, world.waits()) == ([], False)
    assert "connections" in {one["name"] for one in coverage.lost}


def test_a_certificate_that_ends_blocks_with_its_name(world: World, rung: list[int]) -> None:
    """Also one that ends while the partner is certified: every agreement of an open case is looked at."""
    past = timezone.now() - timedelta(minutes=1)
    Certificate.objects.filter(partner=world.partner).update(not_after=past)
    Coverage.objects.update(checked_at=timezone.now() - timedelta(minutes=20))
    assert recheck_due() == 1
    coverage = Coverage.objects.get()
    [said] = [one["reason"] for one in coverage.verdicts if one["name"] == "certificates-last"]
    ended = f"ended on {past:%Y-%m-%d %H:%M} UTC, and no other follows it"
    assert said.count(ended) == 2, "for signing and for encryption"
    assert said.startswith("CN=theirs (")
    assert "certificates-last" in {one["name"] for one in coverage.lost}
    assert coverage.stage == "connectivity"


def test_what_does_not_pass_any_more_does_not_go_live_again(world: World) -> None:
    suspend(world.agreement, by=make_user())
    world.server.disposition = "automatic-action/MDN-sent-automatically; processed/error: decryption-failed"
    try_connection(world.connection, "ada")
    assert "Connection: AS2: its test of" in why_not_live(world.agreement)
    with pytest.raises(StatusRefused, match="decryption-failed"):
        put_live(world.agreement, by=make_user(permissions=APPROVER))
