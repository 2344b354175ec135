"""Certificates: uploaded on the page of their partner, with warnings ahead of their end."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from config.core.admin.pages import action_page
from config.core.vault import VaultLocked
from partners.admin.choice_lists import ChoiceListField
from partners.admin.partner_inlines import way_to
from partners.admin.versions import ConfigurationAdmin
from partners.models import Certificate, CertificatePurpose, Environment, Partner
from partners.services.add_certificate import CertificateRefused, add_certificate
from partners.services.certificates_in_force import WARN_BEFORE, expiring_certificates


class CertificateForm(forms.Form):
    file = forms.FileField(
        label="Certificate", widget=UnfoldAdminFileFieldWidget, help_text="PEM, DER, or PKCS #12 with its key."
    )
    purposes = ChoiceListField(CertificatePurpose.choices, label="For")
    environment = forms.ChoiceField(
        choices=Environment.choices, initial=Environment.PRODUCTION, widget=UnfoldAdminSelectWidget
    )
    use_from = forms.SplitDateTimeField(
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text="UTC. From when we use it for what we send; what comes may use any valid one. Empty: at once.",
    )
    private_key = forms.FileField(
        required=False, widget=UnfoldAdminFileFieldWidget, help_text="PEM; only for certificates of our own."
    )
    passphrase = forms.CharField(
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "password", "autocomplete": "off"}),
        help_text="Of the key or the PKCS #12 file, if it has one.",
    )


class EndingFilter(DropdownFilter):
    title = "validity"
    parameter_name = "validity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("ending", f"Ending within {WARN_BEFORE.days} days, nothing follows"), ("ended", "Ended")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "ending":
            return queryset.filter(pk__in=expiring_certificates().values("pk"))
        return queryset.filter(not_after__lte=timezone.now()) if self.value() == "ended" else queryset


def validity(certificate: Certificate) -> str:
    """In words, with the days that are left."""
    now = timezone.now()
    if certificate.not_after <= now:
        return f"Ended {certificate.not_after:%Y-%m-%d}"
    if certificate.not_before > now:
        return f"From {certificate.not_before:%Y-%m-%d}"
    return f"{(certificate.not_after - now) // timedelta(days=1)} days left"


class CertificateInline(TabularInline):
    model = Certificate
    extra = 0
    tab = True
    hide_title = True
    can_delete = False
    fields = ("subject_link", "purpose_names", "environment", "validity", "use_from", "is_active")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Partner | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Certificate")
    def subject_link(self, certificate: Certificate) -> SafeString | str:
        return way_to("certificate", certificate.pk, str(certificate))

    @display(description="For")
    def purpose_names(self, certificate: Certificate) -> str:
        return purposes_in_words(certificate)

    @display(description="Validity")
    def validity(self, certificate: Certificate) -> str:
        return validity(certificate)


def purposes_in_words(certificate: Certificate) -> str:
    """The labels of what a certificate is for."""
    return ", ".join(str(CertificatePurpose(purpose).label) for purpose in certificate.purposes)


@admin.register(Certificate)
class CertificateAdmin(ConfigurationAdmin):
    nothing_yet = "Add one on the page of its partner: Add → Add certificate."
    list_display = ("subject", "partner", "purpose_names", "environment", "state", "not_after", "is_active")
    list_filter = (EndingFilter, "environment", "is_active")
    list_select_related = ("partner",)
    search_fields = ("subject", "fingerprint__startswith", "partner__code", "partner__name")
    search_help_text = "Subject, fingerprint, partner's name or code"
    fields = (
        ("partner", "environment"),
        ("purpose_names", "state"),
        ("subject", "issuer"),
        ("serial", "fingerprint"),
        ("not_before", "not_after"),
        "private_key",
        ("use_from", "is_active"),
        "pem",
        "change_reason",
        "seen_version",
    )
    readonly_fields = (
        *("partner", "environment", "purpose_names", "state", "subject", "issuer", "serial", "fingerprint"),
        *("not_before", "not_after", "private_key", "pem"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Certificate]:
        return super().get_queryset(request).defer("sealed_key")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description="for")
    def purpose_names(self, certificate: Certificate) -> str:
        return purposes_in_words(certificate)

    @display(
        description="validity", label={"Valid": "success", "Ending": "warning", "Ended": "danger", "Later": "info"}
    )
    def state(self, certificate: Certificate) -> tuple[str, str]:
        now = timezone.now()
        kind = "Valid"
        if certificate.not_after <= now:
            kind = "Ended"
        elif certificate.not_before > now:
            kind = "Later"
        elif certificate.not_after <= now + WARN_BEFORE:
            kind = "Ending"
        return kind, validity(certificate)

    @display(description="Private key")
    def private_key(self, certificate: Certificate) -> str:
        return "Kept, sealed" if certificate.sealed_key else "None; the partner has it"


def certificate_page(model_admin: Any, request: HttpRequest, partner: Partner) -> HttpResponse:
    """Ask for a certificate of the partner and keep it."""
    back = reverse("admin:partners_partner_change", args=[partner.pk]) + "#certificates"
    form = CertificateForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        said = form.cleaned_data
        key = said["private_key"].read() if said["private_key"] else b""
        try:
            kept = add_certificate(
                partner,
                said["environment"],
                said["purposes"],
                said["file"].read(),
                private_key=key,
                passphrase=said["passphrase"],
                use_from=said["use_from"],
            )
        except (CertificateRefused, VaultLocked) as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, f"{kept} is kept: {validity(kept)}.")
            return HttpResponseRedirect(back)
    return action_page(
        model_admin,
        request,
        title=f"Add a certificate of {partner}",
        submit="Keep certificate",
        form=form,
        original=partner,
        back=back,
        explanation="Two may be valid at once: add the new one before the old one ends.",
    )
