"""Pages that compare, copy, export and import agreements."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from config.core.admin.pages import action_page
from config.core.downloads import file_name, send_bytes
from partners.models import Agreement, Environment, Partner
from partners.services.agreement_file import LIMIT, NotImported, export_agreement, import_agreement
from partners.services.clone_agreement import NotCloned, clone_agreement
from partners.services.compare_agreements import compare_agreements
from partners.services.submit_many import preview_submissions, submit_many

OFFERED = 200


class PartnerChoice(forms.ModelChoiceField):
    """Any partner, found by typing: there may be thousands."""

    def __init__(self, **options: Any) -> None:
        widget = AutocompleteSelect(Agreement._meta.get_field("partner"), admin.site)
        options.setdefault("queryset", Partner.objects.only("name", "code").order_by("name"))
        super().__init__(widget=widget, **options)


class CloneForm(forms.Form):
    partner = PartnerChoice(help_text="Who the draft is for.")
    environment = forms.ChoiceField(choices=Environment.choices, widget=UnfoldAdminSelectWidget)
    release = forms.CharField(max_length=20, required=False, widget=UnfoldAdminTextInputWidget)


class ImportForm(forms.Form):
    partner = PartnerChoice(help_text="Who the draft is for, whatever partner the file names.")
    file = forms.FileField(label="JSON file", widget=UnfoldAdminFileFieldWidget)


def _page(pk: int) -> str:
    return reverse("admin:partners_agreement_change", args=[pk])


def compare_page(model_admin: Any, request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """This agreement beside another for the same set, with the policies in force."""
    others = Agreement.objects.select_related("partner").filter(set_id=agreement.set_id).exclude(pk=agreement.pk)
    offered = list(others.order_by("partner__name", "pk")[:OFFERED])
    wanted = request.GET.get("with", "")
    if wanted and not wanted.isdigit():
        raise Http404("There is no such agreement.")
    other = others.filter(pk=wanted).first() if wanted else (offered[0] if offered else None)
    if wanted and other is None:
        raise Http404("There is no such agreement.")
    rows = compare_agreements(agreement, other) if other is not None else []
    return action_page(
        model_admin,
        request,
        title=f"Compare {agreement}",
        submit="",
        original=agreement,
        back=_page(agreement.pk),
        template="admin/onramp/compare_agreements.html",
        others=offered,
        other=other,
        rows=[row for row in rows if row.is_changed],
        same=sum(not row.is_changed for row in rows),
    )


def clone_page(model_admin: Any, request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Ask for whom, then make a draft like this one."""
    initial = {"partner": agreement.partner_id, "environment": "test", "release": agreement.release}
    form = CloneForm(request.POST or None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        try:
            draft = clone_agreement(agreement, said["partner"], said["environment"], said["release"])
        except NotCloned as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{draft} is a draft.")
            return HttpResponseRedirect(_page(draft.pk))
    return action_page(
        model_admin,
        request,
        title=f"A draft like {agreement}",
        submit="Make the draft",
        form=form,
        original=agreement,
        back=_page(agreement.pk),
        explanation="Policies, notes, the mapping with its rules and expected documents are copied; decisions about "
        "scenarios as proposals. Dates and owners are chosen anew.",
    )


def submit_page(model_admin: Any, request: HttpRequest, marked: QuerySet[Agreement]) -> HttpResponse | None:
    """Show the marked ones, then submit each that is ready. None when that is done: the list follows."""
    agreements = list(marked.select_related("partner").order_by("partner__name", "pk")[:OFFERED])
    if request.POST.get("confirmed"):
        for row in submit_many(agreements, by=request.user):  # type: ignore[arg-type]  # staff are logged in
            if row.submission is None:
                messages.error(request, f"{row.agreement}: {row.refused}")
            else:
                messages.success(request, f"{row.agreement} is submitted for approval (no. {row.submission.pk}).")
        return None
    rows = preview_submissions(agreements)
    return action_page(
        model_admin,
        request,
        title=f"Submit {len(agreements)} agreement{'' if len(agreements) == 1 else 's'} for approval",
        submit="Submit",
        back=reverse("admin:partners_agreement_changelist"),
        explanation="Each by itself: where all checks pass, what they saw is frozen, and somebody else decides on it. "
        "None is put live by it, and one that is live already carries documents as before.",
        rows=[str(row.agreement) for row in rows if not row.refused],
        left_rows=[f"{row.agreement}: {row.refused}" for row in rows if row.refused],
        hidden=[("action", "submit_selected"), *(("_selected_action", str(one.pk)) for one in agreements)],
    )


def export_response(agreement: Agreement) -> Any:
    """The agreement as a JSON file."""
    name = file_name(agreement.partner.code, agreement.set_id, agreement.environment, extension="json")
    return send_bytes(export_agreement(agreement).encode(), name)


def import_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Ask for a file and a partner, then keep it as a draft."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            draft = import_agreement(form.cleaned_data["file"].read(LIMIT), form.cleaned_data["partner"])
        except NotImported as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, f"{draft} is a draft. Look at its mapping.")
            return HttpResponseRedirect(_page(draft.pk))
    return action_page(
        model_admin,
        request,
        title="Import an agreement",
        submit="Import as a draft",
        form=form,
        back=reverse("admin:partners_agreement_changelist"),
    )
