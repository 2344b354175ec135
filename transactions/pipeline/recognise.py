"""Recognise whose documents these are, and which agreement covers them. Reads the database, writes nothing.

The channel authorises a set of partners; ISA05–06 (or GS02, behind a VAN) finds the one; GS08 and ST01 find the
agreement. XML says who sent it (cXML credentials, UBL endpoint, IDoc control record) and what kind it is; a text file
belongs to its channel's partner, and its layout finds the agreement. What fits nothing is held, with its reason.
"""

from typing import NamedTuple

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.models import Assignment
from partners.models import Agreement, Connection, Direction, Environment, IdentityKind, Partner
from partners.services.recognise import decisive_agreement, find_partner, may_carry, why_held
from transactions.pipeline.answers import ADVICE_SET
from transactions.pipeline.batches import Batch, XmlBatch

PRODUCTION_INDICATOR = "P"  # ISA15 (data element I14)


class Channel(NamedTuple):
    """The way that a file came by. Without connection and partner a person brought it, who may bring anyone's."""

    connection: Connection | None
    partner: Partner | None
    environment: str

    def allows(self, partner: Partner) -> bool:
        if self.connection is not None:
            return may_carry(self.connection, partner)
        return self.partner is None or self.partner == partner


class Sender(NamedTuple):
    """id: ISA06, "" outside X12. partner is None when it was not recognised or may not come this way.

    Then `held_for` says why.
    """

    id: str
    partner: Partner | None
    environment: str
    held_for: Finding | None


class Route(NamedTuple):
    """Who a group's documents belong to and what covers them; `held_for` when nothing does."""

    partner: Partner | None
    agreement: Agreement | None
    held_for: Finding | None


def environment_of(header: InterchangeHeader) -> str:
    """ISA15 tells production from test; anything but P is test."""
    return Environment.PRODUCTION if header.usage == PRODUCTION_INDICATOR else Environment.TEST


def recognise_sender(header: InterchangeHeader, channel: Channel, place: Place) -> Sender:
    """Find the partner of an interchange by ISA05–06."""
    environment = environment_of(header)
    if environment == Environment.PRODUCTION and channel.environment != Environment.PRODUCTION:
        conflict = finding(Code.ENVIRONMENT_CONFLICT, place=place, value=header.usage)
        return Sender(header.sender_id, None, environment, conflict)
    named = f"{header.sender_qualifier}:{header.sender_id}"
    partner = find_partner(IdentityKind.ISA, header.sender_qualifier, header.sender_id, environment)
    if partner is None:
        message = f"No partner has the interchange id {named} in {environment}."
        return Sender(header.sender_id, None, environment, finding(Code.SENDER_UNKNOWN, message, place, named))
    if not channel.allows(partner):
        return Sender(header.sender_id, None, environment, _not_carried(named, place))
    return Sender(header.sender_id, partner, environment, None)


def recognise_batch_sender(batch: Batch, channel: Channel, place: Place) -> Sender:
    """Find the partner of a batch: by what an XML document says of its sender, else by the channel it came by."""
    environment = batch.environment or channel.environment
    if environment == Environment.PRODUCTION and channel.environment != Environment.PRODUCTION:
        return Sender("", None, environment, finding(Code.ENVIRONMENT_CONFLICT, place=place, value=environment))
    identities = batch.identities if isinstance(batch, XmlBatch) else []
    if not identities:
        return _sender_by_channel(batch, channel, environment, place)
    found = (find_partner(*identity, environment) for identity in identities)
    partner = next((one for one in found if one is not None), None)
    named = ", ".join(dict.fromkeys(f"{scheme}:{value}".lstrip(":") for _, scheme, value in identities if scheme))
    named = named or identities[0][2]
    if partner is None:
        message = f"No partner has the identity {named} in {environment}."
        return Sender("", None, environment, finding(Code.SENDER_UNKNOWN, message, place, named))
    if not channel.allows(partner):
        return Sender("", None, environment, _not_carried(named, place))
    return Sender("", partner, environment, None)


