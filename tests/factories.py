"""Rows for tests, made through the models: a partner with its set-up, and a file with all that comes of it.

Nothing here goes through the pipeline, so that a test of a screen fails for the screen's own faults only.
"""

import itertools
import json
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import Permission
from django.utils import timezone

from config.core.blobs import store
from config.core.ids import derived_uuid7
from config.core.models import User
from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.x12.header import GroupHeader
from mappings.models import Assignment, Mapping, MappingVersion, VersionStatus
from partners.models import Agreement, AgreementStatus, ApiKey, Connection, Environment, Identity, Partner, Protocol
from tests.orders import order_body, order_set
from tests.sent import sent_row
from transactions.models import (
    Acknowledgment,
    Attempt,
    CanonicalDocument,
    ClaimScope,
    Document,
    DuplicateClaim,
    Event,
    ExceptionCase,
    FunctionalGroup,
    InboundFile,
    Interchange,
    Verb,
    WorkUnit,
)
from transactions.pipeline.storable import storable_findings, storable_json
from transactions.states import (
    CaseCategory,
    DocumentOutcome,
    DocumentStage,
    FileOutcome,
    FileStage,
    InterchangeState,
    Lane,
    Queue,
    UnitState,
)
from transactions.states import Verdict as SetVerdict

_numbers = itertools.count(1)

PASSWORD = "a long password for tests"


def make_user(name: str = "", *, permissions: tuple[str, ...] = (), is_superuser: bool = False) -> User:
    """A staff person. permissions: "app.codename"; "*.view" stands for every view permission."""
    user = User.objects.create_user(
        name or f"user{next(_numbers)}", password=PASSWORD, is_staff=True, is_superuser=is_superuser
    )
    for wanted in permissions:
        if wanted == "*.view":
            user.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
        else:
            app, codename = wanted.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


DECLARATION = {
    "mapping": "short-order",
    "source": {"format": "x12", "set": "850", "releases": ["004010"]},
    "target": "order/1",
    "rules": {
        "number": {"from": "BEG03", "required": "An order needs its number."},
        "purpose": {"constant": "original"},
        "type": {"constant": "standard"},
        "totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}}}}},
    },
}


class PartnerSetup(NamedTuple):
    partner: Partner
    identity: Identity
    connection: Connection
    api_key: ApiKey
    agreement: Agreement
    mapping: Mapping
    version: MappingVersion
    assignment: Assignment


def make_partner(code: str = "", *, name: str = "") -> PartnerSetup:
    """A partner that may send 850s in production, with a key and a published mapping."""
    number = next(_numbers)
    code = code or f"partner-{number}"
    partner = Partner.objects.create(code=code, name=name or f"Partner {number}")
    identity = Identity.objects.create(partner=partner, qualifier="ZZ", value=f"SENDER{number}")
    connection = Connection.objects.create(partner=partner, protocol=Protocol.API, name="API")
    api_key = ApiKey.objects.create(connection=connection, label="ERP", prefix=f"k{number:07}", digest="0" * 64)
    policies = {"unknown_codes": "reject"}
    agreement = Agreement.objects.create(partner=partner, status=AgreementStatus.LIVE, policies=policies)
    mapping = Mapping.objects.create(code=f"map-{number}", name=f"850 of {code}", canonical="order/1", set_id="850")
    version = MappingVersion.objects.create(
        mapping=mapping,
        number=1,
        declaration=DECLARATION,
        checksum="ab" * 32,
        status=VersionStatus.PUBLISHED,
        published_at=timezone.now(),
    )
    assignment = Assignment.objects.create(agreement=agreement, version=version)
    return PartnerSetup(partner, identity, connection, api_key, agreement, mapping, version, assignment)


class Made(NamedTuple):
    """A file and what came of it, in the order of the file."""

    setup: PartnerSetup
    file: InboundFile
    interchange: Interchange
    group: FunctionalGroup
    unit: WorkUnit
    documents: list[Document]
    acknowledgment: Acknowledgment
    cases: list[ExceptionCase]


UNIT_FINDING = finding(
    Code.ELEMENT_CODE_INVALID,
    "PO103 is not in code list 355",
    Place(segment=11, segment_id="PO1", loop="PO1Loop1", element=3, element_id="355"),
    "XX",
)
LINE_FINDING = finding(Code.QUANTITY_NOT_POSITIVE, place=Place(segment=9, segment_id="PO1", element=2), value="0")


