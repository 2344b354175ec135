"""A rejection that is not noticed is an order that nobody ships; a wrong alarm is a telephone call for nothing."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.findings import Code, Place, finding
from mappings.engine.x12.acknowledgment import GroupCounts, SetVerdict, write_997, write_999, write_ta1
from mappings.engine.x12.answers import (
    Answer,
    DocumentAnswer,
    GroupAnswer,
    InterchangeAnswer,
    Outcome,
    SetAnswer,
    read_answers,
    read_ta1,
)
from mappings.engine.x12.delimiters import STANDARD, Delimiters
from mappings.engine.x12.envelope import AcknowledgmentFound, InterchangeOpened, SetFound, scan
from mappings.engine.x12.reconciliation import Reconciliation, SentGroup, SentSet, reconcile
from tests.mappings.engine.x12.documents import CLEAN_HEADER, STAR
from tests.mappings.engine.x12.test_acknowledgment import GROUP, envelope
from tests.mappings.engine.x12.test_corpus import CORPUS, FILES

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SENT = SentGroup(
    interchange_control="000000101",
    functional_id="PO",
    control_number="12",
    sets=(SentSet("850", "0001", "PO-1"), SentSet("850", "0002", "PO-2"), SentSet("850", "0003", "PO-3")),
    due=NOW + timedelta(hours=1),
)


def answers(data: bytes) -> list[Answer]:
    """All answers in a file."""
    found: list[Answer] = []
    delimiters = STANDARD
    for event in scan(BytesIO(data)):
        if isinstance(event, InterchangeOpened):
            delimiters = event.delimiters
        if isinstance(event, AcknowledgmentFound):
            found.append(read_ta1(event.fields))
        if isinstance(event, SetFound):
            text = data[event.offset : event.offset + event.length].decode()
            pieces = [piece.strip() for piece in text.split(delimiters.segment)]
            segments = [piece.split(delimiters.element) for piece in pieces if piece]
            found += read_answers(segments, delimiters)
    return found


def verdicts(*broken: int) -> list[SetVerdict]:
    place = Place(segment=3, segment_id="CUR", loop="N1", element=2, element_id="100", component=1, repetition=2)
    fault = finding(Code.ELEMENT_TOO_LONG, place=place, value="DOLLARS")
    missing = finding(Code.SEGMENT_MISSING, place=Place(segment=2, segment_id="BEG"))
    return [SetVerdict("850", f"{n:04d}", [missing, fault] if n in broken else []) for n in (1, 2, 3)]


def said(*broken: int, version: str = "00401", listed: bool = True) -> list[Answer]:
    write = write_999 if version == "00501" else write_997
    counts = GroupCounts(3, 3, 3 - len(broken))
    return answers(
        write(GROUP, verdicts(*broken), [], counts=counts, envelope=envelope(version), with_accepted_sets=listed)
    )


def outcomes(result: Reconciliation) -> list[str]:
    return [result.outcome.value, *(one.outcome.value for one in result.sets)]


@pytest.mark.parametrize("version", ["00401", "00501"])
def test_what_we_write_is_what_we_read(version: str) -> None:
    (answer,) = said(2, version=version)
    assert isinstance(answer, GroupAnswer)
    assert (answer.functional_id, answer.control_number, answer.outcome) == ("PO", "12", Outcome.PARTLY)
    assert (answer.included, answer.received, answer.accepted) == (3, 3, 2)
    first, second, _ = answer.sets
    assert (first.outcome, second.outcome, first.notes) == (Outcome.ACCEPTED, Outcome.REJECTED, ())
    missing, long = second.notes
    assert (missing.code, missing.segment_id, missing.segment, missing.element) == ("3", "BEG", 2, 0)
    assert missing.words == "A mandatory segment is missing"
    assert (long.code, long.segment_id, long.segment, long.element, long.component) == ("5", "CUR", 3, 2, 1)
    assert (long.repetition, long.loop, long.value) == (2 if version == "00501" else 0, "N1", "DOLLARS")
    assert long.words == "The element is too long"


def test_a_ta1_is_read() -> None:
    (answer,) = answers(write_ta1(CLEAN_HEADER, [finding(Code.INTERCHANGE_COUNT_MISMATCH)], envelope=envelope()))
    assert isinstance(answer, InterchangeAnswer)
    assert (answer.control_number, answer.outcome, answer.notes[0].code) == ("000000101", Outcome.REJECTED, "021")
    assert answer.notes[0].words == "IEA01 does not count the groups"


@pytest.mark.parametrize(
    ("given_answers", "expected"),
    [
        (said(), ["accepted"] * 4),
        (said(2), ["partly", "accepted", "rejected", "accepted"]),
        (said(2, version="00501"), ["partly", "accepted", "rejected", "accepted"]),
        (said(2, listed=False), ["partly", "accepted", "rejected", "accepted"]),
        (said(1, 2, 3), ["rejected"] * 4),
        (said(listed=False), ["accepted"] * 4),
        ([], ["waiting"] * 4),
        ([read_ta1(["TA1", "101", "", "", "A", "000"])], ["waiting"] * 4),
        ([read_ta1(["TA1", "101", "", "", "R", "021"])], ["rejected"] * 4),
        ([read_ta1(["TA1", "102", "", "", "R", "021"])], ["waiting"] * 4),
        ([GroupAnswer("IN", "12", Outcome.REJECTED)], ["waiting"] * 4),
        ([GroupAnswer("PO", "000012", Outcome.REJECTED)], ["rejected"] * 4),
        ([GroupAnswer("PO", "12", Outcome.WITH_ERRORS)], ["with-errors"] * 4),
        ([GroupAnswer("PO", "12", None)], ["waiting"] * 4),
        (
            [*said(), DocumentAnswer(Outcome.REJECTED, "PO", "PO-3")],
            ["partly", "accepted", "accepted", "rejected"],
        ),
        (
            [*said(), DocumentAnswer(Outcome.WITH_ERRORS, "", "", "12", "2", "850")],
            ["with-errors", "accepted", "with-errors", "accepted"],
        ),
        (
            [*said(), DocumentAnswer(Outcome.REJECTED, "PO", "PO-1", item=True)],
            ["partly", "partly", "accepted", "accepted"],
        ),
        ([*said(), DocumentAnswer(Outcome.REJECTED, "PO", "PO-9")], ["accepted"] * 4),
        ([*said(), DocumentAnswer(Outcome.REJECTED, "", "", "13", "2", "850")], ["accepted"] * 4),
    ],
)
def test_what_became_of_each_set(given_answers: list[Answer], expected: list[str]) -> None:
    assert outcomes(reconcile(SENT, given_answers, NOW)) == expected


def test_silence_is_overdue_after_the_due_time() -> None:
    late = NOW + timedelta(hours=2)
    assert outcomes(reconcile(SENT, [], late)) == ["overdue"] * 4
    assert outcomes(reconcile(SENT, said(), late)) == ["accepted"] * 4
    some = [GroupAnswer("PO", "12", None, sets=said(2)[0].sets[:1])]  # type: ignore[union-attr]
    assert outcomes(reconcile(SENT, some, late)) == ["overdue", "accepted", "overdue", "overdue"]


def test_a_set_that_we_never_sent_is_named() -> None:
    smaller = SentGroup(
        interchange_control="101", functional_id="PO", control_number="12", sets=(SentSet("850", "0001"),)
    )
    result = reconcile(smaller, said(2), NOW)
    assert [one.control_number for one in result.strangers] == ["0002", "0003"]
    assert result.outcome is Outcome.ACCEPTED


def test_an_application_advice_is_read() -> None:
    rows = [
        "ST*824*0001",
        "BGN*11*A-1*20261121",
        "OTI*TR*IV*INV-7***20261121**12*0001*810",
        "REF*IV*INV-7",
        "TED*848*UNKNOWN ITEM*IT1*9*7*234*B-99",
        "OTI*TA*IV*INV-8",
        "SE*7*0001",
    ]
    rejected, accepted = read_answers([row.split("*") for row in rows], STAR)
    assert isinstance(rejected, DocumentAnswer)
    assert isinstance(accepted, DocumentAnswer)
    assert (rejected.outcome, rejected.reference, rejected.set_id) == (Outcome.REJECTED, "INV-7", "810")
    assert (rejected.group_control, rejected.set_control) == ("12", "0001")
    (note,) = rejected.notes
    assert (note.code, note.words, note.segment_id, note.segment) == ("848", "UNKNOWN ITEM", "IT1", 9)
    assert (note.element, note.element_id, note.value) == (7, "234", "B-99")
    assert (accepted.outcome, accepted.reference, accepted.notes) == (Outcome.ACCEPTED, "INV-8", ())


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.sampled_from(
                    ["AK1", "AK2", "AK3", "AK4", "AK5", "AK9", "IK3", "IK4", "IK5", "OTI", "TED", "R", "8"]
                ),
                st.text(max_size=4),
            ),
            min_size=1,
            max_size=7,
        ),
        max_size=9,
    ),
    st.sampled_from(["997", "999", "824", "850"]),
)
def test_no_acknowledgment_makes_the_reader_fail(rows: list[list[str]], set_id: str) -> None:
    found = read_answers([["ST", set_id, "1"], *rows], Delimiters("*", "~", ""))
    reconcile(SENT, [*found, read_ta1(rows[0] if rows else [])], NOW)


ACKNOWLEDGMENTS = [path for path, kind in FILES if kind[:3] in ("997", "999", "824", "TA1") and "~" not in kind]


@pytest.mark.parametrize("path", ACKNOWLEDGMENTS)
def test_every_acknowledgment_of_the_corpus_says_something(path: str) -> None:
    found = answers((CORPUS / path).read_bytes())
    assert found
    assert all(answer.outcome is not None for answer in found)
    for answer in found:
        if isinstance(answer, GroupAnswer):
            assert answer.accepted == sum(one.outcome is not Outcome.REJECTED for one in answer.sets) or not answer.sets


def one_by_one(given_answers: Iterable[Answer], at: datetime = NOW) -> Reconciliation:
    """As files come: each answer by itself, on what the ones before it left."""
    sent, result = SENT, reconcile(SENT, [], at)
    for answer in given_answers:
        result = reconcile(sent, [answer], at)
        sets = tuple(msgspec.structs.replace(one.sent, outcome=one.outcome, notes=one.notes) for one in result.sets)
        sent = msgspec.structs.replace(sent, sets=sets, outcome=result.outcome)
    return result


def said_of_each(broken: Iterable[int], version: str) -> list[Answer]:
    """An acknowledgment for each of our sets."""
    write = write_999 if version == "00501" else write_997
    counts = GroupCounts(3, 3, 3 - len(set(broken)))
    return answers(write(GROUP, verdicts(*broken), [], counts=counts, envelope=envelope(version), for_each_set=True))


@given(
    broken=st.sets(st.sampled_from([1, 2, 3])),
    version=st.sampled_from(["00401", "00501"]),
    order=st.permutations([0, 1, 2]),
    again=st.integers(0, 2),
)
def test_answers_of_each_set_add_up_to_the_answer_of_the_group(
    broken: set[int], version: str, order: list[int], again: int
) -> None:
    each = said_of_each(broken, version)
    assert len(each) == 3
    whole = reconcile(SENT, said(*broken, version=version), NOW)
    added = one_by_one([*(each[n] for n in order), each[again]])
    assert (outcomes(added), [one.notes for one in added.sets]) == (
        outcomes(whole), [one.notes for one in whole.sets],
    )  # fmt: skip


@given(broken=st.sets(st.sampled_from([1, 2, 3])), come=st.sets(st.sampled_from([0, 1, 2]), max_size=2))
def test_a_set_without_an_answer_waits_and_is_missed(broken: set[int], come: set[int]) -> None:
    """Else one refused set refuses its whole group, or a lost document counts as accepted."""
    each = said_of_each(broken, "00401")
    for at, unanswered in ((NOW, "waiting"), (NOW + timedelta(hours=2), "overdue")):
        result = one_by_one([each[n] for n in sorted(come)], at)
        expected = [unanswered if n not in come else "rejected" if n + 1 in broken else "accepted" for n in range(3)]
        assert outcomes(result) == [unanswered, *expected]


LISTED = SetAnswer("850", "0001", Outcome.REJECTED)
ERRORS = SetAnswer("850", "0001", Outcome.WITH_ERRORS)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (GroupAnswer("PO", "12", Outcome.PARTLY, (LISTED,), (), 3, 3, 2), ["rejected", "accepted", "accepted"]),
        (GroupAnswer("PO", "12", Outcome.PARTLY, (LISTED,), (), 3, 2, 1), ["rejected", "waiting", "waiting"]),
        (GroupAnswer("PO", "12", Outcome.WITH_ERRORS, (ERRORS,), (), 3, 3, 2), ["with-errors", *["accepted"] * 2]),
        (GroupAnswer("PO", "12", Outcome.REJECTED, (LISTED,), (), 3, 3, 0), ["rejected"] * 3),
        (GroupAnswer("PO", "12", Outcome.ACCEPTED, (), (), 1, 1, 1), ["waiting"] * 3),
        (GroupAnswer("PO", "12", Outcome.REJECTED, (), (), 1, 1, 0), ["rejected"] * 3),
    ],
)
def test_what_the_counts_do_not_cover_is_not_said(answer: GroupAnswer, expected: list[str]) -> None:
    assert outcomes(reconcile(SENT, [answer], NOW))[1:] == expected
