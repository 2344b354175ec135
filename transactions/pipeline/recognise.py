"""Recognise whose interchange this is, and which agreement covers its sets. Reads the database, writes nothing.

The channel authorises a set of partners; ISA05–06 (or GS02, behind a VAN) finds the one; GS08 and ST01 find the
agreement. What fits nothing is held, with its reason.
"""

from typing import NamedTuple

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.models import Assignment
from partners.models import Agreement, Connection, Direction, Environment, IdentityKind, Partner
from partners.services.recognise import find_agreement, find_partner, may_carry

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
    """id: ISA06. partner is None when it was not recognised or may not come this way; then `held_for` says why."""

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
        message = f"{named} is {partner}, whose documents this connection does not carry."
        return Sender(header.sender_id, None, environment, finding(Code.SENDER_NOT_ALLOWED, message, place, named))
    return Sender(header.sender_id, partner, environment, None)


def recognise_group(header: GroupHeader, sender: Sender, set_id: str, channel: Channel, place: Place) -> Route:
    """Find partner and agreement for the sets `set_id` (ST01) of a group. GS02 may name a partner behind a VAN."""
    partner = _application_partner(header, sender, channel) or sender.partner
    if partner is None or sender.held_for is not None:
        return Route(None, None, sender.held_for)
    if not partner.is_active:
        message = f"{partner} is not active; its documents are held."
        return Route(partner, None, finding(Code.AGREEMENT_MISSING, message, place))
    agreement = find_agreement(partner, Direction.INBOUND, sender.environment, set_id, header.version)
    if agreement is None:
        message = f"{partner} has no live agreement for {set_id} {header.version} in {sender.environment}."
        return Route(partner, None, finding(Code.AGREEMENT_MISSING, message, place, f"{set_id} {header.version}"))
    if not Assignment.objects.filter(agreement=agreement).exists():
        return Route(partner, agreement, finding(Code.MAPPING_MISSING, place=place, value=str(agreement)))
    return Route(partner, agreement, None)


def _application_partner(header: GroupHeader, sender: Sender, channel: Channel) -> Partner | None:
    if header.sender == sender.id:
        return None  # the interchange's sender speaks for itself
    found = find_partner(IdentityKind.GS, "", header.sender, sender.environment)
    return found if found is not None and channel.allows(found) else None
