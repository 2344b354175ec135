"""A partner mends what was wrong and sends it again: nobody looks at the failure any more, and nothing else goes."""

from collections.abc import Callable

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from config.core.blobs import read_range
from partners.models import Agreement, Connection, Environment
from tests.transactions.conftest import Send, drain
from tests.transactions.x12 import Isa, Order, isa_of, x12
from transactions.models import Document, Event, ExceptionCase, InboundFile
from transactions.services.cases import close_case
from transactions.services.finalise_file import finalise_file
from transactions.services.receive import receive
from transactions.services.reprocess import reprocess
from transactions.services.supersede import supersede_corrected

Correct = Callable[[bytes, InboundFile], InboundFile]
OPEN = {"status": "open"}


@pytest.fixture
def correct(connection: Connection, rings: list[object]) -> Correct:
    def send_correction(content: bytes, corrects: InboundFile) -> InboundFile:
        receipt = receive(
            [content], connection=connection, partner=connection.partner, environment=corrects.environment,
            channel="portal", received_by="ada", corrects=corrects,
        )  # fmt: skip
        drain()
        return InboundFile.objects.get(pk=receipt.file.pk)

    return send_correction


def faulty(number: str = "PO-1", control: str = "0001", **changes: object) -> Order:
    return Order(number=number, control=control, se_count=99, **changes)  # type: ignore[arg-type]


def the(file: InboundFile) -> Document:
    return Document.objects.get(file=file)


def test_a_corrected_resend_supersedes_the_rejected_order_and_closes_its_case(send: Send) -> None:
    failed = send(x12(isa_of(faulty(), control=1)))
    assert ExceptionCase.objects.filter(**OPEN).count() == 1

    mended = send(x12(isa_of(Order(), control=2)))

    assert (the(failed).superseded_by, the(failed).outcome) == (the(mended), "rejected")
    case = ExceptionCase.objects.get()
    assert (case.status, case.disposition, case.closed_by) == ("closed", "superseded", "")
    told = Event.objects.get(file=failed, verb="superseded")
    assert (told.document_id, told.data) == (the(failed).pk, {"by_document": str(the(mended).pk)})
    assert Event.objects.filter(file=failed, verb="case-closed", document_id=the(failed).pk).count() == 1


def test_a_business_fault_is_superseded_too(send: Send) -> None:
    failed = send(x12(isa_of(Order(segments=("BEG*00*SA*PO-1**20261121", "PO1*1*0*EA*1**VP*A", "CTT*1")), control=1)))
    assert the(failed).outcome == "rejected"
    mended = send(x12(isa_of(Order(), control=2)))
    assert the(failed).superseded_by == the(mended)


@pytest.mark.parametrize(
    "later",
    [
        isa_of(Order(number="PO-2"), control=2),
        isa_of(Order(number="PO-1", purpose="04"), control=2),
        isa_of(Order(number="PO-1"), control=2, usage="T"),
        isa_of(faulty(), control=2),
        isa_of(
            Order(segments=("BEG*00*RL*PO-1*7*20261121", "PO1*1*2*EA*1**VP*A", "CTT*1")),
            control=2,
        ),
    ],
    ids=["another number", "a change of it", "a test", "another failure", "a release of it"],
)
def test_what_is_not_the_same_document_supersedes_nothing(send: Send, later: Isa) -> None:
    failed = send(x12(isa_of(faulty(), control=1)))
    send(x12(later))
    assert the(failed).superseded_by is None
    assert ExceptionCase.objects.filter(file=failed, **OPEN).exists()


def test_a_rejected_resend_of_an_accepted_order_stays_open(send: Send) -> None:
    """It came after the accepted one: whoever sent it meant something by it."""
    send(x12(isa_of(Order(), control=1)))
    failed = send(x12(isa_of(faulty(), control=2)))
    assert the(failed).superseded_by is None
    assert ExceptionCase.objects.filter(file=failed, **OPEN).exists()


def test_nobody_supersedes_the_order_of_somebody_else(send: Send, connection: Connection) -> None:
    from tests.benchmarks.world import make_world

    other = make_world("other", "OTHER")
    failed = send(x12(isa_of(faulty(), control=1)))
    send(x12(isa_of(Order(), control=2, sender="OTHER")), other)
    assert Document.objects.filter(outcome="accepted", partner=other.partner).exists()
    assert the(failed).superseded_by is None


