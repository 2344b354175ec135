"""Split a received file into envelopes and units of work, and admit the first units."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from config.core.blobs import open_blob
from config.core.repeatable import repeatable
from mappings.engine.findings import Finding, Severity
from mappings.services.known_layouts import known_layouts
from partners.services.effective_policies import effective_policies
from transactions.models import FunctionalGroup, InboundFile, Interchange, Verb, WorkUnit
from transactions.pipeline.answers import ReadAnswer, read_planned
from transactions.pipeline.plan import FilePlan, PlannedBatch, PlannedInterchange
from transactions.pipeline.plan_file import plan_file
from transactions.pipeline.planned_units import Limits
from transactions.pipeline.rows import InterchangeRows, rows_of, rows_of_batch
from transactions.pipeline.storable import storable_findings
from transactions.pipeline.strictness import envelope_by_policy
from transactions.services.acknowledge import acknowledge_interchange, pair_of
from transactions.services.admit import admit
from transactions.services.cases import Subject, open_case, open_cases
from transactions.services.claim_envelopes import claim_order
from transactions.services.keep_lease import kept
from transactions.services.pace import wait_of
from transactions.services.record_answers import record_answers
from transactions.services.route import Hold, Router, case_of_hold
from transactions.services.trail import record
from transactions.states import FILE_FROM, CaseCategory, FileOutcome, FileStage, InterchangeState, Queue, WaitsFor

UNITS_AT_ONCE = 50
"""Units that are in memory while they are written."""


def split_file(file_id: UUID) -> list[WorkUnit] | None:
    """Split a received file. Returns the units that were admitted, of this file or of earlier ones of its partners.

    None when there was nothing to do: another worker holds it, or it was split before. May run twice and may be
    killed anywhere: all rows are written in the one transaction that moves the file on from RECEIVED.
    """
    file = _claim(file_id)
    if file is None:
        return None
    ours = InboundFile.objects.filter(pk=file.pk, stage=FileStage.RECEIVED, attempts=file.attempts)
    try:
        with kept(lambda: ours.update(lease_until=timezone.now() + _lease()), settings.SPLIT_LEASE_SECONDS):
            return _split(file)
    except Exception:
        # Others may try it at once; the attempt is counted, and the sweeper gives up after UNIT_MAX_ATTEMPTS.
        ours.update(lease_until=timezone.now())
        raise


def _lease() -> timedelta:
    return timedelta(seconds=settings.SPLIT_LEASE_SECONDS)


def _split(file: InboundFile) -> list[WorkUnit] | None:
    partner = file.connection.partner if file.connection is not None else file.partner
    limits = Limits(settings.UNIT_MAX_DOCUMENTS, settings.UNIT_MAX_BYTES)
    with open_blob(file.sha256) as stream:
        plan = plan_file(stream, limits, lambda: known_layouts(partner, file.environment))
        delimiters = {planned.ordinal: planned.delimiters for planned in plan.interchanges}
        plan.findings = envelope_by_policy(plan.findings, effective_policies(partner))
        answers = [read_planned(stream, planned, delimiters[planned.interchange]) for planned in plan.answers]
    with repeatable():
        if not _move_on(file, plan):
            return None
        if plan.interchanges or plan.documents:
            return _write(file, plan, answers)
        if plan.needs_mapping is not None:
            _hold(file, plan.needs_mapping)
        else:
            _finish_unreadable(file, plan)
        return []


def _claim(file_id: UUID) -> InboundFile | None:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Q(waits_until=None) | Q(waits_until__lte=now)
    with repeatable():
        claimed = InboundFile.objects.filter(free, due, pk=file_id, stage=FileStage.RECEIVED).update(
            lease_until=now + _lease(),
            attempts=F("attempts") + 1,
            begun_at=Coalesce("begun_at", Value(now)),
        )
        if not claimed:
            return None
        whole = InboundFile.objects.select_related("connection__partner__calendar", "partner__calendar")
        file = whole.get(pk=file_id)
        return None if file.begun_at == now and _must_wait(file, now) else file


def _must_wait(file: InboundFile, now: datetime) -> bool:
    """Whether the partner's policies put the work on this file off. It keeps when, and why; the sweeper rings then."""
    partner = file.partner or (file.connection.partner if file.connection is not None else None)
    wait = wait_of(file.pk, partner, effective_policies(partner), now) if partner is not None else None
    if wait is None:
        return False
    InboundFile.objects.filter(pk=file.pk, stage=FileStage.RECEIVED).update(
        lease_until=None,
        attempts=F("attempts") - 1,
        begun_at=None,
        waits_until=wait.until,
        waits_for=wait.reason,
    )
    if file.waits_for != wait.reason:  # each time it is put off again for the same reason says nothing new
        words = f"until {wait.until:%Y-%m-%d %H:%M} UTC: {wait.reason.label.lower()}"
        record(file.pk, Verb.POSTPONED, words=words)
    return True


def _move_on(file: InboundFile, plan: FilePlan) -> bool:
    """False when somebody else split the file meanwhile, or gave it up."""
    file.findings = storable_findings(plan.findings, settings.FINDINGS_PER_ATTEMPT)
    return bool(
        InboundFile.objects.filter(pk=file.pk, stage=FileStage.RECEIVED).update(
            stage=FileStage.PROCESSING,
            lease_until=None,
            waits_until=None,
            waits_for=WaitsFor.NOTHING,
            format=plan.format.value,
            documents_total=plan.documents,
            findings=file.findings,
        )
    )


