"""Bad input: each fault is named, nothing is lost, and nobody else's document is harmed."""

from io import BytesIO

import pytest

from config.core.blobs import open_blob
from mappings.engine.x12.envelope import SetFound, scan
from partners.models import Agreement, Connection
from tests.transactions.conftest import Send, drain
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import Acknowledgment, Attempt, Document, ExceptionCase, InboundFile
from transactions.services.release import release


def codes_of(file: InboundFile) -> set[str]:
    """Every finding code of the file, its envelopes and its documents, and the codes of its cases."""
    found = {f["code"] for f in file.findings}
    for findings in (*file.interchanges.values_list("findings"), *file.groups.values_list("findings")):
        found |= {f["code"] for f in findings[0]}
    for attempt in Attempt.objects.filter(document__file=file):
        found |= {f["code"] for f in attempt.findings}
    return found | set(file.cases.values_list("code", flat=True))


def with_truncation() -> bytes:
    whole = x12(isa_of(*orders(3)))
    return whole[: whole.rindex(b"PO1*") + 9]


FAULTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "file-empty"),
    "a PDF renamed": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "format-unsupported"),
    "XML of no known kind": (b"<?xml version='1.0'?><Order/>", "xml-record-unknown"),
    "EDIFACT": (b"UNB+UNOC:3+A+B+261121:0830+1'UNZ+0+1'", "format-unsupported"),
    "truncated in mid-segment": (with_truncation(), "set-trailer-missing"),
    "IEA02 is not ISA13": (x12(isa_of(iea_control=9)), "interchange-control-mismatch"),
    "IEA01 miscounts": (x12(isa_of(iea_count=2)), "interchange-count-mismatch"),
    "IEA missing": (x12(isa_of(with_trailer=False)), "interchange-trailer-missing"),
    "GE02 is not GS06": (x12(Isa(groups=(Group(ge_control="9"),))), "group-control-mismatch"),
    "GE01 miscounts": (x12(Isa(groups=(Group(ge_count=2),))), "group-count-mismatch"),
    "SE02 is not ST02": (x12(isa_of(Order(se_control="0009"))), "set-control-mismatch"),
    "SE01 miscounts": (x12(isa_of(Order(se_count=9))), "set-count-mismatch"),
    "SE missing": (x12(isa_of(Order(with_trailer=False))), "set-trailer-missing"),
    "sender unknown": (x12(isa_of(sender="STRANGER")), "sender-unknown"),
    "set unknown": (x12(Isa(groups=(Group(orders=(Order(set_id="999999"),)),))), "agreement-missing"),
    "set without agreement": (x12(Isa(groups=(Group(orders=(Order(set_id="810"),)),))), "agreement-missing"),
    "release without agreement": (x12(Isa(groups=(Group(version="003040"),))), "agreement-missing"),
    "order without lines": (
        x12(isa_of(Order(segments=("BEG*00*SA*PO-1**20261121", "CTT*0")))),
        "segment-missing",
    ),
    "quantity is text": (
        x12(isa_of(Order(segments=("BEG*00*SA*PO-1**20261121", "PO1*1*many*EA*1**VP*A", "CTT*1")))),
        "element-character-invalid",
    ),
    "no such day": (
        x12(isa_of(Order(segments=("BEG*00*SA*PO-1**20260231", "PO1*1*1*EA*1**VP*A", "CTT*1")))),
        "element-date-invalid",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_is_named_has_a_case_and_loses_nothing(send: Send, name: str) -> None:
    content, code = FAULTS[name]
    file = send(content)

    assert code in codes_of(file)
    assert file.cases.filter(status="open").exists()
    assert file.stage in {"finished", "held"}
    assert file.outcome in {"unreadable", "rejected", ""}
    with open_blob(file.sha256) as stored:
        assert stored.read() == content


@pytest.mark.parametrize("name", FAULTS)
def test_another_interchange_of_the_same_file_is_not_harmed(send: Send, name: str) -> None:
    content, _ = FAULTS[name]
    file = send(content + b"\n" + x12(isa_of(Order(number="GOOD", control="7777"), control=500)))

    good = Document.objects.get(file=file, control_number="7777")
    assert good.outcome == "accepted"


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_opens_one_case(send: Send, name: str) -> None:
    file = send(FAULTS[name][0])

    assert file.cases.count() == 1


def test_wrong_trailers_get_a_ta1_and_no_997(send: Send) -> None:
    file = send(x12(isa_of(iea_control=9)))

    acknowledgment = Acknowledgment.objects.get(file=file)
    assert (acknowledgment.kind, acknowledgment.verdict) == ("TA1", "R")
    assert b"*R*001~" in bytes(acknowledgment.content)


@pytest.mark.parametrize("sent", [b"~", b"*", b"A"])
def test_who_names_no_component_separator_is_answered_with_one(send: Send, sent: bytes) -> None:
    """ISA16 is what separates something else, or a letter: the answer must be one that anybody can read."""
    whole = x12(isa_of(Order(segments=("BEG*00*SA*PO-1**20261121", "PO1*1*many*EA*1**VP*A", "CTT*1"))))
    file = send(whole.replace(b"*P*>~", b"*P*" + sent + b"~"))

    assert "isa-element-invalid" in codes_of(file)
    answer = bytes(Acknowledgment.objects.get(file=file).content)
    found = list(scan(BytesIO(answer)))
    assert [one.set_id for one in found if isinstance(one, SetFound)] == ["997"]
    assert not [fault for one in found for fault in getattr(one, "findings", ())]


def test_a_faulty_group_is_rejected_in_its_997(send: Send) -> None:
    file = send(x12(Isa(groups=(Group(ge_count=2),))))

    acknowledgment = bytes(Acknowledgment.objects.get(file=file).content).decode()
    assert "AK9*R*2*1*0*5~" in acknowledgment


def test_envelope_faults_only_warn_where_the_partner_is_allowed_them(send: Send, connection: Connection) -> None:
    connection.partner.policies = {"envelope_errors": "warn"}
    connection.partner.save()
    file = send(x12(isa_of(iea_count=2)))

    assert file.outcome == "accepted"
    assert "interchange-count-mismatch" in codes_of(file)


def test_a_production_document_through_a_test_connection_is_held(send: Send, connection: Connection) -> None:
    connection.environment = "test"
    connection.save()
    file = send(x12())

    assert file.stage == "held"
    assert ExceptionCase.objects.get().code == "environment-conflict"


@pytest.mark.parametrize(
    ("kept", "usage", "words"),
    [
        ("test", "P", "may send 850 004010 as tests only, and this is marked as a live document."),
        ("production", "T", "may send 850 004010 as live documents only, and this is marked as a test."),
    ],
)
def test_a_document_of_the_other_environment_is_held_as_a_case_and_let_go_when_that_is_agreed_too(
    send: Send, connection: Connection, kept: str, usage: str, words: str
) -> None:
    other = Agreement.objects.exclude(environment=kept).get()
    Agreement.objects.filter(pk=other.pk).update(status="draft")
    file = send(x12(isa_of(usage=usage)))
    case = ExceptionCase.objects.get()

    assert (file.stage, case.code, case.category) == ("held", "environment-mismatch", "unroutable")
    assert case.summary.endswith(words)
    assert not file.documents.exists()

    Agreement.objects.filter(pk=other.pk).update(status="live")
    assert release(case, actor="ann").ok
    drain()
    assert file.documents.get().environment == other.environment


def test_another_partners_sender_id_is_refused(send: Send, connection: Connection) -> None:
    from tests.benchmarks.world import make_world

    make_world("other", "OTHER")
    file = send(x12(isa_of(sender="OTHER")))

    assert file.stage == "held"
    assert ExceptionCase.objects.get().code == "sender-not-allowed"
    assert not Document.objects.exists()


def test_nul_and_quotes_in_values_are_stored(send: Send) -> None:
    segments = ("BEG*00*SA*PO'\"\\1**20261121", "N1*BY*A\x00B\tC*92*1", "PO1*1*1*EA*1**VP*A\\tB", "CTT*1")
    file = send(x12(isa_of(Order(segments=segments))))

    document = Document.objects.get(file=file)
    assert document.errors
    assert document.verdict == "R"


def test_sets_outside_any_group_are_named(send: Send) -> None:
    whole = x12(isa_of(Order(number="PO-1")))
    without_group = b"".join(line + b"\n" for line in whole.splitlines() if line[:2] not in (b"GS", b"GE"))
    file = send(without_group)

    assert "interchange-content-invalid" in codes_of(file)
    assert file.cases.filter(status="open").exists()
    assert not Document.objects.exists()


def test_a_rejected_order_is_found_by_its_number(send: Send) -> None:
    file = send(x12(isa_of(Order(number="PO-4711", se_count=99))))

    document = Document.objects.get(file=file)
    assert (document.outcome, document.business_key) == ("rejected", "PO-4711")
    assert not document.canonicals.exists()


def test_a_code_that_nobody_knows_is_one_finding(send: Send) -> None:
    file = send(x12(isa_of(Order(segments=("BEG*00*SA*PO-1**20261121", "PO1*1*1*QZ*1**VP*A", "CTT*1")))))

    (attempt,) = Attempt.objects.filter(document__file=file)
    assert [found["code"] for found in attempt.findings] == ["element-code-invalid"]


def test_an_interchange_without_any_document_has_a_case_even_where_faults_only_warn(
    send: Send, connection: Connection
) -> None:
    connection.partner.policies = {"envelope_errors": "warn"}
    connection.partner.save()
    wrong_terminator = x12(isa_of()).replace(b"*>~", b"*>#", 1)
    file = send(wrong_terminator)

    assert (file.outcome, file.documents_total) == ("rejected", 0)
    assert [case.category for case in file.cases.all()] == ["envelope"]
