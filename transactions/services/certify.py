"""Judge what partners send in their tests: each document against the scenarios that are still open.

May run twice, by several at once, and be killed anywhere: a run's id is derived from what it judged, so that the
second collides with the first, and whoever writes holds the lock of the certification.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Trim, Upper
from django.utils import timezone

from config.core.ids import derived_uuid7
from partners.models import Agreement, AgreementStatus, Direction, Environment
from partners.services.recheck import recheck
from partners.services.recognise import RELEASE_DIGITS
from transactions.certification.catalogue import Scenario, is_passed, run_checks
from transactions.certification.registry import Check
from transactions.certification.seen import Said
from transactions.models import (
    Certification,
    CertificationRun,
    CertificationUpload,
    Document,
    ExceptionCase,
    InboundFile,
    SentSet,
)
from transactions.services.cases import close_case
from transactions.services.certification_seen import answered_of, judged, seen_of
from transactions.services.certification_state import has_mapping, open_states, plan
from transactions.services.certification_terms import terms_of
from transactions.states import AnswerState, CaseStatus, Disposition, DocumentStage, FileStage

OVERLAP = timedelta(minutes=2)  # documents are final a little before others can see them
AT_ONCE = 100
OF_ONE_FILE = 50  # its first documents: a test of many thousands shows no more than these
FORMATS = {"X12": "x12", "XML": "xml", "TEXT": "text"}
MEANT = frozenset({"finds", "recognised"})  # checks that want what is an exception otherwise
SAID_OF_NONE = Said(
    False,
    "No document for this agreement could be read from the file.",
    "Open the report of the file: it says what is wrong with it. Mend that, and send it again.",
)
Results = list[tuple[Check, Said]]


class Judged(NamedTuple):
    """A scenario with what its checks say."""

    scenario: Scenario
    results: Results

    @property
    def passed(self) -> bool:
        return is_passed(self.results)

    @property
    def share(self) -> float:
        return sum(said.is_ok for _, said in self.results) / len(self.results)


def certify(agreement: Agreement) -> int:
    """Judge what came for an agreement and was not judged in this round. Returns how many runs were made.

    Nothing without a mapping: there are no terms yet. Raises what `judged` raises.
    """
    if not any(one.is_asked for one in plan(agreement)) or not has_mapping(agreement):
        return 0
    now = timezone.now()
    certification = certification_of(agreement)
    made = sum(_judge_upload(certification, upload) for upload in _uploads(certification))
    documents = list(_waiting(certification)[:AT_ONCE]) if open_states(agreement) else []
    made += sum(_judge(certification, document) for document in documents)
    made += sum(_judge_answer(certification, sent) for sent in _answered(certification))
    if len(documents) < AT_ONCE:
        Certification.objects.filter(pk=certification.pk, round=certification.round).update(seen_until=now)
    if made:
        recheck(agreement)
    return made


def certification_of(agreement: Agreement) -> Certification:
    """Its row, with its agreement; made when there is none. What came since the agreement was made counts."""
    kept, _ = Certification.objects.get_or_create(agreement=agreement, defaults={"begun_at": agreement.created_at})
    kept.agreement = agreement
    return kept


def test_documents(agreement: Agreement) -> QuerySet[Document]:
    """The partner's test documents that are what the agreement is about, with what `judged` needs."""
    if agreement.direction != Direction.INBOUND:
        return Document.objects.none()
    rows = Document.objects.filter(
        partner=agreement.partner_id,
        environment=Environment.TEST,
        set_id=agreement.set_id,
        format=FORMATS.get(agreement.standard, ""),
        stage=DocumentStage.FINAL,
        ordinal__lte=OF_ONE_FILE,
    )
    if agreement.standard == "X12" and agreement.release:
        # As `releases_covering` has it: the release with its suffix, or one without a suffix for all suffixes.
        named = Q(said=agreement.release)
        if len(agreement.release) == RELEASE_DIGITS:
            named |= Q(said__startswith=agreement.release)
        rows = rows.alias(said=Upper(Trim("version"))).filter(named)
    return rows.select_related("unit", "file", "group__interchange").defer("file__findings")