def make_file(
    setup: PartnerSetup | None = None,
    *,
    documents: int = 1,
    failing: int = 0,
    findings: tuple[Finding, ...] = (),
    party_name: str = "Acme Stores",
    received_at: datetime | None = None,
) -> Made:
    """A finished file with one interchange and group.

    documents: how many sets; the last `failing` of them are rejected, each with an open case. findings: what the
    rejected ones have, LINE_FINDING and UNIT_FINDING when empty.
    """
    setup = setup or make_partner()
    serial = next(_numbers)
    at = received_at or timezone.now() - timedelta(minutes=5)
    keys = [f"PO-{serial}-{ordinal}" for ordinal in range(1, documents + 1)]
    sets = [order_set(key, f"{i:04}", name=party_name) for i, key in enumerate(keys, 1)]
    head = f"ISA*00*          *00*          *ZZ*{setup.identity.value:<15}*ZZ*{'ONRAMP':<15}*261120*1200*U*00401*"
    head += f"{serial:09}*0*P*>~\nGS*PO*{setup.identity.value}*ONRAMP*20261120*1200*{serial}*X*004010~\n"
    tail = f"GE*{documents}*{serial}~\nIEA*1*{serial:09}~\n"
    content = b"".join((head.encode(), *sets, tail.encode()))
    blob = store([content])
    accepted = documents - failing
    file = InboundFile.objects.create(
        partner=setup.partner,
        environment=Environment.PRODUCTION,
        connection=setup.connection,
        channel="api",
        received_by=str(setup.api_key),
        sha256=blob.sha256,
        size=blob.size,
        name=f"orders-{serial}.edi",
        format="X12",
        lane=Lane.INTERACTIVE,
        stage=FileStage.FINISHED,
        outcome=FileOutcome.ACCEPTED if not failing else FileOutcome.PARTLY if accepted else FileOutcome.REJECTED,
        documents_total=documents,
        documents_accepted=accepted,
        received_at=at,
        finished_at=at + timedelta(seconds=1),
    )
    interchange = Interchange.objects.create(
        id=derived_uuid7(file.pk, "interchange", 1),
        file=file,
        ordinal=1,
        partner=setup.partner,
        environment=file.environment,
        control_number=f"{serial:09}",
        sender=f"ZZ:{setup.identity.value}",
        receiver="ZZ:ONRAMP",
        header={"elements": [element.strip() for element in head.split("~")[0].split("*")[1:]]},
        delimiters={"element": "*", "segment": "~", "component": ">", "repetition": ""},
        offset=0,
        length=len(content),
        state=InterchangeState.OPEN,
    )
    group = FunctionalGroup.objects.create(
        id=derived_uuid7(interchange.pk, "group", 1),
        file=file,
        interchange=interchange,
        ordinal=1,
        functional_id="PO",
        control_number=str(serial),
        version="004010",
        header=storable_json(
            GroupHeader("PO", setup.identity.value, "ONRAMP", "20261120", "1200", str(serial), "X", "004010")
        ),
        set_count=documents,
    )
    offset, spans = len(head), []
    for ordinal, raw in enumerate(sets, 1):
        spans.append([offset, len(raw), ordinal])
        offset += len(raw)
    unit = WorkUnit.objects.create(
        id=derived_uuid7(file.pk, "unit", 1),
        file=file,
        group=group,
        ordinal=1,
        first_document=1,
        spans=spans,
        set_id="850",
        partner=setup.partner,
        environment=file.environment,
        agreement=setup.agreement,
        lane=file.lane,
        state=UnitState.DONE,
        attempts=1,
        changed_at=at,
    )
    faults = findings or (LINE_FINDING, UNIT_FINDING)
    made = [
        _document(setup, unit, key, span, faults if ordinal > accepted else (), at)
        for ordinal, (key, span) in enumerate(zip(keys, spans, strict=True), 1)
    ]
    acknowledgment = _acknowledgment(setup, group, accepted, documents, at)
    Event.objects.create(file=file, verb=Verb.RECEIVED, actor=file.received_by, data={"channel": "api"}, at=at)
    Event.objects.create(file=file, verb=Verb.FINISHED, data={"accepted": accepted}, at=at + timedelta(seconds=1))
    DuplicateClaim.objects.create(scope=ClaimScope.FILE, digest=f"{serial:064}", file=file, holder=file.pk, at=at)
    cases = [_case(document, faults[0], at) for document in made[accepted:]]
    return Made(setup, file, interchange, group, unit, made, acknowledgment, cases)


