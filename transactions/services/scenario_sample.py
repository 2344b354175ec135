"""An example of what a partner sends for a scenario, in its own format, to look at and to begin with.

The mapping that reads the partner's documents writes it, and it is offered only where it shows what the scenario asks:
it is read again and judged before. A format that cannot say something (a UBL Order is never a cancellation) has no
example of that. Of IDocs, which the engine does not write, an order has examples of its own (`certification.idoc`).
"""

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.utils import timezone

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Severity
from mappings.engine.outbound.text import write_text
from mappings.engine.outbound.x12 import write_interchange, write_set
from mappings.engine.outbound.xml import write_xml
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.text.settings import TextSettings
from mappings.engine.x12.writer import OutboundEnvelope
from mappings.library import index
from mappings.models import Assignment
from mappings.services.compiled import compiled
from mappings.services.csv_templates import template_text, templates_of
from partners.models import Agreement, Direction, Environment, Identity, IdentityKind
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions.certification.catalogue import Scenario, is_passed, run_checks
from transactions.certification.examples import example_of
from transactions.certification.idoc import DOCUMENT, order_as_idoc
from transactions.certification.seen import Reference, Seen
from transactions.pipeline.judge import Translated
from transactions.pipeline.preview import preview_with
from transactions.services.awaited_references import orders_named, reference_of
from transactions.services.certification_seen import earlier
from transactions.services.certification_state import begun_at
from transactions.states import DocumentOutcome

UNKNOWN = ("ZZ", "YOURID")
RELEASE_DIGITS, FIRST_RELEASE = 6, "004010"
EXTENSIONS = {"x12": "edi", "xml": "xml", "text": "csv"}
XML_KINDS = {IdentityKind.CXML: "", IdentityKind.DUNS: "DUNS", IdentityKind.GLN: "GLN"}
"""Identities that stand in cXML credentials, the first first, with their domain where their qualifier is none."""


OF_PARTIES = {
    IdentityKind.GLN: ("gln", "0088"), IdentityKind.DUNS: ("duns", "0060"), IdentityKind.ENDPOINT: ("other", ""),
}  # fmt: skip
"""Identities that stand with a party, with their schemes in the canonical form and in ISO/IEC 6523."""
FROM_BUYER = ("order", "order-change")


class Sample(NamedTuple):
    """scenario: what it shows. extension: without the dot."""

    scenario: Scenario
    content: bytes
    extension: str


class _Source(NamedTuple):
    """How the documents of an agreement are read."""

    mapping: CompiledMapping
    settings: TextSettings


def sample_of(agreement: Agreement, *scenarios: Scenario) -> Sample | None:
    """An example that passes its scenario if it is sent now, of the first of these that has one.

    It bears the partner's test address and is marked as a test. It answers, changes or repeats documents of the
    partner's tests where the scenario is about such, and has new numbers each second otherwise.
    """
    if agreement.direction != Direction.INBOUND or (source := _source(agreement)) is None:
        return None
    known, now = earlier(agreement, begun_at(agreement)), timezone.now()
    for scenario in scenarios:
        for content in _candidates(agreement, scenario, source, known, now):
            if _shows(scenario, agreement.kind, content, source, known):
                return Sample(scenario, content, EXTENSIONS[source.mapping.source.format])
    return None


def _source(agreement: Agreement) -> _Source | None:
    """By the version that is assigned, else by the standard mapping."""
    assignment = Assignment.objects.filter(agreement=agreement).select_related("version").first()
    if assignment is not None:
        return _Source(compiled(assignment.version), msgspec.convert(assignment.text_settings, TextSettings))
    return _standard(agreement)


def _standard(agreement: Agreement) -> _Source | None:
    """By the standard mapping. It also writes what one of the partner's own, which reads less, leaves out."""
    release = agreement.release[:RELEASE_DIGITS]
    if agreement.standard == "X12":
        release = release or FIRST_RELEASE
    entry = index.find(agreement.standard.lower(), agreement.set_id, release)
    return _Source(index.compiled(entry.name), TextSettings()) if entry is not None else None


