"""manage.py issue_key --partner CODE --label TEXT"""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partners.models import Connection, Protocol
from partners.services.issue_key import issue_key


class Command(BaseCommand):
    help = "Issue an API key for a partner's connection and print it; it is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--partner", required=True, metavar="CODE")
        parser.add_argument("--connection", metavar="NAME", help="which one, when the partner has several")
        parser.add_argument("--label", required=True, help="who will use it")
        parser.add_argument("--days", type=float, help="how long it holds; without it, until it is revoked")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = self._connection(options["partner"], options["connection"])
        expires_at = timezone.now() + timedelta(days=options["days"]) if options["days"] is not None else None
        self.stdout.write(issue_key(connection, options["label"], expires_at).secret)

    def _connection(self, partner: str, name: str | None) -> Connection:
        found = Connection.objects.filter(partner__code=partner, protocol=Protocol.API)
        if name:
            found = found.filter(name=name)
        connections = list(found.order_by("name"))
        if not connections:
            raise CommandError(f"The partner {partner!r} has no such connection of the API.")
        if len(connections) > 1:
            names = ", ".join(repr(connection.name) for connection in connections)
            raise CommandError(f"The partner {partner!r} has several: choose one with --connection: {names}.")
        return connections[0]
