"""Bad XML: nothing is fetched or expanded, nothing is lost in silence, nobody's document becomes another's."""

import io
import tracemalloc

import pytest

from mappings.engine.xml import reader
from mappings.engine.xml.envelope import mask_secrets
from partners.models import Agreement, AgreementStatus, Connection, Identity, Partner
from tests.transactions.conftest import Send
from tests.transactions.formats import CXML, IDOC, UBL, agree, identify, sample
from tests.transactions.services.test_bad_files import codes_of
from tests.transactions.x12 import isa_of, x12
from transactions.models import Attempt, Document, Event, ExceptionCase, FunctionalGroup, InboundFile
from transactions.services.peek import peek

GLN = "7300010000001"
SECRET = b"hunter2"


@pytest.fixture
def ubl(connection: Connection) -> bytes:
    """An order that is accepted as it is."""
    agree(connection, UBL)
    identify(connection, "gln", GLN)
    return sample(UBL, "peppol")


@pytest.fixture
def idoc(connection: Connection) -> bytes:
    """One record, `<IDOC>…</IDOC>`, with the order number 0000004712."""
    agree(connection, IDOC)
    identify(connection, "idoc", "MCKCLNT100", "LS")
    whole = sample(IDOC, "mock-sap-4712")
    return whole[whole.index(b"<IDOC") : whole.rindex(b"</IDOC>") + len(b"</IDOC>")]


def idocs(record: bytes, *numbers: int) -> bytes:
    return b"<ORDERS05>\n%b\n</ORDERS05>\n" % b"\n".join(
        record.replace(b"0000004712", b"%010d" % number) for number in numbers
    )


def inside(ubl: bytes, content: bytes) -> bytes:
    """An order with something more in its first note."""
    return ubl.replace(b"<cac:QuotationDocumentReference>", b"<cbc:Note>" + content + b"</cbc:Note>", 1).replace(
        b"</cac:QuotationDocumentReference>", b"", 1
    )


def test_the_samples_are_accepted_as_they_are(send: Send, ubl: bytes, idoc: bytes) -> None:
    assert send(ubl).outcome == send(idocs(idoc, 1, 2)).outcome == "accepted"