def test_within_one_file_the_later_order_supersedes_the_earlier_one(send: Send) -> None:
    file = send(x12(isa_of(faulty(control="0001"), Order(control="0002"))))
    first, second = Document.objects.filter(file=file).order_by("ordinal")
    assert first.superseded_by == second
    assert not ExceptionCase.objects.filter(**OPEN).exists()


def test_what_is_accepted_by_reprocessing_supersedes_what_failed_before(send: Send, connection: Connection) -> None:
    """Both fail by policy; the later one is processed again after the policy was mended."""
    Agreement.objects.filter(partner=connection.partner).update(policies={"unknown_codes": "reject"})
    odd = Order(segments=("BEG*00*SA*PO-1**20261121", "PO1*1*2*XX*1**VP*A", "CTT*1"))
    unit = Order(segments=("BEG*00*SA*PO-1**20261121", "PO1*1*2*YY*1**VP*A", "CTT*1"))
    first, second = (send(x12(isa_of(order, control=n))) for n, order in enumerate((odd, unit), 1))
    if the(second).outcome == "accepted":
        pytest.fail("the second order must fail first, or this proves nothing")
    Agreement.objects.filter(partner=connection.partner).update(policies={})

    results = reprocess([the(second).pk], actor="ada")

    assert results[0].ok, results
    assert the(first).superseded_by == the(second)
    assert not ExceptionCase.objects.filter(**OPEN).exists()
    assert reprocess([the(first).pk], actor="ada")[0].message.endswith("accepted in its place.")


def test_an_unreadable_file_is_answered_by_its_correction(send: Send, correct: Correct) -> None:
    unreadable = send(b"%PDF-1.7 not an order")
    case = ExceptionCase.objects.get()

    mended = correct(x12(), unreadable)

    assert mended.corrects == unreadable
    case.refresh_from_db()
    assert (case.status, case.disposition) == ("closed", "superseded")
    assert Event.objects.get(file=unreadable, verb="superseded").data == {"by_file": str(mended.pk), "cases": 1}


def test_a_refused_envelope_is_answered_and_its_only_document_replaced(send: Send, correct: Correct) -> None:
    refused = send(x12(isa_of(Order(), control=1, iea_count=5)))
    assert ExceptionCase.objects.get().category == "envelope"
    mended = correct(x12(isa_of(Order(), control=2)), refused)
    assert the(refused).superseded_by == the(mended)
    assert not ExceptionCase.objects.filter(**OPEN).exists()


@pytest.mark.parametrize(
    "failed", [isa_of(Order(), control=1, iea_count=5), isa_of(faulty(), control=1)], ids=["refused", "rejected"]
)
def test_a_correction_keeps_the_control_numbers_of_what_it_corrects(send: Send, correct: Correct, failed: Isa) -> None:
    """Who mends a file by hand changes what was wrong and nothing else; a transmission that was cut off comes again."""
    first = send(x12(failed))
    mended = correct(x12(isa_of(Order(), control=1)), first)
    assert mended.outcome == "accepted"
    assert the(first).superseded_by == the(mended)
    assert not ExceptionCase.objects.filter(**OPEN).exists()
    again = send(x12(isa_of(Order(number="PO-2"), control=1)))
    assert ExceptionCase.objects.get(**OPEN).code == "interchange-duplicate", (
        "without saying that it corrects, it is one"
    )
    assert again.outcome != "accepted"


def test_a_correction_of_a_correction_answers_both(send: Send, correct: Correct) -> None:
    first = send(b"%PDF-1.7")
    second = correct(b"%PDF-1.7 again", first)
    assert ExceptionCase.objects.filter(**OPEN).count() == 2, "a correction that failed answers nothing"
    correct(x12(), second)
    assert not ExceptionCase.objects.filter(**OPEN).exists()


def test_a_correction_that_is_partly_accepted_leaves_the_rest_open(send: Send, correct: Correct) -> None:
    failed = send(x12(isa_of(faulty("PO-1", "0001"), faulty("PO-2", "0002"), control=1)))
    half = correct(x12(isa_of(Order(number="PO-1", control="0001"), faulty("PO-2", "0002"), control=2)), failed)
    assert half.outcome == "partly"
    assert dict(Document.objects.filter(file=failed).values_list("business_key", "superseded_by__file")) == {
        "PO-1": half.pk,
        "PO-2": None,
    }
    assert ExceptionCase.objects.filter(file=failed, **OPEN).count() == 1


