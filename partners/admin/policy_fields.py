"""Policies as a form: a choice for each, with what is inherited, what is in force and who set it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from partners.admin.policy_words import ORIGINS, as_text, in_words
from partners.policies import ENVELOPE_POLICIES, SECTIONS, WORDS, Policies, resolve, widens
from partners.policies.sealed import MASK, SECRETS, masked, unmasked
from partners.services.effective_policies import Origin, PolicyInForce

BOOLEANS = {"true": True, "false": False}
INTEGERS: dict[str, msgspec.inspect.IntType] = {
    field.name: field.type
    for field in msgspec.inspect.type_info(Policies).fields  # type: ignore[attr-defined]  # a struct's
    if isinstance(field.type, msgspec.inspect.IntType)
}


class Layer(NamedTuple):
    """One layer of policies on the page of its owner.

    origin: whose layer it is; inherited: what holds without it; saved: what is stored in it now.
    """

    origin: Origin
    inherited: list[PolicyInForce]
    saved: dict[str, Any]

    def is_decided_here(self, name: str) -> bool:
        return self.origin is not Origin.AGREEMENT or name not in ENVELOPE_POLICIES

    def in_force(self, policy: PolicyInForce) -> PolicyInForce:
        if policy.name not in self.saved:
            return policy
        return PolicyInForce(policy.name, self.saved[policy.name], self.origin)


class PoliciesWidget(forms.Widget):
    """Choices in sections. Its value is a mapping of policy names to values, or to the texts that were sent."""

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
        chosen = {policy: text for policy, text in sent.items() if text and self.layer.is_decided_here(policy)}
        for policy in SECRETS & self.layer.saved.keys() - chosen.keys():
            if f"{name}-{policy}-away" not in data:
                chosen[policy] = MASK  # it was not sent out, so it does not come back
        return chosen

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = value if isinstance(value, dict) else {}
        inherited = {policy.name: policy for policy in self.layer.inherited}
        sections = []
        for section in SECTIONS:
            rows = [self._row(name, inherited[policy], chosen) for policy in section.words]
            sections.append(
                {
                    "section": section,
                    "rows": rows,
                    "set_here": sum(policy in chosen for policy in section.words),
                    "is_wrong": any(row.get("is_wrong") for row in rows),
                }
            )
        return render_to_string("admin/onramp/policy_fields.html", {"sections": sections})

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
            "is_looser": widens(policy.name, policy.value, in_force.value),
        }
        if self.layer.is_decided_here(policy.name):
            text = as_text(chosen[policy.name]) if policy.name in chosen else ""
            row["control"] = _control(policy, f"{name}-{policy.name}", text, id_, policy.name in self.wrong)
            row["can_be_taken_away"] = policy.name in SECRETS and policy.name in self.layer.saved
            row["field"] = f"{name}-{policy.name}"
            row["is_wrong"] = policy.name in self.wrong
        return row


def _control(policy: PolicyInForce, name: str, text: str, id_: str, is_wrong: bool) -> SafeString:
    attrs: dict[str, Any] = {"id": id_, "aria-describedby": f"{id_}-help"}
    if is_wrong:
        attrs["aria-invalid"] = "true"
    source = "default" if policy.origin == Origin.DEFAULT else f"from {ORIGINS[policy.origin]}"
    inherit = f"Inherit ({source}: {in_words(policy.name, policy.value)})"
    values = WORDS[policy.name].values
    if policy.name in INTEGERS:
        allowed = INTEGERS[policy.name]
        attrs |= {"placeholder": inherit, "min": allowed.ge, "max": allowed.le}
        return UnfoldAdminIntegerFieldWidget(attrs).render(name, text)
    if policy.name in SECRETS:
        attrs |= {"placeholder": "Set. Leave it empty to keep it." if text else inherit, "maxlength": 10}
        return UnfoldAdminPasswordWidget(attrs | {"autocomplete": "new-password"}, render_value=False).render(name, "")
    if not values:
        return UnfoldAdminTextInputWidget(attrs | {"placeholder": inherit, "maxlength": 100}).render(name, text)
    # A value that was refused stays visible, to be mended.
    refused = [(text, text)] if text and text not in values else []
    choices = [("", inherit), *values.items(), *refused]
    return UnfoldAdminSelectWidget(attrs, choices=choices).render(name, text)


class PoliciesField(forms.Field):
    """Cleans to the JSON that the model keeps: what this layer sets, as typed values.

    check: says in sentences what is wrong with values that are right each.
    """

    widget: PoliciesWidget

    def __init__(self, layer: Layer, check: Callable[[dict[str, Any]], list[str]], **options: Any) -> None:
        super().__init__(required=False, widget=PoliciesWidget(layer), **options)
        self.check = check

    def clean(self, value: dict[str, str]) -> dict[str, Any]:
        """Raises ValidationError that names each policy with a value that it cannot have."""
        typed: dict[str, Any] = {}
        wrong = []
        for name, text in value.items():
            try:
                typed[name] = text if name in SECRETS and text == MASK else typed_policy(name, text)
            except ValidationError as error:
                wrong.append(error)
                self.widget.wrong.add(name)
        if wrong:
            raise ValidationError(wrong)
        typed = unmasked(typed, self.widget.layer.saved)
        if said := self.check(typed):
            raise ValidationError(said)
        return typed

    def has_changed(self, initial: Any, data: Any) -> bool:
        was = {name: as_text(masked(name, value)) for name, value in (initial or {}).items()}
        return was != (data or {})


def typed_policy(name: str, text: str) -> Any:
    """The value that a form's text stands for. Raises ValidationError that names the policy and what it can have."""
    value = _whole_number(text) if name in INTEGERS else BOOLEANS.get(text, text) if WORDS[name].values else text
    try:
        resolve({name: value})
    except msgspec.ValidationError as error:
        said = "this" if name in SECRETS else f"“{text}”"
        raise ValidationError(f"{WORDS[name].label}: it cannot be {said}. Choose {_allowed(name)}.") from error
    return value


def _allowed(name: str) -> str:
    if name in INTEGERS:
        return f"a whole number from {INTEGERS[name].ge} to {INTEGERS[name].le}"
    return ", ".join(WORDS[name].values.values()) or WORDS[name].shape


def _whole_number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else text
