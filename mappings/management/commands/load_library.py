"""manage.py load_library"""

from typing import Any

from django.core.management.base import BaseCommand

from mappings.services.load_library import load_library


class Command(BaseCommand):
    help = "Publish the standard mappings of the library that are new or have changed. Running it again is harmless."

    def handle(self, *args: Any, **options: Any) -> None:
        for version, is_new in load_library():
            if is_new or options["verbosity"] > 1:
                self.stdout.write(f"{version.mapping.code} v{version.number}{'' if is_new else ' (unchanged)'}")