def test_what_was_accepted_before_and_comes_again_in_a_correction_is_no_exception(send: Send, correct: Correct) -> None:
    """A partner mends one order of a file and sends the whole file again, as it was told to."""
    failed = send(x12(isa_of(Order(number="PO-1", control="0001"), faulty("PO-2", "0002"), control=1)))
    accepted = Document.objects.get(file=failed, outcome="accepted")

    whole = correct(
        x12(isa_of(Order(number="PO-1", control="0001"), Order(number="PO-2", control="0002"), control=2)), failed
    )

    again = Document.objects.get(file=whole, business_key="PO-1")
    assert (again.outcome, again.superseded_by) == ("duplicate", accepted)
    assert (whole.outcome, whole.documents_accepted, whole.documents_total) == ("accepted", 1, 2)
    assert not ExceptionCase.objects.filter(**OPEN).exists()
    assert not reprocess([again.pk], actor="ada")[0].ok


def test_an_accepted_order_that_a_correction_says_otherwise_is_looked_at(send: Send, correct: Correct) -> None:
    failed = send(x12(isa_of(Order(number="PO-1", control="0001"), faulty("PO-2", "0002"), control=1)))
    more = Order(number="PO-1", segments=("BEG*00*SA*PO-1**20261121", "PO1*1*99*EA*1**VP*A", "CTT*1"))
    half = correct(x12(isa_of(more, Order(number="PO-2", control="0002"), control=2)), failed)

    again = Document.objects.get(file=half, business_key="PO-1")
    assert (half.outcome, again.outcome, again.superseded_by) == ("partly", "duplicate", None)
    assert ExceptionCase.objects.get(**OPEN).category == "duplicate"


def test_a_correction_without_documents_answers_nothing(send: Send, correct: Correct) -> None:
    failed = send(b"%PDF-1.7")
    correct(x12(Isa(groups=(), control=5)), failed)
    assert ExceptionCase.objects.filter(file=failed, **OPEN).exists()


def test_what_is_held_stays_held(send: Send, correct: Correct) -> None:
    """Its case is the only way to let it go."""
    held = send(x12(isa_of(Order(number="PO-9"), control=1, sender="NOBODY")))
    correct(x12(isa_of(Order(number="PO-9"), control=2)), held)
    assert ExceptionCase.objects.filter(file=held, category="unroutable", **OPEN).exists()


def test_doing_it_again_changes_nothing(send: Send, correct: Correct) -> None:
    failed = send(x12(isa_of(faulty(), control=1)))
    mended = correct(x12(isa_of(Order(), control=2)), failed)
    before = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    InboundFile.objects.filter(pk=mended.pk).update(stage="processing")
    assert finalise_file(mended.pk)
    assert supersede_corrected(InboundFile.objects.get(pk=mended.pk), "accepted") == 0
    added = Event.objects.exclude(pk__in=before)
    assert set(added.values_list("verb", flat=True)) <= {"finished"}


def test_a_case_that_a_person_closed_keeps_how_it_ended(send: Send) -> None:
    failed = send(x12(isa_of(faulty(), control=1)))
    close_case(ExceptionCase.objects.get(), actor="ada", resolution="Told the buyer")
    send(x12(isa_of(Order(), control=2)))
    case = ExceptionCase.objects.get()
    assert (case.closed_by, case.disposition) == ("ada", "solved")
    assert the(failed).superseded_by is not None


def test_nobody_says_that_a_file_corrects_one_of_another_environment(send: Send, connection: Connection) -> None:
    failed = send(b"%PDF-1.7")
    with pytest.raises(ValueError, match="same partner and environment"):
        receive(
            [b"x"], connection=connection, partner=connection.partner, environment=Environment.TEST, channel="portal",
            received_by="ada", corrects=failed,
        )  # fmt: skip
    assert InboundFile.objects.count() == 1
    assert read_range(failed.sha256, 0, 4) == b"%PDF"


def test_many_corrected_orders_cost_no_more_statements(send: Send) -> None:
    counts = []
    for control, many in ((1, 3), (3, 30)):
        numbers = [f"P{control}-{n}" for n in range(many)]
        send(x12(isa_of(*(faulty(number, f"{n:04}") for n, number in enumerate(numbers, 1)), control=control)))
        with CaptureQueriesContext(database) as asked:
            send(
                x12(
                    isa_of(
                        *(Order(number=number, control=f"{n:04}") for n, number in enumerate(numbers, 1)),
                        control=control + 1,
                    )
                )
            )
        counts.append(len(asked))
    assert Document.objects.exclude(superseded_by=None).count() == 33
    assert counts[1] - counts[0] <= 3
