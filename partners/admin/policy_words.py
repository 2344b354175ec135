"""The policies in words, for people who choose them."""

from typing import Any, NamedTuple

from partners.services.effective_policies import Origin

YES_NO = {"true": "Yes", "false": "No"}
DUPLICATES = {
    "hold": "Hold it and open a case",
    "reject": "Reject it without a case",
    "process": "Process it all the same",
}


class PolicyWords(NamedTuple):
    """label and help: of the policy; values: the words for each value as text; unit: of a number."""

    label: str
    help: str
    values: dict[str, str] = {}
    unit: str = ""


WORDS = {
    "acknowledgment": PolicyWords("Acknowledgment", "What answers a functional group.", {"997": "997", "none": "None"}),
    "acknowledge_accepted": PolicyWords(
        "Accepted documents in the 997", "AK2 and AK5 for accepted sets, not only for the others.", YES_NO
    ),
    "ta1": PolicyWords(
        "TA1",
        "When an interchange is answered by itself.",
        {
            "never": "Never",
            "error": "When the envelope is wrong",
            "requested": "When the sender asks (ISA14)",
            "always": "Always",
        },
    ),
    "envelope_errors": PolicyWords(
        "Wrong envelope",
        "Counts or control numbers of ISA to IEA or GS to GE do not agree.",
        {"reject": "Reject its documents", "warn": "Warn only"},
    ),
    "unknown_codes": PolicyWords(
        "Code that the standard does not list",
        "An element with a code that is not in its code list.",
        {"reject": "Reject the document", "warn": "Warn only"},
    ),
    "duplicate_interchange": PolicyWords(
        "Interchange number used before", "The same ISA13 with other content.", DUPLICATES
    ),
    "duplicate_document": PolicyWords(
        "Document number accepted before", "An original order with a number that an accepted one has.", DUPLICATES
    ),
    "duplicate_window_days": PolicyWords(
        "Interchange numbers count as used for", "After that the partner may use a number again.", unit="days"
    ),
}
ORIGINS = {
    Origin.DEFAULT: "Onramp's default",
    Origin.PARTNER: "the partner",
    Origin.AGREEMENT: "this agreement",
}


def as_text(value: Any) -> str:
    """A policy's value as forms send it: booleans as "true" and "false"."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def in_words(name: str, value: Any) -> str:
    """A policy's value for reading; what is not known is shown as it is."""
    words = WORDS[name]
    text = as_text(value)
    return words.values.get(text, f"{text} {words.unit}".rstrip())
