"""manage.py translate FILE"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.models import Assignment
from mappings.services.compiled import compiled, compiled_overlay
from mappings.services.standard_mapping import standard_mapping
from partners.models import Direction, Partner
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from partners.services.recognise import find_agreement
from transactions.management.translation import ExitStatus, Tally, as_json, as_text
from transactions.pipeline.preview import preview
from transactions.pipeline.recognise import environment_of
from transactions.pipeline.translate import Terms, TermsFor

SPOOL_IN_MEMORY = 1 << 20


class Command(BaseCommand):
    help = (
        "Translate a file and print canonical documents and findings; store nothing. FILE may be - for standard input. "
        "Without --partner the standard mappings are used and no database is needed. "
        "Exit status: 0 all accepted, 1 with error findings, 2 unreadable."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012  # as Django declares it; checks look into the database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--partner", metavar="CODE", help="for X12: this partner's agreements and mappings")
        parser.add_argument(
            "--format", choices=["json", "text"], default="json", help="json: one object a line (default); text: prose"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        terms_for, policies = self._of_partner(options["partner"]) if options["partner"] else (_standard, Policies())
        show = as_json if options["format"] == "json" else as_text
        tally = Tally()
        try:
            with _seekable(options["file"]) as stream:
                for item in preview(stream, terms_for, policies):
                    tally.add(item)
                    self.stdout.write(show(item))
            if options["format"] == "text" and tally.closing_words:
                self.stdout.write(tally.closing_words)
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever read our output has seen enough; nothing more can be written, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(tally.exit_status)

    def _of_partner(self, code: str) -> tuple[TermsFor, Policies]:
        partner = Partner.objects.filter(code=code).first()
        if partner is None:
            raise CommandError(f"There is no partner {code!r}.", returncode=ExitStatus.UNREADABLE)

        def terms_for(interchange: InterchangeHeader, group: GroupHeader, set_id: str) -> Terms:
            environment = environment_of(interchange)
            agreement = find_agreement(partner, Direction.INBOUND, environment, set_id, group.version)
            if agreement is None:
                self.stderr.write(f"{partner} has no live agreement for {set_id} {group.version} in {environment}.")
                return Terms(None, effective_policies(partner))
            policies = effective_policies(partner, agreement)
            if not Assignment.objects.filter(agreement=agreement).exists():
                return Terms(None, policies)
            mapping = compiled(agreement.assignment.version)
            return Terms(mapping, policies, compiled_overlay(agreement, group.version))

        return terms_for, effective_policies(partner)


def _standard(interchange: InterchangeHeader, group: GroupHeader, set_id: str) -> Terms:
    return Terms(standard_mapping(set_id, group.version), Policies())


@contextmanager
def _seekable(path: str) -> Iterator[BinaryIO]:
    """The file, or standard input put aside so that it can be read twice. Memory stays flat."""
    if path == "-":
        with tempfile.SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY) as spool:
            shutil.copyfileobj(sys.stdin.buffer, spool)
            spool.seek(0)
            yield spool  # type: ignore[misc]  # reads and seeks as a BinaryIO does
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115  # closed below; the handler is for opening only
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}", returncode=ExitStatus.UNREADABLE) from error
    with stream:
        yield stream
