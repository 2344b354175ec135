"""manage.py submit_unapproved [--partner CODE] [--environment NAME] [--submit --by USER]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.core.models import User
from partners.models import Environment
from partners.services.submit_many import RETROSPECTIVE, Row, never_approved, preview_submissions, submit_many


class Command(BaseCommand):
    help = (
        "List live agreements that nobody approved, and whether each passes its checks; with --submit, submit those "
        "that do. An approver decides on each; nothing is approved, held or put live by this command."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--partner", metavar="CODE", help="of one partner only")
        parser.add_argument("--environment", choices=Environment.values)
        parser.add_argument("--submit", action="store_true", help="submit those that pass; without it, only look")
        parser.add_argument("--by", metavar="USER", help="who submits, and so cannot approve")

    def handle(self, *args: Any, **options: Any) -> None:
        found = never_approved()
        if options["partner"]:
            found = found.filter(partner__code=options["partner"])
        if options["environment"]:
            found = found.filter(environment=options["environment"])
        rows = preview_submissions(found)
        if options["submit"]:
            ready = [row.agreement for row in rows if not row.refused]
            done = {row.agreement.pk: row for row in submit_many(ready, by=self._person(options), note=RETROSPECTIVE)}
            rows = [done.get(row.agreement.pk, row) for row in rows]
        for row in rows:
            self.stdout.write(f"{_state(row):>10}  {row.agreement}{f': {row.refused}' if row.refused else ''}")
        fit = sum(not row.refused for row in rows)
        did = "submitted" if options["submit"] else "can be submitted"
        self.stdout.write(f"{len(rows)} live without an approval: {fit} {did}, {len(rows) - fit} must be mended first.")

    def _person(self, options: dict[str, Any]) -> User:
        by = User.objects.filter(username=options["by"] or "", is_active=True).first()
        if by is None or not by.has_perm("partners.submit_agreement"):
            raise CommandError("Name with --by an active user who may submit agreements.")
        return by


def _state(row: Row) -> str:
    if row.refused:
        return "not ready"
    return f"no. {row.submission.pk}" if row.submission else "ready"
