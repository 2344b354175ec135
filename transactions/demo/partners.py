"""The demo company, its partners, and what they have agreed."""

from typing import NamedTuple

from django.db import transaction

from mappings.models import Assignment, MappingVersion, VersionStatus
from partners.models import Agreement, Connection, Contact, Environment, Identity, Partner, Protocol
from transactions.demo.newcomer import load_newcomer

OWN = "meridian-supply"
X12, CXML, UBL, CSV = "x12-850-order", "cxml-order", "ubl-order", "csv-orders-lines"
RELEASES = {X12: "004010"}


class DemoPartner(NamedTuple):
    """identities: (kind, qualifier, value). mappings: of the library, one for each kind of document that it sends."""

    code: str
    name: str
    identities: tuple[tuple[str, str, str], ...]
    mappings: tuple[str, ...]


PARTNERS = (
    DemoPartner("acme-retail", "Acme Retail", (("isa", "ZZ", "ACMERETAIL"), ("duns", "", "081466849")), (X12, CXML)),
    DemoPartner("bluebird-hardware", "Bluebird Hardware", (("isa", "12", "5551230000"),), (X12, CSV)),
    DemoPartner(
        "cascade-outdoor", "Cascade Outdoor", (("isa", "01", "987654321"), ("gln", "", "0614141000012")), (X12, UBL)
    ),
)


class MappingNotLoaded(Exception):
    """The standard mapping is not in the database yet: load the library first."""


def load_partners() -> list[Connection]:
    """Make what is missing, change nothing that is there. Returns the partners' API connections.

    Raises MappingNotLoaded.
    """
    versions = {name: _standard_version(name) for name in (X12, CXML, UBL, CSV)}
    with transaction.atomic():
        own, _ = Partner.objects.get_or_create(code=OWN, defaults={"name": "Meridian Supply", "is_own": True})
        _identify(own, "isa", "ZZ", "MERIDIAN")
        load_newcomer(versions[X12])
        return [_load(demo, [versions[name] for name in demo.mappings]) for demo in PARTNERS]


def _standard_version(name: str) -> MappingVersion:
    published = MappingVersion.objects.filter(mapping__code=name, status=VersionStatus.PUBLISHED)
    version = published.select_related("mapping").order_by("-number").first()
    if version is None:
        raise MappingNotLoaded(f"There is no published version of {name}.")
    return version


def _load(demo: DemoPartner, versions: list[MappingVersion]) -> Connection:
    partner, is_new = Partner.objects.get_or_create(code=demo.code, defaults={"name": demo.name, "roles": ["customer"]})
    if is_new:
        email = f"edi@{demo.code}.example"
        Contact.objects.create(partner=partner, name="EDI desk", email=email, purposes=["technical"])
    for identity in demo.identities:
        _identify(partner, *identity)
    for environment in Environment.values:
        for version in versions:
            _agree(partner, environment, version)
    Connection.objects.get_or_create(partner=partner, protocol=Protocol.DROP_FOLDER, defaults={"name": "Drop folder"})
    Connection.objects.get_or_create(partner=partner, protocol=Protocol.PORTAL, defaults={"name": "Portal"})
    api, _ = Connection.objects.get_or_create(partner=partner, protocol=Protocol.API, name="Demo program")
    return api


def _identify(partner: Partner, kind: str, qualifier: str, value: str) -> None:
    for environment in Environment.values:
        Identity.objects.get_or_create(
            environment=environment, kind=kind, qualifier=qualifier, value=value, defaults={"partner": partner}
        )


def _agree(partner: Partner, environment: str, version: MappingVersion) -> None:
    """A draft; transactions.demo.approvals brings it live."""
    agreement, is_new = Agreement.objects.get_or_create(
        partner=partner,
        environment=environment,
        standard=version.mapping.standard,
        set_id=version.mapping.set_id,
        release=RELEASES.get(version.mapping.code, ""),
    )
    if is_new:
        Assignment.objects.create(agreement=agreement, version=version)
