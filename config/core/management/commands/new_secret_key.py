"""manage.py new_secret_key"""

from typing import Any

from django.core.management.base import BaseCommand

from config.core.vault import new_key


class Command(BaseCommand):
    help = "Print a new key for ONRAMP_SECRET_KEYS or the key file."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_key())