def _finish_unreadable(file: InboundFile, plan: FilePlan) -> None:
    errors = [found for found in plan.findings if found.severity is Severity.ERROR]
    reason = (errors or plan.findings)[0]  # whatever cannot be read has one
    InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[FileStage.FINISHED]).update(
        stage=FileStage.FINISHED, outcome=FileOutcome.UNREADABLE, finished_at=timezone.now()
    )
    record(file.pk, Verb.UNREADABLE, code=reason.code.value, reason=reason.message)
    open_case(Subject.of_file(file), CaseCategory.UNREADABLE, Queue.INTEGRATION, reason)


def _hold(file: InboundFile, reason: Finding) -> None:
    """A readable file that no mapping fits waits for one; nothing of it is lost."""
    InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[FileStage.HELD]).update(stage=FileStage.HELD)
    record(file.pk, Verb.HELD, code=reason.code.value, reason=reason.message)
    open_case(Subject.of_file(file), CaseCategory.UNROUTABLE, Queue.ONBOARDING, reason)


def _write(file: InboundFile, plan: FilePlan, answers: Sequence[ReadAnswer]) -> list[WorkUnit]:
    """Claims first (of groups, then of interchanges), then numbers of TA1s, then places of partners, each in one order
    everywhere: no two files that are split at once wait for each other in a circle.
    """
    router = Router(file)
    partners: set[int] = set()
    read: list[Interchange] = []
    in_order = sorted(_numbered(plan), key=lambda one: claim_order(one[0].header))
    used = router.claim_groups(rows_of(file, planned, first)[:2] for planned, first in in_order)
    for planned, first_unit in in_order:
        rows = rows_of(file, planned, first_unit)
        read.append(_write_interchange(rows, router, used, partners))
    next_unit = 1 + sum(len(group.units) for planned in plan.interchanges for group in planned.groups)
    for batch in plan.batches:
        _write_batch(file, batch, router, next_unit, partners)
        next_unit += len(batch.units)
    answered = {answer.interchange for answer in answers}
    only_answers = {one.ordinal for one in plan.interchanges if not one.groups and one.ordinal in answered}
    for interchange in sorted(read, key=pair_of):
        if interchange.ordinal in only_answers:
            continue  # a TA1 is never answered by another
        if interchange.partner is not None and interchange.state == InterchangeState.OPEN:
            acknowledge_interchange(interchange, router.policies(interchange.partner))
    record(
        file.pk,
        Verb.SPLIT,
        interchanges=len(plan.interchanges),
        documents=plan.documents,
        units=plan.unit_count,
    )
    if answers:
        # Those of an interchange that is held are read when it is released.
        open_ones = {one.ordinal: one for one in read if one.state == InterchangeState.OPEN}
        now = [answer for answer in answers if answer.interchange in open_ones]
        record_answers(file, now, open_ones, plan.answers_total - len(answers))
    _tell_of_lost_parts(file, plan)
    return [unit for partner_id in sorted(partners) for unit in admit(partner_id)]


def _numbered(plan: FilePlan) -> Iterator[tuple[PlannedInterchange, int]]:
    """Each interchange with the ordinal of its first unit in the file, from 1."""
    next_unit = 1
    for planned in plan.interchanges:
        yield planned, next_unit
        next_unit += sum(len(group.units) for group in planned.groups)


def _tell_of_lost_parts(file: InboundFile, plan: FilePlan) -> None:
    """What stands between documents and was meant to be one is nobody's document: a person must see it."""
    lost = next((found for found in plan.findings if found.severity is Severity.ERROR), None)
    if lost is not None:
        open_case(Subject.of_file(file), CaseCategory.UNREADABLE, Queue.INTEGRATION, lost)


def _write_interchange(
    rows: InterchangeRows, router: Router, used: Mapping[UUID, datetime], partners: set[int]
) -> Interchange:
    interchange, groups, units = rows
    holds = router.decide(interchange, groups, _written(units, partners), used)
    interchange.save(force_insert=True)
    FunctionalGroup.objects.bulk_create(groups, batch_size=500)
    open_cases(case_of_hold(interchange, hold) for hold in holds)
    _record_holds(interchange, holds)
    return interchange


def _write_batch(file: InboundFile, planned: PlannedBatch, router: Router, first_unit: int, partners: set[int]) -> None:
    group, units = rows_of_batch(file, planned, first_unit)
    holds = router.route_batch(group, _written(units, partners))
    group.save(force_insert=True)
    open_cases(case_of_hold(None, hold) for hold in holds)
    for hold in holds:
        record(file.pk, Verb.HELD, batch=group.ordinal, reason=hold.reason.message)


def _written(units: Iterator[WorkUnit], partners: set[int]) -> Iterator[WorkUnit]:
    """The units, to be decided about one after the other; some at a time they are written, and forgotten.

    partners: gets those whose they are. The groups are written later: the database looks for them at the end.
    """
    while some := list(islice(units, UNITS_AT_ONCE)):
        yield from some
        WorkUnit.objects.bulk_create(some)
        partners |= {unit.partner_id for unit in some if unit.partner_id is not None}


def _record_holds(interchange: Interchange, holds: Sequence[Hold]) -> None:
    """One event for what is refused and one for what is held; their cases say each reason."""
    for verb in (Verb.REFUSED, Verb.HELD):
        reasons = [
            hold.reason.message for hold in holds if (verb is Verb.REFUSED) == (hold.category is CaseCategory.ENVELOPE)
        ]
        if reasons:
            number = interchange.control_number
            record(interchange.file_id, verb, interchange=number, reason=reasons[0], reasons=len(reasons))
