"""Values at the edge of what columns hold: the document says what is wrong with it, and its neighbours are accepted."""

from datetime import UTC, datetime

import pytest

from config.core.ids import earliest_uuid7
from mappings.engine.findings import RULES, Code, Layer, Place, finding
from tests.transactions.conftest import Send
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import Acknowledgment, CanonicalDocument, Document, WorkUnit
from transactions.pipeline import document_rows, judge, translate
from transactions.pipeline.facts import facts_of
from transactions.pipeline.storable import storable_findings

LINES = ("PO1*1*1*EA*1**VP*A", "CTT*1")

BODIES: dict[str, tuple[str, ...]] = {
    "year 0000": ("BEG*00*SA*PO-X**00000101", *LINES),
    "year 9999": ("BEG*00*SA*PO-X**99991231", *LINES),
    "a date of six digits": ("BEG*00*SA*PO-X**260101", *LINES),
    "a requested date that is none": ("BEG*00*SA*PO-X**20261121", "DTM*002*20269999", *LINES),
    "a requested date before Christ": ("BEG*00*SA*PO-X**20261121", "DTM*002*00000000", *LINES),
    "a total of 15 digits": ("BEG*00*SA*PO-X**20261121", *LINES, "AMT*TT*9999999999999.99"),
    "a total that rounds up to 16 digits": ("BEG*00*SA*PO-X**20261121", *LINES, "AMT*TT*9999999999999.996"),
    "a total of 18 digits": ("BEG*00*SA*PO-X**20261121", *LINES, "AMT*TT*999999999999999999"),
    "a total with an exponent": ("BEG*00*SA*PO-X**20261121", *LINES, "AMT*TT*1E99"),
    "a price of 30 digits": ("BEG*00*SA*PO-X**20261121", f"PO1*1*1*EA*{'9' * 30}**VP*A", "CTT*1"),
    "a quantity of 300 digits": ("BEG*00*SA*PO-X**20261121", f"PO1*1*{'9' * 300}*EA*1**VP*A", "CTT*1"),
    "a number of 300 characters": (f"BEG*00*SA*{'P' * 300}**20261121", *LINES),
    "a currency of ten characters": ("BEG*00*SA*PO-X**20261121", "CUR*BY*ABCDEFGHIJ", *LINES),
    "NUL everywhere": ("BEG*00*SA*P\x00O**20261121", "CUR*BY*U\x00D", "PO1*1*1*E\x00*1**VP*\x00", "CTT*1"),
    "lone surrogates as bytes": ("BEG*00*SA*PO\udced**20261121", *LINES),
    "escapes of COPY": ("BEG*00*SA*PO\\N\\.X**20261121", "N1*BY*a\\tb\\\\", *LINES),
    "nothing": (),
}


@pytest.mark.parametrize("name", BODIES)
def test_one_strange_document_harms_no_other(send: Send, name: str) -> None:
    strange = Order(control="0002", segments=BODIES[name])
    text = isa_of(Order(number="A", control="0001"), strange, Order(number="B", control="0003")).render()
    file = send(text.encode("utf-8", "surrogateescape"))

    assert file.stage == "finished"
    outcomes = dict(Document.objects.filter(file=file).values_list("control_number", "outcome"))
    assert (outcomes["0001"], outcomes["0003"], len(outcomes)) == ("accepted", "accepted", 3)
    assert Acknowledgment.objects.filter(file=file).count() == 1
    assert not WorkUnit.objects.exclude(state="done").exists()


@pytest.mark.parametrize(
    ("date", "total"), [("2026-02-30", "1"), ("0000-01-01", "1"), ("20261121", "9999999999999.996"), ("x", "NaN")]
)
def test_facts_that_fit_no_column_are_left_out(date: str, total: str) -> None:
    """A mapping of the user's own may write what it likes; what cannot be promoted is still in the canonical form."""
    body = {
        "issue_date": date,
        "totals": {"computed": {"lines_amount": total}},
        "currency": "EURO",
        "purpose": "p" * 99,
    }
    facts = facts_of(body)

    assert (facts.issue_date is None) == (date != "20261121")
    assert (facts.total is None) == (total != "1")
    assert facts.currency == ""
    assert len(facts.purpose) <= 40


