"""Onboarding: the board of all cases, the page of one, and what its cases are made from."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from config.core.admin.bases import HistoryAdmin
from config.core.admin.pages import action_page, require
from config.core.blobs import BlobTooLarge
from config.core.downloads import stream_blob
from partners.admin.onboarding_filters import ClosedFilter, NamedFilter
from partners.admin.onboarding_forms import BeginForm, CloseForm, CohortForm, CommentForm, LeadForm, TaskForm
from partners.admin.onboarding_pages import board_context, case_context
from partners.models import (
    Cohort,
    FreezePeriod,
    OnboardingCase,
    OnboardingComment,
    OnboardingTask,
    OnboardingTemplate,
    TemplateTask,
)
from partners.services.begin_case import CaseRefused, begin_case, begin_cohort
from partners.services.board import days_left_words
from partners.services.change_case import change_case, close_case
from partners.services.work_on_case import add_task, comment, set_done

CHANGE, COMMENT = "partners.change_onboardingcase", "partners.comment_onboardingcase"
BOARD = "admin:partners_onboardingcase_board"


@admin.register(OnboardingCase)
class OnboardingCaseAdmin(HistoryAdmin):
    """A case is begun, changed and closed by services; its page has a button for each."""

    list_display = ("partner", "stage_label", "owner", "until_live", "cohort", "begun_on", "closed_on")
    list_display_links = ("partner",)
    list_filter = (
        ClosedFilter,
        ("stage", ChoicesDropdownFilter),
        ("owner", NamedFilter),
        ("cohort", NamedFilter),
    )
    list_filter_submit = True
    list_select_related = ("partner", "owner", "cohort")
    search_fields = ("partner__code", "partner__name", "cohort__name")
    search_help_text = "Partner's name or code, or cohort"
    nothing_yet = "A case is begun from a partner: Begin a case."
    actions_list = ("begin", "cohort", "show_board")
    actions_detail = ("change_lead", "close")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OnboardingCase | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OnboardingCase | None = None) -> bool:
        return False

    def has_begin_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.add_onboardingcase") and request.user.has_perm("partners.add_agreement")

    def has_lead_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm(CHANGE)

    @display(description="stage", ordering="stage")
    def stage_label(self, case: OnboardingCase) -> str:
        return case.get_stage_display()

    @display(description="shall be live", ordering="target_date")
    def until_live(self, case: OnboardingCase) -> str:
        if case.target_date is None:
            return "No day set"
        left = "" if case.closed_at else f" · {days_left_words(case.target_date)}"
        return f"{case.target_date:%Y-%m-%d}{left}"

    @display(description="begun", ordering="begun_at")
    def begun_on(self, case: OnboardingCase) -> str:
        return f"{case.begun_at:%Y-%m-%d}"

    @display(description="closed", ordering="closed_at")
    def closed_on(self, case: OnboardingCase) -> str:
        return f"{case.closed_at:%Y-%m-%d}" if case.closed_at else ""

    def get_urls(self) -> list[Any]:
        def of(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"partners_onboardingcase_{name}")

        return [
            of("board/", self.board, "board"),
            of("<int:object_id>/task/", self.add_task, "task"),
            of("<int:object_id>/task/<int:task_id>/", self.tick_task, "tick"),
            of("<int:object_id>/comment/", self.comment, "comment"),
            of("<int:object_id>/comment/<int:comment_id>/file/", self.attachment, "attachment"),
            *super().get_urls(),
        ]

    def board(self, request: HttpRequest) -> HttpResponse:
        """All open cases by stage."""
        require(request, "partners.view_onboardingcase")
        return self._page(request, "admin/onramp/board.html", "Onboarding", None, **board_context(request.GET))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one case."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("A case is changed by its buttons.")
        return self._show(request, self._case(request, object_id), TaskForm(), CommentForm())

    def add_task(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """One more task; what is wrong with it is said beside its fields."""
        case = self._case(request, str(object_id), CHANGE)
        form = TaskForm(request.POST)
        if request.method == "POST" and not form.is_valid():
            return self._show(request, case, form, CommentForm())
        if request.method == "POST":
            self._do(request, lambda: f"{add_task(case, **form.cleaned_data)}: added.")
        return HttpResponseRedirect(_page_of(case) + "#tasks")

    def tick_task(self, request: HttpRequest, object_id: int, task_id: int) -> HttpResponse:
        """Done, or open again."""
        case = self._case(request, str(object_id), CHANGE)
        task = get_object_or_404(OnboardingTask, case=case, pk=task_id)
        is_done = request.POST.get("done") == "1"
        if request.method == "POST":

            def act() -> str:
                set_done(task, is_done=is_done, by=request.user)  # type: ignore[arg-type]
                return f"{task}: {'done' if is_done else 'open again'}."

            self._do(request, act)
        return HttpResponseRedirect(_page_of(case) + "#tasks")

    def comment(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Say something, perhaps with a file."""
        case = self._case(request, str(object_id), COMMENT)
        form = CommentForm(request.POST, request.FILES)
        if request.method == "POST" and not form.is_valid():
            return self._show(request, case, TaskForm(), form)
        if request.method == "POST":
            sent = form.cleaned_data["file"]
            attached = {"file_name": sent.name, "content": sent.chunks()} if sent else {}
            said = form.cleaned_data["text"]
            self._do(request, lambda: comment(case, said, by=request.user, **attached) and "Said.")  # type: ignore[arg-type]
        return HttpResponseRedirect(_page_of(case) + "#said")

    def attachment(self, request: HttpRequest, object_id: int, comment_id: int) -> Any:
        """The file of a comment, as an attachment that no browser interprets."""
        case = self._case(request, str(object_id))
        said = get_object_or_404(OnboardingComment, case=case, pk=comment_id)
        if not said.sha256:
            raise Http404("There is no file.")
        return stream_blob(said.sha256, said.file_name, length=said.size)

    @action(description="Begin a case", url_path="begin", icon="add", permissions=["begin"])
    def begin(self, request: HttpRequest) -> HttpResponse:
        """Ask for the partner and what it is made from."""
        form = BeginForm(request.POST if request.method == "POST" else None, initial=_known(request))
        if request.method == "POST" and form.is_valid():
            try:
                begun = begin_case(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except CaseRefused as refused:
                form.add_error("partner", str(refused))
            else:
                for said in begun.not_drafted:
                    messages.warning(request, f"Not drafted: {said}")
                messages.success(request, f"{begun.case} has begun.")
                return HttpResponseRedirect(_page_of(begun.case))
        return action_page(
            self, request, title="Begin a case", submit="Begin", form=form, back=reverse(BOARD),
            explanation="Agreements that the partner has as drafts belong to it; those of the template are drafted.",
        )  # fmt: skip

    @action(description="Begin a cohort", url_path="begin-cohort", icon="group_add", permissions=["begin"])
    def cohort(self, request: HttpRequest) -> HttpResponse:
        """Ask for many partners and one template."""
        form = CohortForm(request.POST if request.method == "POST" else None, initial=_known(request))
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            try:
                made, begun, left_out = begin_cohort(
                    said["name"], form.chosen(), by=request.user, template=said["template"], owner=said["owner"],  # type: ignore[arg-type]
                    target_date=said["target_date"],
                )  # fmt: skip
            except CaseRefused as refused:
                form.add_error(None, str(refused))
            else:
                for reason in left_out[:10]:
                    messages.warning(request, f"Left out: {reason}")
                messages.success(request, f"{len(begun)} case{'' if len(begun) == 1 else 's'} begun for {made}.")
                return HttpResponseRedirect(f"{reverse(BOARD)}?cohort={made.pk}")
        return action_page(
            self, request, title="Begin a cohort", submit="Begin", form=form, back=reverse(BOARD),
            explanation="A case for each partner, from one template.",
        )  # fmt: skip

    @action(description="Board", url_path="to-board", icon="view_kanban", permissions=["view"])
    def show_board(self, request: HttpRequest) -> HttpResponse:
        """The way from the list to the board."""
        return HttpResponseRedirect(reverse(BOARD))

    @action(description="Change owner or day", url_path="lead", icon="edit_calendar", permissions=["lead"])
    def change_lead(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for owner and target date."""
        case = self._case(request, object_id, CHANGE)
        now = {"owner": case.owner_id, "target_date": case.target_date}
        form = LeadForm(request.POST if request.method == "POST" else None, initial=now)
        return self._ask(request, case, "Change", "", form, lambda said: change_case(case, **said) and "Changed.")

    @action(description="Close", url_path="close", icon="task_alt", permissions=["lead"])
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, and what becomes of open tasks, then close the case."""
        case = self._case(request, object_id, CHANGE)
        undone = list(case.tasks.filter(done_at=None))
        form = CloseForm(request.POST if request.method == "POST" else None, undone=len(undone))

        def act(said: dict[str, Any]) -> str:
            return f"{close_case(case, by=request.user, **said)} is closed."  # type: ignore[arg-type]

        explanation = "It leaves the board; its agreements stay as they are. A closed case is not opened again: begin "
        explanation += "another one."
        return self._ask(request, case, "Close", explanation, form, act, rows=undone)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """None: the page has its own buttons."""
        return []

    def _ask(
        self,
        request: HttpRequest,
        case: OnboardingCase,
        verb: str,
        explanation: str,
        form: forms.Form,
        act: Any,
        rows: Sequence[object] = (),
    ) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            self._do(request, lambda: act(form.cleaned_data))
            return HttpResponseRedirect(_page_of(case))
        return action_page(
            self, request, title=f"{verb}: {case}", submit=verb, original=case, back=_page_of(case), form=form,
            explanation=explanation, rows=rows, rows_title=f"Open tasks: {len(rows)}" if rows else "",
        )  # fmt: skip

    def _show(
        self, request: HttpRequest, case: OnboardingCase, task_form: TaskForm, comment_form: CommentForm
    ) -> HttpResponse:
        context = case_context(case, request.user, task_form, comment_form)
        return self._page(request, "admin/onramp/onboarding.html", str(case), case, **context)

    def _do(self, request: HttpRequest, act: Any) -> None:
        try:
            messages.success(request, act())
        except CaseRefused as refused:
            messages.error(request, str(refused))
        except BlobTooLarge:
            messages.error(request, "The file is larger than 20 MB.")

    def _page(self, request: HttpRequest, template: str, title: str, original: Any, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "is_fullwidth": "1"}
        may = {"may_begin": self.has_begin_permission(request), "may_lead": self.has_lead_permission(request)}
        return TemplateResponse(request, template, {**shared, **may, "original": original, **context})

    def _case(self, request: HttpRequest, object_id: str, needed: str = "") -> OnboardingCase:
        if not self.has_view_permission(request) or (needed and not request.user.has_perm(needed)):
            raise PermissionDenied
        key = unquote(object_id)
        rows = OnboardingCase.objects.select_related("partner", "owner", "cohort", "template")
        case = rows.filter(pk=key).first() if key.isdigit() else None
        if case is None:
            raise Http404("There is no such case.")
        return case


class TemplateTaskInline(TabularInline):
    model = TemplateTask
    extra = 1


@admin.register(OnboardingTemplate)
class OnboardingTemplateAdmin(HistoryAdmin):
    list_display = ("name", "role", "days")
    search_fields = ("name",)
    autocomplete_fields = ("agreements",)
    inlines: ClassVar = [TemplateTaskInline]


@admin.register(Cohort)
class CohortAdmin(HistoryAdmin):
    nothing_yet = "Several cases are begun at once on the onboarding board: Begin a cohort."
    list_display = ("name", "open_cases", "created_at")
    search_fields = ("name",)
    readonly_fields = ("open_cases", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        is_open = Q(cases__isnull=False, cases__closed_at=None)
        return super().get_queryset(request).annotate(open=Count("cases", filter=is_open), begun=Count("cases"))

    @display(description="cases")
    def open_cases(self, cohort: Cohort) -> str:
        """How many are under way, with the way to them on the board."""
        words = f"{cohort.open} of {cohort.begun} open"  # type: ignore[attr-defined]  # annotated
        return format_html('<a class="or-link" href="{}?cohort={}">{}</a>', reverse(BOARD), cohort.pk, words)


@admin.register(FreezePeriod)
class FreezePeriodAdmin(HistoryAdmin):
    list_display = ("name", "begins", "ends", "when")

    @display(description="state", label={"Now": "warning", "Ahead": "info"})
    def when(self, period: FreezePeriod) -> str:
        today = timezone.now().date()
        return "Past" if period.ends < today else "Ahead" if period.begins > today else "Now"


def _known(request: HttpRequest) -> dict[str, Any]:
    """What the way to a form says already; who opens it leads the case."""
    return {"owner": request.user.pk, **request.GET.dict()}


def _page_of(case: OnboardingCase) -> str:
    return reverse("admin:partners_onboardingcase_change", args=[case.pk])
