"""Partners and people for the portal, without traffic."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from config.core.models import User
from partners.models import Partner
from tests.factories import make_user
from tests.partners.portal.people import Own, make_own, make_person


@pytest.fixture(autouse=True)
def _no_attempts_of_other_tests() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def partner(db: None) -> Partner:
    return Partner.objects.create(code="acme", name="Acme Stores")


@pytest.fixture
def user(partner: Partner) -> User:
    return make_person(partner, "ada")


@pytest.fixture
def analyst(db: None) -> User:
    return make_user("anna", permissions=("*.view", "partners.add_member", "partners.decide_proposal"))


@pytest.fixture
def own(partner: Partner, user: User) -> Own:
    """What is set up for the partner that `user` belongs to."""
    return make_own(partner)


@pytest.fixture
def strange(db: None) -> Own:
    """The same of somebody else."""
    return make_own(Partner.objects.create(code="zenith", name="Zenith Limited"))


@pytest.fixture
def member(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
