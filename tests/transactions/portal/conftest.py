"""People of partners, and clients that are logged in as they."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.core.cache import cache
from django.test import Client

from config.core.models import User
from partners.models import Connection, Environment, Member, Partner, Protocol
from tests.benchmarks.world import make_world
from tests.factories import PASSWORD, Made, PartnerSetup, make_file, make_partner


def make_member(partner: Partner, name: str = "", **changes: bool) -> User:
    """A person of the partner. changes: of the membership."""
    user = User.objects.create_user(name or f"{partner.code}-person", password=PASSWORD)
    Member.objects.create(partner=partner, user=user, **changes)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def open_uploads(partner: Partner, environment: str = Environment.PRODUCTION) -> Connection:
    return Connection.objects.create(partner=partner, protocol=Protocol.PORTAL, name="Portal", environment=environment)


@pytest.fixture(autouse=True)
def _no_attempts_of_other_tests() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def setup(db: None) -> PartnerSetup:
    return make_partner("acme", name="Acme Stores")


@pytest.fixture
def made(setup: PartnerSetup) -> Made:
    """A file of two orders; the second is rejected and has an open case."""
    return make_file(setup, documents=2, failing=1)


@pytest.fixture
def strange(db: None) -> Made:
    """The same of somebody else."""
    return make_file(make_partner("zenith", name="Zenith Limited"), documents=2, failing=1)


@pytest.fixture
def member(setup: PartnerSetup) -> Client:
    return client_of(make_member(setup.partner))


class World(NamedTuple):
    """A partner whose uploads go through the pipeline. client: of its person."""

    partner: Partner
    api: Connection
    portal: Connection
    client: Client


@pytest.fixture
def world(db: None, rings: list[object]) -> World:
    api = make_world()
    return World(api.partner, api, open_uploads(api.partner), client_of(make_member(api.partner, "ada")))