def _document(
    setup: PartnerSetup, unit: WorkUnit, key: str, span: list[int], findings: tuple[Finding, ...], at: datetime
) -> Document:
    offset, length, ordinal = span
    errors = sum(1 for found in findings if found.severity == "error")
    warnings = sum(1 for found in findings if found.severity == "warning")
    outcome = DocumentOutcome.REJECTED if findings else DocumentOutcome.ACCEPTED
    document = Document.objects.create(
        id=derived_uuid7(unit.file_id, "document", ordinal),
        file=unit.file,
        unit=unit,
        group=unit.group,
        partner=setup.partner,
        environment=unit.environment,
        agreement=setup.agreement,
        ordinal=ordinal,
        set_ordinal=ordinal,
        kind="order",
        set_id="850",
        version="004010",
        control_number=f"{ordinal:04}",
        business_key=key,
        offset=offset,
        length=length,
        stage=DocumentStage.FINAL,
        outcome=outcome,
        verdict=SetVerdict.WITH_ERRORS if warnings else SetVerdict.ACCEPTED,
        errors=errors,
        warnings=warnings,
        received_at=at,
        final_at=at + timedelta(seconds=1),
    )
    Attempt.objects.create(
        id=derived_uuid7(document.pk, "attempt", 1),
        document=document,
        number=1,
        mapping_version=setup.version,
        outcome=outcome,
        findings=storable_findings(findings),
        errors=errors,
        warnings=warnings,
        started_at=at,
        microseconds=1_250,
    )
    CanonicalDocument.objects.create(
        id=derived_uuid7(document.pk, "canonical", 1),
        document=document,
        partner=setup.partner,
        environment=document.environment,
        revision=1,
        schema="order/1",
        body=json.dumps(order_body(key)),
        business_key=key,
        purpose="original",
        total="109.50",
        currency="USD",
        line_count=2,
        created_at=at,
    )
    verb = Verb.REJECTED if findings else Verb.ACCEPTED
    Event.objects.create(file=unit.file, document_id=document.pk, verb=verb, data={"errors": errors}, at=at)
    return document


def _acknowledgment(
    setup: PartnerSetup, group: FunctionalGroup, accepted: int, received: int, at: datetime
) -> Acknowledgment:
    number = next(_numbers)
    verdict = "A" if accepted == received else "P" if accepted else "R"
    text = (
        f"ISA*00*          *00*          *ZZ*{'ONRAMP':<15}*ZZ*{setup.identity.value:<15}*261120*1201*U*00401*"
        f"{number:09}*0*P*>~GS*FA*ONRAMP*{setup.identity.value}*20261120*1201*{number}*X*004010~ST*997*0001~"
        f"AK1*PO*{group.control_number}~AK9*{verdict}*{received}*{received}*{accepted}~SE*4*0001~"
        f"GE*1*{number}~IEA*1*{number:09}~"
    )
    made = Acknowledgment.objects.create(
        id=derived_uuid7(group.pk, "997", 1),
        file=group.file,
        interchange=group.envelope,
        group=group,
        partner=setup.partner,
        environment=group.environment,
        kind="997",
        verdict=verdict,
        control_number=f"{number:09}",
        content=text.encode(),
        created_at=at,
    )
    return sent_row(made, f"ZZ:{setup.identity.value}", str(number))


def _case(document: Document, reason: Finding, at: datetime) -> ExceptionCase:
    return ExceptionCase.objects.create(
        subject=document.pk,
        file=document.file,
        interchange=document.group.interchange,
        group=document.group,
        document=document,
        partner=document.partner,
        environment=document.environment,
        category=CaseCategory.BUSINESS,
        queue=Queue.CUSTOMER_SERVICE,
        code=reason.code,
        summary=reason.message,
        finding=storable_json(reason),
        opened_at=at,
    )