HOSTILE = {
    "billion laughs": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>',
        "xml-entity-declared",
    ),
    "a file of ours as an entity": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>',
        "xml-entity-declared",
    ),
    "a parameter entity": (
        b'<!DOCTYPE a [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;]><a/>',
        "xml-entity-declared",
    ),
    "no element": (b"<?xml version='1.0'?>\n<!-- nothing -->\n", "xml-not-well-formed"),
    "an encoding that hides markup": (b"<?xml version='1.0' encoding='utf-7'?><a/>", "encoding-invalid"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_unreadable_and_named(send: Send, name: str) -> None:
    content, code = HOSTILE[name]
    file = send(content)

    assert (file.format, file.stage, file.outcome, file.documents_total) == ("XML", "finished", "unreadable", 0)
    (case,) = file.cases.all()
    assert (case.category, case.queue, case.code) == ("unreadable", "integration-support", code)
    assert b"root:" not in str(file.findings).encode()


def test_an_external_dtd_is_not_fetched(send: Send, ubl: bytes) -> None:
    prolog, _, rest = ubl.partition(b"?>")
    file = send(prolog + b'?><!DOCTYPE Order SYSTEM "http://127.0.0.1:9/order.dtd">' + rest)

    assert file.outcome == "accepted"


def test_two_hundred_levels_are_rejected_by_name(send: Send, ubl: bytes) -> None:
    end = ubl.rindex(b"</")
    file = send(ubl[:end] + b"<x>" * 200 + b"</x>" * 200 + ubl[end:])

    assert (file.outcome, file.documents.get().outcome) == ("rejected", "rejected")
    (case,) = file.cases.all()
    assert (case.category, case.code) == ("syntax", "xml-too-deep")


def test_the_line_of_a_fault_is_that_of_the_file(send: Send, connection: Connection, idoc: bytes) -> None:
    broken = idoc.replace(b"</EDI_DC40>", b"</EDI_DC40>\n\n<Oops>", 1)
    content = idocs(idoc, 1, 2).replace(b"</ORDERS05>", broken + b"\n</ORDERS05>")
    file = send(content)

    assert (file.outcome, file.documents_total, file.documents_accepted) == ("partly", 3, 2)
    (found,) = file.documents.get(outcome="rejected").attempts.get().findings
    line = content[: content.index(b"<Oops>")].count(b"\n") + 1
    assert (found["code"], found["place"]["line"]) == ("xml-not-well-formed", line)


def test_one_broken_record_of_a_thousand_harms_no_other(send: Send, idoc: bytes, settings: object) -> None:
    settings.UNIT_MAX_DOCUMENTS = 100  # type: ignore[attr-defined]
    content = idocs(idoc, *range(1, 1001))
    at = content.index(b"%010d" % 500)
    broken = content[:at] + b"&" + content[at + 1 :]
    file = send(broken)

    assert (file.outcome, file.documents_total, file.documents_accepted) == ("partly", 1000, 999)
    assert file.units.count() == 10
    rejected = file.documents.exclude(outcome="accepted").get()
    assert (rejected.ordinal, rejected.outcome) == (500, "rejected")
    (case,) = file.cases.all()
    assert (case.document_id, case.code) == (rejected.pk, "xml-not-well-formed")
    assert Document.objects.filter(file=file).values("business_key").distinct().count() == 1000


@pytest.mark.parametrize(
    ("more", "at_end"),
    [
        (b"<ORDERS05><IDOC/></ORDERS05>", True),
        (b"garbage", True),
        (b"<OTHER>4713</OTHER>", False),
        (b"words between", False),
    ],
)
def test_what_is_no_record_of_an_idoc_file_is_not_lost_in_silence(
    send: Send, idoc: bytes, more: bytes, at_end: bool
) -> None:
    content = idocs(idoc, 1, 2)
    content = content + more if at_end else content.replace(b"</IDOC>\n", b"</IDOC>\n" + more + b"\n", 1)
    file = send(content)

    assert file.documents.filter(outcome="accepted").count() == 2
    assert file.outcome == "partly"
    (case,) = file.cases.filter(status="open")
    assert (case.category, case.code) == ("unreadable", "xml-not-well-formed")


def test_comments_and_blanks_around_records_are_nothing(send: Send, idoc: bytes) -> None:
    content = idocs(idoc, 1, 2).replace(b"</IDOC>\n", b"</IDOC>\n<!-- <IDOC> & -->\n<?x y?>\n", 1)
    file = send(b"<!-- SAP -->\n" + content + b"<!-- end -->\r\n\0\x1a")

    assert (file.outcome, file.documents_total, file.cases.count()) == ("accepted", 2, 0)


def test_an_interchange_inside_an_order_is_text(send: Send, ubl: bytes) -> None:
    file = send(inside(ubl, x12(isa_of()).replace(b">", b"&gt;")))

    assert (file.format, file.documents_total, file.interchanges.count()) == ("XML", 1, 0)
    assert file.outcome == "accepted"


def test_xml_in_front_of_an_interchange_is_a_stray(send: Send) -> None:
    file = send(b"<?xml version='1.0'?><soap><SharedSecret>hunter2</SharedSecret></soap>\n" + x12(isa_of()))

    assert (file.format, file.documents_accepted) == ("X12", 1)
    assert "data-outside-interchange" in codes_of(file)
    assert "hunter2" not in all_that_people_see(file)


class _Endless(io.RawIOBase):
    """So many bytes, all the same, behind a record."""

    def __init__(self, head: bytes, size: int, filler: bytes = b"x") -> None:
        self._head, self._left, self._filler = head, size, filler

    def read(self, size: int = -1) -> bytes:
        piece, self._head = self._head[:size], self._head[size:]
        if not piece:
            piece = self._filler * min(size, self._left)
            self._left -= len(piece)
        return piece


def test_a_comment_without_end_between_records_takes_no_memory() -> None:
    tracemalloc.start()
    found = list(reader.scan(_Endless(b"<O><IDOC></IDOC><!-- ", 400_000_000)))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [one.findings[-1].code for one in found] == ["xml-record-unknown", "xml-too-large"]
    assert peak < 150_000_000


def test_blanks_without_end_behind_the_root_take_no_memory() -> None:
    tracemalloc.start()
    found = list(reader.scan(_Endless(b"<O><IDOC></IDOC></O>", 100_000_000, b" ")))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [one.findings[-1].code for one in found] == ["xml-record-unknown"]
    assert peak < 20_000_000


# Whose document is it?


def test_an_order_in_the_name_of_another_partner_is_held(send: Send, connection: Connection) -> None:
    """Both partners have an agreement; the connection carries only its own."""
    agree(connection, UBL)
    other = Partner.objects.create(code="other", name="Other")
    Identity.objects.create(partner=other, kind="gln", value=GLN)
    agreement = Agreement.objects.get(partner=connection.partner, set_id="UBL Order")
    Agreement.objects.create(
        partner=other, standard="XML", set_id=agreement.set_id, release="", status=AgreementStatus.LIVE
    )
    file = send(sample(UBL, "peppol"))

    assert (file.stage, file.cases.get().code) == ("held", "sender-not-allowed")
    assert not Document.objects.exists()
    assert file.units.filter(partner=None, agreement=None).count() == file.units.count() == 1


def test_an_order_of_a_carried_partner_is_that_partners(send: Send, connection: Connection) -> None:
    other = Partner.objects.create(code="other", name="Other")
    Identity.objects.create(partner=other, kind="gln", value=GLN)
    agreement = agree(connection, UBL)
    agreement.partner = other
    agreement.save()
    connection.carries.add(other)
    file = send(sample(UBL, "peppol"))

    assert (file.partner_id, file.documents.get().partner_id) == (connection.partner_id, other.pk)
    assert file.documents.get().canonicals.get().partner_id == other.pk


def test_an_identity_of_the_other_environment_is_nobodys(send: Send, connection: Connection) -> None:
    agree(connection, UBL)
    identify(connection, "gln", GLN, environment="test")
    file = send(sample(UBL, "peppol"))

    assert (file.stage, file.cases.get().code) == ("held", "sender-unknown")


def test_an_inactive_partner_and_a_suspended_agreement_are_held(send: Send, connection: Connection, ubl: bytes) -> None:
    Agreement.objects.filter(standard="XML").update(status=AgreementStatus.SUSPENDED)
    assert send(ubl).cases.get().code == "agreement-stopped"
    Agreement.objects.filter(standard="XML").update(status=AgreementStatus.LIVE)
    Partner.objects.update(is_active=False)
    held = send(ubl.replace(b"1005", b"1006"))
    assert (held.stage, held.cases.get().code) == ("held", "partner-inactive")
    assert not Document.objects.exists()


@pytest.mark.parametrize("mode", ["PRODUCTION", "test", "Staging", "x" * 300])
def test_a_deployment_mode_is_production_or_else_test(send: Send, connection: Connection, mode: str) -> None:
    content = sample(CXML, "two-lines").replace(b'deploymentMode="test"', f'deploymentMode="{mode}"'.encode())
    file = send(content)

    expected = "production" if mode == "PRODUCTION" else "test"
    assert FunctionalGroup.objects.get(file=file).environment == expected
    assert set(file.units.values_list("environment", flat=True)) == {expected}
    assert file.cases.get().environment == expected


def test_a_name_that_no_database_takes_is_held(send: Send, connection: Connection) -> None:
    file = send(b"<Or\0der><a/></Or\0der>")

    assert file.stage == "held"
    assert "\0" not in file.cases.get().summary


# Secrets


def all_that_people_see(file: InboundFile) -> str:
    """What is stored of a file, apart from its bytes, and what is shown of those."""
    rows: list[object] = [list(InboundFile.objects.filter(pk=file.pk).values()), peek(file.sha256)]
    for model in (FunctionalGroup, ExceptionCase, Event, Document):
        rows += model.objects.filter(file=file).values()
    rows += Attempt.objects.filter(document__file=file).values()
    return str(rows)


BROKEN_SECRETS = (
    b"ab<hunter2</SharedSecret>",
    b"ab&hunter2;cd</SharedSecret>",
    b"ab<x hunter2=hunter2>cd</SharedSecret>",
    b"hunter2\x01</SharedSecret>",
    b"hunter2</SharedSecret",
    b"hunter2",
    b"<![CDATA[a</SharedSecret>hunter2]]></SharedSecret>",
    b"<!-- </SharedSecret> -->hunter2</SharedSecret>",
)


@pytest.mark.parametrize("broken", BROKEN_SECRETS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_part_of_a_secret_leaves_a_document(
    send: Send, connection: Connection, broken: bytes, encoding: str
) -> None:
    agree(connection, CXML, environment="test")
    content = sample(CXML, "two-lines").replace(b"coyote</SharedSecret>", broken)
    if encoding != "utf-8":
        content = content.replace(b'encoding="UTF-8"', b"").decode().encode(encoding)
    file = send(content)

    assert SECRET in content.replace(b"\0", b"")
    assert "hunter2" not in all_that_people_see(file)
    assert SECRET not in mask_secrets(content).replace(b"\0", b"")


@pytest.mark.parametrize("front", [b"", b"POST /orders HTTP/1.1\r\n\r\n", b"junk "])
def test_the_first_bytes_of_an_unreadable_file_show_no_secret(send: Send, front: bytes) -> None:
    file = send(front + b"<Envelope><c:SharedSecret>hunter2</c:SharedSecret")

    shown = peek(file.sha256)
    assert "hunter2" not in str(shown)
    assert "SharedSecret" in "".join([*shown.lines, *(row.text for row in shown.rows)])