def judge_again(agreement: Agreement) -> int:
    """Judge what passed once more, by the agreement as it is now: a change needs no new test where nothing depends on
    it. Returns how many runs were made.
    """
    certification = certification_of(agreement)
    made = 0
    for state in open_states(agreement):
        run = next((run for run in state.runs if run.passed and run.document_id is not None), None)
        if run is not None:
            for document in test_documents(agreement).filter(certification_runs=run):
                made += _judge(certification, document, chosen=state.scenario, again=True)
    if made:
        recheck(agreement)
    return made


def _waiting(certification: Certification) -> QuerySet[Document]:
    """Those of this round without a run, in the order in which they became final."""
    runs = CertificationRun.objects.filter(
        agreement=certification.agreement_id,
        round=certification.round,
        document=OuterRef("pk"),
        attempt=OuterRef("attempt"),
    )
    rows = test_documents(certification.agreement).filter(~Exists(runs), received_at__gte=certification.begun_at)
    if certification.seen_until is not None:
        rows = rows.filter(final_at__gte=certification.seen_until - OVERLAP)
    return rows.order_by("final_at", "id")


def _uploads(certification: Certification) -> list[CertificationUpload]:
    """Files that were sent for a scenario, whose work is over."""
    rows = CertificationUpload.objects.filter(
        agreement=certification.agreement_id,
        round=certification.round,
        judged_at=None,
        file__stage__in=[FileStage.FINISHED, FileStage.HELD],
    )
    return list(rows.select_related("file").order_by("id")[:AT_ONCE])


def _judge_upload(certification: Certification, upload: CertificationUpload) -> int:
    """Each document of the file against the scenario that was named; without any, the file itself did not pass."""
    agreement, made = certification.agreement, 0
    documents = list(test_documents(agreement).filter(file=upload.file_id).order_by("ordinal"))
    for scenario in [one.scenario for one in plan(agreement) if one.scenario.code == upload.scenario]:
        made += sum(_judge(certification, document, chosen=scenario) for document in documents)
        if not documents:
            made += _judge_none(certification, scenario, upload.file)
    CertificationUpload.objects.filter(pk=upload.pk).update(judged_at=timezone.now())
    return made


def _judge(
    certification: Certification, document: Document, *, chosen: Scenario | None = None, again: bool = False
) -> bool:
    """One document against the scenario that is chosen, else against those that are open. False: no run was made."""
    agreement = certification.agreement
    if chosen is None and not open_states(agreement):
        return False
    translated, terms = judged(agreement, document), terms_of(agreement)
    came_again = document.file.certification_uploads.filter(came_again=True, agreement=agreement).exists()
    # Once for each scenario that it is said to be for, and once where nobody says for which.
    about = f"certification:{agreement.pk}:{certification.round}:{chosen.code if chosen else ''}:{came_again}"
    about += f":{','.join(terms.values())}" if again else ""
    run = CertificationRun(
        id=derived_uuid7(document.pk, about, document.attempt),
        file=document.file,
        document=document,
        attempt=document.attempt,
        name=str(document)[:120],
        sha256=document.file.sha256,
        is_chosen=chosen is not None,
        stood_on=terms,
    )

    def tried() -> list[Judged]:
        candidates = [chosen] if chosen else [one.scenario for one in open_states(agreement)]
        seen = seen_of(agreement, document, translated, certification.begun_at, came_again=came_again)
        return [Judged(scenario, run_checks(scenario, seen)) for scenario in candidates]

    return _store(certification, run, tried)


def _judge_none(certification: Certification, scenario: Scenario, file: InboundFile) -> bool:
    run = CertificationRun(
        id=derived_uuid7(file.pk, f"certification:{certification.agreement_id}:{scenario.code}", certification.round),
        file=file,
        name=str(file)[:120],
        sha256=file.sha256,
        is_chosen=True,
        stood_on=terms_of(certification.agreement),
    )
    results = [(asked.check, SAID_OF_NONE) for asked in scenario.asked()[:1]]
    return _store(certification, run, lambda: [Judged(scenario, results)])


