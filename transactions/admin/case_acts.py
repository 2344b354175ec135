"""What can be done with a case: one row a verb, for its page, its list and the cases of one cause alike."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from config.core.models import User
from transactions.admin.bulk import Result, Said
from transactions.admin.case_forms import (
    NOBODY,
    ActForm,
    AssignForm,
    CloseForm,
    CommentForm,
    DueForm,
    ReasonForm,
    TakeForm,
)
from transactions.models import ExceptionCase
from transactions.services import case_rights
from transactions.services.accept_duplicate import accept_duplicate
from transactions.services.assign_case import assign_case
from transactions.services.case_changes import why_not
from transactions.services.cases import close_case
from transactions.services.change_due import change_due
from transactions.services.comment_on_case import comment_on_case
from transactions.services.reject_document import reject_document
from transactions.services.release import release
from transactions.services.reopen_case import is_reopenable, reopen_case
from transactions.services.reprocess import reprocess
from transactions.states import CaseCategory, CaseStatus, Disposition, DocumentOutcome

Answers = dict[str, Any]
HOLDS_NOTHING = frozenset(
    {CaseCategory.ENVELOPE.value, CaseCategory.UNREADABLE.value, CaseCategory.ANSWER.value, CaseCategory.MISSING.value}
)


class Act(NamedTuple):
    """A verb. does: calls the service and returns its result.

    fits: why it cannot be done with a case, "" when it can. may: whether the user has the right to.
    explanation: the consequences in a sentence or two. is_dangerous: it cannot be undone. is_bulk: for many, too.
    """

    verb: str
    label: str
    explanation: str
    does: Callable[[ExceptionCase, User, Answers], Result]
    fits: Callable[[ExceptionCase], str]
    may: Callable[[Any, ExceptionCase], bool] = case_rights.may_work_on
    form: type[ActForm] = ActForm
    is_dangerous: bool = False
    is_bulk: bool = False

    def why_not(self, case: ExceptionCase, user: Any) -> str:
        """Why this user cannot do it with this case, "" when they can."""
        if not self.may(user, case):
            return f"You may not do this in the queue {case.get_queue_display()}."
        return self.fits(case)


def _if_open(case: ExceptionCase) -> str:
    if case.status == CaseStatus.OPEN:
        return ""
    return f"It was closed{f' by {case.closed_by}' if case.closed_by else ''}: {case.resolution}"


def _if_about_a_document(case: ExceptionCase) -> str:
    if case.category == CaseCategory.ANSWER:
        return "It is about what was sent; the document was carried out."
    return _if_open(case) or ("" if case.document_id else "It is about no single document.")


def _if_it_holds(case: ExceptionCase) -> str:
    holds_nothing = case.document_id is not None or case.category in HOLDS_NOTHING
    return _if_open(case) or ("It holds nothing back." if holds_nothing else "")


def _if_duplicate(case: ExceptionCase) -> str:
    is_held = case.document is not None and case.document.outcome == DocumentOutcome.DUPLICATE
    return _if_open(case) or ("" if is_held else "It is about no document that is held as a duplicate.")


def _if_closed_alone(case: ExceptionCase) -> str:
    return "" if is_reopenable(case) else "What it is about went on, or it is open."


def _always(case: ExceptionCase) -> str:
    return ""


def _seen(case: ExceptionCase, answers: Answers) -> ExceptionCase:
    """The case with the owner that the asker saw."""
    seen = answers.get("seen")
    if seen:
        case.assignee_id = int(seen) if seen.isdecimal() else None
    return case


def _assign(case: ExceptionCase, user: User, answers: Answers) -> Result:
    return assign_case(_seen(case, answers), to=answers["to"], actor=user)


def _take(case: ExceptionCase, user: User, answers: Answers) -> Result:
    return assign_case(_seen(case, answers), to=user, actor=user)


def _change_due(case: ExceptionCase, user: User, answers: Answers) -> Result:
    if answers.get("seen"):
        case.due_at = datetime.fromisoformat(answers["seen"])
    return change_due(case, to=answers["due"], actor=user.get_username())


def _comment(case: ExceptionCase, user: User, answers: Answers) -> Result:
    comment_on_case(case, author=user, body=answers["body"])
    return Said(True, "Your comment is kept.")


def _reprocess(case: ExceptionCase, user: User, answers: Answers) -> Result:
    if case.document_id is None:
        return Said(False, "It is about no single document.")
    (done,) = reprocess([case.document_id], actor=user.get_username())
    return Said(done.ok, done.message[:1].upper() + done.message[1:])


def _release(case: ExceptionCase, user: User, answers: Answers) -> Result:
    return release(case, actor=user.get_username())


def _reject(case: ExceptionCase, user: User, answers: Answers) -> Result:
    return reject_document(case, actor=user.get_username(), reason=answers["reason"])


def _accept(case: ExceptionCase, user: User, answers: Answers) -> Result:
    return accept_duplicate(case, actor=user.get_username(), reason=answers["reason"])


def _close(case: ExceptionCase, user: User, answers: Answers) -> Result:
    ending = Disposition(answers["disposition"])
    if close_case(case, actor=user.get_username(), resolution=answers["reason"], disposition=ending):
        return Said(True, "The case is closed.")
    return Said(False, why_not(case))


def _reopen(case: ExceptionCase, user: User, answers: Answers) -> Result:
    return reopen_case(case, actor=user.get_username())


ACTS = {
    act.verb: act
    for act in (
        Act("take", "Take it", "You become its owner.", _take, _if_open, form=TakeForm),
        Act(
            "assign", "Assign", "Whoever gets it finds it under “Mine”.", _assign, _if_open, form=AssignForm,
            is_bulk=True,
        ),
        Act("due", "Change due time", "Lists are in the order of due times.", _change_due, _if_open, form=DueForm,
            is_bulk=True),
        Act("comment", "Comment", "", _comment, _always, form=CommentForm),
        Act(
            "reprocess",
            "Reprocess",
            "The document is validated and mapped again, by what is configured now. When it is accepted, the case "
            "closes. The acknowledgment that was sent stays as it is.",
            _reprocess,
            _if_about_a_document,
            is_bulk=True,
        ),
        Act(
            "release",
            "Release",
            "Partner and agreement are looked up again, and what was held is processed. A held duplicate is processed "
            "although it came before.",
            _release,
            _if_it_holds,
            may=case_rights.may_release,
            is_bulk=True,
        ),
        Act(
            "accept",
            "Accept anyway",
            "The document is carried out although its number came before. That cannot be undone: it goes on to the "
            "systems behind Onramp.",
            _accept,
            _if_duplicate,
            form=ReasonForm,
            is_dangerous=True,
        ),
        Act(
            "reject",
            "Reject",
            "The document is not carried out, and its case closes. The acknowledgment that was sent stays as it is, so "
            "tell the sender. Reprocessing takes a rejection back.",
            _reject,
            _if_about_a_document,
            form=ReasonForm,
            is_dangerous=True,
            is_bulk=True,
        ),
        Act("close", "Close", "Nothing else changes: what failed stays as it is.", _close, _if_open, form=CloseForm,
            is_bulk=True),
        Act("reopen", "Open again", "The case waits in its queue again, as it was.", _reopen, _if_closed_alone),
    )
}  # fmt: skip
__all__ = ["ACTS", "NOBODY", "Act", "Answers"]
