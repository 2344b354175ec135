"""Policies as a form: a choice for each, with what is inherited, what is in force and who set it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from simple_history.template_utils import HistoricalRecordContextHelper
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from config.core.admin.bases import is_kept_version
from partners.admin.policy_words import ORIGINS, WORDS, as_text, in_words
from partners.policies import ENVELOPE_POLICIES, Policies, resolve
from partners.services.effective_policies import Origin, PolicyInForce

BOOLEANS = {"true": True, "false": False}


class Layer(NamedTuple):
    """One layer of policies on the page of its owner.

    origin: whose layer it is; inherited: what holds without it; saved: what is stored in it now.
    """

    origin: Origin
    inherited: list[PolicyInForce]
    saved: dict[str, Any]

    def is_decided_here(self, name: str) -> bool:
        return self.origin is Origin.PARTNER or name not in ENVELOPE_POLICIES

    def in_force(self, policy: PolicyInForce) -> PolicyInForce:
        if policy.name not in self.saved:
            return policy
        return PolicyInForce(policy.name, self.saved[policy.name], self.origin)


class PoliciesWidget(forms.Widget):
    """A table of choices. Its value is a mapping of policy names to values, or to the texts that were sent."""

    use_fieldset = True

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer
        self.wrong: set[str] = set()  # policies whose values were refused

    def id_for_label(self, id_: str) -> str:
        return ""  # each choice has a label of its own

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}-{policy.name}" in data for policy in self.layer.inherited)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        """What was chosen; what is inherited is left out."""
        sent = {policy.name: str(data.get(f"{name}-{policy.name}", "")).strip() for policy in self.layer.inherited}
        return {policy: text for policy, text in sent.items() if text and self.layer.is_decided_here(policy)}

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = value if isinstance(value, dict) else {}
        return render_to_string(
            "admin/onramp/policy_fields.html",
            {"rows": [self._row(name, policy, chosen) for policy in self.layer.inherited]},
        )

    def _row(self, name: str, policy: PolicyInForce, chosen: dict[str, Any]) -> dict[str, Any]:
        id_ = f"id_{name}-{policy.name}"
        in_force = self.layer.in_force(policy)
        row = {
            "id": id_,
            "name": policy.name,
            "words": WORDS[policy.name],
            "value": in_words(policy.name, in_force.value),
            "origin": ORIGINS[in_force.origin] if in_force.origin != self.layer.origin else f"this {in_force.origin}",
            "is_own": in_force.origin == self.layer.origin,
        }
        if self.layer.is_decided_here(policy.name):
            text = as_text(chosen[policy.name]) if policy.name in chosen else ""
            row["control"] = _control(policy, f"{name}-{policy.name}", text, id_, policy.name in self.wrong)
            row["is_wrong"] = policy.name in self.wrong
        return row


def _control(policy: PolicyInForce, name: str, text: str, id_: str, is_wrong: bool) -> SafeString:
    attrs: dict[str, Any] = {"id": id_, "aria-describedby": f"{id_}-help"}
    if is_wrong:
        attrs["aria-invalid"] = "true"
    source = "default" if policy.origin == Origin.DEFAULT else "from the partner"
    inherit = f"Inherit ({source}: {in_words(policy.name, policy.value)})"
    values = WORDS[policy.name].values
    if not values:
        return UnfoldAdminIntegerFieldWidget(attrs | {"placeholder": inherit, "min": 1}).render(name, text)
    # A value that was refused stays visible, to be mended.
    refused = [(text, text)] if text and text not in values else []
    choices = [("", inherit), *values.items(), *refused]
    return UnfoldAdminSelectWidget(attrs, choices=choices).render(name, text)


class PoliciesField(forms.Field):
    """Cleans to the JSON that the model keeps: what this layer sets, as typed values."""

    widget: PoliciesWidget

    def __init__(self, layer: Layer, **options: Any) -> None:
        super().__init__(required=False, widget=PoliciesWidget(layer), **options)

    def clean(self, value: dict[str, str]) -> dict[str, Any]:
        """Raises ValidationError that names each policy with a value that it cannot have."""
        typed: dict[str, Any] = {}
        wrong = []
        for name, text in value.items():
            try:
                typed[name] = _typed(name, text)
            except ValidationError as error:
                wrong.append(error)
                self.widget.wrong.add(name)
        if wrong:
            raise ValidationError(wrong)
        return typed

    def has_changed(self, initial: Any, data: Any) -> bool:
        return {name: as_text(value) for name, value in (initial or {}).items()} != (data or {})


def _typed(name: str, text: str) -> Any:
    values = WORDS[name].values
    value = BOOLEANS.get(text, text) if values else _whole_number(text)
    try:
        resolve({name: value})
    except msgspec.ValidationError as error:
        known = ", ".join(values.values()) or "a whole number from 1 to 3650"
        raise ValidationError(f"{WORDS[name].label}: it cannot be “{text}”. Choose {known}.") from error
    return value


def _whole_number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else text


def defaults() -> list[PolicyInForce]:
    """What holds when nobody sets anything."""
    return [PolicyInForce(name, getattr(Policies(), name), Origin.DEFAULT) for name in Policies.__struct_fields__]


class PoliciesAdmin(ModelAdmin):
    """Of models with `policies`: a form for those who may change them, a table for everybody else."""

    def policy_layer(self, owner: Any) -> Layer:
        """The layer that `owner` (None: one that is being added) keeps, over what it inherits."""
        raise ImproperlyConfigured("A page with policies says what they inherit.")

    def policies_of(self, owner: Any) -> list[PolicyInForce]:
        """All policies in force for `owner`."""
        raise ImproperlyConfigured("A page with policies says which are in force.")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "policies" in form.base_fields:
            form.base_fields["policies"] = PoliciesField(self.policy_layer(obj), label="Policies")
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if is_kept_version(request):
            return _instead(fieldsets, "policies_set")
        may_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return fieldsets if may_edit else _instead(fieldsets, "policies_table")

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


class _PolicyChanges(HistoricalRecordContextHelper):
    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        if change.field != "policies":
            return super().prepare_delta_change_value(change, value)
        known = [name for name in Policies.__struct_fields__ if name in value]
        return "; ".join(f"{WORDS[name].label}: {in_words(name, value[name])}" for name in known) or "all inherited"


def _instead(fieldsets: Any, name: str) -> list[Any]:
    """The fieldsets with another field where the policies stand."""
    return [
        (title, {**options, "fields": tuple(name if field == "policies" else field for field in options["fields"])})
        for title, options in fieldsets
    ]


def _table(policies: list[PolicyInForce]) -> SafeString:
    rows = [
        {"label": WORDS[p.name].label, "value": in_words(p.name, p.value), "origin": ORIGINS[p.origin]}
        for p in policies
    ]
    return render_to_string("admin/onramp/policies.html", {"policies": rows})