def _answered(certification: Certification) -> list[SentSet]:
    """Test documents of ours that the partner spoke of, or was to speak of by now."""
    agreement = certification.agreement
    if agreement.direction != Direction.OUTBOUND:
        return []
    rows = SentSet.objects.filter(
        group__partner=agreement.partner_id,
        group__environment=Environment.TEST,
        group__sent_at__gte=certification.begun_at,
        set_id=agreement.set_id,
    ).exclude(outcome__in=[AnswerState.NONE, AnswerState.WAITING])
    return list(rows.select_related("group").order_by("-pk")[:AT_ONCE])


def _judge_answer(certification: Certification, sent: SentSet) -> int:
    """What is said of one document of ours may show several scenarios at once: it is sent to show them all."""
    agreement = certification.agreement
    terms, answered, made = terms_of(agreement), answered_of(sent), 0
    for state in open_states(agreement):
        scenario = state.scenario
        about = f"certification:{agreement.pk}:{certification.round}:{scenario.code}:{','.join(terms.values())}"
        about += f":{answered}"
        run = CertificationRun(
            id=derived_uuid7(sent.group_id, about, sent.ordinal), sent=sent, name=str(sent)[:120], stood_on=terms
        )
        results = run_checks(scenario, answered)
        made += _store(certification, run, partial(_one, Judged(scenario, results)))
    return made


def _one(judged_: Judged) -> list[Judged]:
    return [judged_]


def _store(certification: Certification, run: CertificationRun, tried: Callable[[], list[Judged]]) -> bool:
    """Write the run for the first scenario that was passed, else for the one that came closest.

    Under the certification's lock, which also keeps two documents from showing one scenario; nothing is written when
    the run is there already, nothing is open any more, or another round has begun.
    """
    with transaction.atomic():
        stored = Certification.objects.select_for_update(of=("self",), no_key=True).get(pk=certification.pk)
        if stored.round != certification.round or CertificationRun.objects.filter(pk=run.pk).exists():
            return False
        judged_ = tried()
        if not judged_:
            return False
        best = next((one for one in judged_ if one.passed), None) or max(judged_, key=lambda one: one.share)
        run.agreement, run.scenario, run.round = certification.agreement, best.scenario.code, stored.round
        run.passed, run.results, run.at = best.passed, list(_told(best.results)), timezone.now()
        run.save(force_insert=True)
        if best.passed and run.document_id is not None and MEANT & {check.name for check, _ in best.results}:
            _close_meant(run, best.scenario.titled(certification.agreement.kind))
    return True


def _told(results: Results) -> Iterable[dict[str, Any]]:
    for check, said in results:
        yield {"check": check.name, "title": check.title, "ok": said.is_ok, "words": said.words, "mend": said.mend}


def _close_meant(run: CertificationRun, title: str) -> None:
    """Nobody need look at a fault that was sent on purpose."""
    for case in ExceptionCase.objects.filter(document=run.document_id, status=CaseStatus.OPEN):
        words = f"Meant so, for the certification: {title}."
        close_case(case, actor="", resolution=words, disposition=Disposition.NO_ACTION)


def agreements_of(partners: Iterable[int]) -> list[Agreement]:
    """The agreements of these partners that may be in certification."""
    rows = Agreement.objects.filter(partner__in=set(partners), environment=Environment.PRODUCTION)
    return list(rows.exclude(status=AgreementStatus.RETIRED).select_related("partner").order_by("pk"))


def certify_file(file_id: UUID) -> int:
    """Judge what came with a file. Returns how many runs were made."""
    of_documents = Document.objects.filter(file=file_id, environment=Environment.TEST)
    partners = {*of_documents.order_by().values_list("partner_id", flat=True).distinct()}
    uploads = CertificationUpload.objects.filter(file=file_id, judged_at=None)
    partners |= set(uploads.values_list("agreement__partner_id", flat=True))
    return sum(certify(agreement) for agreement in agreements_of(partners))
