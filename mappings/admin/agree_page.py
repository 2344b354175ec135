"""The page that agrees with a partner on several documents at once, each with its mapping."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from config.core.admin.pages import action_page
from mappings.models import MappingVersion, VersionStatus
from mappings.services.draft_agreement import AgreementRefused, draft_agreement
from partners.models import Environment, Partner

NEEDED = ("partners.add_agreement", "mappings.add_assignment", "mappings.change_assignment")


class DocumentsForm(forms.Form):
    """What the partner will send."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.versions = {str(version.pk): version for version in _newest_published()}
        choices = [(pk, _words(version)) for pk, version in self.versions.items()]
        self.fields["documents"] = forms.MultipleChoiceField(
            choices=choices, widget=UnfoldAdminCheckboxSelectMultipleWidget, help_text="What the partner sends to us."
        )
        self.fields["environment"] = forms.ChoiceField(
            choices=Environment.choices, initial=Environment.PRODUCTION, widget=UnfoldAdminSelectWidget
        )


def agree_page(model_admin: Any, request: HttpRequest, partner_id: int) -> HttpResponse:
    """Ask for which documents, then draft an agreement about each."""
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    partner = get_object_or_404(Partner, pk=partner_id)
    back = reverse("admin:partners_partner_change", args=[partner.pk]) + "#agreements"
    form = DocumentsForm(request.POST or None)
    if form.is_valid():
        for pk in form.cleaned_data["documents"]:
            version = form.versions[pk]
            try:
                agreed = draft_agreement(version, partner, form.cleaned_data["environment"], by=request.user)  # type: ignore[arg-type]
            except AgreementRefused as refused:
                messages.error(request, f"{version}: {refused}")
            else:
                made = "is drafted; an approver puts it live" if agreed.is_new else f"uses {version} from now on"
                messages.success(request, f"The agreement {agreed.agreement} {made}.")
        return HttpResponseRedirect(back)
    return action_page(
        model_admin, request, title=f"Agree with {partner} on documents", submit="Draft the agreements", form=form,
        original=partner, back=back,
        explanation="Makes a draft agreement about each, with its mapping, for every release. Where the partner has "
        "one already, that one uses the mapping from now on.",
    )  # fmt: skip


def _newest_published() -> list[MappingVersion]:
    published = MappingVersion.objects.filter(status=VersionStatus.PUBLISHED)
    rows = published.select_related("mapping").defer("declaration").order_by("mapping_id", "-number")
    newest: dict[int, MappingVersion] = {}
    for version in rows:
        newest.setdefault(version.mapping_id, version)
    return sorted(newest.values(), key=lambda one: (one.mapping.standard, one.mapping.set_id, one.mapping.name))


def _words(version: MappingVersion) -> str:
    return f"{version.mapping.set_id or 'Any set'}: {version}"
