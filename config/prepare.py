"""What `make run` does to the data before it starts serving, and the demo traffic afterwards.

    python -m config.prepare            migrate, load the standard mappings and the demo partners
    python -m config.prepare traffic    send the sample files through, once

One process for several management commands: Django starts once. Standard output is what the person at the terminal
is to read when all is up; progress goes to standard error.
"""

import os
import sys

import django
from django.conf import settings
from django.core.management import call_command


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
    django.setup()
    if sys.argv[1:] == ["traffic"]:
        traffic()
    else:
        prepare()
