"""manage.py verify_audit"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.core.audit import verify_chain


class Command(BaseCommand):
    help = "Read the chain of decisions; fail at the first entry that was changed, moved or removed."

    def handle(self, *args: Any, **options: Any) -> None:
        verified = verify_chain()
        if verified.broken:
            raise CommandError(f"The chain breaks at entry {verified.broken.number}: {verified.broken.reason}.")
        self.stdout.write(f"{verified.entries} entries, unbroken. Last digest: {verified.last}")
