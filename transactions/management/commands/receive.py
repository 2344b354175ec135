"""manage.py receive FILE --partner CODE"""

import getpass
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.core.blobs import BlobTooLarge, StorageUnavailable, read_in_chunks
from partners.models import Environment, Partner
from transactions.models import InboundFile
from transactions.services.receive import Receipt, receive
from transactions.states import FileStage

SETTLED = (FileStage.FINISHED, FileStage.HELD)
PAUSE = 0.2  # seconds between two looks at the row


class Command(BaseCommand):
    help = (
        "Receive a file as if the partner had sent it, and print its correlation id. FILE may be - for standard input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--partner", required=True, metavar="CODE")
        parser.add_argument("--environment", choices=Environment.values, default=Environment.PRODUCTION)
        parser.add_argument(
            "--wait", type=float, default=0, metavar="SECONDS", help="wait for the result, at most so long"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        partner = Partner.objects.filter(code=options["partner"]).first()
        if partner is None:
            raise CommandError(f"There is no partner {options['partner']!r}.")
        receipt = self._receive(options["file"], partner, options["environment"])
        self.stdout.write(f"{receipt.file.pk} {'received' if receipt.is_new else 'received before'}")
        if options["wait"]:
            self._wait(receipt.file, options["wait"])

    def _receive(self, path: str, partner: Partner, environment: str) -> Receipt:
        try:
            with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as stream:
                return receive(
                    read_in_chunks(stream),
                    connection=None,
                    partner=partner,
                    environment=environment,
                    channel="command",
                    received_by=getpass.getuser(),
                    name="" if path == "-" else Path(path).name,
                )
        except BlobTooLarge as error:
            raise CommandError(f"{path} is larger than {error.limit} bytes (INTAKE_MAX_BYTES).") from error
        except StorageUnavailable as error:
            raise CommandError(f"{path} was not received: the disk takes no files ({error}).") from error
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error

    def _wait(self, file: InboundFile, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while file.stage not in SETTLED:
            if time.monotonic() > deadline:
                raise CommandError(f"not settled after {seconds:g} seconds; it is {file.get_stage_display().lower()}")
            time.sleep(PAUSE)
            file.refresh_from_db(fields=["stage", "outcome", "documents_total", "documents_accepted"])
        outcome = file.get_outcome_display() if file.outcome else file.get_stage_display()
        self.stdout.write(f"{outcome}: {file.documents_accepted} of {file.documents_total} documents accepted")
