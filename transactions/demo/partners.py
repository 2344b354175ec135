"""The demo company, its partners, and what they have agreed."""

from typing import NamedTuple

from django.db import transaction

from mappings.models import Assignment, Mapping, MappingVersion, VersionStatus
from partners.models import Agreement, AgreementStatus, Connection, Environment, Identity, Partner, Protocol

OWN = "meridian-supply"
MAPPING = "x12-850-order"
SET_ID, RELEASE = "850", "004010"


class DemoPartner(NamedTuple):
    code: str
    name: str
    qualifier: str
    identity: str


PARTNERS = (
    DemoPartner("acme-retail", "Acme Retail", "ZZ", "ACMERETAIL"),
    DemoPartner("bluebird-hardware", "Bluebird Hardware", "12", "5551230000"),
    DemoPartner("cascade-outdoor", "Cascade Outdoor", "01", "987654321"),
)


class MappingNotLoaded(Exception):
    """The standard mapping is not in the database yet: load the library first."""


def load_partners() -> list[Connection]:
    """Make what is missing, change nothing that is there. Returns the partners' API connections.

    Raises MappingNotLoaded.
    """
    version = _standard_version()
    with transaction.atomic():
        own, _ = Partner.objects.get_or_create(code=OWN, defaults={"name": "Meridian Supply", "is_own": True})
        _identify(own, "ZZ", "MERIDIAN")
        return [_load(demo, version) for demo in PARTNERS]


def _standard_version() -> MappingVersion:
    mapping = Mapping.objects.filter(code=MAPPING).first()
    published = mapping.versions.filter(status=VersionStatus.PUBLISHED).first() if mapping else None
    if published is None:
        raise MappingNotLoaded(f"There is no published version of {MAPPING}.")
    return published


def _load(demo: DemoPartner, version: MappingVersion) -> Connection:
    partner, _ = Partner.objects.get_or_create(code=demo.code, defaults={"name": demo.name})
    _identify(partner, demo.qualifier, demo.identity)
    for environment in Environment.values:
        _agree(partner, environment, version)
    Connection.objects.get_or_create(partner=partner, protocol=Protocol.DROP_FOLDER, defaults={"name": "Drop folder"})
    api, _ = Connection.objects.get_or_create(partner=partner, protocol=Protocol.API, name="Demo program")
    return api


def _identify(partner: Partner, qualifier: str, value: str) -> None:
    for environment in Environment.values:
        Identity.objects.get_or_create(
            environment=environment, kind="isa", qualifier=qualifier, value=value, defaults={"partner": partner}
        )


def _agree(partner: Partner, environment: str, version: MappingVersion) -> None:
    agreement, is_new = Agreement.objects.get_or_create(
        partner=partner,
        environment=environment,
        set_id=SET_ID,
        release=RELEASE,
        defaults={"status": AgreementStatus.LIVE},
    )
    if is_new:
        Assignment.objects.create(agreement=agreement, version=version)
