"""Duplicates: what came before."""

from partners.policies.section import PolicyWords, Section

_WHEN = {
    "hold": "Hold it and open a case",
    "reject": "Reject it without a case",
    "process": "Process it all the same",
}


WORDS = {
    "duplicate_interchange": PolicyWords(
        "Interchange number used before", "The same ISA13 with other content.", _WHEN, element="ISA13"
    ),
    "duplicate_document": PolicyWords(
        "Document number accepted before", "An original order with a number that an accepted one has.", _WHEN
    ),
    "duplicate_window_days": PolicyWords(
        "Interchange numbers count as used for",
        "After that the partner may use a number again.",
        unit="days",
        element="ISA13",
    ),
}
SECTION = Section("duplicates", "Duplicates", "What becomes of what came before.", WORDS)
