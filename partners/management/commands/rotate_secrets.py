"""manage.py rotate_secrets"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.core.vault import VaultLocked
from partners.services.secrets import rotate_secrets


class Command(BaseCommand):
    help = "Seal all secrets under the first of ONRAMP_SECRET_KEYS; afterwards the other keys can go."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = rotate_secrets()
        except VaultLocked as locked:
            raise CommandError(str(locked)) from locked
        self.stdout.write(f"{count} secrets sealed anew.")
