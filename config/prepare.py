"""What `make run` does to the data before it starts serving, and the demo traffic afterwards.

    python -m config.prepare            migrate, load the standard mappings and the demo partners
    python -m config.prepare traffic    send the sample files through, once

One process for several management commands: Django starts once. Standard output is what the person at the terminal
is to read when all is up; progress goes to standard error.
"""

import os
import sys
import time
from collections.abc import Callable

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerAway

PATIENCE_SECONDS = 30.0


def wait_for_servers() -> None:
    """Wait until database and broker answer; they may be starting, too. Exits with the reason when they do not."""
    _wait_for("The database (DATABASE_URL)", connection.ensure_connection, OperationalError)
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=5) as broker:
        _wait_for("The broker (CELERY_BROKER_URL)", broker.connect, BrokerAway, *broker.connection_errors)


def _wait_for(what: str, ask: Callable[[], object], *away: type[BaseException]) -> None:
    deadline, said = time.monotonic() + PATIENCE_SECONDS, ""
    while True:
        try:
            ask()
        except away as error:
            why = " ".join(str(error).split())
            if time.monotonic() > deadline:
                sys.exit(f"{what} does not answer: {why}")
            if why != said:
                sys.stderr.write(f"{what} does not answer yet: {why}\n")
                said = why
            time.sleep(0.5)
        else:
            return


def prepare() -> None:
    """Bring database, mapping library, static files and (with DEBUG only) demo data up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_library", stdout=sys.stderr)
    if settings.DEBUG:
        call_command("load_demo")
    else:
        call_command("collectstatic", interactive=False, verbosity=0, stdout=sys.stderr)
        sys.stdout.write("DEBUG is off: no demo data. A first log-in: .venv/bin/python manage.py createsuperuser\n")


def traffic() -> None:
    """Send the sample files through, unless that was done before; demo data is for DEBUG only."""
    if settings.DEBUG:
        call_command("demo_traffic", stdout=sys.stderr)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as error:
        sys.exit(f"The settings cannot be used: {error}")
    wait_for_servers()
    if sys.argv[1:] == ["traffic"]:
        traffic()
    else:
        prepare()
