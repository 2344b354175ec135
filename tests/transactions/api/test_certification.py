"""If these fail, a partner's program cannot certify itself, sees what others show, or decides what we decide."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group as Group_
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as db_connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.core.access_tokens import issue_token
from config.core.models import AuditEntry
from partners.models import Agreement, AgreementStatus, ApiKey, Connection, Environment, Notice
from partners.services.issue_key import issue_key
from tests.benchmarks.world import make_world
from tests.factories import make_user
from tests.partners.api.conftest import ROLES, Caller
from tests.transactions.api.conftest import Program, assert_problem
from tests.transactions.conftest import drain
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.models import (
    CertificationRun,
    CertificationUpload,
    Document,
    InboundFile,
    OurTestDocument,
    ScenarioChoice,
)
from transactions.services.certify_due import certify_due

ZERO = ("BEG*00*SA*PO-2**20261121", "PO1*1*0*EA*2.50**VP*A", "CTT*1")


def staff(role: str) -> Caller:
    """One of ours with this role."""
    user = make_user(role)
    user.groups.add(Group_.objects.get(name=ROLES[role].name))
    return Caller(issue_token(user, "tests", timezone.now() + timedelta(days=1)).secret)


def certified(connection: Connection) -> Agreement:
    """The agreement for live orders, whose scenarios are asked."""
    found = Agreement.objects.get(partner=connection.partner, environment=Environment.PRODUCTION)
    found.status, found.policies = AgreementStatus.DRAFT, {"certification": "always"}
    found.save()
    return found


@pytest.fixture
def connection(db: None, rings: list[object]) -> Connection:
    return make_world()


@pytest.fixture
def agreement(connection: Connection) -> Agreement:
    return certified(connection)


@pytest.fixture
def buyer(connection: Connection) -> Program:
    program = Program(connection)
    program.get("files")  # the first use of a key is noted in its row
    return program


@pytest.fixture
def foreign(connection: Connection) -> Agreement:
    return certified(make_world("zenith", "ZENITH"))


def path_of(agreement: Agreement, scenario: str = "", act: str = "") -> str:
    scenario = f"/scenarios/{scenario}" if scenario else ""
    return f"certifications/{agreement.pk}{scenario}{f'/{act}' if act else ''}"


def send(program: Program, agreement: Agreement, content: bytes, scenario: str = "valid") -> Any:
    """Send a file for a scenario, and judge it."""
    response = program.client.post(
        f"/api/v1/{path_of(agreement, scenario, 'files')}?name=a.edi", content, content_type="application/edi-x12"
    )
    drain()
    certify_due()
    return response


def test_a_program_sends_reads_mends_and_passes(buyer: Program, agreement: Agreement) -> None:
    (listed,) = buyer.get("certifications").json()["results"]
    assert (listed["id"], listed["set_id"], listed["kind"]) == (agreement.pk, "850", "order")
    first = buyer.get(path_of(agreement)).json()
    assert (first["passed"], first["asked"], first["round"]) == (0, 3, 1)
    assert [(one["code"], one["state"]) for one in first["scenarios"]] == [
        ("valid", "open"), ("several-lines", "open"), ("duplicate", "open"),
    ]  # fmt: skip

    wrong = send(buyer, agreement, x12(isa_of(Order("PO-2", segments=ZERO), usage="T", control=1)))
    assert (wrong.status_code, wrong.json()["is_new"]) == (202, True)
    assert wrong["Location"] == wrong.json()["report"] == f"/api/v1/{path_of(agreement, 'valid')}"
    report = buyer.client.get(wrong["Location"]).json()
    assert (report["state"], report["is_waiting"], report["runs"][0]["passed"]) == ("failed", False, False)
    (check,) = report["runs"][0]["checks"]
    assert "Line 1 orders 0" in check["words"]
    assert check["mend"]
    assert buyer.get(f"documents/{report['runs'][0]['document']}").status_code == 200
    assert buyer.get(f"files/{report['runs'][0]['file']}").status_code == 200

    send(buyer, agreement, x12(isa_of(Order("PO-2"), usage="T", control=2)))
    passed = buyer.get(path_of(agreement)).json()
    assert (passed["passed"], passed["scenarios"][0]["passed_by"]) == (1, "850 PO-2")
    assert set(Document.objects.values_list("environment", flat=True)) == {"test"}
    assert CertificationUpload.objects.latest("pk").by == str(ApiKey.objects.get(connection=buyer.connection))


def test_an_empty_body_is_refused_and_not_kept(buyer: Program, agreement: Agreement) -> None:
    refused = assert_problem(send(buyer, agreement, b""), 400, "invalid")
    assert refused["errors"] == {"file": ["The file is empty: nothing was in it. Send the document itself."]}
    path = f"/api/v1/{path_of(agreement, 'valid', 'files')}"
    assert_problem(buyer.client.post(path, {"file": SimpleUploadedFile("a.edi", b"")}), 400, "invalid")
    assert not CertificationUpload.objects.exists()
    assert not InboundFile.objects.exists()


def test_an_ordinary_file_marked_as_a_test_counts(buyer: Program, agreement: Agreement) -> None:
    buyer.send(x12(isa_of(Order("PO-3"), usage="T")))
    drain()
    certify_due()
    assert buyer.get(path_of(agreement, "valid")).json()["state"] == "passed"


def test_the_example_passes_as_it_is(buyer: Program, agreement: Agreement) -> None:
    found = buyer.get(path_of(agreement, "several-lines", "example"))
    assert found["Content-Disposition"] == 'attachment; filename="example-several-lines-850.edi"'
    send(buyer, agreement, b"".join(found), "several-lines")
    assert buyer.get(path_of(agreement, "several-lines")).json()["state"] == "passed"


def test_what_waits_is_said_to_wait(buyer: Program, agreement: Agreement) -> None:
    buyer.client.post(
        f"/api/v1/{path_of(agreement, 'valid', 'files')}", x12(isa_of(Order("PO-2"), usage="T")),
        content_type="application/edi-x12",
    )  # fmt: skip
    assert buyer.get(path_of(agreement, "valid")).json()["is_waiting"] is True


def test_what_is_of_others_is_not_there(buyer: Program, agreement: Agreement, foreign: Agreement) -> None:
    send(Program(Connection.objects.get(partner=foreign.partner)), foreign, x12(isa_of(sender="ZENITH", usage="T")))
    ours = note(foreign)
    for path in (path_of(foreign), path_of(foreign, "valid"), path_of(foreign, "valid", "example")):
        assert_problem(buyer.get(path), 404, "not-found")
    before = CertificationUpload.objects.count()
    assert_problem(send(buyer, foreign, x12(isa_of(Order("PO-2"), usage="T"))), 404, "not-found")
    assert CertificationUpload.objects.count() == before
    assert [one["id"] for one in buyer.get(f"certifications?partner={foreign.partner_id}").json()["results"]] == []
    assert [one["id"] for one in buyer.get("certifications").json()["results"]] == [agreement.pk]
    assert buyer.get("our-test-documents").json()["results"] == []
    assert_problem(buyer.get(f"our-test-documents/{ours.pk}/content"), 404, "not-found")


def test_the_address_of_somebody_else_in_a_file_shows_nothing(
    buyer: Program, agreement: Agreement, foreign: Agreement
) -> None:
    send(buyer, agreement, x12(isa_of(Order("PO-1"), usage="T", sender="ZENITH")))
    report = buyer.get(path_of(agreement, "valid"))
    assert report.json()["state"] == "failed"
    assert "zenith" not in report.content.decode().lower()
    assert not Document.objects.filter(partner=foreign.partner).exists()
    assert not CertificationRun.objects.filter(agreement=foreign).exists()


def test_a_key_decides_nothing_and_one_that_reads_sends_nothing(
    buyer: Program, agreement: Agreement, connection: Connection
) -> None:
    for path in (path_of(agreement, "valid", "decision"), path_of(agreement, "", "begin-again"),
                 path_of(agreement, "", "judge-again"), "our-test-documents"):  # fmt: skip
        answer = buyer.client.post(f"/api/v1/{path}", {"decision": "waived", "reason": "x"})
        assert_problem(answer, 403, "permission-denied")
    assert not ScenarioChoice.objects.exists()
    reader = Caller(issue_key(connection, "Reader", scopes=["read"]).secret)
    assert reader.get(path_of(agreement)).status_code == 200
    assert_problem(reader.post(path_of(agreement, "valid", "files")), 403, "permission-denied")
    assert_problem(buyer.get("notices"), 403, "permission-denied")


def test_a_partner_is_not_told_of_scenarios_that_nobody_asks_nor_why(buyer: Program, agreement: Agreement) -> None:
    ScenarioChoice.objects.create(
        agreement=agreement, scenario="cancel", decision="waived", reason="Our secret", by="ann", at=timezone.now()
    )
    said = buyer.get(path_of(agreement)).content.decode()
    assert '"waived"' in said
    assert "Our secret" not in said
    assert "wrong-total" not in said
    assert_problem(buyer.get(path_of(agreement, "wrong-total")), 404, "not-found")


def test_staff_decide_begin_again_and_judge_again(
    buyer: Program,
    agreement: Agreement,
) -> None:
    send(buyer, agreement, x12(isa_of(Order("PO-2"), usage="T")))
    analyst = staff("analyst")
    assert analyst.get(path_of(agreement, "valid")).json()["runs"][0]["checks"][0]["ok"] is True
    asked = analyst.post(path_of(agreement, "wrong-total", "decision"), {"decision": "asked", "reason": "Totals vary"})
    assert {one["code"]: one["state"] for one in asked.json()["scenarios"]}["wrong-total"] == "open"
    default = {"decision": "default", "reason": "Not after all"}
    analyst.post(path_of(agreement, "wrong-total", "decision"), default)
    assert not ScenarioChoice.objects.exists()
    assert_problem(analyst.post(path_of(agreement, "valid", "decision"), {"decision": "asked"}), 400, "invalid")
    assert_problem(analyst.post(path_of(agreement, "nothing", "decision"), default), 409, "conflict")
    assert analyst.post(path_of(agreement, "", "judge-again")).json() == {"judged": 0}
    again = analyst.post(path_of(agreement, "", "begin-again"), {"reason": "They changed their software"}).json()
    assert (again["round"], again["passed"]) == (2, 0)
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"certification.asked", "certification.default", "certification.begun-again"} <= verbs


def test_staff_record_what_we_sent_and_the_partner_fetches_it(
    buyer: Program,
    agreement: Agreement,
    connection: Connection,
) -> None:
    content = x12(Isa([Group([Order("OUR-1")], sender="ONRAMP", receiver="BUYER")], sender="ONRAMP", receiver="BUYER",
                      usage="T"))  # fmt: skip
    file = SimpleUploadedFile("ours.edi", content)
    analyst = staff("analyst")
    made = analyst.form("our-test-documents", partner=connection.partner_id, file=file)
    assert (made.status_code, made.json()[0]["number"]) == (201, "OUR-1"), made.content
    (listed,) = buyer.get("our-test-documents").json()["results"]
    assert b"".join(buyer.get(f"our-test-documents/{listed['id']}/content")) == content
    live = SimpleUploadedFile("live.edi", x12(isa_of(usage="P")))
    refused = analyst.form("our-test-documents", partner=connection.partner_id, file=live)
    assert "marked as live" in str(assert_problem(refused, 400, "invalid")["errors"]["file"])


def test_notices_tell_what_went_out(agreement: Agreement) -> None:
    notice = Notice.objects.create(
        key="x", kind="held", agreement=agreement, subject="Held", text="Documents wait", to=["a@x.example"],
        try_from=timezone.now(),
    )  # fmt: skip
    support = staff("support")
    assert [one["subject"] for one in support.get("notices", is_sent="false").json()["results"]] == ["Held"]
    assert support.get("notices", is_sent="true").json()["results"] == []
    assert support.get(f"notices/{notice.pk}").json()["to"] == ["a@x.example"]


def test_reading_costs_the_same_however_much_was_sent(buyer: Program, agreement: Agreement) -> None:
    send(buyer, agreement, x12(isa_of(Order("PO-1"), usage="T", control=1)))
    costs = []
    for number in range(2):
        with CaptureQueriesContext(db_connection) as seen:
            buyer.get("certifications")
            buyer.get(path_of(agreement))
            buyer.get(path_of(agreement, "valid"))
        costs.append(len(seen))
        for control in range(2, 6):
            order = Order(f"PO-{number}{control}")
            send(buyer, agreement, x12(isa_of(order, usage="T", control=10 * number + control)))
    assert costs[0] == costs[1] <= 30


def note(agreement: Agreement) -> OurTestDocument:
    return OurTestDocument.objects.create(
        partner=agreement.partner, kind="order", set_id="850", number="T-1", sha256="0" * 64, by="x", at=timezone.now()
    )
