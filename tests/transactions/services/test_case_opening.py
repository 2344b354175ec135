"""A case opens with its cause, its price and its due time, in a bounded number of statements however many there are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from config.core.ids import uuid7
from mappings.engine.findings import Code, Finding, Layer, Place, finding
from partners.models import Agreement, Connection
from tests.factories import make_file
from tests.transactions.conftest import Send
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import Document, ExceptionCase, InboundFile
from transactions.services.case_cause import LENGTH, Cause, cause_of
from transactions.services.cases import NewCase, Subject, open_cases
from transactions.services.triage import (
    CATEGORY_OF_LAYER,
    QUEUE_OF_CATEGORY,
    QUEUE_OF_CODE,
    TERM_OF_CATEGORY,
    TERM_OF_QUEUE_AND_CATEGORY,
    due_at,
    triage,
)
from transactions.states import CaseCategory, Queue

PRICED = ("BEG*00*SA*PO-1**20261121", "N1*BY*Buyer*92*1001", "PO1*1*2*EA*10.50**VP*A", "PO1*2*1*EA*79**VP*B", "CTT*2")
CUR = ("BEG*00*SA*PO-1**20261121", "CUR*BY*USD", *PRICED[1:])


def with_policy(connection: Connection, **policies: str) -> None:
    agreement = Agreement.objects.get(environment="production")
    agreement.policies = policies
    agreement.save()


def test_a_document_rejected_by_syntax_tells_what_is_at_stake(send: Send) -> None:
    send(x12(isa_of(Order(segments=CUR, se_count=99))))
    case = ExceptionCase.objects.select_related("document").get()

    assert case.category == "syntax"
    assert not case.document.canonicals.exists()  # type: ignore[union-attr]
    assert (case.amount, case.currency) == (Decimal("100.00"), "USD")
    assert case.due_at == case.opened_at + timedelta(hours=24)


def test_what_the_document_does_not_tell_is_left_empty(send: Send) -> None:
    segments = ("BEG*00*SA*PO-1**20261121", "N1*BY*Buyer*92*1001", "PO1*1*2*EA***VP*A", "CTT*1")
    send(x12(isa_of(Order(segments=segments, se_count=99))))
    case = ExceptionCase.objects.get()

    assert (case.amount, case.currency) == (None, "")


def test_a_duplicate_is_for_finance_with_the_amount_of_its_canonical_form(send: Send) -> None:
    send(x12(isa_of(Order(segments=CUR), control=1)))
    send(x12(isa_of(Order(segments=(*CUR[:-1], "PO1*3*1*EA*1**VP*C", "CTT*3")), control=2)))
    case = ExceptionCase.objects.get()

    assert (case.category, case.queue) == ("duplicate", Queue.FINANCE)
    assert (case.amount, case.currency) == (Decimal("101.00"), "USD")


def test_the_same_unknown_code_in_two_files_is_one_cause_and_another_code_is_another(
    send: Send, connection: Connection
) -> None:
    with_policy(connection, unknown_codes="reject")
    for control, unit in enumerate(("QQ", "QQ", "XY"), 1):
        lines = [f"PO1*{n}*1*EA*1**VP*A" for n in range(1, control + 1)]
        segments = (f"BEG*00*SA*PO-{control}**20261121", "N1*BY*Buyer*92*1001", *lines, f"PO1*9*1*{unit}*1**VP*A")
        send(x12(isa_of(Order(segments=(*segments, f"CTT*{control + 1}")), control=control)))
    first, second, third = ExceptionCase.objects.order_by("id")

    assert first.cause == second.cause, "they stand in different lines of different documents"
    assert Cause.parse(first.cause) == (
        "element-code-invalid", str(connection.partner_id), "production", "order", "PO103", "QQ",
    )  # fmt: skip
    assert Cause.parse(third.cause).value == "XY"


def test_files_of_two_unknown_layouts_are_two_causes_and_of_one_are_one(send: Send) -> None:
    """One mapping mends files of the same columns only."""
    files = [send(body) for body in (b"a;b;c\n1;2;3\n", b"a;b;c\n4;5;6\n", b"d;e;f\n1;2;3\n")]
    first, second, third = (ExceptionCase.objects.get(file=file).cause for file in files)
    assert first == second != third
    assert Cause.parse(third).value == "d, e, f"


def test_a_file_is_never_priced_and_always_due(send: Send) -> None:
    send(b"no x12 at all")
    case = ExceptionCase.objects.get()

    assert case.amount is None
    assert case.due_at == due_at(case.queue, case.category, case.opened_at)
    assert Cause.parse(case.cause).kind == ""


@pytest.mark.parametrize(
    ("found", "place", "value"),
    [
        (finding(Code.MAPPING_CODE_UNKNOWN, place=Place(xpath="Order/OrderLine[7]/Item[1]/ID", line=88), value="4711"),
         "Order/OrderLine/Item/ID", "4711"),
        (finding(Code.NUMBER_INVALID, place=Place(row=8, column="qty|st"), value="1,2,3"), "column qty/st", ""),
        (finding(Code.LINE_COUNT_MISMATCH, place=Place(segment=20, segment_id="CTT", element=1), value="3"),
         "CTT01", ""),
    ],
)  # fmt: skip
def test_a_cause_has_no_line_numbers_and_a_value_only_where_it_is_the_fault(
    found: Finding, place: str, value: str
) -> None:
    cause = Cause.parse(cause_of(found, partner_id=7, environment="test", kind="order"))
    assert cause == (found.code.value, "7", "test", "order", place, value)


def test_causes_that_differ_behind_the_cut_stay_different_and_fit_the_column() -> None:
    def of(text: str) -> str:
        place = Place(xpath="/".join(["Envelope"] * 30) + text)
        return cause_of(finding(Code.MAPPING_CODE_UNKNOWN, place=place, value="ä" * 79 + text), partner_id=10**12,
                        environment="production", kind="warehouse-shipping-advice")  # fmt: skip

    assert of("a") != of("b")
    assert max(len(of("a")), len(of("b"))) <= LENGTH


def test_a_fault_of_onramp_is_one_cause_for_all_partners_and_numbers() -> None:
    causes = {
        cause_of(
            finding(Code.INTERNAL_FAILURE, f"Onramp failed: KeyError: 'x' at byte {1000 + n}"),
            partner_id=n,
            environment="production",
        )
        for n in (1, 2)
    }
    assert len(causes) == 1


def test_the_tables_answer_for_every_layer_category_and_queue() -> None:
    assert set(CATEGORY_OF_LAYER) == set(Layer)
    assert set(QUEUE_OF_CATEGORY) == set(TERM_OF_CATEGORY) == set(CaseCategory)
    terms = (*TERM_OF_CATEGORY.values(), *TERM_OF_QUEUE_AND_CATEGORY.values())
    assert all(term.hours > 0 and term.why.endswith(".") for term in terms)
    assert triage(finding(Code.ORDER_TOTAL_MISMATCH)) == (CaseCategory.BUSINESS, Queue.FINANCE)
    assert triage(finding(Code.QUANTITY_NOT_POSITIVE)) == (CaseCategory.BUSINESS, Queue.CUSTOMER_SERVICE)
    assert QUEUE_OF_CODE[Code.DOCUMENT_DUPLICATE] is Queue.FINANCE


def opening(file: InboundFile, document: Document, many: int) -> int:
    """Statements for opening so many cases of a file."""
    subject = Subject.of_document(document)
    reason = finding(Code.QUANTITY_NOT_POSITIVE, place=Place(segment=9, segment_id="PO1", element=2), value="0")
    cases = [
        NewCase(subject._replace(id=uuid7()), CaseCategory.BUSINESS, Queue.CUSTOMER_SERVICE, reason)
        for _ in range(many)
    ]
    with CaptureQueriesContext(database) as asked:
        assert open_cases(cases) == many
    return len(asked.captured_queries)


@pytest.mark.thorough
def test_ten_thousand_cases_cost_statements_by_the_batch_and_not_by_the_case(db: None) -> None:
    made = make_file()
    few, many = (opening(made.file, made.documents[0], count) for count in (1_000, 10_000))

    assert many <= 10 * few
    assert many <= 1_000, "a tenth of a statement a case; SQLite takes forty-odd rows at a time, PostgreSQL more"
