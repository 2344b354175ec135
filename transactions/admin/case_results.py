"""What came of an action on many cases, on a page of its own: reloading it, or coming back to it, repeats nothing."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from transactions.admin.bulk import BULK, CaseResult
from transactions.services import case_rights

KEPT = "case_results"  # of the session: the results of the last action, and no older ones


def keep_results(
    request: HttpRequest, results: Iterable[CaseResult], *, label: str, left_out: int, back: str, page: str
) -> HttpResponseRedirect:
    """Keep the results for the person and lead to their page.

    label: what was done; left_out: how many marked cases were not looked at; back, page: URLs of list and results.
    """
    rows = [(str(result.case.pk), result.ok, result.message) for result in sorted(results, key=lambda one: one.ok)]
    request.session[KEPT] = {"label": label, "rows": rows, "left_out": left_out, "back": back}
    return HttpResponseRedirect(f"{page}?{urlencode({'results': label})}")


def results_page(model_admin: ModelAdmin, request: HttpRequest, otherwise: str) -> HttpResponse:
    """The results that were kept last; whoever has none is led to `otherwise` (a URL)."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if kept is None:
        return HttpResponseRedirect(otherwise)
    seen = case_rights.visible_cases(request.user).select_related("document", "file", "partner")
    cases = {str(key): case for key, case in seen.in_bulk([UUID(key) for key, _, _ in kept["rows"]]).items()}
    results = [CaseResult(cases[key], ok, message) for key, ok, message in kept["rows"] if key in cases]
    done = sum(result.ok for result in results)
    return TemplateResponse(
        request,
        "admin/onramp/case_results.html",
        {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.model._meta,
            "title": f"{kept['label']}: {done} done, {len(results) - done} not",
            "results": results,
            "left_out": kept["left_out"],
            "bulk": BULK,
            "back": kept["back"],
        },
    )
