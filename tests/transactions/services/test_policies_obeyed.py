"""One test for each policy, by changing only that one: a setting without effect would be a lie on the screen."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from config.core.blobs import BlobTooLarge
from partners.models import Agreement, Connection
from partners.policies import Policies
from tests.obeyed import OBEYED, obeys
from tests.transactions.conftest import Send
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import Acknowledgment, Attempt, Document, InboundFile
from transactions.pipeline.strictness import KINDS

# A body with one fault, and the policy that decides about it.
LINE = "PO1*1*1*EA*2.50**VP*ITEM-1"
HEAD = ("BEG*00*SA*PO-9**20261121", "CUR*BY*USD", "N1*BY*Buyer Inc*92*1001")
FAULTS = {
    "unknown_segments": (*HEAD, "ZZZ*1", LINE, "CTT*1"),
    "segment_order": ("CUR*BY*USD", HEAD[0], HEAD[2], LINE, "CTT*1"),
    "segment_repeats": (HEAD[0], "CUR*BY*USD", "CUR*BY*USD", HEAD[2], LINE, "CTT*1"),
    "extra_elements": (*HEAD[:1], "CUR*BY*USD" + "*" * 20 + "X", HEAD[2], LINE, "CTT*1"),
    "element_lengths": (*HEAD[:2], "N1*BY*Buyer Inc*92*" + "1" * 81, LINE, "CTT*1"),
    "element_characters": (*HEAD, "PO1*1*1*EA*2.x0**VP*ITEM-1", "CTT*1"),
    "conditional_elements": (*HEAD[:2], "N1*BY*Buyer Inc*92", LINE, "CTT*1"),
    "dates_and_times": ("BEG*00*SA*PO-9**20261341", *HEAD[1:], LINE, "CTT*1"),
    "unknown_codes": (*HEAD, "PO1*1*1*QQ*2.50**VP*ITEM-1", "CTT*1"),
    "balances": (*HEAD, LINE, "CTT*7"),
}


@pytest.fixture
def agreement(connection: Connection) -> Agreement:
    return Agreement.objects.get(partner=connection.partner, environment=connection.environment)


def said(send: Send, agreement: Agreement, order: Order, **policies: Any) -> tuple[str, dict[str, str]]:
    """Outcome of the only document, and severity by code of what was found."""
    agreement.policies = policies
    agreement.save()
    file = send(x12(isa_of(order)))
    document = Document.objects.get(file=file)
    attempt = Attempt.objects.get(document=document, number=1)
    return document.outcome, {found["code"]: found["severity"] for found in attempt.findings}


@obeys(*FAULTS)
@pytest.mark.parametrize("policy", FAULTS)
@pytest.mark.parametrize(("value", "severity"), [("reject", "error"), ("warn", "warning"), ("off", "")])
def test_each_kind_of_fault(send: Send, agreement: Agreement, policy: str, value: str, severity: str) -> None:
    order = Order(segments=FAULTS[policy])
    _, found = said(send, agreement, order, **{policy: value})
    severities = {found[code.value] for code in KINDS[policy] if code.value in found}
    if value == getattr(Policies(), policy):
        severity = {"reject": "error", "warn": "warning", "off": "info"}[value]
    assert severities == ({severity} if severity else set())


@obeys("set_counts")
@pytest.mark.parametrize(("value", "severity"), [("reject", "error"), ("warn", "warning"), ("off", None)])
def test_the_count_of_a_set(send: Send, agreement: Agreement, value: str, severity: str | None) -> None:
    outcome, found = said(send, agreement, Order(se_count=99), set_counts=value)
    assert found.get("set-count-mismatch") == severity
    assert outcome == ("rejected" if value == "reject" else "accepted")


@obeys("syntax_errors")
@pytest.mark.parametrize(("value", "outcome"), [("reject", "rejected"), ("warn", "accepted"), ("off", "accepted")])
def test_syntax_as_a_whole(send: Send, agreement: Agreement, value: str, outcome: str) -> None:
    assert said(send, agreement, Order(se_count=99), syntax_errors=value)[0] == outcome


@obeys("business_errors")
@pytest.mark.parametrize(("value", "outcome"), [("reject", "rejected"), ("warn", "accepted"), ("off", "accepted")])
def test_business_rules(send: Send, agreement: Agreement, value: str, outcome: str) -> None:
    order = Order(segments=(*HEAD, "PO1*1*0*EA*2.50**VP*ITEM-1", "CTT*1"))
    assert said(send, agreement, order, business_errors=value)[0] == outcome


@obeys("mapping_errors")
@pytest.mark.parametrize(("value", "outcome"), [("reject", "failed"), ("warn", "accepted")])
def test_mapping(send: Send, agreement: Agreement, value: str, outcome: str) -> None:
    order = Order(segments=("BEG*00*SA***20261121", *HEAD[1:], LINE, "CTT*1"))
    assert said(send, agreement, order, mapping_errors=value, syntax_errors="off")[0] == outcome


def answer(send: Send, connection: Connection, **policies: Any) -> str:
    """What answers a clean order of a partner with these policies."""
    connection.partner.policies = policies
    connection.partner.save()
    count = InboundFile.objects.count() + 1
    file = send(x12(isa_of(Order(number=f"A-{count}"), control=count)))
    return bytes(Acknowledgment.objects.get(file=file, group__isnull=False).content).decode()


def elements(text: str) -> list[str]:
    """ISA00 to ISA16 of an answer with our usual delimiters."""
    return text[:106].split("*")


ISA: dict[str, tuple[dict[str, Any], int, str]] = {
    "isa_authorization_qualifier": ({"isa_authorization_qualifier": "03", "isa_authorization": "DEPT7"}, 1, "03"),
    "isa_authorization": ({"isa_authorization_qualifier": "03", "isa_authorization": "DEPT7"}, 2, "DEPT7     "),
    "isa_security_qualifier": ({"isa_security_qualifier": "01", "isa_security": "PW"}, 3, "01"),
    "isa_security": ({"isa_security_qualifier": "01", "isa_security": "PW"}, 4, "PW        "),
    "own_isa_qualifier": ({"own_isa_qualifier": "01", "own_isa_id": "OURS"}, 5, "01"),
    "own_isa_id": ({"own_isa_qualifier": "01", "own_isa_id": "OURS"}, 6, "OURS           "),
    "partner_isa_qualifier": ({"partner_isa_qualifier": "12", "partner_isa_id": "THEIRS"}, 7, "12"),
    "partner_isa_id": ({"partner_isa_qualifier": "12", "partner_isa_id": "THEIRS"}, 8, "THEIRS         "),
    "repetition_separator": ({"repetition_separator": "^", "isa_version": "00501"}, 11, "^"),
    "isa_version": ({"isa_version": "00501"}, 12, "00501"),
    "isa_control_start": ({"isa_control_start": 70_000}, 13, "000070000"),
    "isa_ack_requested": ({"isa_ack_requested": True}, 14, "1"),
    "isa_usage": ({"isa_usage": "T"}, 15, "T"),
    "component_separator": ({"component_separator": ":"}, 16, ":"),
}


@obeys(*ISA)
@pytest.mark.parametrize("policy", ISA)
def test_each_setting_of_the_interchange(send: Send, connection: Connection, policy: str) -> None:
    policies, place, wanted = ISA[policy]
    found = elements(answer(send, connection, **policies))[place]
    assert (found[0] if place == 16 else found) == wanted
    plain = elements(answer(send, connection))[place]
    assert (plain[0] if place == 16 else plain) != wanted or policy == "isa_control_start"


GS: dict[str, tuple[dict[str, Any], int, str]] = {
    "own_gs_id": ({"own_gs_id": "OURGS"}, 2, "OURGS"),
    "partner_gs_id": ({"partner_gs_id": "THEIRGS"}, 3, "THEIRGS"),
    "gs_control_start": ({"gs_control_start": 500}, 6, "500"),
    "gs_agency": ({"gs_agency": "T"}, 7, "T"),
    "gs_version": ({"gs_version": "004010VICS"}, 8, "004010VICS"),
}


@obeys(*GS)
@pytest.mark.parametrize("policy", GS)
def test_each_setting_of_the_group(send: Send, connection: Connection, policy: str) -> None:
    policies, place, wanted = GS[policy]

    def group(text: str) -> list[str]:
        return text[text.index("GS*") :].split("~")[0].split("*")

    assert group(answer(send, connection, **policies))[place] == wanted
    assert group(answer(send, connection))[place] != wanted or policy == "gs_control_start"


@obeys("element_separator", "segment_terminator", "segment_suffix")
def test_separators_and_line_ends(send: Send, connection: Connection) -> None:
    assert answer(send, connection, element_separator="|").startswith("ISA|00|")
    assert answer(send, connection, segment_terminator="0x1D").count("\x1d") > 5
    assert "~\r\nGS*" in answer(send, connection, segment_suffix="crlf")
    assert "~\nGS*" in answer(send, connection, segment_suffix="lf")
    assert "~GS*" in answer(send, connection)


@obeys("control_maximum")
def test_numbers_never_go_back_and_begin_again_after_the_last(send: Send, connection: Connection) -> None:
    def number(**policies: Any) -> int:
        return int(elements(answer(send, connection, **policies))[13])

    assert number(isa_control_start=500) == 500
    assert number(isa_control_start=400) == 501
    assert number() == 502
    assert number(isa_control_start=7, control_maximum=503) == 503
    assert number(isa_control_start=7, control_maximum=503) == 7


@obeys("acknowledgment")
@pytest.mark.parametrize("kind", ["997", "999"])
def test_which_acknowledgment(send: Send, connection: Connection, kind: str) -> None:
    text = answer(send, connection, acknowledgment=kind)
    assert f"ST*{kind}*" in text
    assert Acknowledgment.objects.get(group__isnull=False).kind == kind
    assert (elements(text)[12] == "00501") == (kind == "999")


@obeys("acknowledge_accepted")
def test_no_acknowledgment_and_none_of_accepted_sets(send: Send, connection: Connection) -> None:
    assert "AK2*" in answer(send, connection)
    assert "AK2*" not in answer(send, connection, acknowledge_accepted=False)
    with pytest.raises(Acknowledgment.DoesNotExist):
        answer(send, connection, acknowledgment="none")


@obeys("acknowledgment_by")
@pytest.mark.parametrize(
    ("value", "protocol", "waits"),
    [("same", "api", False), ("drop-folder", "drop-folder", True), ("as2", "api", False)],
)
def test_by_which_connection(send: Send, agreement: Agreement, value: str, protocol: str, waits: bool) -> None:
    Connection.objects.create(partner=agreement.partner, protocol="drop-folder", name="Folder")
    said(send, agreement, Order(), acknowledgment_by=value)
    acknowledgment = Acknowledgment.objects.get(group__isnull=False)
    assert acknowledgment.connection is not None
    assert (acknowledgment.connection.protocol, acknowledgment.is_to_deliver) == (protocol, waits)


DETAILS = {
    "group": ("AK9*R*1*1*0~", "AK2*"),
    "set": ("AK2*850*0001~AK5*R*5~", "AK3*"),
    "segment": ("AK3*PO1*5*", "AK4*"),
    "element": ("AK4*4*212*6*2.x0~", "no more"),
}


@obeys("acknowledgment_detail")
@pytest.mark.parametrize("detail", DETAILS)
def test_how_much_an_acknowledgment_says(send: Send, agreement: Agreement, detail: str) -> None:
    said(send, agreement, Order(segments=FAULTS["element_characters"]), acknowledgment_detail=detail)
    text = bytes(Acknowledgment.objects.get(group__isnull=False).content).decode()
    there, not_there = DETAILS[detail]
    assert (there in text, not_there in text) == (True, False)


@obeys("acknowledgment_for")
@pytest.mark.parametrize(("value", "expected"), [("group", ["AK9*P*2*2*1"]), ("set", ["AK9*A*1*1*1", "AK9*R*1*1*0"])])
def test_one_acknowledgment_for_each_set(send: Send, connection: Connection, value: str, expected: list[str]) -> None:
    """All in the one answer to the group, which is stored and sent once."""
    connection.partner.policies = {"acknowledgment_for": value}
    connection.partner.save()
    good, bad = Order(number="A-1"), Order(number="A-2", control="0002", segments=FAULTS["element_characters"])
    send(x12(isa_of(good, bad)))
    acknowledgment = Acknowledgment.objects.get(group__isnull=False)
    segments = bytes(acknowledgment.content).decode().split("~")
    assert [one for one in segments if one.startswith("AK9*")] == expected
    assert [one.split("*")[2] for one in segments if one.startswith("AK2*")] == ["0001", "0002"]
    assert acknowledgment.verdict == "P"


@obeys("max_file_bytes")
def test_the_largest_file(send: Send, connection: Connection) -> None:
    connection.partner.policies = {"max_file_bytes": 100}
    connection.partner.save()
    with pytest.raises(BlobTooLarge):
        send(x12())
    assert not InboundFile.objects.exists()


@obeys("latency")
@pytest.mark.parametrize(
    ("value", "lane"), [("by-size", "interactive"), ("interactive", "interactive"), ("bulk", "bulk")]
)
def test_the_latency_class(send: Send, connection: Connection, value: str, lane: str) -> None:
    connection.partner.policies = {"latency": value}
    connection.partner.save()
    assert send(x12()).lane == lane


def test_the_latency_class_of_an_agreement(send: Send, agreement: Agreement) -> None:
    agreement.policies = {"latency": "bulk"}
    agreement.save()
    file = send(x12())
    assert (file.lane, file.units.get().lane) == ("interactive", "bulk")


def test_every_policy_has_one_test_that_shows_that_it_is_obeyed() -> None:
    tests = Path(__file__).parents[3]
    for path in sorted(tests.glob("tests/**/test_*.py")):
        if "@obeys(" in path.read_text():
            importlib.import_module(".".join(path.relative_to(tests).with_suffix("").parts))
    assert sorted(Policies.__struct_fields__) == sorted(OBEYED)
