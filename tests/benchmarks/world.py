"""The partner whose files the benchmarks and the pipeline's tests send."""

from typing import Any

from mappings.models import Assignment, Mapping, MappingVersion
from mappings.services.load_library import load_library
from partners.models import Agreement, AgreementStatus, Connection, Environment, Identity, Partner, Protocol


def make_world(code: str = "buyer", isa: str = "BUYER") -> Connection:
    """A partner with an ISA identity, a live agreement for 850 004010 in both environments, and an API connection."""
    version = published("x12-850-order")
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


_loaded: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}


def published(name: str) -> MappingVersion:
    """A mapping of the library in the database, compiled once a process: later databases get copies of its rows."""
    there = MappingVersion.objects.filter(mapping__code=name, status="published").order_by("-number").first()
    if there:
        return there
    if name not in _loaded:
        loaded = load_library(name)[0].version
        _loaded[name] = (_columns(loaded.mapping), _columns(loaded))
        return loaded
    of_mapping, of_version = _loaded[name]
    mapping = Mapping.objects.bulk_create([Mapping(**of_mapping)])[0]
    return MappingVersion.objects.bulk_create([MappingVersion(**of_version, mapping=mapping)])[0]


def _columns(row: Mapping | MappingVersion) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "mapping")
    }
