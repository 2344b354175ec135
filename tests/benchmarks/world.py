"""The partner whose files the benchmarks and the pipeline's tests send."""

from mappings.models import Assignment, MappingVersion
from mappings.services.load_library import load_library
from partners.models import Agreement, AgreementStatus, Connection, Environment, Identity, Partner, Protocol


def make_world(code: str = "buyer", isa: str = "BUYER") -> Connection:
    """A partner with an ISA identity, a live agreement for 850 004010 in both environments, and an API connection."""
    load_library("x12-850-order")
    version = MappingVersion.objects.get(mapping__code="x12-850-order", status="published")
    partner = Partner.objects.create(code=code, name=f"{code.capitalize()} Inc")
    for environment in Environment.values:
        Identity.objects.create(partner=partner, environment=environment, kind="isa", qualifier="ZZ", value=isa)
        agreement = Agreement.objects.create(
            partner=partner, environment=environment, status=AgreementStatus.LIVE, release="004010"
        )
        Assignment.objects.create(agreement=agreement, version=version)
    return Connection.objects.create(
        partner=partner, protocol=Protocol.API, name="API", environment=Environment.PRODUCTION
    )