def _not_carried(named: str, place: Place) -> Finding:
    """Whose name that is, is not the sender's to know."""
    message = f"This connection does not carry the documents of {named}."
    return finding(Code.SENDER_NOT_ALLOWED, message, place, named)


def _sender_by_channel(batch: Batch, channel: Channel, environment: str, place: Place) -> Sender:
    partner = channel.connection.partner if channel.connection is not None else channel.partner
    if partner is not None:
        return Sender("", partner, environment, None)
    message = f"Nothing in a {batch.kind} file says who sent it; say whose file it is when you bring it."
    return Sender("", None, environment, finding(Code.SENDER_UNKNOWN, message, place))


def recognise_batch(batch: Batch, sender: Sender, place: Place) -> Route:
    """Find the agreement for the documents of a batch."""
    if sender.partner is None or sender.held_for is not None:
        return Route(None, None, sender.held_for)
    standard = "XML" if isinstance(batch, XmlBatch) else "TEXT"
    return _under_agreement(sender.partner, sender.environment, batch.kind, batch.version, place, standard)


def recognise_group(header: GroupHeader, sender: Sender, set_id: str, channel: Channel, place: Place) -> Route:
    """Find partner and agreement for the sets `set_id` (ST01) of a group. GS02 may name a partner behind a VAN."""
    partner = _application_partner(header, sender, channel) or sender.partner
    if partner is None or sender.held_for is not None:
        return Route(None, None, sender.held_for)
    return _under_agreement(partner, sender.environment, set_id, header.version, place)


def _under_agreement(
    partner: Partner, environment: str, set_id: str, version: str, place: Place, standard: str = "X12"
) -> Route:
    if not partner.is_active:
        message = f"{partner} is not active; its documents are held."
        return Route(partner, None, finding(Code.PARTNER_INACTIVE, message, place, partner.code))
    agreement = decisive_agreement(partner, Direction.INBOUND, environment, set_id, version, standard)
    named = f"{set_id} {version}".strip()
    if agreement is not None and (said := why_held(agreement)):
        return Route(partner, agreement, finding(Code.AGREEMENT_STOPPED, said, place, named))
    if agreement is None and (standard, set_id) == ("X12", ADVICE_SET):
        return Route(partner, None, None)  # an answer to what we sent needs no agreement of its own
    if agreement is None:
        return Route(partner, None, _missing(partner, environment, set_id, version, place, standard))
    if not Assignment.objects.filter(agreement=agreement).exists():
        return Route(partner, agreement, finding(Code.MAPPING_MISSING, place=place, value=str(agreement)))
    return Route(partner, agreement, None)


def _missing(partner: Partner, environment: str, set_id: str, version: str, place: Place, standard: str) -> Finding:
    """Why nothing covers a document: nothing was agreed on, or only for tests, or only for live documents."""
    named = f"{set_id} {version}".strip()
    other = Environment.TEST if environment == Environment.PRODUCTION else Environment.PRODUCTION
    if decisive_agreement(partner, Direction.INBOUND, other, set_id, version, standard) is None:
        message = f"{partner} has no live agreement for {named} in {environment}."
        return finding(Code.AGREEMENT_MISSING, message, place, named)
    if other == Environment.TEST:
        message = f"{partner} may send {named} as tests only, and this is marked as a live document."
    else:
        message = f"{partner} may send {named} as live documents only, and this is marked as a test."
    return finding(Code.ENVIRONMENT_MISMATCH, message, place, named)


def _application_partner(header: GroupHeader, sender: Sender, channel: Channel) -> Partner | None:
    if header.sender == sender.id:
        return None  # the interchange's sender speaks for itself
    found = find_partner(IdentityKind.GS, "", header.sender, sender.environment)
    return found if found is not None and channel.allows(found) else None
