"""Split a received file into interchanges, groups and units of work, and admit the first units."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from config.core.blobs import open_blob
from config.core.repeatable import repeatable
from mappings.engine.findings import Code, finding
from transactions.models import FunctionalGroup, InboundFile, Verb, WorkUnit
from transactions.pipeline.plan import FilePlan, PlannedInterchange, plan_file
from transactions.pipeline.rows import rows_of
from transactions.pipeline.storable import storable_findings
from transactions.services.acknowledge import acknowledge_interchange
from transactions.services.admit import admit
from transactions.services.cases import Subject, open_case, open_cases
from transactions.services.route import Router, case_of_hold
from transactions.services.trail import record
from transactions.states import FILE_FROM, CaseCategory, FileOutcome, FileStage, InterchangeState, Queue


def split_file(file_id: UUID) -> list[WorkUnit] | None:
    """Split a received file. Returns the units that were admitted, of this file or of earlier ones of its partners.

    None when there was nothing to do: another worker holds it, or it was split before. May run twice and may be
    killed anywhere: all rows are written in the one transaction that moves the file on from RECEIVED.
    """
    file = _claim(file_id)
    if file is None:
        return None
    try:
        return _split(file)
    except Exception:
        # Others may try it at once; the attempt is counted, and the sweeper gives up after UNIT_MAX_ATTEMPTS.
        InboundFile.objects.filter(pk=file.pk, stage=FileStage.RECEIVED).update(lease_until=timezone.now())
        raise


def _split(file: InboundFile) -> list[WorkUnit] | None:
    with open_blob(file.sha256) as stream:
        plan = plan_file(stream, settings.UNIT_MAX_DOCUMENTS)
    with repeatable():
        if not _move(file, FileStage.PROCESSING):
            return None
        if plan.interchanges:
            return _write(file, plan)
        _finish_unreadable(file, plan)
        return []


def _claim(file_id: UUID) -> InboundFile | None:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    with repeatable():
        claimed = InboundFile.objects.filter(free, pk=file_id, stage=FileStage.RECEIVED).update(
            lease_until=now + timedelta(seconds=settings.SPLIT_LEASE_SECONDS), attempts=F("attempts") + 1
        )
    if not claimed:
        return None
    return InboundFile.objects.select_related("connection", "partner").get(pk=file_id)


def _move(file: InboundFile, stage: FileStage, **fields: object) -> bool:
    allowed = InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[stage])
    return bool(allowed.update(stage=stage, lease_until=None, **fields))


def _finish_unreadable(file: InboundFile, plan: FilePlan) -> None:
    findings = plan.findings or [finding(Code.FILE_UNREADABLE)]
    _move(
        file,
        FileStage.FINISHED,
        outcome=FileOutcome.UNREADABLE,
        findings=storable_findings(findings, settings.FINDINGS_PER_ATTEMPT),
        finished_at=timezone.now(),
    )
    record(file.pk, Verb.UNREADABLE, code=findings[0].code.value, reason=findings[0].message)
    open_case(Subject.of_file(file), CaseCategory.UNREADABLE, Queue.INTEGRATION, findings[0])


def _write(file: InboundFile, plan: FilePlan) -> list[WorkUnit]:
    router = Router(file)
    partners: set[int] = set()
    next_unit = 1
    for planned in plan.interchanges:
        units = _write_interchange(file, planned, router, next_unit)
        next_unit += len(units)
        partners |= {unit.partner_id for unit in units if unit.partner_id is not None}
    InboundFile.objects.filter(pk=file.pk).update(
        format="X12",
        documents_total=plan.documents,
        findings=storable_findings(plan.findings, settings.FINDINGS_PER_ATTEMPT),
    )
    record(file.pk, Verb.SPLIT, interchanges=len(plan.interchanges), documents=plan.documents, units=next_unit - 1)
    return [unit for partner_id in sorted(partners) for unit in admit(partner_id)]


def _write_interchange(
    file: InboundFile, planned: PlannedInterchange, router: Router, first_unit: int
) -> list[WorkUnit]:
    interchange, groups, units = rows_of(file, planned, first_unit)
    holds = router.decide(interchange, groups, units)
    interchange.save(force_insert=True)
    FunctionalGroup.objects.bulk_create(groups, batch_size=500)
    WorkUnit.objects.bulk_create(units, batch_size=200)
    open_cases(case_of_hold(interchange, hold) for hold in holds)
    for hold in holds:
        verb = Verb.REFUSED if hold.category is CaseCategory.ENVELOPE else Verb.HELD
        record(file.pk, verb, interchange=interchange.control_number, reason=hold.reason.message)
    if interchange.partner is not None and interchange.state == InterchangeState.OPEN:
        acknowledge_interchange(interchange, router.policies(interchange.partner))
    return units
