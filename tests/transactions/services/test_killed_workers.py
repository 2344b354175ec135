"""Real workers, killed in mid-file: nothing is lost, doubled or stuck. Both set-ups."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

pytestmark = pytest.mark.services

FILES, KILLS = "60", "5"


@pytest.fixture
def own_database() -> Iterator[str]:
    """The URL of an empty PostgreSQL database that is dropped afterwards."""
    told = settings.DATABASES["default"]
    if told["ENGINE"] != "django.db.backends.postgresql":
        pytest.fail("DATABASE_URL must name a PostgreSQL server")
    credentials = f"{told['USER']}:{told['PASSWORD']}" if told["PASSWORD"] else told["USER"]
    server = f"postgres://{credentials}@{told['HOST']}:{told['PORT'] or 5432}"
    name = f"test_onramp_kill_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{server}/{name}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def kill_workers(**environment: str) -> str:
    told = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
    told |= {"DJANGO_SETTINGS_MODULE": "config.settings", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.kill_workers", "--files", FILES, "--kills", KILLS],
        env=told,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    return done.stdout


def test_postgresql_and_rabbitmq(own_database: str) -> None:
    broker = os.environ.get("ONRAMP_TEST_BROKER", "")
    assert broker.startswith("amqp"), "ONRAMP_TEST_BROKER must name RabbitMQ"

    assert "lost 0, doubled 0, stuck 0" in kill_workers(DATABASE_URL=own_database, CELERY_BROKER_URL=broker)


def test_the_embedded_default() -> None:
    assert "lost 0, doubled 0, stuck 0" in kill_workers()
