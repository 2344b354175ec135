"""What the lists of the portal are narrowed by."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from config.core.ids import earliest_uuid7
from partners.models import Environment
from transactions.portal.wording import NOT_TAKEN
from transactions.services.find import find_documents
from transactions.states import DocumentOutcome, FileOutcome


class ListFilterForm(forms.Form):
    """What came, live or as a test, on which days. outcomes: values that each choice of `outcome` stands for."""

    outcomes: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - each form has its own

    environment = forms.ChoiceField(
        required=False,
        label="Live or test",
        choices=[("", "Both"), (Environment.PRODUCTION, "Live"), (Environment.TEST, "Test")],
    )
    since = forms.DateField(
        required=False, label="Received from", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        required=False, label="to", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that fit; all of them where the form is not valid. Days go by index."""
        if not self.is_valid():
            return rows
        wanted = self.cleaned_data
        if outcome := wanted["outcome"]:
            rows = rows.filter(outcome__in=self.outcomes.get(outcome, (outcome,)))
        if environment := wanted["environment"]:
            rows = rows.filter(environment=environment)
        if since := wanted["since"]:
            rows = rows.filter(pk__gte=earliest_uuid7(_midnight(since)))
        if (until := wanted["until"]) and until < date.max:
            rows = rows.filter(pk__lt=earliest_uuid7(_midnight(until + timedelta(days=1))))
        return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


class DocumentFilterForm(ListFilterForm):
    """What a list of documents can be narrowed by."""

    outcomes = {DocumentOutcome.REJECTED: NOT_TAKEN}  # noqa: RUF012
    field_order = ("number", "outcome")

    number = forms.CharField(required=False, max_length=80, label="Number")
    outcome = forms.ChoiceField(
        required=False,
        label="Outcome",
        choices=[
            ("", "Any"),
            (DocumentOutcome.ACCEPTED, "Accepted"),
            (DocumentOutcome.REJECTED, "Rejected"),
            (DocumentOutcome.DUPLICATE, "Duplicate"),
        ],
    )

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """As of every list, and by number, which goes by index."""
        if self.is_valid() and (number := self.cleaned_data["number"].strip()):
            rows = find_documents(rows, number)
        return super().narrow(rows)


class FileFilterForm(ListFilterForm):
    """What the list of uploads can be narrowed by."""

    field_order = ("outcome",)

    outcome = forms.ChoiceField(
        required=False,
        label="State",
        choices=[
            ("", "Any"),
            (FileOutcome.ACCEPTED, "Accepted"),
            (FileOutcome.PARTLY, "Partly accepted"),
            (FileOutcome.REJECTED, "Rejected"),
            (FileOutcome.UNREADABLE, "Unreadable"),
        ],
    )