def test_long_numbers_that_begin_alike_are_not_duplicates() -> None:
    first, second = (facts_of({"number": "N" * 90 + end}) for end in "12")

    assert document_rows.claim_digest(1, "test", "order", first) != document_rows.claim_digest(
        1, "test", "order", second
    )


def test_a_document_that_cannot_be_promoted_fails_alone(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_on_second(body: dict[str, object]) -> object:
        if body["number"] == "PO-2":
            raise ValueError("cannot be")
        return facts_of(body)

    monkeypatch.setattr(judge, "facts_of", fail_on_second)
    file = send(x12(isa_of(*orders(3))))

    assert list(file.documents.order_by("ordinal").values_list("outcome", flat=True)) == [
        "accepted",
        "failed",
        "accepted",
    ]


def test_a_rejected_document_that_cannot_be_written_whole_is_still_rejected_in_the_997(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written again without its canonical form, it must keep what the acknowledgment says."""
    write, calls = document_rows.insert_rows, []

    def refuse(model: type, rows: list[object]) -> None:
        if model is Document and any(row.attempt == 1 and row.outcome == "rejected" for row in rows):  # type: ignore[attr-defined]
            calls.append(rows)
            raise ValueError("the driver will not take it")
        write(model, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(document_rows, "insert_rows", refuse)
    file = send(x12(isa_of(Order(number="A", control="0001"), Order(number="B", control="0002", se_count=99))))

    assert len(calls) == 2
    assert dict(file.documents.values_list("control_number", "outcome")) == {"0001": "accepted", "0002": "failed"}
    content = bytes(Acknowledgment.objects.get(file=file).content)
    assert b"AK2*850*0002~AK5*R*4~" in content.replace(b"\n", b"")
    assert b"AK9*P*2*2*1~" in content.replace(b"\n", b"")


def test_the_cap_on_findings_keeps_what_the_acknowledgment_says() -> None:
    """A set with one warning of syntax and a thousand mapping errors is E, not A: mapping never changes a 997."""
    syntax = finding(Code.ELEMENT_CODE_INVALID, place=Place(segment=5))
    mapping = [finding(code) for code in Code if RULES[code].layer is Layer.MAPPING] * 300
    stored = storable_findings([*mapping, syntax], 200)

    assert len(stored) == 200
    assert [found["code"] for found in stored].count(Code.ELEMENT_CODE_INVALID) == 1
    assert stored[0]["severity"] == "error"


def test_very_many_envelope_findings_are_capped(send: Send) -> None:
    stray = "GE*1*1~\n" * 3000
    content = isa_of(*orders(1)).render().replace("IEA*", stray + "IEA*")
    file = send(content.encode())

    assert len(file.interchanges.get().findings) <= 200
    assert file.interchanges.get().has_errors


def test_times_before_1970_have_ids_too() -> None:
    assert earliest_uuid7(datetime(1, 1, 1, tzinfo=UTC)).version == 7


def test_envelope_values_longer_than_their_columns(send: Send) -> None:
    groups = (Group(orders=orders(1), control="9" * 90, functional_id="P" * 30, version="004010" + "V" * 40),)
    file = send(x12(Isa(groups=groups)))

    assert file.stage in {"held", "finished"}


def test_an_amount_has_two_decimals(send: Send) -> None:
    send(x12())

    assert str(CanonicalDocument.objects.get().total) == "2.50"


def test_a_set_that_we_fail_to_read_is_named_in_the_997(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> object:
        raise ZeroDivisionError("our fault")

    monkeypatch.setattr(translate, "validator_for", fail)
    file = send(x12())

    assert b"AK2*850*0001~" in bytes(Acknowledgment.objects.get(file=file).content).replace(b"\n", b"")
