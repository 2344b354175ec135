"""What the page of one exception case shows: what happened, the finding, the source around it, and what can be done."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from config.core.admin.columns import short_age
from config.core.counts import Counted, capped_count
from transactions.admin.case_acts import ACTS, Act
from transactions.admin.case_forms import CommentForm, TakeForm
from transactions.admin.case_story import story
from transactions.admin.findings import finding_row
from transactions.admin.layout_steps import layout_context
from transactions.admin.next_steps import next_steps
from transactions.admin.source_view import excerpt_context
from transactions.admin.timeline import TimelineRow, timeline
from transactions.models import CaseComment, Event, ExceptionCase
from transactions.pipeline.storable import read_findings
from transactions.services.case_lists import COUNTED
from transactions.services.case_rights import may_work_on, visible_cases
from transactions.services.peek import peek, peek_interchange
from transactions.services.present_order import money
from transactions.services.receive_upload import is_correctable
from transactions.services.triage import term_of
from transactions.services.unknown_layout import is_unknown_layout
from transactions.states import CaseStatus

EVENTS = 50
COMMENTS = 200
RECEIVE = "transactions.add_inboundfile"
BUTTONS = ("reprocess", "release", "accept", "reject", "close", "reopen")


class Said(NamedTuple):
    """A comment or an event of the case's timeline."""

    at: datetime
    comment: CaseComment | None
    row: TimelineRow | None


def due_words(due_at: datetime, now: datetime) -> tuple[str, bool]:
    """When something is due, from now: "in 5 h", "3 d late"; and whether it is late."""
    if due_at < now:
        return f"{short_age(now - due_at)} late", True
    return f"in {short_age(due_at - now)}", False


def case_context(case: ExceptionCase, user: Any) -> dict[str, Any]:
    """What the template shows to this user, in a fixed number of queries; reads the source of a document's case."""
    found = read_findings([case.finding])[0] if case.finding else None
    is_open = case.status == CaseStatus.OPEN
    alike = visible_cases(user).filter(cause=case.cause, status=CaseStatus.OPEN).exclude(pk=case.pk)
    alike_count = capped_count(alike, COUNTED) if case.cause else Counted(0)
    words, is_late = due_words(case.due_at, timezone.now()) if case.due_at else ("", False)
    return {
        "case": case,
        "story": story(case),
        "amount": money(str(case.amount), case.currency) if case.amount is not None else "",
        "age": short_age(timezone.now() - case.opened_at),
        "due_words": words,
        "is_late": is_late and is_open,
        "due_why": term_of(case.queue, case.category).why,
        "steps": next_steps(case) if is_open else [],
        **(layout_context(case, user) if is_open else {}),
        "may_correct": is_open and case.file is not None and is_correctable(case.file) and user.has_perm(RECEIVE),
        "finding": finding_row(found) if found else None,
        **(excerpt_context(case.document, found) if found and case.document else _peek_context(case)),
        "alike": str(alike_count) if alike_count.number else "",
        "next_case": None if is_open else _next_case(case, user),
        "acts": _buttons(case, user),
        "may_take": is_open and case.assignee_id != user.pk and not ACTS["take"].why_not(case, user),
        "take_form": TakeForm(cases=[case]),
        "comment_form": CommentForm(cases=[case]) if not ACTS["comment"].why_not(case, user) else None,
        "said": _said(case, user),
    }


def _peek_context(case: ExceptionCase) -> dict[str, Any]:
    """The beginning of the file or the envelope that a case is about; unknown columns are shown as a table."""
    if case.file is None or is_unknown_layout(case.code):
        return {}
    try:
        if case.interchange is not None:
            return {"peek": peek_interchange(case.interchange), "peek_title": f"Interchange {case.interchange}"}
        return {"peek": peek(case.file.sha256), "peek_title": "How the file begins"}
    except OSError:
        # The case can be decided without the bytes; the download of its file says that they are away.
        return {}


def _next_case(case: ExceptionCase, user: Any) -> ExceptionCase | None:
    """What the user can go on with after a closed case: what is open about its document, else the next of its queue,
    nobody's or their own.
    """
    if not may_work_on(user, case):
        return None
    free = Q(assignee=None) | Q(assignee=user)
    opened = ExceptionCase.objects.filter(queue=case.queue, status=CaseStatus.OPEN, environment=case.environment)
    rows = opened.select_related("document", "file").defer("file__findings").order_by("due_at", "id")
    again = rows.filter(document=case.document_id).first() if case.document_id is not None else None
    return again or rows.filter(free).first()


def _buttons(case: ExceptionCase, user: Any) -> list[Act]:
    return [act for verb in BUTTONS if not (act := ACTS[verb]).why_not(case, user)]


def _said(case: ExceptionCase, user: Any) -> list[Said]:
    """Events and comments, latest first; with those of earlier cases about the same document."""
    events = Event.objects.filter(file=case.file_id, document_id=case.document_id).order_by("-id")[:EVENTS]
    about = Q(pk=case.pk) if case.document_id is None else Q(document=case.document_id)
    cases = visible_cases(user).filter(about).values("pk")
    comments = CaseComment.objects.filter(case__in=cases).order_by("-id")[:COMMENTS]
    said = [Said(row.event.at, None, row) for row in timeline(events)]
    said += [Said(comment.at, comment, None) for comment in comments]
    return sorted(said, key=lambda one: one.at, reverse=True)
