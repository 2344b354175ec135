"""What people are asked when they act on cases."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from config.core.models import User
from transactions.models import ExceptionCase
from transactions.services.case_workers import workers_of
from transactions.services.comment_on_case import LENGTH
from transactions.states import Disposition

REASON_LENGTH = 300
NOBODY = "none"


class ActForm(forms.Form):
    """A form about one case, or about many when `cases` has more than one."""

    def __init__(self, *args: Any, cases: list[ExceptionCase], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = cases


class ReasonForm(ActForm):
    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=UnfoldAdminTextInputWidget,
        help_text="What was decided, for whoever asks later.",
    )


class CloseForm(ReasonForm):
    disposition = forms.ChoiceField(
        label="How it ended",
        choices=[(one.value, one.label) for one in (Disposition.SOLVED, Disposition.NO_ACTION)],
        initial=Disposition.SOLVED.value,
        widget=UnfoldAdminRadioSelectWidget,
    )


class AssignForm(ActForm):
    """seen: who had the case when the page was made, so that two who assign at once do not undo each other."""

    to = forms.ChoiceField(label="Assign to", widget=UnfoldAdminSelect2Widget)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        queues = {case.queue for case in self.cases}
        people = {user.pk: user for queue in sorted(queues) for user in workers_of(queue)}
        self.people = {str(pk): user for pk, user in people.items()}
        named = sorted((_named(user), pk) for pk, user in self.people.items())
        self.fields["to"].choices = [("", "Choose"), *((pk, name) for name, pk in named), (NOBODY, "Nobody")]  # type: ignore[attr-defined]
        if len(self.cases) == 1:
            self.fields["seen"].initial = self.cases[0].assignee_id or NOBODY
            self.fields["to"].initial = str(self.cases[0].assignee_id or "")

    def clean_to(self) -> User | None:
        return self.people.get(self.cleaned_data["to"])


class TakeForm(ActForm):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(self.cases) == 1:
            self.fields["seen"].initial = self.cases[0].assignee_id or NOBODY


class DueForm(ActForm):
    """seen: when the case was due as the page was made, in ISO 8601."""

    due = forms.SplitDateTimeField(
        label="Due (UTC)", widget=UnfoldAdminSplitDateTimeWidget, help_text="Date and time, in UTC."
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(self.cases) == 1 and (due_at := self.cases[0].due_at):
            self.fields["seen"].initial = due_at.isoformat()
            self.fields["due"].initial = due_at.replace(second=0, microsecond=0)

    def clean_due(self) -> datetime:
        due: datetime = self.cleaned_data["due"].replace(tzinfo=UTC)
        if due <= timezone.now():
            raise forms.ValidationError("That is over. Choose a time to come.")
        return due


class CommentForm(ActForm):
    body = forms.CharField(
        label="Comment",
        max_length=LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="It stays as it is, with your name and the time.",
    )


def _named(user: User) -> str:
    full = user.get_full_name()
    return f"{user.get_username()} ({full})" if full else user.get_username()
