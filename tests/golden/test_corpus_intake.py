"""Every file of the corpus goes through the whole pipeline: what `preview` says of a document is what becomes of it.

All senders of the corpus are made known and the standard mappings agreed with them, so that nothing is held for that.
"""

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from mappings.models import Assignment, Mapping
from mappings.services.known_layouts import known_layouts
from mappings.services.load_library import load_library
from mappings.services.standard_mapping import standard_mapping
from partners.models import Agreement, AgreementStatus, Connection, Environment, Identity, Partner, Protocol
from partners.policies import Policies
from tests.golden.test_corpus import CORPUS
from tests.transactions.conftest import drain
from transactions.models import Document, InboundFile
from transactions.pipeline.batches import XmlBatch
from transactions.pipeline.plan import FilePlan
from transactions.pipeline.plan_file import plan_file
from transactions.pipeline.planned_units import Limits
from transactions.pipeline.preview import preview
from transactions.pipeline.translate import Terms
from transactions.services.receive import receive

pytestmark = [pytest.mark.services, pytest.mark.django_db]
POLICIES = {"envelope_errors": "warn", "duplicate_interchange": "process", "duplicate_document": "process"}


@pytest.fixture
def everyone() -> Connection:
    """One partner that is everybody, so that every sender of the corpus is known."""
    partner = Partner.objects.create(code="everyone", name="Everyone", policies=POLICIES)
    load_library()
    for environment in Environment.values:
        for mapping in Mapping.objects.filter(is_library=True):
            agreement = Agreement.objects.create(
                partner=partner, environment=environment, standard=mapping.standard, set_id=mapping.set_id,
                release="", status=AgreementStatus.LIVE,
            )  # fmt: skip
            Assignment.objects.create(agreement=agreement, version=mapping.versions.get(status="published"))
    return Connection.objects.create(partner=partner, protocol=Protocol.API, name="API")


def identities_in(plan: FilePlan) -> Iterator[tuple[str, str, str]]:
    for interchange in plan.interchanges:
        yield "isa", interchange.header.sender_qualifier, interchange.header.sender_id
    for batch in plan.batches:
        if isinstance(batch.header, XmlBatch):
            yield from batch.header.identities[:1]


def previewed(content: bytes) -> list[str]:
    items = preview(
        io.BytesIO(content),
        lambda interchange, group, set_id: Terms(standard_mapping(set_id, group.version), Policies()),
    )
    return [str(item.translated.outcome) for item in items if item.translated is not None and item.translated.schema]


@pytest.mark.parametrize("corpus", [CORPUS] if CORPUS.is_dir() else [])
def test_the_pipeline_does_what_the_preview_says(corpus: Path, everyone: Connection, rings: list[object]) -> None:
    partner = everyone.partner
    wrong: list[str] = []
    for path in sorted(file for file in corpus.rglob("*") if file.is_file()):
        content = path.read_bytes()
        limits = Limits(settings.UNIT_MAX_DOCUMENTS, settings.UNIT_MAX_BYTES)
        plan = plan_file(io.BytesIO(content), limits, lambda: known_layouts(partner, "production"))
        for kind, qualifier, value in identities_in(plan):
            for environment in Environment.values:
                Identity.objects.get_or_create(
                    environment=environment, kind=kind, qualifier=qualifier.strip().upper(),
                    value=value.strip().upper(), defaults={"partner": partner},
                )  # fmt: skip
        receipt = receive(
            [content], connection=everyone, partner=partner, environment="production", channel="api", received_by="t"
        )
        drain()
        wrong += _faults(path, receipt.file.pk, content) if receipt.is_new else []
    assert not wrong, "\n".join(wrong)
    assert Document.objects.count() > 200


def _faults(path: Path, file_id: UUID, content: bytes) -> Iterator[str]:
    file = InboundFile.objects.get(pk=file_id)
    cases = list(file.cases.values_list("category", "summary"))
    if file.stage not in ("finished", "held"):
        yield f"{path.name}: {file.stage}"
    if any(category == "internal" for category, _ in cases):
        yield f"{path.name}: {cases}"
    if not cases and file.outcome != "accepted":
        yield f"{path.name}: {file.outcome or file.stage} and nobody is told"
    made = file.documents.exclude(attempts__mapping_version=None).filter(canonicals__is_current=True)
    # Everyone's agreements are for any release; the library knows guides that share only the number of their set.
    found = Counter(
        outcome
        for outcome, format_, set_id, version in made.values_list("outcome", "format", "set_id", "version")
        if format_ != "x12" or standard_mapping(set_id, version) is not None
    )
    wanted = Counter(previewed(content))
    if file.stage == "finished" and found != wanted:
        yield f"{path.name}: {dict(found)} is not {dict(wanted)}"
