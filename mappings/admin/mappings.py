"""Mappings with their versions, and which agreement uses which."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import action, display

from config.core.admin.bases import HistoryAdmin
from config.core.admin.pages import action_page
from mappings.admin.agree_page import agree_page
from mappings.admin.testing import WRITE, add_case_page
from mappings.admin.version_forms import DeclarationForm
from mappings.engine.errors import DeclarationError
from mappings.models import Assignment, Mapping, MappingTestCase, MappingVersion, VersionStatus
from mappings.services.start_mapping import MappingRefused, start_mapping
from partners.admin import AgreementAdmin, AgreementInline, PartnerAdmin
from partners.models import Agreement

FIRST = """\
extends: x12-850-order
mapping: acme-850
title: Orders of Acme
rules: {}
"""


class ReadOnlyInline(TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class VersionInline(ReadOnlyInline):
    model = MappingVersion
    fields = ("number", "status", "checksum", "created_at", "published_at")
    readonly_fields = fields
    ordering = ("-number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MappingVersion]:
        return super().get_queryset(request).defer("declaration")


class TestCaseInline(ReadOnlyInline):
    model = MappingTestCase
    fields = ("name", "size", "created_at")
    readonly_fields = fields


@admin.register(Mapping)
class MappingAdmin(HistoryAdmin):
    list_display = ("name", "code", "canonical", "standard", "set_id", "is_library")
    list_filter = ("is_library", "standard", "canonical")
    search_fields = ("code", "name", "set_id")
    search_help_text = "Name, code or set"
    fields = ("name", "code", "canonical", ("standard", "set_id"), "is_library")
    readonly_fields = ("is_library",)
    inlines: ClassVar = [VersionInline, TestCaseInline]
    actions_detail = ("add_test_case",)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A mapping begins with its declaration, as a draft: without a version there would be nothing to go on with."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = DeclarationForm(request.POST if request.method == "POST" else None, initial={"declaration": FIRST})
        if request.method == "POST" and form.is_valid():
            try:
                version = start_mapping(form.cleaned_data["declaration"])
            except (DeclarationError, MappingRefused) as refused:
                form.add_error("declaration", str(refused))
            else:
                messages.success(request, f"{version} is a draft now. Try it on a file, then submit it.")
                return redirect("admin:mappings_mappingversion_change", version.pk)
        return action_page(
            self, request, title="Begin a mapping", submit="Draft it", form=form, is_wide=True,
            back=reverse("admin:mappings_mapping_changelist"),
            explanation="In the mapping language: a whole mapping, or only what differs from one that it extends.",
        )  # fmt: skip

    def has_add_test_case_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perms(WRITE)

    @action(description="Add a test case", url_path="add-test-case", icon="add_task", permissions=["add_test_case"])
    def add_test_case(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a file, then keep it."""
        mapping = self.get_object(request, object_id)
        if mapping is None:
            raise Http404("There is no such mapping.")
        return add_case_page(self, request, mapping)

    def has_change_permission(self, request: HttpRequest, obj: Mapping | None = None) -> bool:
        # The standard library is loaded from data; what is changed by hand would be overwritten.
        return super().has_change_permission(request, obj) and not (obj and obj.is_library)


class AssignmentFormMixin:
    """The choice of versions: published ones only, each with the name of its mapping."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> ModelChoiceField:
        if db_field.name == "version":
            published = MappingVersion.objects.filter(status=VersionStatus.PUBLISHED)
            kwargs["queryset"] = published.select_related("mapping").defer("declaration")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # a mix-in of admins


@admin.register(Assignment)
class AssignmentAdmin(AssignmentFormMixin, HistoryAdmin):
    list_display = ("agreement", "version")
    list_filter = ("version__mapping__canonical",)
    list_select_related = ("agreement__partner", "version__mapping")
    search_fields = ("agreement__partner__code", "agreement__partner__name", "version__mapping__code")
    search_help_text = "Partner's name or code, or mapping's code"
    autocomplete_fields = ("agreement",)

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.agree)
        return [path("agree/<int:partner_id>/", page, name="mappings_assignment_agree"), *super().get_urls()]

    def agree(self, request: HttpRequest, partner_id: int) -> HttpResponse:
        """Draft agreements about several documents, each with its mapping."""
        return agree_page(self, request, partner_id)


class AssignmentInline(AssignmentFormMixin, StackedInline):
    """On the page of an agreement, which belongs to the app below and knows nothing of mappings."""

    model = Assignment
    extra = 1  # its one form stands open until a version is chosen
    verbose_name = "mapping"
    verbose_name_plural = "mapping"
    show_change_link = True

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """No open form for those who may only read: Django makes one of every one-to-one relation."""
        return super().get_extra(request, obj, **kwargs) if self.has_add_permission(request, obj) else 0


class MappedAgreementInline(AgreementInline):
    """Agreements on the page of their partner, each with its mapping or the way to choose one."""

    fields = (*AgreementInline.fields[:-1], "mapping", "page")
    readonly_fields = ("mapping", "page")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement]:
        agreements = super().get_queryset(request).select_related("assignment__version__mapping")
        return agreements.defer("assignment__version__declaration")

    @display(description="mapping")
    def mapping(self, agreement: Agreement) -> SafeString | str:
        if agreement.pk is None:
            return "–"
        assignment = getattr(agreement, "assignment", None)
        if assignment is not None:
            url = reverse("admin:mappings_mappingversion_change", args=[assignment.version_id])
            return format_html('<a class="or-link" href="{}">{}</a>', url, assignment.version)
        url = reverse("admin:partners_agreement_change", args=[agreement.pk])
        return format_html('<a class="or-link" href="{}#assignment-group">Choose a mapping</a>', url)


AgreementAdmin.inlines.insert(0, AssignmentInline)
PartnerAdmin.inlines[PartnerAdmin.inlines.index(AgreementInline)] = MappedAgreementInline
