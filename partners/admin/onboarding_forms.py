"""Forms of onboarding: begin a case or a cohort, change it, its tasks and what is said about it."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from config.core.models import User
from partners.models import OnboardingCase, OnboardingTemplate, Partner, PartnerGroup, Side
from partners.models.onboarding import WORKED

OFFERED = 200


def staff() -> Any:
    """Who can lead a case."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("username")


class LeadForm(forms.Form):
    """Who leads it, and by when."""

    owner = forms.ModelChoiceField(User.objects.none(), required=False, widget=UnfoldAdminSelectWidget)
    target_date = forms.DateField(
        required=False, widget=UnfoldAdminDateWidget, help_text="The day on which it shall be live."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = staff()  # type: ignore[attr-defined]  # a ModelChoiceField


class BeginForm(LeadForm):
    partner = forms.ModelChoiceField(
        Partner.objects.filter(is_own=False).order_by("name"), widget=UnfoldAdminSelectWidget, empty_label="Choose…"
    )
    template = forms.ModelChoiceField(
        OnboardingTemplate.objects.all(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Tasks and agreements for this kind of partner.",
    )
    like = forms.ModelChoiceField(
        OnboardingCase.objects.select_related("partner"),
        required=False,
        label="Like the case of",
        widget=UnfoldAdminSelectWidget,
        help_text="Its tasks and agreements, drafted anew for this partner.",
    )
    field_order = ("partner", "template", "like", "owner", "target_date")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = OnboardingCase.objects.select_related("partner").order_by("-pk")
        keys = list(newest.values_list("pk", flat=True)[:OFFERED])
        self.fields["like"].queryset = newest.filter(pk__in=keys)  # type: ignore[attr-defined]  # a ModelChoiceField


class CohortForm(LeadForm):
    name = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget, help_text="Such as “Stores of Acme”.")
    template = forms.ModelChoiceField(OnboardingTemplate.objects.all(), widget=UnfoldAdminSelectWidget)
    group = forms.ModelChoiceField(
        PartnerGroup.objects.order_by("name"),
        required=False,
        label="All partners of the group",
        widget=UnfoldAdminSelectWidget,
    )
    partners = forms.ModelMultipleChoiceField(
        Partner.objects.filter(is_own=False).order_by("name"),
        required=False,
        label="And these partners",
        widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 10}),
        help_text="Ctrl (⌘) and a click marks one more.",
    )
    field_order = ("name", "template", "group", "partners", "owner", "target_date")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("group") and not said.get("partners") and "partners" not in self.errors:
            self.add_error("partners", "Choose a group, or mark partners here.")
        return said

    def chosen(self) -> list[Partner]:
        """Each partner once, by name."""
        group, marked = self.cleaned_data["group"], self.cleaned_data["partners"]
        of_group = group.partners.filter(is_own=False) if group is not None else Partner.objects.none()
        return sorted({*of_group, *marked}, key=lambda partner: (partner.name, partner.pk))


class TaskForm(forms.Form):
    title = forms.CharField(label="Task", max_length=200, widget=UnfoldAdminTextInputWidget)
    side = forms.ChoiceField(label="Whose", choices=Side.choices, widget=UnfoldAdminSelectWidget)
    stage = forms.ChoiceField(choices=WORKED, widget=UnfoldAdminSelectWidget)
    due = forms.DateField(required=False, widget=UnfoldAdminDateWidget)


class CommentForm(forms.Form):
    text = forms.CharField(
        label="Comment", required=False, max_length=10_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
    file = forms.FileField(required=False, widget=UnfoldAdminFileFieldWidget, help_text="At most 20 MB.")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not said.get("text", "").strip() and not said.get("file"):
            self.add_error("text", "Say something, or attach a file.")
        return said


class CloseForm(forms.Form):
    reason = forms.CharField(
        max_length=300, widget=UnfoldAdminTextInputWidget, help_text="Such as “live since Monday” or “they withdrew”."
    )
    leaves_tasks = forms.BooleanField(
        widget=UnfoldBooleanWidget,
        help_text="They stay on the case as left undone, and nobody is reminded of them any more.",
        error_messages={"required": "Say on the case that they are done, or tick this."},
    )

    def __init__(self, *args: Any, undone: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leaves_tasks"].label = f"Leave {undone} task{'' if undone == 1 else 's'} undone"
        if not undone:
            del self.fields["leaves_tasks"]
