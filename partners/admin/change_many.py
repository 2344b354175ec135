"""The pages that give many partners or agreements the same settings: what, then what would come of each, then do it."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from config.core.admin.pages import action_page
from config.core.models import User
from partners.admin.owners import OWNERS
from partners.admin.policy_fields import typed_policy
from partners.models import Partner
from partners.policies import ENVELOPE_POLICIES, SECTIONS
from partners.services.change_many import INHERIT, MOST, SETTABLE, Outcome, change_many, preview_many

ACTION = "change_selected"
LEAVE, TAKE_AWAY, EMPTY = "", "(inherit)", "(empty)"
SALT = "partners.change_many"
PREVIEW_HOLDS = 3600  # seconds


class ManyForm(forms.Form):
    """What is left as it is stands empty. Fields are named as the model's, and policy-<name>."""

    def __init__(self, model: type[Any], data: Any = None) -> None:
        super().__init__(data)
        self.model = model
        for name in SETTABLE[model]:
            self.fields[name] = _field(model, name)
        for section in SECTIONS:
            for name, words in section.words.items():
                is_decided_here = model is Partner or name not in ENVELOPE_POLICIES
                if is_decided_here and not words.is_secret:  # a password is one partner's
                    self.fields[f"policy-{name}"] = _policy_field(name, words)
        self.fields["reason"] = forms.CharField(
            label="Reason for the change", required=False, max_length=100, widget=UnfoldAdminTextInputWidget,
            help_text="Kept with the history of each.",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.values() and not self.policies():
            raise ValidationError("Choose at least one setting.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """Of plain fields that were chosen."""
        said = {}
        for name in SETTABLE[self.model]:
            value = self.cleaned_data.get(name)
            if value not in (None, LEAVE):
                said[name] = _value(self.model, name, value)
        return said

    def policies(self) -> dict[str, Any]:
        """That were chosen, by name; INHERIT takes one away."""
        said = {}
        for field, text in self.cleaned_data.items():
            name = field.removeprefix("policy-")
            if field != name and text:
                said[name] = INHERIT if text == TAKE_AWAY else typed_policy(name, text)
        return said

    def plain_fields(self) -> list[Any]:
        return [self[name] for name in SETTABLE[self.model]]

    def sections(self) -> list[dict[str, Any]]:
        """For the template: each section with its policies, open where something is chosen or wrong."""
        found = []
        for section in SECTIONS:
            rows = [self[f"policy-{name}"] for name in section.words if f"policy-{name}" in self.fields]
            chosen = sum(bool(row.value()) for row in rows)
            if rows:
                found.append({"section": section, "rows": rows, "chosen": chosen, "is_open": chosen > 0})
        return found


def change_many_page(model_admin: Any, request: HttpRequest, marked: QuerySet[Any]) -> HttpResponse:
    """Ask what, show what would come of each of the marked rows, and change them when that is confirmed."""
    model = model_admin.model
    back = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    related = [f.name for f in model._meta.fields if f.is_relation]
    records = list(marked.select_related(*related).order_by("pk")[: MOST + 1])
    kept = [("action", ACTION), *(("_selected_action", str(record.pk)) for record in records[:MOST])]
    step = request.POST.get("step", "")
    form = ManyForm(model, request.POST if step else None)
    names = model._meta.verbose_name if len(records) == 1 else model._meta.verbose_name_plural
    context: dict[str, Any] = {
        "back": back, "names": names, "left_out": max(0, len(records) - MOST) and f"more than {MOST}", "hidden": kept,
    }  # fmt: skip
    records = records[:MOST]
    if not step or step == "again" or not form.is_valid():
        return action_page(
            model_admin, request, title=f"Change {len(records)} {names}", submit="Look at it first", form=form,
            template="admin/onramp/change_many.html", plain=form.plain_fields(), sections=form.sections(),
            **context,
        )  # fmt: skip
    by: User = request.user  # type: ignore[assignment]  # staff are logged in
    values, policies = form.values(), form.policies()
    seen = _seen(request)
    done = step == "apply" and seen is not None
    if done:
        rows = change_many(records, values, policies, by=by, reason=form.cleaned_data["reason"], revisions=seen)
    else:
        rows = preview_many(records, values, policies, by)
    counts = {outcome.value: sum(row.outcome == outcome for row in rows) for outcome in Outcome}
    said = [(name, text) for name, text in form.data.items() if name in form.fields and text]
    token = signing.dumps({row.record.pk: row.revision for row in rows}, salt=SALT)
    did = f"Changed {counts['change']} of {len(rows)} {names}"
    return action_page(
        model_admin, request, title=did if done else f"Preview of changing {len(rows)} {names}", submit="",
        template="admin/onramp/change_many_rows.html", rows=rows, counts=counts, done=done, token=token,
        is_old=step == "apply" and not done, page=f"admin:{model._meta.app_label}_{model._meta.model_name}_change",
        **{**context, "hidden": [*kept, *said]},
    )  # fmt: skip


def _seen(request: HttpRequest) -> dict[int, str] | None:
    """The revisions of the preview; None when it is too old, or none of ours."""
    try:
        said = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=PREVIEW_HOLDS)
    except signing.BadSignature:
        return None
    return {int(pk): revision for pk, revision in said.items()}


def _field(model: type[Any], name: str) -> forms.Field:
    field = model._meta.get_field(name)
    said: dict[str, Any] = {"label": capfirst(field.verbose_name), "required": False}
    if name in OWNERS:
        rows: Any = User.objects.filter(is_staff=True, is_active=True).order_by("username")
    elif field.is_relation:
        rows = field.related_model._default_manager.all()
    elif field.get_internal_type() == "DateField":
        return forms.DateField(widget=UnfoldAdminDateWidget, **said)
    elif field.get_internal_type() == "BooleanField":
        choices = [(LEAVE, "Leave as it is"), ("yes", "Yes"), ("no", "No")]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **said)
    elif field.choices:
        choices = [(LEAVE, "Leave as it is"), *field.choices]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **said)
    else:
        widget = UnfoldAdminTextInputWidget(attrs={"placeholder": "Leave as it is"})
        return forms.CharField(max_length=field.max_length, widget=widget, **said)
    choices = [(LEAVE, "Leave as it is"), (EMPTY, "Nobody" if name in OWNERS else "None")]
    choices += [(str(row.pk), str(row)) for row in rows]
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **said)


def _value(model: type[Any], name: str, value: Any) -> Any:
    field = model._meta.get_field(name)
    if field.is_relation:
        return None if value == EMPTY else field.related_model._default_manager.get(pk=value)
    return value == "yes" if field.get_internal_type() == "BooleanField" else value


def _policy_field(name: str, words: Any) -> forms.Field:
    said: dict[str, Any] = {"label": words.label, "required": False, "help_text": words.help}
    choices = [(LEAVE, "Leave as it is"), (TAKE_AWAY, "Inherit"), *words.values.items()]
    if words.values:
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **said)
    hint = {"placeholder": f"Leave as it is; {TAKE_AWAY} takes it away"}
    widget = UnfoldAdminTextInputWidget(attrs=hint)
    return _PolicyText(name, widget=widget, max_length=40, **said)


class _PolicyText(forms.CharField):
    """A number or a text, or the word that takes it away."""

    def __init__(self, policy: str, **options: Any) -> None:
        super().__init__(**options)
        self.policy = policy

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text and text != TAKE_AWAY:
            typed_policy(self.policy, text)
        return text
