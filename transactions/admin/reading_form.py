"""How a person says that a held text file is to be read: what was found stands beside each choice."""

from typing import NamedTuple

import msgspec
from django.http import HttpRequest

from mappings.engine.text.dates import PATTERNS, is_pattern
from mappings.engine.text.settings import TextSettings
from mappings.engine.text.sniff import known_codec
from mappings.services.draft_from_columns import NUMBER_FORMS, style_of_form
from transactions.services.unknown_layout import DELIMITERS, Detected, Refusal, UnknownLayout

ENCODINGS = {
    "utf-8": "UTF-8",
    "windows-1252": "Windows-1252, Western Europe",
    "windows-1250": "Windows-1250, Central Europe",
    "windows-1251": "Windows-1251, Cyrillic",
    "windows-1253": "Windows-1253, Greek",
    "windows-1254": "Windows-1254, Turkish",
    "windows-1255": "Windows-1255, Hebrew",
    "windows-1256": "Windows-1256, Arabic",
    "windows-1257": "Windows-1257, Baltic",
    "iso-8859-1": "ISO 8859-1, Western Europe",
    "iso-8859-2": "ISO 8859-2, Central Europe",
    "iso-8859-5": "ISO 8859-5, Cyrillic",
    "iso-8859-15": "ISO 8859-15, Western Europe with the euro",
    "cp437": "DOS 437, United States",
    "cp850": "DOS 850, Western Europe",
    "cp852": "DOS 852, Central Europe",
    "cp866": "DOS 866, Cyrillic",
    "koi8-r": "KOI8-R, Cyrillic",
    "mac-roman": "Mac Roman",
    "utf-16": "UTF-16",
}
NO_QUOTE = "none"
QUOTES = {'"': 'Double quote "', "'": "Single quote '", NO_QUOTE: "Nothing is quoted"}
FIELDS = ("encoding", "delimiter", "quote", "header_row", "numbers", "dates")
MOST = 40


class Choice(NamedTuple):
    """One setting on the page. value: as the person chose it, "" as found. options: value and words; none: free text.

    suggested: for free text. problem: why it cannot be so.
    """

    name: str
    label: str
    value: str
    found: Detected | None
    options: list[tuple[str, str]]
    suggested: tuple[str, ...] = ()
    problem: str = ""


class Said:
    """What the form says. settings: all of it that is well formed; refusals: the rest."""

    def __init__(self, request: HttpRequest) -> None:
        self.values = {name: request.POST.get(f"read-{name}", "")[:MOST] for name in FIELDS}
        self.refusals: list[Refusal] = []
        self.settings = TextSettings()
        for name, value in self.values.items():
            if not value.strip():
                continue
            try:
                self.settings = msgspec.convert(
                    msgspec.to_builtins(self.settings) | {name: _setting(name, value)}, TextSettings
                )
            except ValueError as error:
                self.refusals.append(Refusal(name, _sentence(str(error))))

    def choices(self, layout: UnknownLayout) -> list[Choice]:
        """The fields, each with what was found and what is wrong."""
        found = {one.name: one for one in layout.detected}
        problems = {name: text for name, text in [*layout.refusals, *self.refusals]}
        told = {
            "encoding": ("Encoding", [*ENCODINGS.items()], ()),
            "delimiter": (
                "Delimiter",
                [(mark, f"{word.capitalize()} {mark}") for mark, word in DELIMITERS.items()],
                (),
            ),
            "quote": ("Quote", [*QUOTES.items()], ()),
            "header_row": ("Row of names", [], ()),
            "numbers": ("Numbers", [(form, form) for form in NUMBER_FORMS], ()),
            "dates": ("Dates", [], PATTERNS),
        }
        return [
            Choice(name, label, self.values[name], found.get(name), options, suggested, problems.get(name, ""))
            for name, (label, options, suggested) in told.items()
        ]


def _setting(name: str, value: str) -> object:
    """A field's text as the setting has it. Raises ValueError, whose text says why it cannot be."""
    text = value.strip()
    match name:
        case "encoding" if not known_codec(text):
            raise ValueError(f"there is no encoding {text!r}")
        case "delimiter":
            return value[0] if value.isspace() else text
        case "quote":
            return "" if text == NO_QUOTE else text
        case "header_row":
            if not text.isdecimal():
                raise ValueError("give the number of the row, or 0 where no row has names")
            return int(text)
        case "numbers":
            style = style_of_form(text)
            if style is None:
                raise ValueError("show how the number 1234.56 is written, as in 1.234,56")
            return {"": msgspec.to_builtins(style)}
        case "dates":
            if not is_pattern(text):
                raise ValueError("a date pattern names year, month and day, as in DD.MM.YYYY")
            return {"": text}
    return text


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
