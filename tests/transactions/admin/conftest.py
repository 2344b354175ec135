"""Clients of people with different rights."""

import pytest
from django.test import Client
from django.utils import timezone

from config.core.models import User
from tests.factories import Made, make_file, make_user
from transactions.models import ExceptionCase


def _client(**rights: object) -> Client:
    client = Client()
    client.force_login(make_user(**rights))  # type: ignore[arg-type]  # the keywords of make_user
    return client


@pytest.fixture
def admin(db: None) -> Client:
    """A superuser."""
    return _client(is_superuser=True)


@pytest.fixture
def viewer(db: None) -> Client:
    """Staff who may view everything and change nothing."""
    return _client(permissions=("*.view",))


@pytest.fixture
def stranger(db: None) -> Client:
    """Staff without any permission."""
    return _client()


@pytest.fixture
def made(db: None) -> Made:
    """A file of two orders; the second is rejected and has an open case."""
    return make_file(documents=2, failing=1)


CAUSE = "quantity-not-positive|1|production|order|PO102|"


@pytest.fixture
def ada(db: None) -> User:
    """Works on all queues but finance."""
    return make_user("ada", permissions=("*.view", "transactions.work_cases", "transactions.release_held"))


@pytest.fixture
def analyst(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def clerk(db: None) -> Client:
    """Finance: its own queue only."""
    client = Client()
    client.force_login(make_user("clerk", permissions=("transactions.work_finance_cases",)))
    return client


@pytest.fixture
def caused(db: None) -> Made:
    """Three cases of one cause, 328.50 USD at risk."""
    made = make_file(documents=3, failing=3)
    ExceptionCase.objects.update(cause=CAUSE, amount="109.50", currency="USD", due_at=timezone.now())
    return made
