"""Pages that act on cases: on one, on those that were marked, on all of one cause."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from config.core.admin.pages import action_page, with_filters
from transactions.admin.bulk import BULK, act_on_each
from transactions.admin.case_acts import ACTS, Act
from transactions.admin.case_filters import case_tabs, cause_label
from transactions.admin.case_results import keep_results, results_page
from transactions.models import ExceptionCase
from transactions.services import case_rights
from transactions.services.case_cause import Cause
from transactions.services.case_lists import GROUPED, CauseGroup, cause_groups
from transactions.services.find import as_uuid
from transactions.services.present_order import money
from transactions.states import CaseStatus, Queue

CAUSES = 100
LIST = "admin:transactions_exceptioncase_changelist"
BULK_PAGE = "admin:transactions_exceptioncase_bulk"
MARKED = "marked_cases"  # of the session: what was marked in a list last


def case_of(request: HttpRequest, object_id: UUID | None) -> ExceptionCase:
    """The case with all that its pages need. Raises Http404 for one that the user may not see."""
    rows = _with_all(case_rights.visible_cases(request.user))
    case = rows.filter(pk=object_id).first() if object_id else None
    if case is None:
        raise Http404("There is no such case.")
    return case


def _with_all(rows: QuerySet[ExceptionCase]) -> QuerySet[ExceptionCase]:
    return rows.select_related(
        "partner",
        "assignee",
        "file__connection__partner",
        "file__partner",
        "interchange",
        "group",
        "document__file",
        "document__group__interchange",
    )


def url_of(case: ExceptionCase) -> str:
    return reverse("admin:transactions_exceptioncase_change", args=[case.pk])


def act_on_one(model_admin: ModelAdmin, request: HttpRequest, object_id: UUID, verb: str) -> HttpResponse:
    """Ask, then do it with one case, and say what came of it on the page of the case."""
    act = ACTS[verb]
    if not case_rights.works_on_cases(request.user):
        raise PermissionDenied
    case = case_of(request, object_id)
    if not act.may(request.user, case):
        raise PermissionDenied
    back = with_filters(request, url_of(case))
    if reason := act.fits(case):
        messages.warning(request, reason)
        return HttpResponseRedirect(back)
    form = act.form(request.POST if request.method == "POST" else None, cases=[case])
    if request.method == "POST" and form.is_valid():
        (result,) = act_on_each([case], act.fits, lambda one: act.does(one, request.user, form.cleaned_data))  # type: ignore[arg-type]
        messages.add_message(request, messages.SUCCESS if result.ok else messages.ERROR, result.message)
        return HttpResponseRedirect(back)
    return action_page(
        model_admin,
        request,
        title=f"{act.label}: {case.summary}",
        submit=act.label,
        form=form,
        original=case,
        back=back,
        explanation=act.explanation,
        facts=_facts(case),
        is_dangerous=act.is_dangerous,
    )


def _facts(case: ExceptionCase) -> list[tuple[str, str]]:
    facts = [
        ("Partner", str(case.partner or "")),
        ("About", case.about),
        ("At risk", amount(case)),
    ]
    return [(label, value) for label, value in facts if value]


def amount(case: ExceptionCase) -> str:
    """The amount at risk with its currency, "" where the document does not tell it."""
    return money(str(case.amount), case.currency) if case.amount is not None else ""


def marked(request: HttpRequest, names: list[str]) -> list[ExceptionCase]:
    """The cases of these ids, in the order of the list; those that the user may not see are not there."""
    keys = [key for text in names[:BULK] if (key := as_uuid(text))]
    found = _with_all(case_rights.visible_cases(request.user)).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def ask_about_marked(request: HttpRequest, verb: str) -> HttpResponse:
    """Lead from the list to the page that asks, so that coming back to it sends nothing again."""
    request.session[MARKED] = request.POST.getlist(ACTION_CHECKBOX_NAME)
    query = urlencode({"verb": verb, "marked": "", "back": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse(BULK_PAGE)}?{query}")


def ask_for_many(
    model_admin: ModelAdmin,
    request: HttpRequest,
    act: Act,
    cases: list[ExceptionCase],
    *,
    back: str,
    form: forms.Form | None = None,
    note: str = "",
) -> HttpResponse:
    """What will be done with which cases, and with which not and why; the button leads to `act_on_many`."""
    reasons = {case.pk: act.why_not(case, request.user) for case in cases}
    fitting = [case for case in cases if not reasons[case.pk]]
    if not fitting:
        messages.warning(request, f"Nothing to do: {next(iter(reasons.values()), 'no case was marked.')}")
        return HttpResponseRedirect(back)
    many = f"{len(fitting)} case{'' if len(fitting) == 1 else 's'}"
    return action_page(
        model_admin,
        request,
        title=f"{act.label}: {many}",
        submit=f"{act.label} ({len(fitting)})",
        form=form or act.form(cases=fitting),
        back=back,
        explanation=" ".join(filter(None, (act.explanation, note))),
        is_dangerous=act.is_dangerous,
        action_url=reverse(BULK_PAGE),
        hidden=[
            ("verb", act.verb),
            ("back", back),
            *((ACTION_CHECKBOX_NAME, str(case.pk)) for case in cases),
        ],
        rows=[_row(case) for case in fitting],
        left_rows=[f"{_row(case)} – {reasons[case.pk]}" for case in cases if reasons[case.pk]],
    )


def _row(case: ExceptionCase) -> str:
    return " · ".join(filter(None, (case.summary, case.about, amount(case))))


def act_on_many(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """GET: ask for all open cases of a cause, or show the results of what was done. POST: do it with each case."""
    if not case_rights.works_on_cases(request.user):
        raise PermissionDenied
    if request.method == "GET" and "results" in request.GET:
        return results_page(model_admin, request, reverse(LIST))
    asked = request.POST if request.method == "POST" else request.GET
    act = ACTS.get(asked.get("verb", ""))
    back = asked.get("back", "")
    if not back.startswith(reverse(LIST)):
        back = reverse(LIST)
    if act is None or not act.is_bulk:
        return HttpResponseRedirect(back)
    if request.method != "POST" and "marked" in request.GET:
        return ask_for_many(model_admin, request, act, marked(request, request.session.get(MARKED, [])), back=back)
    if request.method != "POST":
        return _ask_for_cause(model_admin, request, act, asked.get("cause", ""), back)
    cases = marked(request, request.POST.getlist(ACTION_CHECKBOX_NAME))
    user: Any = request.user
    form = act.form(request.POST, cases=[case for case in cases if not act.why_not(case, user)])
    if not form.is_valid():
        return ask_for_many(model_admin, request, act, cases, back=back, form=form)
    results = act_on_each(
        cases, lambda case: act.why_not(case, user), lambda case: act.does(case, user, form.cleaned_data)
    )
    left_out = len(set(request.POST.getlist(ACTION_CHECKBOX_NAME))) - len(cases)
    return keep_results(request, results, label=act.label, left_out=left_out, back=back, page=reverse(BULK_PAGE))


def _ask_for_cause(model_admin: ModelAdmin, request: HttpRequest, act: Act, cause: str, back: str) -> HttpResponse:
    rows = case_rights.workable_cases(request.user, case_rights.visible_cases(request.user))
    opened = _with_all(rows).filter(cause=cause, status=CaseStatus.OPEN).order_by("due_at", "id")
    found = list(opened[: BULK + 1]) if cause else []
    note = f"These are the {BULK} that are due first, of more. Repeat it for the rest." if len(found) > BULK else ""
    return ask_for_many(model_admin, request, act, found[:BULK], back=back, note=note)


class CauseRow:
    """One cause as a row: what, whose, how many, how much, and the list that it leads to."""

    def __init__(self, group: CauseGroup) -> None:
        self.label = cause_label(group.parts)
        self.partner = group.partner
        self.environment = "Test" if group.parts.environment == "test" else ""
        self.kind = group.parts.kind
        self.queue = Queue(group.queue).label
        self.cases = group.cases
        self.amounts = [money(str(total), currency) for currency, total in group.amounts]
        self.due_at = group.due_at
        query = {"status__exact": CaseStatus.OPEN.value, "cause": group.cause}
        self.url = f"{reverse(LIST)}?{urlencode(query)}"


def causes_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Open cases by cause: what is mended once for all of them."""
    if not case_rights.sees_cases(request.user):
        raise PermissionDenied
    found = cause_groups(case_rights.visible_cases(request.user), CAUSES)
    return TemplateResponse(
        request,
        "admin/onramp/case_causes.html",
        {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.model._meta,
            "title": "Open cases by cause",
            "is_fullwidth": "1",
            "case_tabs": case_tabs(request),
            "causes": [CauseRow(group) for group in found.groups],
            "is_cut": found.is_cut or len(found.groups) == CAUSES,
            "limits": (CAUSES, GROUPED),
        },
    )


