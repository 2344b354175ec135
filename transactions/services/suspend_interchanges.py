"""By policy an interchange is taken as a whole or not at all: one wrong set rejects all others of it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from mappings.engine.findings import Code, finding
from partners.services.effective_policies import effective_policies
from transactions.models import Attempt, Document, InboundFile, Interchange, WorkUnit
from transactions.pipeline.rows import place_of
from transactions.pipeline.storable import storable_findings
from transactions.services.cases import Subject, open_case
from transactions.states import (
    CaseCategory,
    DocumentOutcome,
    DocumentStage,
    InterchangeState,
    Queue,
    UnitState,
    Verdict,
)

BATCH = 1000


class Suspension(NamedTuple):
    """waiting: interchanges of which a part is not judged yet; nothing of them is final before it is.

    rejected: documents that are rejected for the sake of others.
    """

    waiting: frozenset[UUID] = frozenset()
    rejected: frozenset[UUID] = frozenset()


def suspend_interchanges(file: InboundFile, verdicts: Iterable[str], *, is_whole: bool) -> Suspension:
    """Reject what shares an interchange with a set that is rejected for its form, where the partner's policy says so.

    Verdict and outcome of those documents change, each with a finding that says why, and one case for an interchange.
    verdicts: of the documents of a locked file that are not final, as AK501 has them: faults of mapping and business
    rules reject nobody else. is_whole: none of the file's units waits for a person. A file in which all is well costs
    nothing.
    """
    if is_whole and Verdict.REJECTED not in verdicts:
        return Suspension()
    waiting: set[UUID] = set()
    rejected: set[UUID] = set()
    for interchange in _taken_as_a_whole(file):
        units = WorkUnit.objects.filter(group__interchange=interchange)
        if units.exclude(state=UnitState.DONE).exists():
            waiting.add(interchange.pk)
            continue
        pending = Document.objects.filter(group__interchange=interchange, stage=DocumentStage.PROCESSED)
        judged = list(pending.order_by("ordinal").values_list("pk", "verdict"))
        others = [pk for pk, verdict in judged if verdict != Verdict.REJECTED]
        wrong = len(judged) - len(others)
        if wrong and others:
            _reject(interchange, others, wrong)
            rejected.update(others)
    return Suspension(frozenset(waiting), frozenset(rejected))


def _taken_as_a_whole(file: InboundFile) -> Iterator[Interchange]:
    taken = Interchange.objects.filter(file=file, state=InterchangeState.OPEN, is_refused=False, partner__isnull=False)
    for interchange in taken.select_related("partner"):
        if interchange.partner and effective_policies(interchange.partner).suspension == "interchange":
            interchange.file = file
            yield interchange


def _reject(interchange: Interchange, others: list[UUID], wrong: int) -> None:
    named = "1 set" if wrong == 1 else f"{wrong} sets"
    message = f"{named} of interchange {interchange.control_number} cannot be taken, so nothing of it is"
    found = finding(Code.INTERCHANGE_SUSPENDED, message, place_of(interchange), interchange.control_number)
    kept = storable_findings([found])
    for start in range(0, len(others), BATCH):
        batch = others[start : start + BATCH]
        Document.objects.filter(pk__in=batch).update(
            verdict=Verdict.REJECTED, outcome=DocumentOutcome.REJECTED, errors=F("errors") + 1
        )
        attempts = list(Attempt.objects.filter(document__in=batch, number=1))
        for attempt in attempts:
            attempt.findings = [*kept, *attempt.findings]
            attempt.errors += 1
            attempt.outcome = DocumentOutcome.REJECTED
        Attempt.objects.bulk_update(attempts, ["findings", "errors", "outcome"], batch_size=200)
    open_case(Subject.of_interchange(interchange), CaseCategory.ENVELOPE, Queue.INTEGRATION, found)
