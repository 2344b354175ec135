"""A load balancer takes a web server out of service by what /healthz says."""

from unittest import mock

import pytest
from celery import Celery
from django.db import OperationalError
from django.test import Client

import config.health


@pytest.fixture
def balancer() -> Client:
    """Asks by address, without HTTPS, as load balancers do."""
    return Client(headers={"host": "10.1.2.3"})


@pytest.mark.django_db
def test_all_is_well(balancer: Client) -> None:
    answer = balancer.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_without_its_broker_it_still_takes_files_in(balancer: Client) -> None:
    with mock.patch.object(config.health, "broker_answers", return_value=False):
        answer = balancer.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "unreachable"}


def test_without_its_database_it_is_taken_out(balancer: Client) -> None:
    with mock.patch.object(config.health, "connection") as connection:
        connection.cursor.side_effect = OperationalError
        answer = balancer.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"


@pytest.mark.parametrize("url", ["redis+socket:///nowhere/broker.sock", "amqp://guest:guest@127.0.0.1:1//"])
def test_a_broker_that_is_away_is_found_out_quickly(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception, or a wait of minutes, would look like a dead web server."""
    monkeypatch.setenv("CELERY_BROKER_URL", url)  # Celery prefers it to its settings
    with mock.patch.object(config.health, "current_app", Celery()):
        assert config.health.broker_answers() is False
