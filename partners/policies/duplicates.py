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
    "duplicate_group": PolicyWords(
        "Group number used before",
        "The same GS06 between the same GS02 and GS03. Many senders begin at 1 in each interchange: ask first.",
        _WHEN,
        element="GS06",
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
    "duplicate_group_window_days": PolicyWords(
        "Group numbers count as used for",
        "After that the partner may use a number again.",
        unit="days",
        element="GS06",
    ),
    "duplicate_document_window_days": PolicyWords(
        "Document numbers count as accepted for",
        "After that a document with the same number is a new one, for partners whose numbers begin again.",
        unit="days",
    ),
}
SECTION = Section("duplicates", "Duplicates", "What becomes of what came before.", WORDS)
