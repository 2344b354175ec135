"""A partner is told by an 824 what became of its document: written by the mapping that reads them, and valid."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from mappings.engine.findings import Place
from mappings.engine.x12.answers import DocumentAnswer, Outcome, read_answers
from mappings.engine.x12.delimiters import STANDARD
from mappings.engine.x12.validator import validator_for
from mappings.library import index
from mappings.services.write_document import OutboundForm, Written, write_document
from tests.transactions.conftest import Send
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import Document
from transactions.services.advise import NothingToAdvise, advice_of
from transactions.states import DocumentStage

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
WITHOUT_LINES = Order(segments=("BEG*00*SA*PO-1**20261121", "CUR*BY*USD", "PO1*1*-5*EA*2.50**VP*A", "CTT*1"))


def advice(document: Document, release: str = "") -> Written:
    mapping = index.compiled("x12-824-application-advice")
    return write_document(mapping, advice_of(document, AT), at=AT, form=OutboundForm(release=release))


def segments_of(written: Written) -> list[str]:
    return written.document.decode().split(STANDARD.segment)


def sent(send: Send, order: Order) -> Document:
    file = send(x12(isa_of(order)))
    return Document.objects.select_related("group").get(file=file)


@pytest.mark.parametrize("release", ["004010", "005010"])
def test_a_rejected_order_is_told_with_its_error(send: Send, release: str) -> None:
    document = sent(send, WITHOUT_LINES)
    assert document.outcome == "rejected"
    written = advice(document, release)
    assert written.findings == []
    assert [one.pointer for one in written.lost if one.before is not None] == []
    oti = next(segment for segment in segments_of(written) if segment.startswith("OTI*"))
    assert oti.startswith("OTI*TR*PO*PO-1*BUYER*ONRAMP***1*0001*850*004010")
    assert any(segment.startswith("TED*024*") for segment in segments_of(written))


def test_our_own_reader_of_answers_understands_it(send: Send) -> None:
    written = advice(sent(send, WITHOUT_LINES))
    reading = validator_for("824", "004010").read(written.document, STANDARD, Place())
    (answer,) = read_answers(reading.segments, STANDARD)
    assert isinstance(answer, DocumentAnswer)
    assert answer.outcome is Outcome.REJECTED
    assert answer.orders == ("PO-1",)


def test_an_accepted_order_is_told_without_errors(send: Send) -> None:
    written = advice(sent(send, Order()))
    assert written.findings == []
    assert [segment[:6] for segment in segments_of(written) if segment[:3] in ("OTI", "TED")] == ["OTI*TA"]


def test_the_same_advice_has_the_same_number(send: Send) -> None:
    document = sent(send, WITHOUT_LINES)
    assert advice_of(document, AT)["number"] == advice_of(document, AT)["number"]


def test_what_is_not_decided_is_not_told(send: Send) -> None:
    document = sent(send, Order())
    document.stage, document.final_at = DocumentStage.PROCESSED, None
    with pytest.raises(NothingToAdvise):
        advice_of(document, AT)


def test_the_command_prints_it_and_says_whether_it_is_clean(send: Send) -> None:
    document = sent(send, WITHOUT_LINES)
    out = io.StringIO()
    call_command("advise", str(document.pk), stdout=out)
    assert "~BGN*00*" in out.getvalue()
    with pytest.raises(CommandError, match="no document"):
        call_command("advise", "019ab000-0000-7000-8000-000000000000")
