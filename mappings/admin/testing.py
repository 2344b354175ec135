"""Test cases of mappings, and what they said of a version."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from config.core.admin.bases import HistoryAdmin, TitledChangeList
from config.core.admin.pages import action_page
from config.core.blobs import BlobTooLarge
from config.core.downloads import stream_blob
from mappings.engine.canonical.differences import Difference, differences
from mappings.engine.errors import DeclarationError
from mappings.models import Mapping, MappingTestCase, MappingTestRun, MappingVersion, VersionStatus
from mappings.services.add_test_case import CaseRefused, add_test_case
from mappings.services.expect_output import expect_output
from mappings.services.refused import VersionRefused
from mappings.services.run_tests import made_by

SHOWN = 200  # differences of one case
WRITE = ("mappings.add_mappingtestcase", "mappings.change_mappingtestcase")


class TestCaseForm(forms.Form):
    name = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget, help_text="Such as “two lines”.")
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget,
        help_text="As the partner sends it, at most 4 MB. It never changes.",
    )


def add_case_page(model_admin: Any, request: HttpRequest, mapping: Mapping) -> HttpResponse:
    """Ask for a name and a file, then keep it as a test case of the mapping."""
    back = reverse("admin:mappings_mapping_change", args=[mapping.pk])
    form = TestCaseForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            case = add_test_case(mapping, said["name"], said["file"].chunks(), by=request.user)  # type: ignore[arg-type]
        except CaseRefused as refused:
            form.add_error("name", str(refused))
        except BlobTooLarge:
            form.add_error("file", "The file is larger than 4 MB.")
        else:
            messages.success(request, f"{case} is kept. Look at what a version makes of it, and say that it is right.")
            return HttpResponseRedirect(reverse("admin:mappings_mappingtestcase_change", args=[case.pk]))
    return action_page(
        model_admin, request, title=f"Add a test case of {mapping}", submit="Keep", original=mapping, back=back,
        form=form, explanation="Every version must translate it without errors before it can be submitted; once you "
        "have said what it must make, every version must make just that.",
    )  # fmt: skip


@admin.register(MappingTestCase)
class MappingTestCaseAdmin(HistoryAdmin):
    """A case is kept on the page of its mapping; what it expects is said here, after a look at it."""

    nothing_yet = "Add one on the page of a mapping of your own: Add a test case."
    list_display = ("name", "mapping", "expects", "created_at")
    list_select_related = ("mapping",)
    search_fields = ("name", "mapping__code", "mapping__name")
    search_help_text = "Name, mapping's name or code"
    actions_detail = ("expect",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MappingTestCase]:
        return super().get_queryset(request).select_related("mapping")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: MappingTestCase | None = None) -> bool:
        return False

    def has_expect_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perms(WRITE)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """None: the page has its own button."""
        return []

    def get_urls(self) -> list[Any]:
        download = self.admin_site.admin_view(self.download)
        name = "mappings_mappingtestcase_download"
        return [path("<int:object_id>/download/", download, name=name), *super().get_urls()]

    @display(description="expects")
    def expects(self, case: MappingTestCase) -> str:
        return "no errors" if case.expected is None else f"{len(case.expected)} documents, value by value"

    def download(self, request: HttpRequest, object_id: int) -> Any:
        """The file, as an attachment."""
        case = self._case(request, str(object_id))
        if not request.user.has_perms(WRITE):
            raise PermissionDenied  # it is a partner's file as it came
        return stream_blob(case.sha256, case.name, length=case.size)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the newest version makes of the file, beside what is expected."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("A test case is changed by its button.")
        case = self._case(request, object_id)
        return TemplateResponse(
            request,
            "admin/onramp/test_case.html",
            {
                **self.admin_site.each_context(request),
                **_made(case, newest_version(case)),
                "opts": self.opts,
                "original": case,
                "title": str(case),
                "is_fullwidth": "1",
                "case": case,
                "may_expect": self.has_expect_permission(request),
            },
        )

    @action(description="Expect what it makes", url_path="expect", icon="rule", permissions=["expect"])
    def expect(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask after a look at the differences, then expect what the newest version makes."""
        case = self._case(request, object_id)
        back = reverse("admin:mappings_mappingtestcase_change", args=[case.pk])
        version = newest_version(case)
        if version is None:
            messages.error(request, "The mapping has no version.")
            return HttpResponseRedirect(back)
        if request.method == "POST":
            try:
                expect_output(case, version, by=request.user)  # type: ignore[arg-type]
            except (VersionRefused, DeclarationError) as refused:
                messages.error(request, f"Not done. {refused}")
            else:
                messages.success(request, f"Every version must make what {version} makes. Run the tests again.")
            return HttpResponseRedirect(back)
        shown = _made(case, version)
        rows = [f"{one.pointer}: {one.before or '–'} → {one.after or '–'}" for one in shown["found"]]
        return action_page(
            self, request, title=f"Expect what {version} makes", submit="Expect this", original=case, back=back,
            explanation=shown["fault"] or "From now on every version must make just this. Differences to what was "
            "expected so far:", rows=rows[:SHOWN],
        )  # fmt: skip

    def _case(self, request: HttpRequest, object_id: str) -> MappingTestCase:
        key = unquote(object_id)
        case = MappingTestCase.objects.select_related("mapping").filter(pk=key).first() if key.isdigit() else None
        if case is None:
            raise Http404("There is no such test case.")
        if not self.has_view_permission(request, case):
            raise PermissionDenied
        return case


@admin.register(MappingTestRun)
class MappingTestRunAdmin(ModelAdmin):
    """What the test cases said of a version; append-only."""

    nothing_yet = "Run the test cases on the page of a version: Run tests."
    list_display = ("version", "at", "by", "is_ok")
    list_filter = ("is_ok",)
    list_select_related = ("version__mapping",)
    search_fields = ("version__mapping__code", "version__mapping__name")
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[MappingTestRun]:
        return super().get_queryset(request).select_related("version__mapping").defer("version__declaration")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TitledChangeList]:
        return TitledChangeList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: MappingTestRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MappingTestRun | None = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Each case with what differs."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("A run is not edited.")
        run = self.get_object(request, unquote(object_id))
        if run is None:
            raise Http404("There is no such run.")
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": run, "title": str(run)}
        return TemplateResponse(request, "admin/onramp/test_run.html", {**context, "run": run, "is_fullwidth": "1"})


def newest_version(case: MappingTestCase) -> MappingVersion | None:
    """The version that is worked on: the newest that is not retired."""
    versions = MappingVersion.objects.select_related("mapping").filter(mapping=case.mapping_id)
    return versions.exclude(status=VersionStatus.RETIRED).order_by("-number").first()


def _made(case: MappingTestCase, version: MappingVersion | None) -> dict[str, Any]:
    """What a version makes of a case now: documents as text, faults, and the differences to what is expected."""
    found: list[Difference] = []
    if version is None:
        return {"version": None, "fault": "The mapping has no version.", "documents": [], "faults": [], "found": found}
    try:
        made = made_by(version, case)
    except (DeclarationError, FileNotFoundError) as error:
        fault = str(error) if isinstance(error, DeclarationError) else "The storage does not have its file."
        return {"version": version, "fault": fault, "documents": [], "faults": [], "found": found}
    bodies = [one.body for one in made]
    if case.expected is not None:
        found = differences(case.expected, bodies)[:SHOWN]
    return {
        "version": version,
        "fault": "",
        "documents": [json.dumps(body, indent=2, ensure_ascii=False) for body in bodies if body is not None],
        "faults": [fault for one in made if not one.is_accepted for fault in one.faults if fault],
        "found": found,
    }
