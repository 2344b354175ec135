"""If these fail, an agreement goes live without having shown what it must, or a partner's test is judged wrongly."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.utils import timezone

from config.core.ids import uuid7
from config.core.models import AuditEntry
from mappings.engine.x12.reconciliation import SentSet as Set
from mappings.engine.x12.writer import OutboundEnvelope
from mappings.models import Assignment, MappingVersion, VersionStatus
from partners.models import (
    Agreement,
    AgreementStatus,
    ApiKey,
    Connection,
    Contact,
    Direction,
    Environment,
    OnboardingCase,
)
from partners.policies import Policies
from partners.readiness.registry import Check, Verdict, judge, temporarily
from partners.services.recheck import recheck
from tests.factories import make_user
from tests.obeyed import obeys
from tests.transactions.conftest import Send
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.models import CertificationRun, CertificationUpload, Document, ExceptionCase, InboundFile, SentGroup
from transactions.models import ScenarioDecision as Decision
from transactions.services.certification_state import states
from transactions.services.certify import certify, certify_file, judge_again
from transactions.services.certify_due import certify_due
from transactions.services.plan_certification import PlanRefused, begin_again, decide_scenario
from transactions.services.receive import Receipt
from transactions.services.record_sent import Sending, record_sent
from transactions.services.send_for_scenario import send_for_scenario

Sent = Callable[..., InboundFile]


@pytest.fixture
def agreement(connection: Connection) -> Agreement:
    """The agreement for live orders, whose scenarios are asked."""
    found = Agreement.objects.select_related("partner").get(environment=Environment.PRODUCTION)
    found.status, found.policies = AgreementStatus.DRAFT, {"certification": "always"}
    found.save()
    return found


@pytest.fixture
def sent(send: Send) -> Sent:
    """Send test orders, and judge what came of them."""
    control = iter(range(100, 999))

    def send_test(*orders: Order, chosen: tuple[Agreement, str] | None = None, usage: str = "T") -> InboundFile:
        content = x12(isa_of(*orders, usage=usage, control=next(control)))
        file = send(content)
        if chosen is not None:
            send_for_scenario(chosen[0], chosen[1], lambda: Receipt(file, True), by="ada")
        certify_file(file.pk)
        return file

    return send_test


def words(agreement: Agreement) -> dict[str, str]:
    """The state of each scenario that is asked, or was decided about."""
    return {one.scenario.code: one.word for one in states(agreement) if one.word != "not-asked"}


def verdict(agreement: Agreement) -> tuple[bool, str]:
    """What the readiness check says."""
    found = next(one for one in judge(agreement) if one.name == "scenarios-passed")
    return found.is_ok, found.reason


def pass_all(sent: Sent) -> None:
    sent(Order("PO-1"))
    sent(Order("PO-2", lines=3))
    sent(Order("PO-1"))


def test_test_documents_pass_the_scenarios_by_themselves(agreement: Agreement, sent: Sent) -> None:
    assert verdict(agreement) == (
        False, "0 of 3 scenarios passed. A valid order: nothing was sent for it yet. Order with several lines: nothing "
        "was sent for it yet. The same order twice: nothing was sent for it yet.",
    )  # fmt: skip
    pass_all(sent)
    assert words(agreement) == {"valid": "passed", "several-lines": "passed", "duplicate": "passed"}
    assert verdict(agreement) == (True, "All 3 passed.")


def test_the_evidence_names_run_document_and_bytes(agreement: Agreement, sent: Sent) -> None:
    pass_all(sent)
    found = next(one for one in judge(agreement) if one.name == "scenarios-passed").evidence["scenarios"][0]
    run = CertificationRun.objects.get(pk=found["run"])
    document = Document.objects.get(pk=found["document"])
    assert run.document == document
    assert (found["name"], found["sha256 of the file"]) == ("850 PO-1", document.file.sha256)


def test_live_documents_show_nothing(agreement: Agreement, sent: Sent) -> None:
    agreement.status = AgreementStatus.LIVE
    agreement.save()
    sent(Order("PO-1"), usage="P")
    assert not CertificationRun.objects.exists()


def test_a_fault_is_told_with_how_to_mend_it_and_a_mended_document_passes(agreement: Agreement, sent: Sent) -> None:
    sent(Order("PO-1", segments=("BEG*00*SA*PO-1**20261121", "PO1*1*0*EA*2.50**VP*A", "CTT*1")))
    run = CertificationRun.objects.get()
    assert (run.scenario, run.passed) == ("valid", False)
    assert run.results[0]["words"].startswith("We did not accept it. Line 1 orders 0")
    assert run.results[0]["mend"]
    sent(Order("PO-1"))
    assert words(agreement)["valid"] == "passed"


def test_the_scenario_that_the_partner_names_is_the_one_that_is_judged(agreement: Agreement, sent: Sent) -> None:
    file = sent(Order("PO-1", lines=3), chosen=(agreement, "several-lines"))
    run = CertificationRun.objects.get()
    assert (run.scenario, run.passed, run.is_chosen, run.file) == ("several-lines", True, True, file)
    assert words(agreement)["valid"] == "open"
    sent(Order("PO-2"), chosen=(agreement, "several-lines"))
    assert CertificationRun.objects.first().results[1]["words"] == "It has 1 line; 3 are wanted."  # type: ignore[union-attr]
    assert words(agreement)["several-lines"] == "passed"  # it was shown; a later miss takes nothing back


def test_the_same_bytes_twice_show_that_a_repetition_is_recognised(agreement: Agreement, sent: Sent) -> None:
    file = sent(Order("PO-1"))
    send_for_scenario(agreement, "duplicate", lambda: Receipt(file, False), by="ada")
    certify_file(file.pk)
    assert words(agreement)["duplicate"] == "passed"


def test_a_file_of_somebody_else_is_no_document_of_the_partner(agreement: Agreement, sent: Sent, send: Send) -> None:
    """A partner that writes another's ids into ISA06 shows nothing, and learns nothing of the other."""
    file = send(x12(isa_of(usage="T", sender="SOMEBODY", control=7)))
    send_for_scenario(agreement, "valid", lambda: Receipt(file, True), by="ada")
    assert certify_file(file.pk) == 1
    run = CertificationRun.objects.get()
    assert (run.passed, run.document) == (False, None)
    assert "No document for this agreement" in run.results[0]["words"]
    assert "SOMEBODY" not in str(run.results)


