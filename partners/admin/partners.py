"""Partners, with all that belongs to one on its page."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from config.core.admin.bases import HistoryAdmin, is_kept_version, is_list
from config.core.admin.pages import action_page
from config.core.blobs import BlobTooLarge
from partners.admin.certificates import CertificateInline, certificate_page
from partners.admin.change_many import change_many_page
from partners.admin.choice_lists import ChoiceListField
from partners.admin.guides import GuideForm
from partners.admin.invitations import InvitationInline, invite_page
from partners.admin.members import MemberInline, member_reset_page
from partners.admin.merge import merge_page
from partners.admin.owners import OwnersMixin
from partners.admin.partner_csv import export_response, import_page
from partners.admin.partner_inlines import (
    AgreementInline,
    ConnectionInline,
    ContactInline,
    GuideInline,
    IdentityInline,
    way_to,
)
from partners.admin.policies_admin import PoliciesAdmin, instead
from partners.admin.policy_fields import Layer
from partners.admin.versions import ConfigurationAdmin, ConfigurationForm
from partners.identities import warnings
from partners.models import Identity, Partner, Role
from partners.services.add_guide import SameGuide, add_guide
from partners.services.effective_policies import Origin, PolicyInForce, policies_in_force
from partners.services.export_partners import SEEN_IN_EXPORT

TRAFFIC = (
    ("Open cases", "transactions_exceptioncase", "status__exact=open&partner__id__exact={}"),
    ("Documents", "transactions_document", "partner__id__exact={}"),
    ("Files", "transactions_inboundfile", "partner__id__exact={}"),
)


class PartnerForm(ConfigurationForm):
    roles = ChoiceListField(Role.choices, required=False, help_text="What the partner is to us.")


@admin.register(Partner)
class PartnerAdmin(OwnersMixin, PoliciesAdmin, ConfigurationAdmin):
    form = PartnerForm
    list_display = ("name", "code", "identity_values", "role_names", "tag_names", "standing", "created_at")
    list_filter = (
        "is_active",
        "is_own",
        ("groups", AutocompleteSelectFilter),
        ("tags", AutocompleteSelectFilter),
        ("parent", AutocompleteSelectFilter),
        "language",
    )
    list_filter_submit = True
    search_fields = ("code", "name")
    search_help_text = "Name or code"
    autocomplete_fields = ("parent", "groups", "tags")
    inlines: ClassVar[list[Any]] = [
        IdentityInline,
        ContactInline,
        ConnectionInline,
        AgreementInline,
        MemberInline,
        InvitationInline,
        CertificateInline,
        GuideInline,
    ]
    readonly_fields = ("traffic", "relations", "role_names", "created_at")
    actions_list = ("import_csv", "export_csv")
    actions = ("change_selected",)
    actions_detail: ClassVar[Any] = (
        "agree",
        {"title": "Add", "icon": "add", "items": ["invite_member", "add_certificate", "add_guide"]},
        {"title": "More", "icon": "more_horiz", "items": ["compare_versions", "merge"]},
    )
    fieldsets: ClassVar = (
        (
            None,
            {
                "fields": (
                    ("name", "code"),
                    "roles",
                    ("is_active", "is_own"),
                    "traffic",
                    "relations",
                    "created_at",
                )
            },
        ),
        (
            "Who and when",
            {
                "fields": (
                    ("business_owner", "technical_owner"),
                    ("time_zone", "language"),
                    ("calendar", "service_level"),
                    "parent",
                    ("groups", "tags"),
                    "notes",
                ),
            },
        ),
        ("Policies", {"fields": ("policies",)}),
        ("Reason", {"fields": ("change_reason", "seen_version")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        partners = super().get_queryset(request)
        if is_list(request):
            return partners.prefetch_related("identities", "tags").defer("policies", "notes")
        return partners

    @admin.action(description="Change the marked ones", permissions=["change"])
    def change_selected(self, request: HttpRequest, queryset: QuerySet[Partner]) -> HttpResponse:
        """Give all of them the same settings, after a look at each."""
        return change_many_page(self, request, queryset)

    def get_inlines(self, request: HttpRequest, obj: Partner | None) -> list[Any]:
        """People are invited when there is something to invite them to."""
        inlines = super().get_inlines(request, obj)
        return inlines if obj else [one for one in inlines if one not in (MemberInline, InvitationInline)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Folders, commands and URLs carry the code.
        declared = super().get_readonly_fields(request, obj)
        return (*declared, "code") if obj else declared

    def get_fieldsets(self, request: HttpRequest, obj: Partner | None = None) -> Any:
        """A partner that is being added has neither traffic nor a date; whoever only reads gets roles in words."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            may_edit = self.has_change_permission(request, obj) and not is_kept_version(request)
            return fieldsets if may_edit else instead(fieldsets, "roles", "role_names")
        (title, options), *others = fieldsets
        kept = tuple(name for name in options["fields"] if name not in self.readonly_fields)
        return [(title, {**options, "fields": kept}), *others]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Says what is unusual about identities that are kept all the same."""
        super().save_formset(request, form, formset, change)
        if formset.model is Identity:
            for identity in (*formset.new_objects, *(changed for changed, _ in formset.changed_objects)):
                for unusual in warnings(identity.kind, identity.qualifier, identity.value):
                    messages.warning(request, unusual)

    def policy_layer(self, partner: Partner | None) -> Layer:
        return Layer(Origin.PARTNER, policies_in_force(), partner.policies if partner else {})

    def policies_of(self, partner: Partner) -> list[PolicyInForce]:
        return policies_in_force(partner)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.member_reset)
        return [
            path("<int:object_id>/members/<int:member_id>/reset/", page, name="partners_partner_member_reset"),
            *super().get_urls(),
        ]

    def has_agree_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perms(
            ["partners.add_agreement", "mappings.add_assignment", "mappings.change_assignment"]
        )

    @action(description="Agree on documents", url_path="agree", icon="contract", permissions=["agree"])
    def agree(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Leads to the page of the app above, which knows the mappings."""
        return HttpResponseRedirect(reverse("admin:mappings_assignment_agree", args=[unquote(object_id)]))

    def has_invite_member_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.add_member")

    @action(description="Invite to the portal", url_path="invite", icon="person_add", permissions=["invite_member"])
    def invite_member(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send a person the link to become a member of the partner."""
        return invite_page(self, request, unquote(object_id))

    def member_reset(self, request: HttpRequest, object_id: int, member_id: int) -> HttpResponse:
        """For a member who lost the app and the recovery codes."""
        return member_reset_page(self, request, object_id, member_id)

    def has_add_certificate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.add_certificate")

    def has_merge_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.delete_partner")

    @action(description="Merge", url_path="merge", icon="merge", permissions=["merge"])
    def merge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everything of this record goes to another one."""
        return merge_page(self, request, self._record(request, object_id))

    def has_import_csv_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.add_partner") and request.user.has_perm("partners.change_partner")

    @action(description="Import CSV", url_path="import-csv", icon="upload", permissions=["import_csv"])
    def import_csv(self, request: HttpRequest) -> HttpResponse:
        """Partners from a file, after a look at it."""
        return import_page(self, request)

    def has_export_csv_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(SEEN_IN_EXPORT)

    @action(description="Export CSV", url_path="export-csv", icon="download", permissions=["export_csv"])
    def export_csv(self, request: HttpRequest) -> StreamingHttpResponse:
        """All partners as a file that an import takes back."""
        return export_response(Partner.objects.order_by("code"))

    @action(
        description="Add certificate", url_path="add-certificate", icon="verified_user", permissions=["add_certificate"]
    )
    def add_certificate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a certificate and keep it."""
        partner = self.get_object(request, unquote(object_id))
        if partner is None:
            raise Http404("There is no such partner.")
        return certificate_page(self, request, partner)

    @action(description="Add guide", url_path="add-guide", icon="upload_file", permissions=["change"])
    def add_guide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a file and keep it as the next version of a guide."""
        partner = self.get_object(request, unquote(object_id))
        if partner is None:
            raise Http404("There is no such partner.")
        back = reverse("admin:partners_partner_change", args=[partner.pk]) + "#guides"
        form = GuideForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            sent = form.cleaned_data["file"]
            said = {name: form.cleaned_data[name] for name in ("effective_from", "note")}
            try:
                guide = add_guide(
                    partner, form.cleaned_data["title"], sent.name, sent.chunks(), uploaded_by=request.user, **said
                )
            except SameGuide as same:
                form.add_error("file", str(same))
            except BlobTooLarge:
                form.add_error("file", "The file is larger than 50 MB.")
            else:
                messages.success(request, f"{guide} is kept.")
                return HttpResponseRedirect(back)
        return action_page(
            self,
            request,
            title=f"Add a guide of {partner}",
            submit="Keep guide",
            form=form,
            original=partner,
            back=back,
            explanation="The file is kept as it is. Earlier versions stay.",
        )

    @display(description="Traffic")
    def traffic(self, partner: Partner) -> SafeString:
        """Ways to what came from the partner. The pages belong to the app above and are named only."""
        links = [
            (reverse(f"admin:{name}_changelist") + "?" + query.format(partner.pk), label)
            for label, name, query in TRAFFIC
        ]
        return format_html_join(" · ", '<a class="or-link" href="{}">{}</a>', links)

    @display(description="Related")
    def relations(self, partner: Partner) -> SafeString | str:
        """Companies below it, and the connections of others that carry its documents."""
        said: list[tuple[str, Any]] = []
        children = list(partner.children.order_by("name")[:20])
        if children:
            said.append(("Has ", format_html_join(", ", "{}", ((way_to("partner", c.pk, c.name),) for c in children))))
        for connection in partner.carried_by.select_related("partner").order_by("partner__name"):
            said.append(("Reached through ", way_to("connection", connection.pk, str(connection))))
        return format_html_join("", "<div>{}{}</div>", said) if said else "None"

    @display(description="standing", label={"Active": "success", "Ours": "info", "Inactive": "warning"})
    def standing(self, partner: Partner) -> str:
        return "Inactive" if not partner.is_active else "Ours" if partner.is_own else "Active"

    @display(description="identities")
    def identity_values(self, partner: Partner) -> str:
        return ", ".join(dict.fromkeys(str(identity) for identity in partner.identities.all()))

    @display(description="roles")
    def role_names(self, partner: Partner) -> str:
        return ", ".join(str(Role(role).label) for role in partner.roles)

    @display(description="tags")
    def tag_names(self, partner: Partner) -> str:
        return ", ".join(tag.name for tag in partner.tags.all())


@admin.register(Identity)
class IdentityAdmin(HistoryAdmin):
    list_display = ("value", "qualifier", "kind", "partner", "environment")
    list_display_links = ("value",)
    list_filter = ("kind", "environment")
    list_select_related = ("partner",)
    search_fields = ("value", "partner__code", "partner__name")
    search_help_text = "Value, partner's name or code"
    autocomplete_fields = ("partner",)
