"""manage.py load_demo"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from transactions.demo.approvals import put_agreements_live
from transactions.demo.credentials import credentials_path, load_credentials
from transactions.demo.newcomer import begin_certification
from transactions.demo.onboarding import load_onboarding
from transactions.demo.partners import MappingNotLoaded, load_partners
from transactions.demo.people import load_people
from transactions.services.drop_folders import prepare_drop_folders


class Command(BaseCommand):
    help = (
        "Load demo partners, people, keys and drop folders, and say how to use them. Only with DEBUG; harmless again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo data comes with known passwords, so it is loaded with DEBUG=true only.")
        try:
            connections = load_partners()
        except MappingNotLoaded as error:
            raise CommandError(f"{error} Run: manage.py load_library") from error
        logins = load_people()
        fresh = load_credentials(connections)
        inboxes = prepare_drop_folders()
        put_agreements_live()
        load_onboarding()
        begin_certification()

        self.stdout.write("Log-ins:")
        for login in logins:
            self.stdout.write(f"  {login.username:<9} {login.password or '(its own password)':<23} {login.role}")
        for code, secret in fresh.items():
            self.stdout.write(f"New API key of {code}: {secret}")
        self.stdout.write(f"API keys:      {credentials_path()}")
        self.stdout.write(f"Drop folders:  {', '.join(str(inbox) for inbox in inboxes)}")