def _candidates(
    agreement: Agreement, scenario: Scenario, source: _Source, known: list[Reference], now: datetime
) -> Iterator[bytes]:
    """What might show it, the best first. The template of a CSV layout has every column filled."""
    body = example_of(
        agreement.kind, scenario.code, known, document=source.mapping.source.document,
        stamp=_stamp(now, scenario.rank), day=now.date(),
    )  # fmt: skip
    standard = _standard(agreement)
    writers = [source.mapping, *([standard.mapping] if standard is not None else [])] if body is not None else []
    for mapping in writers:
        with suppress(DeclarationError):  # nothing says how this format is written
            yield _written(agreement, source._replace(mapping=mapping), body or {}, now, scenario.rank)
    if source.mapping.source.format == "text":
        template = templates_of(agreement.partner).get(agreement.set_id)
        if template is not None:
            yield template_text(template).encode()


def _written(agreement: Agreement, source: _Source, body: dict[str, Any], now: datetime, rank: int) -> bytes:
    match source.mapping.source.format:
        case "x12":
            return _x12(agreement, source.mapping, body, now, rank)
        case "xml":
            body = _from_partner(agreement, body)
            if source.mapping.source.document == DOCUMENT:
                return _idoc(agreement, body, now, rank)
            return write_xml(source.mapping.declaration, body, _of_xml(agreement, now)).raw
        case _:
            return write_text(source.mapping.declaration, [_with_skus(body)], source.settings, for_people=True).raw


def _x12(agreement: Agreement, mapping: CompiledMapping, body: dict[str, Any], now: datetime, rank: int) -> bytes:
    policies = effective_policies(agreement.partner, agreement)
    sender = _address(Identity.objects.filter(partner=agreement.partner_id))
    receiver = _own_address(policies)
    release = agreement.release[:RELEASE_DIGITS] or mapping.releases[0]
    number = int(_stamp(now, rank))
    envelope = OutboundEnvelope(
        sender_qualifier=sender[0], sender_id=sender[1], receiver_qualifier=receiver[0], receiver_id=receiver[1],
        interchange_control=number, group_control=number, at=now, usage="T", release=agreement.release or release,
        version=f"{release[1:4]}{release[4:]}"[:5].rjust(5, "0") if release >= "005" else "00401", line_end="\n",
    )  # fmt: skip
    return write_interchange(write_set(mapping.declaration, release, body), envelope)


def _idoc(agreement: Agreement, body: dict[str, Any], now: datetime, rank: int) -> bytes:
    sides = []
    for identities in (Identity.objects.filter(partner=agreement.partner_id),
                       Identity.objects.filter(partner__is_own=True)):  # fmt: skip
        found = identities.filter(kind=IdentityKind.IDOC, environment=Environment.TEST).order_by("pk").first()
        sides.append((found.qualifier, found.value) if found is not None else ("LS", UNKNOWN[1]))
    return order_as_idoc(body, sides[0], sides[1], now, _stamp(now, rank))


def _from_partner(agreement: Agreement, body: dict[str, Any]) -> dict[str, Any]:
    """With the partner's own test identities in the party that sends it: UBL is recognised by them."""
    kinds = Identity.objects.filter(partner=agreement.partner_id, environment=Environment.TEST, kind__in=OF_PARTIES)
    identifiers = []
    for one in kinds.order_by("pk"):
        scheme, code = OF_PARTIES[IdentityKind(one.kind)]
        identifiers.append({"value": one.value, "scheme": scheme, "scheme_code": code or one.qualifier})
    role = "buyer" if agreement.kind in FROM_BUYER else "seller"
    parties = [
        {name: party[name] for name in party if name != "identifiers"}
        | ({"identifiers": identifiers} if identifiers else {})
        if party.get("role") == role
        else party
        for party in body.get("parties", [])
    ]
    return body | ({"parties": parties} if parties else {})


