"""Admin pages of what has policies: a form for those who may change them, a table for everybody else."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import display

from config.core.admin.bases import Changes, HistoryAdmin, is_kept_version
from partners.admin.policy_fields import Layer, PoliciesField
from partners.admin.policy_words import ORIGINS, in_words
from partners.models import HousePolicies
from partners.policies import SECTIONS, WORDS, Policies
from partners.services.check_policies import check_policies
from partners.services.compare import compare_policies
from partners.services.effective_policies import Origin, PolicyInForce, policies_in_force


def defaults() -> list[PolicyInForce]:
    """What holds when nobody sets anything."""
    return [PolicyInForce(name, getattr(Policies(), name), Origin.DEFAULT) for name in Policies.__struct_fields__]


class PoliciesAdmin(ModelAdmin):
    """Of models with `policies`."""

    def policy_layer(self, owner: Any) -> Layer:
        """The layer that `owner` (None: one that is being added) keeps, over what it inherits."""
        raise ImproperlyConfigured("A page with policies says what they inherit.")

    def policies_of(self, owner: Any) -> list[PolicyInForce]:
        """All policies in force for `owner`."""
        raise ImproperlyConfigured("A page with policies says which are in force.")

    def policy_faults(self, owner: Any, policies: dict[str, Any]) -> list[str]:
        """What is wrong with policies that `owner` is to have, in sentences."""
        return check_policies(policies)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "policies" in form.base_fields:
            form.base_fields["policies"] = PoliciesField(
                self.policy_layer(obj), lambda policies: self.policy_faults(obj, policies), label="Policies"
            )
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if is_kept_version(request):
            return instead(fieldsets, "policies", "policies_set")
        may_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return fieldsets if may_edit else instead(fieldsets, "policies", "policies_table")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "policies_table", "policies_set")

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> Any:
        """The list of kept versions says in words which policies changed."""
        return _PolicyChanges(self.model, historical_record)

    @display(description="Policies in force")
    def policies_table(self, owner: Any) -> SafeString:
        return _table(self.policies_of(owner))

    @display(description="Policies set here")
    def policies_set(self, owner: Any) -> SafeString | str:
        """What one kept version set; what it inherited at that time is not kept with it."""
        names = [name for name in Policies.__struct_fields__ if name in owner.policies]
        origin = self.policy_layer(None).origin
        return _table([PolicyInForce(name, owner.policies[name], origin) for name in names]) if names else "None"


@admin.register(HousePolicies)
class HousePoliciesAdmin(PoliciesAdmin, HistoryAdmin):
    """One page: the list leads to it."""

    fieldsets = ((None, {"fields": ("policies",)}),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:partners_housepolicies_change", args=[HousePolicies.ONLY]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> HousePolicies | None:
        """The one row, made when somebody looks at it for the first time."""
        if object_id == str(HousePolicies.ONLY):
            HousePolicies.objects.get_or_create(pk=HousePolicies.ONLY)
        return super().get_object(request, object_id, from_field)

    def policy_layer(self, owner: HousePolicies | None) -> Layer:
        return Layer(Origin.HOUSE, defaults(), owner.policies if owner else {})

    def policies_of(self, owner: HousePolicies) -> list[PolicyInForce]:
        return policies_in_force()

    def policy_faults(self, owner: HousePolicies, policies: dict[str, Any]) -> list[str]:
        return check_policies(policies, is_house=True)


class _PolicyChanges(Changes):
    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        if change.field != "policies":
            return super().prepare_delta_change_value(change, value)
        rows = [row for row in compare_policies(change.old, change.new) if row.is_changed]
        return "; ".join(f"{row.label}: {row.left if value is change.old else row.right}" for row in rows) or "–"


def instead(fieldsets: Any, name: str, other: str) -> list[Any]:
    """The fieldsets with another field where one stands on a line of its own."""
    return [
        (title, {**options, "fields": tuple(other if field == name else field for field in options["fields"])})
        for title, options in fieldsets
    ]


def _table(policies: list[PolicyInForce]) -> SafeString:
    shown = {policy.name: policy for policy in policies}
    sections = []
    for section in SECTIONS:
        rows: list[dict[str, Any]] = [
            {
                "label": WORDS[name].label,
                "element": WORDS[name].element,
                "value": in_words(name, shown[name].value),
                "origin": ORIGINS[shown[name].origin],
                "is_set": shown[name].origin != Origin.DEFAULT,
            }
            for name in section.words
            if name in shown
        ]
        if rows:
            sections.append({"title": section.title, "rows": rows, "set": sum(row["is_set"] for row in rows)})
    return render_to_string("admin/onramp/policies.html", {"sections": sections})
