"""If these fail, an analyst cannot see what a partner has shown, or decides without a trace."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config.core.models import AuditEntry
from mappings.models import Assignment
from partners.models import Agreement, AgreementStatus, Connection, Environment, OnboardingCase, Partner
from partners.services.clone_agreement import clone_agreement
from partners.services.recheck import recheck
from tests.factories import make_user
from tests.transactions.conftest import Send
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.models import Certification, CertificationRun, ScenarioChoice, SentGroup
from transactions.models import ScenarioDecision as Decision
from transactions.services.certification_state import states
from transactions.services.certify_due import certify_due
from transactions.services.plan_certification import decide_scenario, take_over_proposals


@pytest.fixture
def agreement(connection: Connection) -> Agreement:
    found = Agreement.objects.select_related("partner").get(environment=Environment.PRODUCTION)
    found.status = AgreementStatus.DRAFT
    found.save()
    OnboardingCase.objects.create(partner=found.partner).agreements.add(found)
    return found


def client(*permissions: str) -> Client:
    found = Client()
    found.force_login(make_user(permissions=("*.view", *permissions)))
    return found


@pytest.fixture
def analyst(db: None) -> Client:
    return client("transactions.plan_certification")


def url(agreement: Agreement, name: str = "certification", *more: str) -> str:
    return reverse(name, args=[agreement.pk, *more])


def test_without_a_mapping_the_page_and_the_check_say_that_nothing_is_judged(
    agreement: Agreement, analyst: Client
) -> None:
    said = "No mapping is chosen for the agreement: nothing is judged before there is one."
    assert said not in analyst.get(url(agreement)).content.decode()
    Assignment.objects.filter(agreement=agreement).delete()
    assert said in analyst.get(url(agreement)).content.decode()
    (verdict,) = [one for one in recheck(agreement).verdicts if one["name"] == "scenarios-passed"]
    assert verdict["reason"].startswith(f"0 of 3 scenarios passed. {said} A valid order: nothing was sent")


def test_the_report_says_what_is_asked_by_which_document_it_was_shown_and_why_not(
    agreement: Agreement, analyst: Client, send: Send
) -> None:
    assert "0 of 3" in analyst.get(url(agreement)).content.decode()
    send(x12(isa_of(Order("PO-1"), usage="T", control=1)))
    wrong = Order("PO-2", segments=("BEG*00*SA*PO-2**20261121", "PO1*1*0*EA*2.50**VP*A", "CTT*1"))
    send(x12(isa_of(wrong, usage="T", control=2)))
    certify_due()
    page = analyst.get(url(agreement)).content.decode()
    run = CertificationRun.objects.get(passed=True)
    assert "1 of 3" in page
    assert reverse("admin:transactions_document_change", args=[run.document_id]) in page
    assert "Line 1 orders 0" in page
    assert "A valid order" in page


def test_decisions_go_along_with_a_copy_as_proposals_and_waivers_and_verdicts_never(
    agreement: Agreement, send: Send
) -> None:
    ann = make_user("ann")
    decide_scenario(agreement, "duplicate", Decision.LEFT_OUT, by=ann, reason="Their numbers are unique.")
    decide_scenario(agreement, "cancel", Decision.ASKED, by=ann, reason="They cancel.")
    decide_scenario(agreement, "several-lines", Decision.WAIVED, by=ann, reason="Shown by their sister company.")
    send(x12(isa_of(Order("PO-1"), usage="T", control=1)))
    certify_due()
    assert CertificationRun.objects.filter(agreement=agreement, passed=True).exists()
    other = Partner.objects.create(code="other", name="Other")
    draft = clone_agreement(agreement, other, "production", agreement.release)
    OnboardingCase.objects.create(partner=other).agreements.add(draft)

    def words() -> dict[str, str]:
        return {one.scenario.code: one.word for one in states(draft) if one.word != "not-asked"}

    assert words() == {"valid": "open", "several-lines": "open", "duplicate": "open", "cancel": "open"}
    proposed = {one.scenario.code: one.planned.proposal.reason for one in states(draft) if one.planned.proposal}
    assert proposed == {
        "duplicate": f"Their numbers are unique. (as for {agreement})", "cancel": f"They cancel. (as for {agreement})",
    }  # fmt: skip
    assert len(take_over_proposals(draft, by=ann)) == 2
    assert words()["duplicate"] == "left-out"
    assert AuditEntry.objects.filter(verb="certification.left-out", subject=f"agreement {draft.pk}").exists()
    assert clone_agreement(agreement, other, "test", agreement.release).scenario_choices.count() == 0


def test_what_was_decided_for_a_similar_agreement_is_taken_over_by_a_person(
    agreement: Agreement, analyst: Client
) -> None:
    analyst.post(url(agreement, "certification-decide", "duplicate"), {"decision": "left-out", "reason": "Unique."})
    other = Partner.objects.create(code="other", name="Other")
    draft = clone_agreement(agreement, other, "production", agreement.release)
    page = analyst.get(url(draft)).content.decode()
    assert "Proposed: left out. Unique. (as for" in page
    assert "Unique. (as for" in analyst.get(url(draft, "certification-decide", "duplicate")).content.decode()
    take = url(draft, "certification-proposals")
    assert "The same order twice: left out." in analyst.get(take).content.decode()
    assert "1 decision taken over." in analyst.post(take, follow=True).content.decode()
    assert "Nothing is proposed any more." in analyst.post(take, follow=True).content.decode()


def test_a_decision_needs_a_reason_and_is_shown_with_it(agreement: Agreement, analyst: Client) -> None:
    decide = url(agreement, "certification-decide", "duplicate")
    assert "required" in analyst.post(decide, {"decision": "waived", "reason": ""}).content.decode()
    assert not ScenarioChoice.objects.exists()
    assert analyst.post(decide, {"decision": "waived", "reason": "Shown elsewhere."}).headers["Location"] == url(
        agreement
    )
    page = analyst.get(url(agreement)).content.decode()
    assert "Waived by" in page
    assert "Shown elsewhere." in page
    assert "0 of 2" in page
    analyst.post(decide, {"decision": "default", "reason": "They shall."})
    assert not ScenarioChoice.objects.exists()


def test_begin_again_and_judge_again_are_asked_for_first(agreement: Agreement, analyst: Client, send: Send) -> None:
    send(x12(isa_of(Order("PO-1"), usage="T")))
    certify_due()
    for name in ("certification-again", "certification-judge"):
        assert analyst.get(url(agreement, name)).status_code == 200
    assert Certification.objects.get().round == 1
    analyst.post(url(agreement, "certification-judge"))
    analyst.post(url(agreement, "certification-again"), {"reason": "Another system."})
    assert Certification.objects.get().round == 2
    page = analyst.get(url(agreement)).content.decode()
    assert "Another system." in page
    assert "round 1" in page  # the history is kept


def test_who_may_not_plan_is_offered_nothing_and_refused(agreement: Agreement) -> None:
    reader = client()
    page = reader.get(url(agreement)).content.decode()
    decide = url(agreement, "certification-decide", "valid")
    assert decide not in page
    for address in (decide, url(agreement, "certification-again"), url(agreement, "certification-judge")):
        assert reader.post(address, {"decision": "waived", "reason": "x"}).status_code == 403
    outsider = Client()
    outsider.force_login(make_user())
    assert outsider.get(url(agreement)).status_code == 403


def test_case_and_agreement_lead_to_the_report(agreement: Agreement, analyst: Client) -> None:
    recheck(agreement)
    page = analyst.get(reverse("admin:partners_agreement_change", args=[agreement.pk])).content.decode()
    assert url(agreement) in page
    agreement.coverage.refresh_from_db()
    type(agreement.coverage).objects.update(stage="certification")
    case = OnboardingCase.objects.get()
    page = analyst.get(reverse("admin:partners_onboardingcase_change", args=[case.pk])).content.decode()
    assert url(agreement) in page


def test_what_we_sent_is_recorded_or_refused_in_words(agreement: Agreement, analyst: Client) -> None:
    group = Group(sender="ONRAMP", receiver="BUYER")
    address = url(agreement, "certification-sent")
    for usage, status in (("P", 200), ("T", 302)):
        content = x12(Isa(groups=(group,), sender="ONRAMP", receiver="BUYER", usage=usage))
        response = analyst.post(address, {"file": SimpleUploadedFile("ours.edi", content)})
        assert response.status_code == status
    assert "850 PO-1" in analyst.get(url(agreement)).content.decode()
    sent = SentGroup.objects.get()
    page = analyst.get(reverse("admin:transactions_sentgroup_change", args=[sent.pk]))
    assert page.status_code == 200
    assert analyst.get(reverse("admin:transactions_sentgroup_changelist")).status_code == 200
