"""manage.py write_reference"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from partners.reference import reference


class Command(BaseCommand):
    help = "Write the reference of all settings (config/docs/guides/settings.md) from the settings themselves."

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "config" / "docs" / "guides" / "settings.md"
        page.write_text(reference())
        self.stdout.write(f"Wrote {page.name}.")
