"""What is awaited from partners, what is overdue, and what came."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from config.core.admin.bases import TrafficAdmin
from config.core.admin.columns import when
from config.core.admin.pages import action_page
from transactions.admin import badges
from transactions.models import AwaitedDocument
from transactions.services.awaited_references import reference_of
from transactions.services.case_rights import WORK
from transactions.services.find import as_uuid
from transactions.services.settle_awaited import waive
from transactions.states import AWAITED_FROM, AwaitedState


class WaiveForm(forms.Form):
    reason = forms.CharField(
        max_length=300, widget=UnfoldAdminTextInputWidget, help_text="Such as: answered by telephone."
    )


@admin.register(AwaitedDocument)
class AwaitedDocumentAdmin(TrafficAdmin):
    list_display = ("reference", "rule", "partner_text", "state_label", "due", "came", "case_link")
    list_filter = ("state", "environment", ("partner", AutocompleteSelectFilter))
    search_help_text = "Number of the order, or day of a schedule (2026-11-20)"
    ordering = ("-id",)
    actions_detail = ("waive",)
    exclude: ClassVar = ["expected"]
    readonly_fields = ("rule_link",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AwaitedDocument]:
        rows = super().get_queryset(request)
        return rows.select_related(
            "expected__agreement__partner", "expected__after_partner", "partner", "document", "trigger", "case"
        )

    def find(self, queryset: QuerySet[AwaitedDocument], term: str) -> QuerySet[AwaitedDocument]:
        return queryset.filter(reference=reference_of(term))

    @display(description="awaited")
    def rule(self, awaited: AwaitedDocument) -> str:
        return str(awaited.expected)

    @display(description="expected by the agreement")
    def rule_link(self, awaited: AwaitedDocument) -> SafeString:
        url = reverse("admin:partners_agreement_change", args=[awaited.expected.agreement_id])
        return format_html('<a class="or-link" href="{}">{}</a>', url, awaited.expected)

    @display(description="partner")
    def partner_text(self, awaited: AwaitedDocument) -> SafeString | str:
        return badges.with_test(str(awaited.partner), awaited.environment)

    @display(description="state", label=badges.AWAITED)
    def state_label(self, awaited: AwaitedDocument) -> str:
        return awaited.get_state_display()

    @display(description="due")
    def due(self, awaited: AwaitedDocument) -> SafeString | str:
        if awaited.due_at is None:
            return "–"
        text = f"{awaited.due_at:%Y-%m-%d %H:%M}"
        is_late = awaited.state == AwaitedState.OVERDUE or (
            awaited.state == AwaitedState.AWAITED and awaited.due_at < timezone.now()
        )
        return format_html('<span class="or-late or-nowrap">{}</span>', text) if is_late else text

    @display(description="what came")
    def came(self, awaited: AwaitedDocument) -> SafeString | str:
        if awaited.document is None:
            return "–"
        url = reverse("admin:transactions_document_change", args=[awaited.document_id])
        return format_html(
            '<a class="or-link" href="{}">{}</a> {}', url, awaited.document, when(awaited.document.received_at)
        )

    @display(description="case")
    def case_link(self, awaited: AwaitedDocument) -> SafeString | str:
        if awaited.case is None:
            return "–"
        url = reverse("admin:transactions_exceptioncase_change", args=[awaited.case_id])
        return format_html('<a class="or-link" href="{}">{}</a>', url, awaited.case.get_status_display())

    def has_waive_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm(WORK)

    @action(description="Wait no longer", url_path="waive", icon="hourglass_disabled", permissions=["waive"])
    def waive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then settle it without a document."""
        if not self.has_waive_permission(request):
            raise PermissionDenied
        key = as_uuid(object_id)
        awaited = self.get_queryset(request).filter(pk=key).first() if key else None
        if awaited is None:
            raise Http404("There is no such document.")
        back = reverse("admin:transactions_awaiteddocument_change", args=[awaited.pk])
        if awaited.state not in AWAITED_FROM[AwaitedState.WAIVED]:
            messages.info(request, f"Nothing to do: it is {awaited.get_state_display().lower()}.")
            return HttpResponseRedirect(back)
        form = WaiveForm(request.POST or None)
        if form.is_valid():
            if waive(awaited, actor=request.user.get_username(), reason=form.cleaned_data["reason"]):
                messages.success(request, "Nobody waits for it any more.")
            else:
                messages.info(request, "It was settled meanwhile.")
            return HttpResponseRedirect(back)
        return action_page(
            self,
            request,
            title=f"Wait no longer: {awaited}",
            submit="Wait no longer",
            form=form,
            original=awaited,
            back=back,
            explanation="Its case is closed with this reason. A document that comes later changes nothing here.",
        )

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """The button is there while it is awaited."""
        key = as_uuid(str(object_id))
        rows = AwaitedDocument.objects.filter(state__in=AWAITED_FROM[AwaitedState.WAIVED])
        is_open = key is not None and rows.filter(pk=key).exists()
        return super().get_actions_detail(request, object_id) if is_open else []
