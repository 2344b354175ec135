"""The page that merges two records of one partner."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.core.admin.pages import action_page
from partners.admin.agreement_pages import PartnerChoice
from partners.models import Partner
from partners.services.merge_partners import NotMerged, merge_partners, preview_merge


def merge_page(model_admin: Any, request: HttpRequest, double: Partner) -> HttpResponse:
    """Ask which record stays, show what would move, and do it when that is confirmed."""
    back = reverse("admin:partners_partner_change", args=[double.pk])
    form = _form(double, request.POST or None)
    preview = None
    if form.is_valid():
        stays = form.cleaned_data["stays"]
        preview = preview_merge(stays, double)
        if request.POST.get("confirmed") and not preview.conflicts:
            try:
                merge_partners(stays, double, request.user)
            except NotMerged as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"{double} is part of {stays} now.")
                return HttpResponseRedirect(reverse("admin:partners_partner_change", args=[stays.pk]))
        for conflict in preview.conflicts:
            form.add_error(None, conflict)
    is_ready = preview is not None and not preview.conflicts
    return action_page(
        model_admin,
        request,
        title=f"Merge {double} into another partner",
        submit=f"Merge and remove {double.code}" if is_ready else "Look at it first",
        form=form,
        original=double,
        back=back,
        is_dangerous=is_ready,
        rows=[str(moving) for moving in preview.moving] if preview else [],
        hidden=[("confirmed", "1")] if is_ready else [],
        explanation=f"Everything of {double} goes to the partner that stays, and its record is removed. "
        "It cannot be undone. The decision is kept in the chain of decisions.",
    )


def _form(double: Partner, data: Any) -> forms.Form:
    class MergeForm(forms.Form):
        stays = PartnerChoice(label="Partner that stays", queryset=Partner.objects.exclude(pk=double.pk))

    return MergeForm(data)
