"""manage.py write_document FILE --mapping x12-850-order"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import has_errors
from mappings.engine.text.settings import TextSettings
from mappings.library import index
from mappings.services.outbound_form import outbound_form
from mappings.services.write_document import NotWritten, OutboundForm, Written, write_documents
from partners.models import Agreement

ENVELOPE = {"from": "interchange.sender", "to": "interchange.receiver"}


class Command(BaseCommand):
    help = (
        "Write canonical documents by a mapping of the library, in the format that it reads: X12 with its envelope, "
        "UBL, cXML, or a file of rows. Prints them, or keeps them in a folder; stores nothing else and takes no "
        "control number. FILE is JSON, one document or a list of them; - for standard input. What our own validators "
        "find, what is lost when it is read again, and what is read besides go to standard error. Without --agreement "
        "no database is needed. Exit status: 0 clean and nothing lost, 1 otherwise, 2 not written."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012  # as Django declares it; checks look into the database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--mapping", required=True, metavar="NAME", help="such as x12-850-order or ubl-order")
        parser.add_argument("--release", default="", help="of X12, such as 005010; by default the mapping's first")
        parser.add_argument("--agreement", type=int, metavar="ID", help="whose policies and settings say the form")
        for side, words in (("from", "sender"), ("to", "receiver")):
            parser.add_argument(
                f"--{side}", default="", metavar="DOMAIN:ID", help=f"{words} of a cXML document, as NetworkID:AN01"
            )
        parser.add_argument("--text", default="{}", metavar="JSON", help='of rows, such as {"delimiter": ";"}')
        parser.add_argument("--folder", type=Path, help="keep each document in a file there, instead of printing it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = index.compiled(options["mapping"])
        except DeclarationError as error:
            raise CommandError(str(error), returncode=2) from error
        form, is_whole = _form(options), True
        documents = _documents(options["file"])
        for number, bodies in enumerate(
            [documents] if mapping.source.format == "text" else [[d] for d in documents], 1
        ):
            try:
                written = write_documents(mapping, bodies, at=timezone.now(), form=form)
            except NotWritten as refused:
                raise CommandError(str(refused), returncode=2) from refused
            self._keep(written, options["folder"], f"{options['mapping']}-{number}.{written.extension}")
            is_whole = self._tell(written) and is_whole
        if not is_whole:
            sys.exit(1)

    def _keep(self, written: Written, folder: Path | None, name: str) -> None:
        """Into a folder as the bytes that they are, else printed."""
        if folder is None:
            self.stdout.write(written.content.decode(written.settings.encoding or "utf-8"))
            return
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(written.content)
        self.stdout.write(str(folder / name))

    def _tell(self, written: Written) -> bool:
        """Findings, what is lost, and apart from it what is read besides; whether nothing is wrong and nothing lost."""
        for found in written.findings:
            self.stderr.write(f"{found.severity} {found.code} at {found.place.label()}: {found.message}")
        for lost in written.lost:
            if lost.after is None:
                self.stderr.write(f"not kept: {lost.pointer}: {lost.before}")
            else:
                self.stderr.write(f"read otherwise: {lost.pointer}: {lost.before} → {lost.after}")
        for added in written.added:
            self.stderr.write(f"read besides: {added.pointer}: {added.after}")
        if written.differences:
            gone = sum(one.after is None for one in written.lost)
            changed = len(written.lost) - gone
            self.stderr.write(f"values: {gone} not kept, {changed} read otherwise, {len(written.added)} besides")
        return not written.lost and not has_errors(written.findings)


def _form(options: dict[str, Any]) -> OutboundForm:
    """What the agreement says, and instead of it what stands in the command."""
    form = _of_agreement(options["agreement"])
    values = dict(form.values)
    for side, name in ENVELOPE.items():
        scheme, colon, value = options[side].partition(":")
        if options[side] and not (colon and value):
            raise CommandError(f"--{side} is a domain and an id, as in NetworkID:AN01.", returncode=2)
        values |= {f"{name}_qualifier": scheme, name: value} if value else {}
    try:
        text = msgspec.json.decode(options["text"], type=TextSettings)
    except msgspec.MsgspecError as error:
        raise CommandError(f"--text: {error}", returncode=2) from error
    return form._replace(release=options["release"], values=values, text=text.or_else(form.text))


def _of_agreement(agreement_id: int | None) -> OutboundForm:
    if agreement_id is None:
        return OutboundForm()
    agreement = Agreement.objects.select_related("partner").filter(pk=agreement_id).first()
    if agreement is None:
        raise CommandError(f"There is no agreement {agreement_id}.", returncode=2)
    return outbound_form(agreement)


def _documents(name: str) -> Sequence[object]:
    """One document or several. Numbers keep their digits: a canonical decimal is a text."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        read = json.loads(text, parse_float=str)
    except (OSError, ValueError) as error:
        raise CommandError(f"{name} is no JSON: {error}", returncode=2) from error
    return read if isinstance(read, list) else [read]
