"""What belongs to a partner, as tabs of its page."""

from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import display

from config.core.admin.columns import size
from partners.admin.agreement_form import form_for
from partners.admin.choice_lists import ChoiceListField
from partners.models import Agreement, Connection, Contact, Guide, Identity, Partner, Protocol, Purpose


def usable(path: str = "") -> Q:
    """API keys that are neither revoked nor expired; path: the way to them, such as "api_keys__"."""
    unexpired = Q(**{f"{path}expires_at": None}) | Q(**{f"{path}expires_at__gt": timezone.now()})
    return Q(**{f"{path}id__isnull": False, f"{path}revoked_at": None}) & unexpired


def way_to(model: str, pk: int | None, label: str) -> SafeString | str:
    """A link to the page of a row, where the row has more than the table shows; "–" for one that is not saved yet."""
    if pk is None:
        return "–"
    return format_html(
        '<a class="or-link" href="{}">{}</a>', reverse(f"admin:partners_{model}_change", args=[pk]), label
    )


class IdentityInline(TabularInline):
    model = Identity
    extra = 0
    tab = True
    hide_title = True
    fields = ("kind", "qualifier", "value", "environment")


class ContactForm(forms.ModelForm):
    purposes = ChoiceListField(Purpose.choices, label="For")


class ContactInline(StackedInline):
    model = Contact
    form = ContactForm
    extra = 0
    tab = True
    hide_title = True
    fields = (("name", "is_active"), ("email", "phone"), "purposes")


class ConnectionInline(TabularInline):
    model = Connection
    extra = 0
    tab = True
    hide_title = True
    fields = ("name", "protocol", "environment", "is_enabled", "keys", "page")
    readonly_fields = ("keys", "page")
    fk_name = "partner"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connection]:
        return super().get_queryset(request).annotate(keys_in_use=Count("api_keys", filter=usable("api_keys__")))

    @display(description="API keys")
    def keys(self, connection: Connection) -> SafeString | str:
        """How many are in use, else the way to the first one."""
        if connection.pk is None or connection.protocol != Protocol.API:
            return "–"
        if connection.keys_in_use:  # type: ignore[attr-defined]  # annotated above
            return f"{connection.keys_in_use} in use"  # type: ignore[attr-defined]
        url = reverse("admin:partners_connection_issue_key", args=[connection.pk])
        return format_html('<a class="or-link" href="{}">Issue API key</a>', url)

    @display(description="More")
    def page(self, connection: Connection) -> SafeString | str:
        return way_to("connection", connection.pk, "Open")


class AgreementInline(TabularInline):
    model = Agreement
    extra = 0
    tab = True
    hide_title = True
    fields: tuple[str, ...] = ("kind", "direction", "standard", "set_id", "release", "environment", "status", "page")
    readonly_fields: tuple[str, ...] = ("page",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **{**kwargs, "form": form_for(request)})

    @display(description="More")
    def page(self, agreement: Agreement) -> SafeString | str:
        return way_to("agreement", agreement.pk, "Policies")


class GuideInline(TabularInline):
    """The versions of the partner's guides. A file is added by an action and never changes."""

    model = Guide
    extra = 0
    tab = True
    hide_title = True
    can_delete = False
    fields = ("title", "version", "file", "effective_from", "note", "uploaded_by", "uploaded_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Partner | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="File")
    def file(self, guide: Guide) -> SafeString:
        url = reverse("admin:partners_guide_download", args=[guide.pk])
        return format_html('<a class="or-link" href="{}">{}</a> {}', url, guide.file_name, size(guide.size))