def test_nothing_is_judged_twice(agreement: Agreement, sent: Sent) -> None:
    file = sent(Order("PO-1"), chosen=(agreement, "valid"))
    before = CertificationRun.objects.count()
    CertificationUpload.objects.update(judged_at=None)  # as if the worker had died before it said so
    assert (certify_file(file.pk), certify_due(), CertificationRun.objects.count()) == (0, 0, before)


def test_what_the_broker_forgot_is_judged_by_the_watch(agreement: Agreement, send: Send) -> None:
    send(x12(isa_of(Order("PO-1"), usage="T")))
    assert (certify_due(), certify_due()) == (1, 0)


def test_a_finished_test_file_rings_and_a_live_one_does_not(
    agreement: Agreement, send: Send, rings: list[tuple[str, UUID, str]], django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        test = send(x12(isa_of(Order("PO-1"), usage="T", control=5)))
        send(x12(isa_of(Order("PO-2"), usage="P", control=6)))
    assert [row for task, row, _ in rings if task == "transactions.certify_file"] == [test.pk]


def test_a_wrong_total_has_to_be_seen(agreement: Agreement, sent: Sent) -> None:
    decide_scenario(agreement, "wrong-total", Decision.ASKED, by=make_user(), reason="They send totals.")
    wrong = Order("PO-5", segments=("BEG*00*SA*PO-5**20261121", "PO1*1*2*EA*2.50**VP*A", "CTT*1", "AMT*TT*99"))
    sent(wrong, chosen=(agreement, "wrong-total"))
    assert words(agreement)["wrong-total"] == "passed"


def test_nobody_has_to_look_at_what_was_wrong_on_purpose(agreement: Agreement, sent: Sent) -> None:
    sent(Order("PO-1"))
    sent(Order("PO-1", lines=2))
    case = ExceptionCase.objects.get(category="duplicate")
    assert (case.status, case.disposition) == ("closed", "no-action")
    assert case.resolution == "Meant so, for the certification: The same order twice."


def test_another_mapping_takes_what_was_shown_back_until_it_is_judged_again(agreement: Agreement, sent: Sent) -> None:
    pass_all(sent)
    old = Assignment.objects.get(agreement=agreement)
    new = MappingVersion.objects.create(
        mapping=old.version.mapping, number=99, declaration=old.version.declaration, checksum="f" * 64,
        status=VersionStatus.PUBLISHED,
    )  # fmt: skip
    old.version = new
    old.save()
    assert verdict(agreement)[0] is False
    assert "since then the mapping changed" in verdict(agreement)[1]
    assert set(words(agreement).values()) == {"fell"}
    assert judge_again(agreement) == 3
    assert verdict(agreement)[0] is True
    assert judge_again(agreement) == 0


def test_stricter_rules_are_what_a_document_is_judged_by(agreement: Agreement, sent: Sent) -> None:
    """The live agreement decides, not the test agreement that the document came under."""
    assignment = Assignment.objects.get(agreement=agreement)
    assignment.overlay = [{"at": "BEG02", "codes": ["NE"]}]
    assignment.save()
    file = sent(Order("PO-1"))
    assert file.outcome == "accepted"
    run = CertificationRun.objects.get()
    assert (run.passed, "BEG02" in run.results[0]["words"]) == (False, True)


def test_decisions_are_kept_with_reason_and_change_what_is_asked(agreement: Agreement, sent: Sent) -> None:
    ann = make_user("ann")
    decide_scenario(agreement, "duplicate", Decision.LEFT_OUT, by=ann, reason="Their numbers are unique.")
    decide_scenario(agreement, "several-lines", Decision.WAIVED, by=ann, reason="Shown by their sister company.")
    assert words(agreement) == {"valid": "open", "several-lines": "waived", "duplicate": "left-out"}
    sent(Order("PO-1"))
    found = next(one for one in judge(agreement) if one.name == "scenarios-passed")
    assert (found.is_ok, found.reason) == (True, "1 passed. 1 was waived.")
    assert [one["reason"] for one in found.evidence["excused"]] == [
        "Shown by their sister company.", "Their numbers are unique.",
    ]  # fmt: skip
    decide_scenario(agreement, "duplicate", None, by=ann, reason="They repeat after all.")
    assert words(agreement)["duplicate"] == "open"
    verbs = AuditEntry.objects.filter(verb__startswith="certification.").order_by("number").values_list("verb", "actor")
    assert list(verbs) == [
        ("certification.left-out", "ann"), ("certification.waived", "ann"), ("certification.default", "ann"),
    ]  # fmt: skip
    with pytest.raises(PlanRefused):
        decide_scenario(agreement, "duplicate", Decision.WAIVED, by=ann, reason="  ")
    with pytest.raises(PlanRefused):
        decide_scenario(agreement, "matches-both", Decision.ASKED, by=ann, reason="It is an order.")


def test_beginning_again_keeps_the_history_and_counts_nothing_of_it(agreement: Agreement, sent: Sent) -> None:
    pass_all(sent)
    runs = CertificationRun.objects.count()
    begin_again(agreement, by=make_user(), reason="Another software of theirs.")
    assert set(words(agreement).values()) == {"open"}
    assert certify(agreement) == 0  # what came before the round is not judged in it
    sent(Order("PO-8"))
    assert words(agreement)["valid"] == "passed"
    assert CertificationRun.objects.count() == runs + 1


def test_the_stage_moves_on_when_all_is_shown(agreement: Agreement, sent: Sent) -> None:
    with_coverage = recheck(agreement)
    before = [one for one in with_coverage.verdicts if one["name"] == "scenarios-passed"]
    assert before[0]["ok"] is False
    pass_all(sent)
    with_coverage.refresh_from_db()
    assert [one["ok"] for one in with_coverage.verdicts if one["name"] == "scenarios-passed"] == [True]


@obeys("certification")
def test_policy_says_whose_scenarios_are_asked(agreement: Agreement) -> None:
    def asked(policy: str) -> int:
        agreement.policies = {"certification": policy}
        agreement.save()
        return sum(one.planned.is_asked for one in states(agreement))

    assert (asked("always"), asked("onboarding"), asked("chosen")) == (3, 0, 0)
    OnboardingCase.objects.create(partner=agreement.partner).agreements.add(agreement)
    assert (asked("onboarding"), asked("chosen")) == (3, 0)
    decide_scenario(agreement, "cancel", Decision.ASKED, by=make_user(), reason="They cancel often.")
    assert asked("chosen") == 1


def test_a_test_agreement_is_what_certification_runs_on(agreement: Agreement) -> None:
    twin = Agreement.objects.select_related("partner").get(environment=Environment.TEST)
    assert verdict(twin) == (True, "A test agreement: certification runs on such.")
    with pytest.raises(PlanRefused):
        begin_again(twin, by=make_user(), reason="No.")


@pytest.fixture
def invoices(agreement: Agreement) -> Agreement:
    """The agreement for invoices that we send."""
    mapping = Assignment.objects.get(agreement=agreement).version
    ours = Agreement.objects.create(
        partner=agreement.partner, direction=Direction.OUTBOUND, kind="invoice", set_id="810", release="004010",
        policies={"certification": "always"},
    )  # fmt: skip
    Assignment.objects.create(agreement=ours, version=mapping)
    return ours


def send_ours(file: InboundFile, agreement: Agreement, *, group: int = 17) -> SentGroup:
    """A test invoice of ours."""
    envelope = OutboundEnvelope(
        sender_qualifier="ZZ", sender_id="ONRAMP", receiver_qualifier="ZZ", receiver_id="BUYER",
        interchange_control=901, group_control=group, at=timezone.now(),
    )  # fmt: skip
    sending = Sending(uuid7(), file.pk, agreement.partner_id, Environment.TEST)
    sets = [Set("810", "1", f"INV-{group}")]
    return record_sent(sending, envelope, Policies(), timezone.now(), functional_id="IN", sets=sets)


def answer(code: str, control: int, *, group: int = 17) -> Isa:
    body = (f"AK1*IN*{group}", "AK2*810*1", f"AK5*{code}", f"AK9*{code}*1*1*{int(code == 'A')}")
    acknowledgment = Group(orders=(Order(set_id="997", segments=body),), functional_id="FA")
    return Isa(groups=(acknowledgment,), usage="T", control=control)


def test_their_997_on_our_test_invoice_is_evidence(invoices: Agreement, send: Send, sent: Sent) -> None:
    group = send_ours(sent(Order("PO-1")), invoices)
    assert certify(invoices) == 0  # nobody answered yet
    send(x12(answer("A", 61)))
    assert certify_due() == 1
    run = CertificationRun.objects.get(agreement=invoices)
    assert (run.scenario, run.passed, run.name, run.sent) == ("acknowledged", True, "810 INV-17", group.sets.get())
    assert verdict(invoices) == (True, "1 passed.")
    assert certify_due() == 0


def test_a_refusal_or_silence_is_told_and_a_later_document_can_still_show_it(
    invoices: Agreement, send: Send, sent: Sent
) -> None:
    send_ours(sent(Order("PO-1")), invoices)
    send(x12(answer("R", 61)))
    certify_due()
    run = CertificationRun.objects.get(agreement=invoices)
    assert (run.passed, run.results[0]["words"]) == (False, "Our 810 INV-17 was rejected.")
    assert words(invoices) == {"acknowledged": "failed"}
    send_ours(InboundFile.objects.earliest("id"), invoices, group=18)
    send(x12(answer("A", 62, group=18)))
    certify_due()
    assert words(invoices) == {"acknowledged": "passed"}


def test_a_certificate_that_ends_meanwhile_blocks_and_takes_nothing_back(agreement: Agreement, sent: Sent) -> None:
    """A document is not judged by certificates: when another is there, what was shown still stands."""
    agreement.partner.roles, agreement.partner.business_owner = ["customer"], make_user()
    agreement.partner.save()
    Contact.objects.create(partner=agreement.partner, name="Eve", email="eve@buyer.example", purposes=["technical"])
    ApiKey.objects.create(connection=agreement.partner.connections.get(), label="ERP", prefix="k1", digest="0" * 64)
    pass_all(sent)
    assert recheck(agreement).stage == "approval"
    ended = Verdict(False, "CN=buyer ends on 2026-11-21.")
    with temporarily(Check("certificates-last", "Certificates", lambda _: ended)):
        coverage = recheck(agreement)
        assert coverage.stage == "connectivity"
        assert [one["reason"] for one in coverage.verdicts if not one["ok"]] == ["CN=buyer ends on 2026-11-21."]
        assert set(words(agreement).values()) == {"passed"}
    assert recheck(agreement).stage == "approval"
