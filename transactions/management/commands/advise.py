"""manage.py advise DOCUMENT"""

import sys
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mappings.engine.findings import Severity
from mappings.library import index
from mappings.services.write_document import NotWritten, OutboundForm, write_document
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions.models import Document
from transactions.services.advise import NothingToAdvise, advice_of

MAPPING = "x12-824-application-advice"


class Command(BaseCommand):
    help = (
        "Print an application advice (X12 824) that tells a partner what became of a document, with its errors; store "
        "nothing, send nothing, and take no control number. DOCUMENT is its id. What our own validator finds goes to "
        "standard error. Exit status: 0 clean, 1 otherwise, 2 not written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", metavar="DOCUMENT", type=UUID)
        parser.add_argument("--release", default="", help="such as 005010; the first of the mapping by default")

    def handle(self, *args: Any, **options: Any) -> None:
        document = Document.objects.select_related("group", "agreement__partner").filter(pk=options["document"]).first()
        if document is None:
            raise CommandError(f"There is no document {options['document']}.", returncode=2)
        agreement = document.agreement
        policies = effective_policies(agreement.partner, agreement) if agreement else Policies()
        at = timezone.now()
        try:
            body = advice_of(document, at)
            form = OutboundForm(release=options["release"], policies=policies)
            written = write_document(index.compiled(MAPPING), body, at=at, form=form)
        except (NothingToAdvise, NotWritten) as refused:
            raise CommandError(str(refused), returncode=2) from refused
        self.stdout.write(written.content.decode())
        for found in written.findings:
            self.stderr.write(f"{found.severity} {found.code} at {found.place.label()}: {found.message}")
        if any(found.severity is Severity.ERROR for found in written.findings):
            sys.exit(1)
