"""manage.py write_document FILE --mapping x12-850-order"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Severity
from mappings.library import index
from mappings.services.write_document import NotWritten, Written, write_document
from partners.models import Agreement
from partners.policies import Policies
from partners.services.effective_policies import effective_policies


class Command(BaseCommand):
    help = (
        "Write canonical documents as X12 by a mapping of the library, and print the interchanges; store nothing and "
        "take no control number. FILE is JSON, one document or a list of them; - for standard input. What our own "
        "validator finds, and what reading it again would not give, goes to standard error. Without --agreement no "
        "database is needed. Exit status: 0 clean and whole, 1 otherwise, 2 not written."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012  # as Django declares it; checks look into the database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--mapping", required=True, metavar="NAME", help="such as x12-850-order")
        parser.add_argument("--release", default="", help="such as 005010; the first of the mapping by default")
        parser.add_argument("--agreement", type=int, metavar="ID", help="whose policies say the envelope")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = index.compiled(options["mapping"])
        except DeclarationError as error:
            raise CommandError(str(error), returncode=2) from error
        policies = _policies(options["agreement"])
        is_whole = True
        for body in _documents(options["file"]):
            try:
                written = write_document(
                    mapping, body, at=timezone.now(), release=options["release"], policies=policies
                )
            except NotWritten as refused:
                raise CommandError(str(refused), returncode=2) from refused
            self.stdout.write(written.content.decode())
            is_whole = self._tell(written) and is_whole
        if not is_whole:
            sys.exit(1)

    def _tell(self, written: Written) -> bool:
        """Findings and losses; whether there are none."""
        for found in written.findings:
            self.stderr.write(f"{found.severity} {found.code} at {found.place.label()}: {found.message}")
        for lost in written.lost:
            self.stderr.write(f"not kept: {lost.pointer}: {lost.before} is {lost.after} when it is read again")
        return not written.lost and not any(found.severity == Severity.ERROR for found in written.findings)


def _policies(agreement_id: int | None) -> Policies:
    if agreement_id is None:
        return Policies()
    agreement = Agreement.objects.select_related("partner").filter(pk=agreement_id).first()
    if agreement is None:
        raise CommandError(f"There is no agreement {agreement_id}.", returncode=2)
    return effective_policies(agreement.partner, agreement)


def _documents(name: str) -> list[object]:
    """One document or several. Numbers keep their digits: a canonical decimal is a text."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        read = json.loads(text, parse_float=str)
    except (OSError, ValueError) as error:
        raise CommandError(f"{name} is no JSON: {error}", returncode=2) from error
    return read if isinstance(read, list) else [read]
