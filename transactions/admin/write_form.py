"""What the page that writes a canonical document asks: which document, and how it goes out in the mapping's format."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.text.settings import NumberStyle, TextSettings
from mappings.models import MappingTestCase, MappingVersion
from mappings.services.outbound_form import outbound_form
from mappings.services.run_tests import made_by
from mappings.services.write_document import OutboundForm
from mappings.services.writing.xml import STAND_INS, envelope_names
from partners.models import Agreement
from transactions.admin.mapping_pages import term_field
from transactions.models import CanonicalDocument
from transactions.services.current_forms import current_forms

SIZE = 1_000_000  # characters of a pasted document
SOURCES = ("document", "case", "canonical")
DELIMITERS = {",": "Commas", ";": "Semicolons", "\t": "Tabs", "|": "Bars"}
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with a byte order mark", "cp1252": "Windows-1252"}
DATES = ("YYYY-MM-DD", "YYYYMMDD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY")
HEADERS = {"yes": "Yes, in the first row", "no": "No"}
OPEN = "As agreed, else as the mapping has it"
ENVELOPE = {
    "interchange.sender_qualifier": ("Sender's domain", "Such as NetworkID or DUNS."),
    "interchange.sender": ("Sender's identity", "Who signs the envelope."),
    "interchange.receiver_qualifier": ("Receiver's domain", ""),
    "interchange.receiver": ("Receiver's identity", "Where the document names its parties itself, that stands."),
    "interchange.control_number": ("Message id", "A payloadID is unique for ever: this one is for looking at."),
    "interchange.usage": ("For", ""),
}
"""A shared secret is not among them: it is kept with the connection, and put in by what sends."""
ASKED = {name: name.replace(".", "_") for name in ENVELOPE}


def _select(label: str, choices: list[tuple[str, str]], help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=choices, widget=UnfoldAdminSelectWidget, help_text=help_text
    )


class WriteForm(forms.Form):
    """One of the first three; the rest says how. After it is valid: `body`, the canonical document as JSON values."""

    document = term_field(
        "A document that Onramp has", "Its number (a PO or invoice number), its id or correlation id."
    )
    case = forms.ModelChoiceField(
        MappingTestCase.objects.none(),
        label="Or a test case of the mapping",
        required=False,
        widget=UnfoldAdminSelectWidget,
        empty_label="None",
        help_text="What this version makes of its file is written.",
    )
    number = forms.IntegerField(
        label="Which document of the test case",
        required=False,
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"placeholder": "1"}),
    )
    canonical = forms.CharField(
        label="Or a canonical document",
        required=False,
        max_length=SIZE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6, "class": "or-yaml", "spellcheck": "false"}),
        help_text="JSON, as it is downloaded from a document's page.",
    )

    def __init__(self, version: MappingVersion, mapping: CompiledMapping, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body: Any = None
        self.matches: list[CanonicalDocument] = []
        self._version, self._mapping = version, mapping
        cases = MappingTestCase.objects.filter(mapping=version.mapping_id).defer("expected").order_by("name")
        if cases.exists():
            self.fields["case"].queryset = cases  # type: ignore[attr-defined]
        else:
            del self.fields["case"], self.fields["number"]
        if mapping.source.format == "x12":
            self.fields["release"] = _select("Release", [(name, name) for name in mapping.releases])
        elif isinstance(mapping.source, TabularSource):
            self._ask_text(mapping.source)
        else:
            self._ask_envelope(envelope_names(mapping))
        if self.has_envelope:
            self.fields["agreement"] = self._agreements()

    @property
    def has_envelope(self) -> bool:
        """Whether anything is asked about how it goes out."""
        return bool(self.of_envelope)

    @property
    def of_document(self) -> list[forms.BoundField]:
        return [field for field in self if field.name in self.base_fields]

    @property
    def of_envelope(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.base_fields]

    def outbound(self) -> OutboundForm:
        """How it goes out: what the form says, else what the agreement does."""
        said = self.cleaned_data
        form = outbound_form(said["agreement"]) if said.get("agreement") else OutboundForm()
        values = {name: said[key] for name, key in ASKED.items() if said.get(key)}
        return form._replace(
            release=said.get("release", ""),
            values={**form.values, **values},
            text=self._text().or_else(form.text),
        )

    def clean_document(self) -> CanonicalDocument | None:
        term = self.cleaned_data["document"].strip()
        if not term:
            return None
        found = current_forms(term, self._mapping.canonical)
        if not found:
            raise ValidationError(f"No document with this number or id has a form of {self._mapping.canonical}.")
        if len(found) > 1:
            self.matches = found
            raise ValidationError(f"{len(found)} documents have it. Choose one below.")
        return found[0]

    def clean_canonical(self) -> Any:
        text = self.cleaned_data["canonical"].strip()
        if not text:
            return None
        try:
            read = json.loads(text, parse_float=str)
        except (ValueError, RecursionError) as error:
            raise ValidationError(f"It is no JSON: {error}") from error
        return read[0] if isinstance(read, list) and len(read) == 1 else read

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        given = [name for name in SOURCES if said.get(name) is not None]
        if len(given) != 1:
            raise ValidationError("Name a document, choose a test case, or paste a document: one of the three.")
        if given == ["document"]:
            self.body = json.loads(said["document"].body, parse_float=str)
        elif given == ["case"]:
            self.body = self._of_case(said["case"], said["number"] or 1)
        else:
            self.body = said["canonical"]
        return said

    def _of_case(self, case: MappingTestCase, number: int) -> Any:
        try:
            made = made_by(self._version, case)
        except FileNotFoundError as error:
            raise ValidationError({"case": "The storage does not have its file."}) from error
        if number > len(made):
            count = f"{len(made)} document{'' if len(made) == 1 else 's'}"
            raise ValidationError({"number": f"This version makes {count} of the test case."})
        if made[number - 1].body is None:
            why = next(iter(made[number - 1].faults), "it has errors")
            raise ValidationError({"case": f"This version makes no canonical form of it: {why}."})
        return made[number - 1].body

    def _ask_envelope(self, names: tuple[str, ...]) -> None:
        for name in names:
            label, help_text = ENVELOPE[name]
            if name == "interchange.usage":
                self.fields[ASKED[name]] = _select(label, [("test", "Test"), ("production", "Production")])
                continue
            self.fields[ASKED[name]] = forms.CharField(
                label=label,
                required=False,
                max_length=100,
                widget=UnfoldAdminTextInputWidget(attrs={"placeholder": STAND_INS[name]}),
                help_text=help_text,
            )

    def _ask_text(self, source: TabularSource) -> None:
        fixed = source.layout.settings.fixed
        left_open = ("", OPEN)
        if not fixed:
            self.fields["delimiter"] = _select("Columns are separated by", [left_open, *DELIMITERS.items()])
            self.fields["header"] = _select("Names of the columns", [left_open, *HEADERS.items()])
        self.fields["decimal"] = _select("Decimal mark", [left_open, (".", "Point"), (",", "Comma")])
        self.fields["dates"] = _select("Dates", [left_open, *((name, name) for name in DATES)])
        self.fields["encoding"] = _select("Encoding", [left_open, *ENCODINGS.items()])

    def _text(self) -> TextSettings:
        said, source = self.cleaned_data, self._mapping.source
        if not isinstance(source, TabularSource):
            return TextSettings()
        headless = said.get("header") == "no"
        return TextSettings(
            encoding=said["encoding"],
            delimiter=said.get("delimiter", ""),
            header_row={"yes": 1, "no": 0}.get(said.get("header", "")),
            columns=source.layout.names if headless else (),
            numbers={"": NumberStyle(said["decimal"])} if said["decimal"] else {},
            dates={"": said["dates"]} if said["dates"] else {},
        )

    def _agreements(self) -> forms.ModelChoiceField:
        agreements = Agreement.objects.filter(set_id=self._version.mapping.set_id).select_related("partner")
        return forms.ModelChoiceField(
            agreements.order_by("partner__name", "pk"),
            required=False,
            widget=UnfoldAdminSelectWidget,
            empty_label="None: names and numbers that stand for others",
            help_text="Whose form and envelope it gets. Its control numbers are not used.",
        )
