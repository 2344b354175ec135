"""What is agreed beyond the standard decides on documents, and the sender reads it in the acknowledgment."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from mappings.models import Assignment
from mappings.services.compiled import compiled_overlay
from partners.models import Agreement, Connection
from tests.obeyed import obeys
from tests.transactions.conftest import Send
from tests.transactions.services.test_acknowledgment_rules import answer
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.models import Attempt, Document, InboundFile
from transactions.services.explain import explain

ONLY_STAND_ALONE = {"at": "BEG02", "codes": ["NE"], "note": "new orders only"}


@pytest.fixture
def agreement(connection: Connection) -> Agreement:
    return Agreement.objects.get(partner=connection.partner, environment=connection.environment)


def demand(agreement: Agreement, *rules: dict[str, Any], **policies: Any) -> None:
    assignment = Assignment.objects.get(agreement=agreement)
    assignment.overlay = list(rules)
    assignment.full_clean()
    assignment.save()
    agreement.policies = policies
    agreement.save()


def found_in(file: InboundFile) -> dict[str, str]:
    """Severity by code, of the only document's first attempt."""
    return {one["code"]: one["severity"] for one in Attempt.objects.get(document__file=file, number=1).findings}


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (ONLY_STAND_ALONE, "overlay-code-not-used"),
        ({"at": "REF", "use": "required"}, "overlay-segment-missing"),
        ({"at": "CUR", "use": "not-used"}, "overlay-segment-not-used"),
        ({"at": "BEG03", "least_length": 6}, "overlay-element-too-short"),
        ({"at": "N102", "most_length": 5}, "overlay-element-too-long"),
        ({"at": "BEG04", "use": "required"}, "overlay-element-missing"),
    ],
)
def test_what_breaks_the_agreement_is_rejected(
    send: Send, agreement: Agreement, rule: dict[str, Any], code: str
) -> None:
    demand(agreement, rule)
    file = send(x12())

    assert found_in(file) == {code: "error"}
    assert (Document.objects.get().outcome, answer(file)[0]) == ("rejected", "R")


def test_the_acknowledgment_names_it_and_gives_the_value_back(send: Send, agreement: Agreement) -> None:
    demand(agreement, ONLY_STAND_ALONE)
    _, text = answer(send(x12()))
    assert "AK3*BEG*2**8~AK4*2*92*7*SA~AK5*R*5~" in text

    demand(agreement, ONLY_STAND_ALONE, acknowledgment="999")
    _, text = answer(send(x12(isa_of(control=2))), "999")
    assert "IK3*BEG*2**8~IK4*2*92*I6*SA~" in text
    assert "IK5*R*I5~" in text


@obeys("overlay_errors")
def test_policies_decide_about_it(send: Send, agreement: Agreement) -> None:
    demand(agreement, ONLY_STAND_ALONE, overlay_errors="warn")
    file = send(x12())
    assert (found_in(file), Document.objects.get().outcome) == ({"overlay-code-not-used": "warning"}, "accepted")

    demand(agreement, ONLY_STAND_ALONE, overlay_errors="off")
    file = send(x12(isa_of(Order(number="PO-2"), control=2)))
    assert found_in(file) == {}


def test_a_code_that_only_these_partners_know_is_right(send: Send, agreement: Agreement) -> None:
    order = Order(segments=("BEG*00*QQ*PO-1**20261121", "PO1*1*1*EA*2.50**VP*A", "CTT*1"))
    demand(agreement, unknown_codes="reject")
    assert "element-code-invalid" in found_in(send(x12(isa_of(order))))

    demand(agreement, {"at": "BEG02", "more_codes": ["QQ"]}, unknown_codes="reject")
    assert "element-code-invalid" not in found_in(send(x12(isa_of(order, control=2))))


def test_rules_are_compiled_once(agreement: Agreement) -> None:
    demand(agreement, ONLY_STAND_ALONE)
    again = Agreement.objects.get(pk=agreement.pk)

    assert compiled_overlay(agreement, "004010") is compiled_overlay(again, "004010") is not None
    demand(agreement)
    assert compiled_overlay(Agreement.objects.get(pk=agreement.pk), "004010") is None


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ([{"at": "BEG99", "use": "required"}], "rules[1]: BEG has"),
        ([ONLY_STAND_ALONE, {"at": "BEG02", "codes": ["QQ"]}], "rules[2]: QQ not in code list"),
        ([{"at": "BEG", "use": "not-used"}], "rules[1]: BEG is mandatory in the standard"),
        ([{"at": "BEG02", "kodes": []}], "unknown field"),
        ({"at": "BEG02"}, "Expected `array`"),
    ],
)
def test_rules_that_cannot_hold_are_refused(agreement: Agreement, rules: Any, reason: str) -> None:
    assignment = Assignment.objects.get(agreement=agreement)
    assignment.overlay = rules

    with pytest.raises(ValidationError) as refused:
        assignment.full_clean()
    assert reason in refused.value.message_dict["overlay"][0]


