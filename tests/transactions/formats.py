"""Partners that send XML and text: samples of the library, agreements, identities, and a layout of a partner's own."""

import json
from pathlib import Path

from mappings.library.index import LIBRARY
from mappings.models import Assignment, Mapping, MappingVersion
from mappings.services.draft_version import draft_version
from mappings.services.publish_version import publish_version
from mappings.services.submit_version import submit_version
from partners.models import Agreement, AgreementStatus, Connection, Identity
from tests.benchmarks.world import published
from tests.transactions.conftest import Send, drain
from transactions.models import CanonicalDocument, Document, ExceptionCase, InboundFile
from transactions.pipeline.batches import XmlBatch, batch_of
from transactions.services.release import release

UBL, CXML, IDOC = "ubl-order", "cxml-order", "idoc-orders05"
LINES, SHOP = "csv-orders-lines", "csv-orders-shop"


def sample(mapping: str, case: str) -> bytes:
    (path,) = (LIBRARY / mapping / "cases" / case).glob("input.*")
    return Path(path).read_bytes()


def agree(connection: Connection, mapping: str, *, environment: str = "production") -> Agreement:
    """A live agreement with the connection's partner for a standard mapping of the library."""
    version = published(mapping)
    of = version.mapping
    agreement = Agreement.objects.create(
        partner=connection.partner, environment=environment, standard=of.standard, set_id=of.set_id, release="",
        status=AgreementStatus.LIVE,
    )  # fmt: skip
    Assignment.objects.create(agreement=agreement, version=version)
    return agreement


def identify(
    connection: Connection, kind: str, value: str, qualifier: str = "", environment: str = "production"
) -> None:
    Identity.objects.create(
        partner=connection.partner, environment=environment, kind=kind, qualifier=qualifier, value=value
    )


def bodies(file: InboundFile) -> list[dict[str, object]]:
    found = CanonicalDocument.objects.filter(document__file=file).order_by("document__ordinal")
    return [json.loads(body) for body in found.values_list("body", flat=True)]


DECLARATION = {
    "mapping": "de-orders",
    "source": {
        "format": "text",
        "layout": "de-orders",
        "columns": ["Bestellung", "Artikel", "Menge"],
        "optional": ["Datum"],
        "key": ["Bestellung"],
        "numbers": ["Menge"],
        "dates": ["Datum"],
    },
    "target": "order/1",
    "rules": {
        "number": {"from": "Bestellung", "required": "There is no Bestellung"},
        "purpose": {"constant": "original"},
        "type": {"constant": "standard"},
        "issue_date": "Datum",
        "lines": [
            {
                "name": "lines",
                "each": "rows",
                "rules": {
                    "key": {"number": "position"},
                    "quantity": {"rules": {"value": "Menge"}},
                    "identifiers": [{"rules": {"scheme": {"constant": "sku"}, "value": "Artikel"}}],
                },
            }
        ],
        "totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}}}}},
    },
}


def own_layout(connection: Connection, declared: dict[str, object] | None = None, **fields: object) -> Assignment:
    """A mapping of the partner's own for a German layout, in a live agreement. declared: other words of its source."""
    mapping = Mapping.objects.create(
        code="de-orders", name="Orders of a German shop", canonical="order/1", standard="TEXT", set_id="de-orders"
    )
    version = version_of(mapping, None, **(declared or {}))
    agreement = Agreement.objects.create(
        partner=connection.partner, standard="TEXT", set_id="de-orders", release="", status=AgreementStatus.LIVE
    )
    return Assignment.objects.create(agreement=agreement, version=version, **fields)


def version_of(mapping: Mapping, names: dict[str, str] | None = None, **declared: object) -> MappingVersion:
    """A published version of that mapping, with other words of its source. names: other names of its columns."""
    text = json.dumps(DECLARATION)
    for old, new in (names or {}).items():
        text = text.replace(f'"{old}"', f'"{new}"')
    declaration = {**json.loads(text), "source": {**DECLARATION["source"], **declared}}  # type: ignore[dict-item]
    return publish_version(submit_version(draft_version(mapping, declaration)))


def xml_document(send: Send, connection: Connection, content: bytes) -> Document:
    """The only document of a file whose sender is made known."""
    file = send(content)
    identities(connection, file)
    assert release(ExceptionCase.objects.get(file=file), actor="ada").ok
    drain()
    return Document.objects.get(file=file)


def identities(connection: Connection, file: InboundFile) -> None:
    for group in file.groups.all():
        batch = batch_of(group.format, group.header)
        assert isinstance(batch, XmlBatch)
        for kind, qualifier, value in batch.identities:
            Identity.objects.get_or_create(
                partner=connection.partner, environment=group.environment, kind=kind, qualifier=qualifier, value=value
            )
