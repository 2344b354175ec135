"""Process one unit: translate its sets, write them in one transaction, let the next unit in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from config.core.blobs import open_blob
from config.core.repeatable import repeatable
from partners.services.effective_policies import effective_policies
from transactions.models import WorkUnit
from transactions.pipeline.document_rows import DocumentRows, UnitFacts, failed_rows, rows_of_document, write_rows
from transactions.pipeline.storable import storable_text
from transactions.pipeline.units import check_spans, translate_spans
from transactions.services.admit import admit_next
from transactions.services.carrying import is_stopped
from transactions.services.keep_lease import kept
from transactions.states import OPEN_UNITS, UNIT_FROM, UnitState

# A value that the database or its driver will not take: the document's fault. Any other error is tried again.
UNWRITABLE = (DataError, IntegrityError, ValueError, ArithmeticError)


class LeaseLost(Exception):
    """Another worker has the unit: this one was too slow, and writes nothing."""


class Processed(NamedTuple):
    """admitted: units that got a place. settled: nothing of the file is waiting or at work any more."""

    file_id: UUID
    admitted: list[WorkUnit]
    settled: bool


def process_unit(unit_id: UUID) -> Processed | None:
    """Process an admitted unit, or one whose worker's lease ran out. None when there is nothing to do, or when its
    agreement carries no documents now.

    May run twice and may be killed anywhere: documents appear in the transaction that turns the unit DONE, and only
    for the worker whose token the unit still carries. An error of ours is kept with the unit and raised; the sweeper
    rings for it again, and gives it up after UNIT_MAX_ATTEMPTS.
    """
    unit = _claim(unit_id)
    if unit is None:
        return None
    try:
        with kept(lambda: _renew(unit), settings.UNIT_LEASE_SECONDS):
            _store(unit, list(_translate(unit)))
    except LeaseLost:
        return None
    except Exception as error:
        _put_back(unit, error)
        raise
    return settle(unit)


def settle(unit: WorkUnit) -> Processed:
    """What comes after a unit: whom to let in, and whether its file can be finalised."""
    admitted = admit_next(unit.partner_id) if unit.partner_id is not None else []
    return Processed(unit.file_id, admitted, not has_open_units(unit.file_id))


def has_open_units(file_id: UUID) -> bool:
    """Whether units of the file wait or are at work. Held and dead units wait for a person, not for a worker."""
    return WorkUnit.objects.filter(file_id=file_id, state__in=OPEN_UNITS).exists()


def _claim(unit_id: UUID) -> WorkUnit | None:
    now, token = timezone.now(), uuid4()
    free = Q(state=UnitState.ADMITTED) | Q(state=UnitState.RUNNING, lease_until__lt=now)
    with repeatable():
        begun_seldom = Q(attempts__lt=settings.UNIT_MAX_ATTEMPTS)
        claimed = WorkUnit.objects.filter(free, begun_seldom, ~is_stopped(), pk=unit_id).update(
            state=UnitState.RUNNING,
            lease_token=token,
            lease_until=now + _lease(),
            attempts=F("attempts") + 1,
            changed_at=now,
        )
    if not claimed:
        return None
    related = ("file", "partner", "group__interchange", "agreement__partner", "agreement__assignment__version")
    whole = WorkUnit.objects.select_related(*related).defer("agreement__assignment__version__declaration")
    return whole.get(pk=unit_id, lease_token=token)


def _lease() -> timedelta:
    return timedelta(seconds=settings.UNIT_LEASE_SECONDS)


def _mine(unit: WorkUnit) -> Q:
    return Q(pk=unit.pk, state__in=UNIT_FROM[UnitState.DONE], lease_token=unit.lease_token)


def _renew(unit: WorkUnit) -> int:
    """Lengthen the lease; 0 when another worker has taken the unit meanwhile."""
    return WorkUnit.objects.filter(_mine(unit)).update(lease_until=timezone.now() + _lease())


def _put_back(unit: WorkUnit, error: Exception) -> None:
    """Others may try it, after a pause; the reason stays for integration support."""
    WorkUnit.objects.filter(_mine(unit)).update(
        state=UnitState.ADMITTED,
        lease_until=None,
        changed_at=timezone.now(),
        last_error=storable_text(f"{type(error).__name__}: {error}", 2000),
    )


def _finish(unit: WorkUnit) -> None:
    now = timezone.now()
    if not WorkUnit.objects.filter(_mine(unit)).update(state=UnitState.DONE, lease_until=None, changed_at=now):
        raise LeaseLost


def _translate(unit: WorkUnit) -> Iterator[DocumentRows]:
    policies = effective_policies(unit.partner, unit.agreement)
    facts = UnitFacts.of(unit, policies)
    with open_blob(unit.file.sha256) as stream:
        started = timezone.now()
        if unit.agreement is not None:
            documents = translate_spans(stream, unit.spans, unit.group, unit.set_id, unit.agreement)
        else:
            documents = check_spans(stream, unit.spans, unit.group, unit.set_id, policies)
        for ordinal, document in enumerate(documents, unit.first_document):
            yield rows_of_document(facts, document, ordinal, started)
            started = timezone.now()


def _store(unit: WorkUnit, rows: list[DocumentRows]) -> None:
    """All documents at once; after a failure one by one, so that only the one that cannot be written fails."""
    try:
        with repeatable():
            _finish(unit)
            write_rows(rows)
    except UNWRITABLE:
        with repeatable():
            _finish(unit)
            for row in rows:
                _write_alone(row)


def _write_alone(row: DocumentRows) -> None:
    try:
        with transaction.atomic():
            write_rows([row])
    except UNWRITABLE as error:
        write_rows([failed_rows(row, f"{type(error).__name__}: {error}")])