def cause_bar(request: HttpRequest) -> dict[str, Any] | None:
    """What the list shows above the cases of one cause: how many, how much, and what can be done with all of them."""
    cause = request.GET.get("cause", "")
    if not cause:
        return None
    rows = case_rights.visible_cases(request.user).filter(cause=cause)
    groups = cause_groups(rows, len(Queue)).groups
    amounts: dict[str, Any] = {}
    for group in groups:
        for currency, total in group.amounts:
            amounts[currency] = amounts.get(currency, 0) + total
    query = urlencode({"cause": cause, "back": request.get_full_path()})
    acts = [act for act in ACTS.values() if act.is_bulk] if case_rights.works_on_cases(request.user) else []
    if not request.user.has_perm(case_rights.RELEASE):
        acts = [act for act in acts if act.verb != "release"]
    sample = rows.filter(status=CaseStatus.OPEN).select_related("document", "partner").first()
    return {
        "label": cause_label(Cause.parse(cause)),
        "partner": groups[0].partner if groups else "",
        "cases": sum(group.cases for group in groups),
        "amounts": [money(str(total), currency) for currency, total in sorted(amounts.items())],
        "acts": [
            (act, f"{reverse(BULK_PAGE)}?verb={act.verb}&{query}")
            for act in acts
            if sample is not None and not act.why_not(sample, request.user)
        ],
    }