def _stamp(now: datetime, rank: int) -> str:
    """Nine digits, as an interchange number has: others each second, and for each scenario."""
    second = (now.hour * 60 + now.minute) * 60 + now.second
    return f"{now.timetuple().tm_yday % 100:02}{second:05}{rank:02}"


def _with_skus(body: dict[str, Any]) -> dict[str, Any]:
    """Files of rows know an item by one number, whosever it is."""
    lines = []
    for line in body.get("lines", []):
        known = line.get("identifiers", [])
        sku = [{"scheme": "sku", "value": one["value"]} for one in known[:1]]
        lines.append(
            line if any(one.get("scheme") == "sku" for one in known) else line | {"identifiers": [*sku, *known]}
        )
    return body | {"lines": lines}


def _of_xml(agreement: Agreement, now: datetime) -> dict[str, str]:
    """What XML says of its sender and receiver (cXML: credentials); nothing of whom we do not know."""
    values = {
        "interchange.control_number": f"{now:%Y%m%d%H%M%S}@example.com",
        "interchange.timestamp": f"{now:%Y-%m-%dT%H:%M:%S}+00:00",
        "interchange.date": f"{now:%Y-%m-%d}",
        "interchange.time": f"{now:%H:%M:%S}",
        "interchange.usage": "test",
    }
    sides = {"sender": Identity.objects.filter(partner=agreement.partner_id),
             "receiver": Identity.objects.filter(partner__is_own=True)}  # fmt: skip
    for side, identities in sides.items():
        found = {one.kind: one for one in identities.filter(kind__in=XML_KINDS, environment=Environment.TEST)}
        chosen = next((found[kind] for kind in XML_KINDS if kind in found), None)
        domain = (XML_KINDS[IdentityKind(chosen.kind)] or chosen.qualifier) if chosen else "NetworkId"
        values |= {f"interchange.{side}": chosen.value if chosen else UNKNOWN[1]}
        values |= {f"interchange.{side}_qualifier": domain}
    return values


def _shows(scenario: Scenario, kind: str, content: bytes, source: _Source, known: list[Reference]) -> bool:
    """Whether the scenario is passed by this file, were it sent now; one that is to come twice, by the second."""
    items = list(preview_with(io.BytesIO(content), source.mapping, source.settings))
    found = [item.translated for item in items if item.translated is not None]
    wanted = {code for asked in scenario.asked() if asked.check.name == "finds" for code in asked.argument}
    if len(found) != 1 or any(
        one.severity is Severity.ERROR and one.code.value not in wanted for one in found[0].findings
    ):
        return False
    return is_passed(run_checks(scenario, _seen(kind, found[0], known)))


def _seen(kind: str, translated: Translated, known: list[Reference]) -> Seen:
    body = json.loads(translated.body) if translated.body else {}
    number = reference_of(translated.promoted.business_key)
    purpose = translated.promoted.purpose
    is_accepted = translated.outcome == DocumentOutcome.ACCEPTED
    came_before = any(one.kind == kind and one.number == number and one.purpose == purpose for one in known)
    return Seen(
        kind=kind,
        outcome=DocumentOutcome.DUPLICATE if is_accepted and came_before else translated.outcome,
        number=number,
        purpose=purpose,
        body=body,
        orders=orders_named(kind, body),
        findings=translated.findings,
        earlier=known,
        came_again=is_accepted,
    )


def _own_address(policies: Policies) -> tuple[str, str]:
    """Ours as the policies have it, else as our own profile has it."""
    if policies.own_isa_id:
        return policies.own_isa_qualifier, policies.own_isa_id
    return _address(Identity.objects.filter(partner__is_own=True))


def _address(identities: object) -> tuple[str, str]:
    rows = identities.filter(kind=IdentityKind.ISA, environment=Environment.TEST)  # type: ignore[attr-defined]
    found = rows.order_by("pk").values_list("qualifier", "value").first()
    return found or UNKNOWN
