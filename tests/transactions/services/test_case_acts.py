"""What people do with a case: each act is done once, leaves a trail, and whoever came second is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from config.core.models import User
from mappings.engine.findings import RULES, Code, finding
from partners.models import Connection, Partner
from tests.factories import Made, make_file, make_user
from tests.transactions.conftest import Send, drain
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import Acknowledgment, ClaimScope, Document, DuplicateClaim, Event, ExceptionCase, Verb
from transactions.services.accept_duplicate import accept_duplicate
from transactions.services.assign_case import assign_case
from transactions.services.case_changes import Changed
from transactions.services.case_lists import cause_groups
from transactions.services.case_workers import workers_of
from transactions.services.cases import Subject, close_case, open_case
from transactions.services.change_due import change_due
from transactions.services.comment_on_case import comment_on_case
from transactions.services.reject_document import reject_document
from transactions.services.release import release
from transactions.services.reopen_case import reopen_case
from transactions.services.reprocess import reprocess
from transactions.states import CaseCategory, DocumentOutcome, Queue

WORK, WORK_FINANCE = "transactions.work_cases", "transactions.work_finance_cases"


@pytest.fixture
def made(db: None) -> Made:
    return make_file(documents=2, failing=1)


@pytest.fixture
def ada(db: None) -> User:
    return make_user("ada", permissions=(WORK,))


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob", permissions=(WORK,))


@pytest.fixture
def duplicate(send: Send) -> ExceptionCase:
    """PO-1 was accepted; another PO-1 of two lines is held."""
    send(x12(isa_of(Order(number="PO-1"), control=1)))
    send(x12(isa_of(Order(number="PO-1", lines=2), control=2)))
    return ExceptionCase.objects.select_related("document").get(category=CaseCategory.DUPLICATE)


def fresh(case: ExceptionCase) -> ExceptionCase:
    return ExceptionCase.objects.select_related("document", "interchange").get(pk=case.pk)


def test_who_takes_a_case_second_is_told_who_was_first(made: Made, ada: User, bob: User) -> None:
    seen_by_ada, seen_by_bob = fresh(made.cases[0]), fresh(made.cases[0])

    assert assign_case(seen_by_ada, to=ada, actor=ada) == (True, "The case is yours.")
    assert assign_case(seen_by_bob, to=bob, actor=bob) == (False, "Somebody was faster: the case is ada's now.")
    assert fresh(made.cases[0]).assignee == ada
    event = Event.objects.get(verb=Verb.CASE_CHANGED)
    assert (event.actor, event.data, event.document_id) == ("ada", {"assigned_to": "ada"}, made.documents[1].pk)


def test_a_case_is_handed_on_and_given_back(made: Made, ada: User, bob: User) -> None:
    assign_case(fresh(made.cases[0]), to=ada, actor=ada)
    assert assign_case(fresh(made.cases[0]), to=bob, actor=ada).message == "The case is bob's now."
    assert assign_case(fresh(made.cases[0]), to=None, actor=bob).ok
    assert fresh(made.cases[0]).assignee is None
    assert not assign_case(fresh(made.cases[0]), to=None, actor=bob).ok


def test_a_case_is_given_only_to_who_may_work_on_its_queue(made: Made, ada: User) -> None:
    clerk = make_user("clerk", permissions=(WORK_FINANCE,))
    case = made.cases[0]
    assert assign_case(case, to=clerk, actor=ada).message == "clerk may not work on the queue Customer service."
    assert list(workers_of(case.queue)) == [ada]
    case.queue = Queue.FINANCE
    case.save()
    assert list(workers_of(case.queue)) == [clerk]
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert not assign_case(case, to=User.objects.get(pk=clerk.pk), actor=ada).ok
    assert not Event.objects.filter(verb=Verb.CASE_CHANGED).exists()


def test_a_due_time_is_changed_once_by_two_who_saw_the_same(made: Made) -> None:
    first, second = fresh(made.cases[0]), fresh(made.cases[0])
    tomorrow = timezone.now() + timedelta(days=1)

    assert change_due(first, to=tomorrow, actor="ada").ok
    told = change_due(second, to=tomorrow + timedelta(days=1), actor="bob")
    assert told == (False, "Somebody changed the case meanwhile. Look at it again.")
    assert fresh(made.cases[0]).due_at == tomorrow
    assert Event.objects.get(verb=Verb.CASE_CHANGED).data["due"] == f"{tomorrow:%Y-%m-%d %H:%M}"


def test_comments_are_kept_in_order_with_who_said_it_even_after_the_account_is_gone(made: Made, ada: User) -> None:
    case = made.cases[0]
    comment_on_case(case, author=ada, body="  Called them.\x00 ")
    close_case(case, actor="ada", resolution="done")
    comment_on_case(case, author=ada, body="They called back.")
    ada.delete()
    said = list(case.comments.order_by("at").values_list("author_name", "body"))
    assert said == [("ada", "Called them.\ufffd"), ("ada", "They called back.")]


Act = Callable[[ExceptionCase, User], Changed]
ACTS: dict[str, Act] = {
    "assign": lambda case, user: assign_case(case, to=user, actor=user),
    "due": lambda case, user: change_due(case, to=timezone.now(), actor=user.username),
    "reject": lambda case, user: reject_document(case, actor=user.username, reason="no"),
}


@pytest.mark.parametrize("name", ACTS)
def test_nothing_is_done_to_a_case_that_was_closed_meanwhile(made: Made, ada: User, name: str) -> None:
    seen = fresh(made.cases[0])
    close_case(fresh(made.cases[0]), actor="bob", resolution="Agreed by phone")
    before = Event.objects.count()

    told = ACTS[name](seen, ada)
    assert told == (False, "The case was closed by bob meanwhile: Agreed by phone")
    assert Event.objects.count() == before


def test_a_held_duplicate_is_rejected_by_a_person_and_no_acknowledgment_changes(duplicate: ExceptionCase) -> None:
    document = duplicate.document
    assert document is not None
    sent = list(Acknowledgment.objects.values_list("pk", "content"))

    assert reject_document(duplicate, actor="ada", reason="Sent twice") == (True, "Rejected.")

    document.refresh_from_db()
    assert (document.outcome, document.verdict) == ("rejected", "A")
    case = fresh(duplicate)
    assert (case.status, case.disposition, case.resolution) == ("closed", "rejected", "Sent twice")
    event = Event.objects.get(document_id=document.pk, verb=Verb.REJECTED)
    assert (event.actor, event.data) == ("ada", {"was": "duplicate", "reason": "Sent twice"})
    assert list(Acknowledgment.objects.values_list("pk", "content")) == sent


def test_a_failed_document_is_rejected_and_may_still_be_reprocessed(send: Send, connection: Connection) -> None:
    file = send(x12(isa_of(Order(number="PO-9"))))
    document = Document.objects.get(file=file)
    Document.objects.update(outcome=DocumentOutcome.FAILED)
    Document.objects.filter(pk=document.pk).update(claim_digest="")
    open_case_of(document)

    assert reject_document(ExceptionCase.objects.get(), actor="ada", reason="Not ours").ok
    document.refresh_from_db()
    assert document.outcome == "rejected"
    (again,) = reprocess([document.pk], actor="ada")
    assert again.ok, again.message


def test_a_document_that_fails_again_stays_with_its_owner_and_due_as_before(send: Send, ada: User) -> None:
    send(x12(isa_of(Order(segments=("BEG*00*SA*PO-5**20261121", "PO1*1*0*EA*2.50**VP*A", "CTT*1")))))
    case = ExceptionCase.objects.get()
    due = timezone.now() + timedelta(minutes=20)
    ExceptionCase.objects.update(assignee=ada, due_at=due)
    assert case.document_id is not None
    (again,) = reprocess([case.document_id], actor="ada")
    assert again.message == "rejected, with 1 error."
    renewed = ExceptionCase.objects.get(status="open")
    assert renewed.pk != case.pk
    assert (renewed.assignee, renewed.due_at) == (ada, due)


def open_case_of(document: Document) -> None:
    subject = Subject.of_document(Document.objects.select_related("file", "group__interchange").get(pk=document.pk))
    open_case(subject, CaseCategory.MAPPING, Queue.INTEGRATION, finding(Code.MAPPING_REQUIRED))


def test_a_rejected_document_stays_rejected_and_its_cases_close(made: Made) -> None:
    assert reject_document(made.cases[0], actor="ada", reason="The buyer corrects it").ok
    assert not Event.objects.filter(verb=Verb.REJECTED, actor="ada").exists(), "nothing happened to the document"
    assert fresh(made.cases[0]).disposition == "rejected"


def test_an_accepted_document_is_never_rejected(made: Made) -> None:
    Document.objects.update(outcome=DocumentOutcome.ACCEPTED)
    assert not reject_document(made.cases[0], actor="ada", reason="x").ok
    assert fresh(made.cases[0]).status == "open"
    assert set(Document.objects.values_list("outcome", flat=True)) == {"accepted"}


def test_a_duplicate_is_accepted_anyway_and_the_first_keeps_its_number(send: Send, duplicate: ExceptionCase) -> None:
    document = duplicate.document
    assert document is not None
    holder = DuplicateClaim.objects.get(scope=ClaimScope.DOCUMENT).holder

    assert accept_duplicate(duplicate, actor="ada", reason="A second delivery").ok

    document.refresh_from_db()
    document.file.refresh_from_db()
    assert (document.outcome, document.claim_digest) == ("accepted", "")
    assert (document.file.outcome, document.file.documents_accepted) == ("accepted", 1)
    assert fresh(duplicate).disposition == "overruled"
    assert Event.objects.get(document_id=document.pk, verb=Verb.ACCEPTED).data["reason"] == "A second delivery"
    assert DuplicateClaim.objects.get(scope=ClaimScope.DOCUMENT).holder == holder
    third = send(x12(isa_of(Order(number="PO-1", lines=3), control=3)))
    assert Document.objects.get(file=third).outcome == "duplicate", "the number is still taken"


def test_a_duplicate_whose_forerunner_is_gone_takes_the_number(send: Send, duplicate: ExceptionCase) -> None:
    document = duplicate.document
    assert document is not None
    DuplicateClaim.objects.filter(scope=ClaimScope.DOCUMENT).delete()
    assert accept_duplicate(duplicate, actor="ada", reason="x").ok
    document.refresh_from_db()
    assert document.claim_digest
    assert DuplicateClaim.objects.get(scope=ClaimScope.DOCUMENT).holder == document.pk


def test_only_a_held_duplicate_is_accepted_anyway(made: Made, duplicate: ExceptionCase) -> None:
    assert not accept_duplicate(made.cases[0], actor="ada", reason="x").ok
    assert accept_duplicate(duplicate, actor="ada", reason="x").ok
    assert accept_duplicate(duplicate, actor="bob", reason="x").message == "Not held as a duplicate: it is accepted."


def test_a_closed_case_is_opened_again_as_it_was(made: Made) -> None:
    case = made.cases[0]
    close_case(case, actor="ada", resolution="By mistake")
    assert reopen_case(fresh(case), actor="bob").ok
    again = fresh(case)
    assert (again.status, again.closed_at, again.closed_by, again.disposition) == ("open", None, "", "")
    assert Event.objects.get(verb=Verb.CASE_CHANGED).data["was_closed_for"] == "By mistake"
    assert not reopen_case(again, actor="bob").ok


def test_a_case_is_not_opened_again_once_its_document_went_on(made: Made) -> None:
    case = made.cases[0]
    close_case(case, actor="ada", resolution="x")
    Document.objects.update(outcome=DocumentOutcome.ACCEPTED)
    assert not reopen_case(fresh(case), actor="bob").ok


def test_a_case_is_not_opened_again_beside_a_newer_one(made: Made) -> None:
    case = made.cases[0]
    close_case(case, actor="ada", resolution="x")
    open_case_of(made.documents[1])
    assert not reopen_case(fresh(case), actor="bob").ok
    assert fresh(case).status == "closed"


def test_a_rejection_is_not_undone_by_opening_the_case(duplicate: ExceptionCase) -> None:
    reject_document(duplicate, actor="ada", reason="x")
    assert not reopen_case(fresh(duplicate), actor="ada").ok


def test_a_hold_is_opened_again_only_while_it_holds(send: Send, connection: Connection) -> None:
    send(x12(isa_of(sender="STRANGER")))
    case = ExceptionCase.objects.get()
    close_case(case, actor="ada", resolution="not ours")
    assert reopen_case(fresh(case), actor="ada").ok
    connection.partner.identities.create(environment="production", qualifier="ZZ", value="STRANGER")
    assert release(fresh(case), actor="ada").ok
    drain()
    assert not reopen_case(fresh(case), actor="ada").ok


def test_releasing_a_duplicate_interchange_overrules(send: Send, connection: Connection) -> None:
    Partner.objects.update(policies={"duplicate_interchange": "hold"})
    send(x12(isa_of(Order(number="PO-1"), control=7)))
    send(x12(isa_of(Order(number="PO-2"), control=7)))
    case = ExceptionCase.objects.get()
    assert release(case, actor="ada").ok
    assert fresh(case).disposition == "overruled"


def test_causes_are_told_with_how_many_and_how_much(db: None) -> None:
    made = make_file(documents=3, failing=3)
    ExceptionCase.objects.update(cause="quantity-not-positive|1|production|order|PO102|", amount="109.50",
                                 currency="USD", due_at=timezone.now())  # fmt: skip
    ExceptionCase.objects.filter(pk=made.cases[0].pk).update(currency="EUR")
    ((group,), is_cut) = cause_groups(ExceptionCase.objects.all(), 10)

    assert not is_cut
    assert (group.cases, group.partner, group.parts.place) == (3, made.setup.partner.name, "PO102")
    assert [(currency, str(total)) for currency, total in group.amounts] == [("EUR", "109.50"), ("USD", "219.00")]
    assert group.parts.title == RULES[Code.QUANTITY_NOT_POSITIVE].title
    close_case(made.cases[0], actor="ada", resolution="x")
    assert cause_groups(ExceptionCase.objects.all(), 10).groups[0].cases == 2
