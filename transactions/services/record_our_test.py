"""A test document of ours that another system sent: noted, so that the partner's answers find it and can be judged."""

import io
import json
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.blobs import store
from config.core.ids import uuid7
from config.core.models import User
from mappings.engine.x12.envelope import scan
from mappings.engine.x12.events import GroupOpened, InterchangeOpened
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.engine.x12.reconciliation import SentSet as Set
from mappings.engine.x12.writer import OutboundEnvelope
from mappings.library import index
from partners.models import Environment, IdentityKind, Partner
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from partners.services.recognise import find_partner
from transactions.models import OurTestDocument, SentGroup
from transactions.pipeline.answers import ACKNOWLEDGMENT_GROUP
from transactions.pipeline.judge import Translated
from transactions.pipeline.translate import Terms, translate_stream
from transactions.services.record_sent import Sending, record_sent

MOST_BYTES = 1_000_000
LIVE = "P"  # ISA15


class NotRecorded(Exception):
    """Nothing was recorded; the text says why."""


class _Group(NamedTuple):
    """A group of the file, with what its sets say."""

    interchange: InterchangeHeader
    header: GroupHeader
    sets: list[Translated]


def record_our_test(partner: Partner, content: bytes, *, by: User) -> list[OurTestDocument]:
    """Note the X12 documents of a file that was sent to a partner as a test. Raises NotRecorded.

    Each group awaits its answer from now on. What the standard mappings can read is what the partner's documents are
    compared with. The file must be marked as a test and be for nobody else: the partner may download it.
    """
    groups = _read(partner, content)
    blob, policies, now, made = store([content]), effective_policies(partner), timezone.now(), []
    with transaction.atomic():
        Partner.objects.select_for_update(no_key=True).only("pk").get(pk=partner.pk)
        for group in groups:
            sent = _record(partner, group, policies)
            for one, row in zip(group.sets, sent.sets.order_by("ordinal"), strict=True):
                document, _ = OurTestDocument.objects.update_or_create(
                    partner=partner,
                    kind=one.schema.partition("/")[0],
                    number=row.reference or row.control_number,
                    defaults={
                        "set_id": one.set_id,
                        "sha256": blob.sha256,
                        "body": json.loads(one.body) if one.body else {},
                        "sent": row,
                        "by": by.get_username(),
                        "at": now,
                    },
                )
                made.append(document)
        names = [str(one) for one in made]
        subject = f"partner {partner.code}"
        record_decision("certification.sent", subject, by.get_username(), documents=names, sha256=blob.sha256)
    return made


def _read(partner: Partner, content: bytes) -> list[_Group]:
    if len(content) > MOST_BYTES:
        raise NotRecorded("The file has more than 1 MB. Record a smaller one.")
    headers: dict[tuple[int, int], tuple[InterchangeHeader, GroupHeader]] = {}
    interchange: InterchangeOpened | None = None
    for event in scan(io.BytesIO(content)):
        if isinstance(event, InterchangeOpened):
            interchange = event
            _check(partner, event.header)
        elif isinstance(event, GroupOpened) and interchange is not None:
            headers[event.interchange, event.ordinal] = (interchange.header, event.header)
    sets: dict[tuple[int, int], list[Translated]] = {}
    for item in translate_stream(io.BytesIO(content), _terms):
        if item.translated is not None:
            sets.setdefault((item.place.interchange, item.place.group), []).append(item.translated)
    found = [
        _Group(*headers[key], of_group)
        for key, of_group in sets.items()
        if headers[key][1].functional_id != ACKNOWLEDGMENT_GROUP
    ]
    if not found:
        raise NotRecorded("There is no X12 document in the file.")
    return found


def _terms(_: InterchangeHeader, group: GroupHeader, set_id: str) -> Terms:
    entry = index.find("x12", set_id, group.version[:6])
    return Terms(index.compiled(entry.name) if entry is not None else None, Policies())


def _check(partner: Partner, header: InterchangeHeader) -> None:
    if header.usage == LIVE:
        raise NotRecorded("It is marked as live (P in ISA15). Only tests are recorded here.")
    receiver = find_partner(IdentityKind.ISA, header.receiver_qualifier, header.receiver_id, Environment.TEST)
    if receiver != partner:
        named = f"{header.receiver_qualifier}:{header.receiver_id}"
        raise NotRecorded(f"It is for {named} (ISA07, ISA08), which is no test identity of {partner}.")


def _record(partner: Partner, group: _Group, policies: Policies) -> SentGroup:
    interchange, header = group.interchange, group.header
    numbers = (interchange.control_number.strip(), header.control_number.strip())
    if not all(number.isascii() and number.isdigit() and len(number) <= 9 for number in numbers):
        raise NotRecorded("Its control numbers (ISA13, GS06) are no numbers, so no answer could name them.")
    envelope = OutboundEnvelope(
        sender_qualifier=interchange.sender_qualifier,
        sender_id=interchange.sender_id,
        receiver_qualifier=interchange.receiver_qualifier,
        receiver_id=interchange.receiver_id,
        interchange_control=int(numbers[0]),
        group_control=int(numbers[1]),
        at=timezone.now(),
    )
    same = SentGroup.objects.filter(
        partner=partner,
        environment=Environment.TEST,
        file=None,
        interchange_control=f"{envelope.interchange_control:09d}",
        group_control=str(envelope.group_control),
        functional_id=header.functional_id,
    )
    if same.exists():
        raise NotRecorded(f"Group {envelope.group_control} of interchange {numbers[0]} is recorded already.")
    sets = [Set(one.set_id, one.control_number[:9], one.promoted.business_key[:80]) for one in group.sets]
    sending = Sending(uuid7(), None, partner.pk, Environment.TEST)
    return record_sent(sending, envelope, policies, timezone.now(), functional_id=header.functional_id[:2], sets=sets)