def test_an_analyst_reads_the_reason_on_the_page(admin_client: Client, agreement: Agreement) -> None:
    assignment = Assignment.objects.get(agreement=agreement)
    url = f"/admin/mappings/assignment/{assignment.pk}/change/"
    form = {"agreement": agreement.pk, "version": assignment.version_id, "text_settings": "{}"}

    page = admin_client.post(url, {**form, "overlay": '[{"at": "BEG99", "use": "required"}]'})
    assert "rules[1]: BEG has" in page.content.decode()

    assert admin_client.post(url, {**form, "overlay": '[{"at": "REF", "use": "required"}]'}).status_code == 302
    assignment.refresh_from_db()
    assert assignment.overlay == [{"at": "REF", "use": "required"}]


NAMED = Order(segments=("BEG*00*SA*PO-1**20261121", "N1*BY*Bücher*92*1001", "PO1*1*1*EA*2.50**VP*A", "CTT*1"))


@obeys("x12_encoding")
@pytest.mark.parametrize(
    ("agreed", "sent", "name"),
    [
        ("detect", "cp1252", "Bücher"),
        ("iso-8859-1", "latin-1", "Bücher"),
        ("windows-1252", "cp1252", "Bücher"),
        ("windows-1252", "utf-8", "BÃ¼cher"),
    ],
)
def test_the_agreed_encoding_is_no_finding(send: Send, agreement: Agreement, agreed: str, sent: str, name: str) -> None:
    demand(agreement, x12_encoding=agreed)
    file = send(x12(isa_of(NAMED)).decode().encode(sent))

    assert found_in(file) == ({"encoding-invalid": "warning"} if agreed == "detect" else {})
    document = Document.objects.select_related("file", "group__interchange").get()
    assert explain(document).body["parties"][0]["name"] == name  # type: ignore[index]


INQUIRY = (
    "BHT*0022*13*10001234*20261121*1319", "HL*1**20*1", "NM1*PR*2*ABC COMPANY*****PI*842610001", "HL*2*1*21*1",
    "NM1*1P*2*BONE AND JOINT CLINIC*****SV*2000035", "HL*3*2*22*0", "TRN*1*93175-012547*9877281234",
    "NM1*IL*1*SMITH*ROBERT****MI*11122333301", "DMG*D8*19430519", "DTP*307*D8*20261121", "EQ*30",
)  # fmt: skip


def inquiry(control: int, *changes: tuple[str, str]) -> bytes:
    """A 270 of the guide 004010X092A1."""
    one = Order(set_id="270", segments=INQUIRY)
    text = x12(Isa(groups=(Group((one,), functional_id="HS", version="004010X092A1"),), control=control)).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def test_the_guide_that_a_group_names_is_checked(send: Send, agreement: Agreement) -> None:
    agreement.set_id, agreement.release, agreement.policies = "270", "004010", {"acknowledgment": "999"}
    agreement.save()

    assert not [code for code in found_in(send(inquiry(1))) if code.startswith("overlay")]
    file = send(inquiry(2, ("BHT*0022*13*", "BHT*0022*18*")))
    assert [code for code in found_in(file) if code.startswith("overlay")]
    verdict, text = answer(file, "999")
    assert (verdict, "IK5*R*" in text, "I5~" in text) == ("R", True, True)


def test_the_999_says_which_guide_a_set_names(send: Send, agreement: Agreement) -> None:
    demand(agreement, acknowledgment="999")
    named = x12(isa_of(Order())).replace(b"ST*850*0001", b"ST*850*0001*005010X123")
    text = answer(send(named), "999")[1]
    assert "AK2*850*0001*005010X123~" in text

    text = answer(send(x12(isa_of(Order(number="PO-2"), control=2))), "999")[1]
    assert "AK2*850*0001~" in text


def for_releases(agreement: Agreement, release: str) -> None:
    agreement.release = release
    agreement.save()


def test_rules_for_any_release_are_read_by_the_release_of_each_document(send: Send, agreement: Agreement) -> None:
    for_releases(agreement, "")
    demand(agreement, {"at": "PO106", "codes": ["BP"], "note": "their own number"})
    newer = Isa(groups=(Group(version="005010"),), control=2)

    assert found_in(send(x12())) == {"overlay-code-not-used": "error"}
    assert found_in(send(x12(newer)))["overlay-code-not-used"] == "error"
    of_releases = [compiled_overlay(agreement, version) for version in ("004010", "004010VICS", "005010")]
    assert of_releases[0] is of_releases[1] is not of_releases[2]


def test_rules_for_any_release_must_fit_every_release(agreement: Agreement) -> None:
    for_releases(agreement, "")
    with pytest.raises(ValidationError, match="MSG"):  # the 850 of 005010 has MTX in its place
        demand(agreement, {"at": "N9/MSG", "use": "required"})
    for_releases(agreement, "004010")
    demand(agreement, {"at": "N9/MSG", "use": "required"})
