"""Versions of mappings: their declaration in readable form, and the steps from draft to retired."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from config.core.admin.bases import HistoryAdmin, is_list
from config.core.admin.pages import action_page, way_back
from mappings.admin.version_forms import AgreeForm, DeclarationForm, ReasonForm
from mappings.engine.errors import DeclarationError
from mappings.engine.rules.yaml import dump
from mappings.models import MappingVersion, VersionStatus
from mappings.services.draft_agreement import AgreementRefused, draft_agreement
from mappings.services.draft_version import draft_version
from mappings.services.edit_draft import edit_draft, fault_of
from mappings.services.publish_version import is_own_work, publish_version
from mappings.services.refused import VersionRefused
from mappings.services.retire_version import CAN_RETIRE, retire_version
from mappings.services.run_tests import run_tests
from mappings.services.submit_version import submit_version
from mappings.services.write_document import is_writable

STATUS_COLOURS = {
    VersionStatus.PUBLISHED.label: "success",
    VersionStatus.SUBMITTED.label: "info",
    VersionStatus.RETIRED.label: "warning",
}
PUBLISH = "mappings.publish_mappingversion"
# Which buttons a version of each status has.
FITTING = {
    "edit_draft": (VersionStatus.DRAFT,),
    "submit": (VersionStatus.DRAFT,),
    "publish": (VersionStatus.SUBMITTED,),
    "agree": (VersionStatus.PUBLISHED,),
    "new_draft": (VersionStatus.SUBMITTED, VersionStatus.PUBLISHED, VersionStatus.RETIRED),
    "retire": CAN_RETIRE,
}


@admin.register(MappingVersion)
class MappingVersionAdmin(HistoryAdmin):
    """A version is made, submitted, published and retired by services; nothing of it is edited here but a draft."""

    list_display = ("mapping", "number", "status_label", "short_checksum", "created_at", "published_at")
    list_display_links = ("mapping", "number")
    list_filter = ("status", "mapping__canonical", "mapping__is_library")
    list_select_related = ("mapping",)
    search_fields = ("mapping__code", "mapping__name", "checksum__startswith")
    search_help_text = "Mapping's name or code, or the first digits of the checksum"
    fields = (
        "mapping", ("number", "status"), "checksum", ("created_at", "submitter"), ("published_at", "publisher"),
        "readable",
    )  # fmt: skip
    readonly_fields = ("readable", "submitter", "publisher")
    actions_detail = (
        "publish",
        "submit",
        "agree",
        "edit_draft",
        "try_it",
        "try_backwards",
        "run_tests",
        "new_draft",
        "retire",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MappingVersion]:
        versions = super().get_queryset(request).select_related("mapping", "submitted_by", "published_by")
        return versions.defer("declaration") if is_list(request) else versions

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: MappingVersion | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MappingVersion | None = None) -> bool:
        return False

    def has_draft_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perms(["mappings.add_mappingversion", "mappings.change_mappingversion"])

    def has_submit_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("mappings.submit_mappingversion")

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm(PUBLISH)

    def has_retire_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """A draft is given up by those who draft, anything else by those who publish."""
        if request.user.has_perm(PUBLISH):
            return True
        version = MappingVersion.objects.only("status").filter(pk=object_id or 0).first()
        is_draft = version is None or version.status == VersionStatus.DRAFT
        return is_draft and self.has_draft_permission(request)

    def has_agree_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perms(
            ["partners.add_agreement", "mappings.add_assignment", "mappings.change_assignment"]
        )

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[UnfoldAction]:
        """The buttons that fit the version's status; the library's versions are made from data and are not edited."""
        version = self.get_object(request, str(object_id))
        if version is None:
            return []
        left_out = {name for name, statuses in FITTING.items() if version.status not in statuses}
        if version.status == VersionStatus.SUBMITTED and is_own_work(version, request.user):  # type: ignore[arg-type]
            left_out.add("publish")
        if version.mapping.is_library:
            left_out.add("new_draft")
        if not is_writable(version.mapping):
            left_out.add("try_backwards")
        actions = super().get_actions_detail(request, object_id)
        return [one for one in actions if one.method.original_function_name not in left_out]

    @display(description="status", label=STATUS_COLOURS)
    def status_label(self, version: MappingVersion) -> str:
        return version.get_status_display()

    @display(description="checksum")
    def short_checksum(self, version: MappingVersion) -> str:
        return version.checksum[:12]

    @display(description="submitted by")
    def submitter(self, version: MappingVersion) -> str:
        return str(version.submitted_by or "–")  # without a link: few may open the pages of people

    @display(description="published by")
    def publisher(self, version: MappingVersion) -> str:
        return str(version.published_by or "–")

    @display(description="declaration")
    def readable(self, version: MappingVersion) -> SafeString:
        return format_html(
            '<pre class="or-code" tabindex="0" aria-label="Declaration">{}</pre>', dump(version.declaration)
        )

    @action(description="Submit", url_path="submit", icon="send", permissions=["submit"])
    def submit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then freeze the draft for somebody else to publish."""
        return self._ask(
            request,
            object_id,
            "Submit",
            "It is compiled and never changes again. Somebody else looks at it and publishes it. "
            "Your decision is recorded.",
            lambda version, _: submit_version(version, by=request.user),  # type: ignore[arg-type]
        )

    @action(description="Publish", url_path="publish", icon="verified", permissions=["publish"])
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then let agreements use the version."""
        return self._ask(
            request,
            object_id,
            "Publish",
            "Agreements may use it from now on; those that use another version keep it. Your decision is recorded.",
            lambda version, _: publish_version(version, by=request.user),  # type: ignore[arg-type]
        )

    @action(description="Retire", url_path="retire", icon="archive", permissions=["retire"])
    def retire(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason, then take the version out of use."""
        return self._ask(
            request,
            object_id,
            "Retire",
            "No agreement can choose it any more, and it does not come back: a new version can be drafted from it.",
            lambda version, reason: retire_version(version, by=request.user, reason=reason),  # type: ignore[arg-type]
            ReasonForm(request.POST if request.method == "POST" else None),
        )

    def _ask(
        self,
        request: HttpRequest,
        object_id: str,
        verb: str,
        explanation: str,
        act: Any,
        form: ReasonForm | None = None,
    ) -> HttpResponse:
        version = self._version(request, object_id)
        back = way_back(request, self._page(version))
        if request.method != "POST" or (form is not None and not form.is_valid()):
            return action_page(
                self, request, title=f"{verb} {version}", submit=verb, original=version, back=back, form=form,
                explanation=explanation, facts=_facts(version), is_dangerous=form is not None,
            )  # fmt: skip
        try:
            changed = act(version, form.cleaned_data["reason"] if form is not None else "")
        except (VersionRefused, DeclarationError) as refused:
            messages.error(request, f"Not done. {refused}")
        else:
            messages.success(request, f"{changed} is {changed.get_status_display().lower()}.")
        return HttpResponseRedirect(back)

    @action(description="Use for a partner", url_path="agree", icon="handshake", permissions=["agree"])
    def agree(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for whom, then draft the agreement that uses this version."""
        version = self._version(request, object_id)
        back = way_back(request, self._page(version))
        form = AgreeForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
        if request.method == "POST" and form.is_valid():
            chosen = form.cleaned_data
            try:
                agreed = draft_agreement(version, chosen["partner"], chosen["environment"], by=request.user)  # type: ignore[arg-type]
            except AgreementRefused as refused:
                form.add_error(None, str(refused))
            else:
                made = "is drafted; an approver puts it live" if agreed.is_new else f"uses {version} from now on"
                messages.success(request, f"The agreement {agreed.agreement} {made}.")
                return HttpResponseRedirect(back)
        return action_page(
            self, request, title=f"Use {version} for a partner", submit="Agree", original=version, back=back, form=form,
            explanation="Makes a draft agreement about these documents. Where the partner has one already, that one "
            "uses this version from now on.",
            facts=_facts(version),
        )  # fmt: skip

    @action(description="Edit draft", url_path="edit", icon="edit", permissions=["draft"])
    def edit_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The declaration as text; what does not compile is kept all the same, and says why."""
        version = self._version(request, object_id)
        back = self._page(version)
        form = DeclarationForm(
            request.POST if request.method == "POST" else None, initial={"declaration": dump(version.declaration)}
        )
        if request.method == "POST" and form.is_valid():
            declaration = form.cleaned_data["declaration"]
            try:
                edit_draft(version, declaration)
            except VersionRefused as refused:
                messages.error(request, str(refused))
            else:
                fault = fault_of(declaration)
                if fault is None:
                    messages.success(request, "Kept. It compiles.")
                else:
                    messages.warning(request, f"Kept, but it does not compile yet: {fault}")
            return HttpResponseRedirect(back)
        return action_page(
            self, request, title=f"Edit {version}", submit="Keep", original=version, back=back, form=form,
            explanation="The declaration in the mapping language. Keep it, then try it on a file.", is_wide=True,
        )  # fmt: skip

    @action(description="New version", url_path="new-draft", icon="content_copy", permissions=["draft"])
    def new_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then draft the mapping's next version from this one."""
        version = self._version(request, object_id)
        if version.mapping.is_library:
            messages.error(request, "The standard library is loaded from data; its mappings are not edited.")
            return HttpResponseRedirect(self._page(version))
        if request.method == "POST":
            version = draft_version(version.mapping, version.declaration)
            messages.success(request, f"{version} is a draft now.")
            return HttpResponseRedirect(self._page(version))
        return action_page(
            self, request, title=f"New version from {version}", submit="Draft it", original=version,
            back=self._page(version), explanation="A draft with the same declaration, to be changed and tried.",
        )  # fmt: skip

    @action(description="Try on a file", url_path="try-it", icon="science", permissions=["view"])
    def try_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Leads to the page of the app above that translates a file with this version."""
        return HttpResponseRedirect(reverse("mapping-try", args=[self._version(request, object_id).pk]))

    @action(description="Try backwards", url_path="try-backwards", icon="undo", permissions=["view"])
    def try_backwards(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Leads to the page of the app above that writes a canonical document with this version."""
        return HttpResponseRedirect(reverse("mapping-write", args=[self._version(request, object_id).pk]))

    @action(description="Run tests", url_path="run-tests", icon="checklist", permissions=["draft"])
    def run_tests(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then run the mapping's test cases on this version and show what they say."""
        version = self._version(request, object_id)
        back = self._page(version)
        if request.method != "POST":
            return action_page(
                self, request, title=f"Run the test cases on {version}", submit="Run", original=version, back=back,
                explanation="What they say is kept, and stands in the evidence of agreements that use the version.",
            )  # fmt: skip
        try:
            run = run_tests(version, by=request.user.get_username())
        except DeclarationError as error:
            messages.error(request, f"It does not compile: {error}")
            return HttpResponseRedirect(back)
        if run is None:
            messages.warning(request, "The mapping has no test case yet. Add one on its page.")
            return HttpResponseRedirect(reverse("admin:mappings_mapping_change", args=[version.mapping_id]))
        return HttpResponseRedirect(reverse("admin:mappings_mappingtestrun_change", args=[run.pk]))

    def _version(self, request: HttpRequest, object_id: str) -> MappingVersion:
        version = self.get_object(request, unquote(object_id))
        if version is None:
            raise Http404("There is no such version.")
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        return version

    def _page(self, version: MappingVersion) -> str:
        return reverse("admin:mappings_mappingversion_change", args=[version.pk])


def _facts(version: MappingVersion) -> list[tuple[str, str]]:
    facts = [
        ("Mapping", version.mapping.code),
        ("Makes", version.mapping.canonical),
        ("From", f"{version.mapping.standard} {version.mapping.set_id}".strip()),
        ("Status", version.get_status_display()),
        ("Submitted by", str(version.submitted_by or "")),
        ("Checksum", version.checksum[:12]),
    ]
    return [(label, value) for label, value in facts if value]
