"""An example of what a partner sends in its tests, with its own addresses, to look at and to begin with."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from mappings.engine.x12.functional_groups import group_of
from mappings.engine.x12.writer import OutboundEnvelope, SegmentWriter, functional_group, interchange, transaction_set
from mappings.services.csv_templates import template_text, templates_of
from partners.models import Agreement, Direction, Environment, Identity, IdentityKind
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions import certification

FOLDER = Path(certification.__file__).parent / "samples"
UNKNOWN = ("ZZ", "YOURID")
RELEASE_DIGITS = 6


class Sample(NamedTuple):
    """extension: without the dot."""

    content: bytes
    extension: str


def has_sample(agreement: Agreement) -> bool:
    """Whether there is an example for the documents of an agreement that the partner sends."""
    if agreement.direction != Direction.INBOUND:
        return False
    if agreement.standard == "TEXT":
        return agreement.set_id in templates_of(agreement.partner)
    return agreement.standard == "X12" and (FOLDER / f"{agreement.set_id}.txt").exists()


def sample_of(agreement: Agreement) -> Sample | None:
    """The example: X12 with the partner's test address as sender and T in ISA15, or the template of a CSV layout."""
    if not has_sample(agreement):
        return None
    if agreement.standard == "TEXT":
        return Sample(template_text(templates_of(agreement.partner)[agreement.set_id]).encode(), "csv")
    return Sample(_x12(agreement, timezone.now()), "edi")


def _x12(agreement: Agreement, now: datetime) -> bytes:
    policies = effective_policies(agreement.partner, agreement)
    sender = _address(Identity.objects.filter(partner=agreement.partner_id))
    receiver = _own_address(policies)
    release = agreement.release[:RELEASE_DIGITS] or "004010"
    number = int(f"{now:%j%H%M}") or 1  # so that two examples of different minutes are two interchanges
    envelope = OutboundEnvelope(
        sender_qualifier=sender[0], sender_id=sender[1], receiver_qualifier=receiver[0], receiver_id=receiver[1],
        interchange_control=number, group_control=number, at=now, usage="T", release=agreement.release or release,
        version=f"{release[1:4]}{release[4:]}"[:5].rjust(5, "0") if release >= "005" else "00401", line_end="\n",
    )  # fmt: skip
    lines = (FOLDER / f"{agreement.set_id}.txt").read_text(encoding="ascii").split("\n")
    writer = SegmentWriter()
    body = [line.split("*") for line in lines if line]
    group = functional_group(
        writer, envelope, group_of(agreement.set_id)[0], [transaction_set(writer, agreement.set_id, 1, body)]
    )
    return interchange(writer, envelope, [group])


def _own_address(policies: Policies) -> tuple[str, str]:
    """Ours as the policies have it, else as our own profile has it."""
    if policies.own_isa_id:
        return policies.own_isa_qualifier, policies.own_isa_id
    return _address(Identity.objects.filter(partner__is_own=True))


def _address(identities: object) -> tuple[str, str]:
    rows = identities.filter(kind=IdentityKind.ISA, environment=Environment.TEST)  # type: ignore[attr-defined]
    found = rows.order_by("pk").values_list("qualifier", "value").first()
    return found or UNKNOWN
