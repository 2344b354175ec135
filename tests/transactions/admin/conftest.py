"""Clients of people with different rights."""

import pytest
from django.test import Client

from tests.factories import Made, make_file, make_user


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
