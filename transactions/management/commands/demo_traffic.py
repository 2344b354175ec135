"""manage.py demo_traffic"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partners.models import Partner
from transactions.demo.traffic import send_samples


class Command(BaseCommand):
    help = "Send the sample files of the demo partners through, once. Only with DEBUG."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo files are sent with DEBUG=true only.")
        try:
            receipts = send_samples()
        except Partner.DoesNotExist as error:
            raise CommandError("The demo partners are not here. Run: manage.py load_demo") from error
        self.stdout.write(f"{len(receipts)} sample files sent.")
