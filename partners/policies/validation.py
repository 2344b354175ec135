"""Validation: what becomes of a document in which something is wrong."""

from partners.policies.section import STRICTNESS, PolicyWords, Section

_CHECKED = {"reject": "Reject", "warn": "Warn only", "off": "Accept"}
_REJECT_OR_WARN = {"reject": "Reject", "warn": "Warn only"}


WORDS = {
    "suspension": PolicyWords(
        "A set that is rejected for its form",
        "What becomes of the other sets of its interchange, in the acknowledgment and here.",
        {"set": "It is rejected alone", "interchange": "Nothing of the interchange is taken"},
        element="AK501, AK901",
    ),
    "envelope_errors": PolicyWords(
        "Wrong envelope",
        "Counts or control numbers of ISA to IEA or GS to GE do not agree.",
        {"reject": "Reject its documents", "warn": "Warn only"},
        element="ISA, IEA, GS, GE",
    ),
    "syntax_errors": PolicyWords(
        "Syntax as a whole",
        "Softens all faults against the standard at once.",
        STRICTNESS,
        element="AK3, AK4, AK5",
    ),
    "overlay_errors": PolicyWords(
        "Rules of the agreement", "Faults against what this agreement demands beyond the standard.", STRICTNESS
    ),
    "mapping_errors": PolicyWords(
        "Mapping", "A value that the mapping needs is missing or cannot be read.", _REJECT_OR_WARN
    ),
    "business_errors": PolicyWords(
        "Business rules", "Such as an order without lines, or totals that do not add up.", STRICTNESS
    ),
    "unknown_segments": PolicyWords(
        "Segment that the set does not have",
        "Unknown, or not part of this transaction set.",
        STRICTNESS,
        element="AK304 2",
    ),
    "segment_order": PolicyWords(
        "Segment out of order",
        "A known segment in a wrong place.",
        STRICTNESS,
        element="AK304 7",
    ),
    "segment_repeats": PolicyWords(
        "Too many repetitions",
        "Of a segment or loop.",
        STRICTNESS,
        element="AK304 4, 5",
    ),
    "repeated_elements": PolicyWords(
        "Element that is repeated",
        "More often than the standard has it, as far as Onramp knows; from release 004020 on.",
        STRICTNESS,
        element="AK403 12",
    ),
    "extra_elements": PolicyWords(
        "Elements beyond the segment",
        "More elements or components than the standard has.",
        STRICTNESS,
        element="AK403 3",
    ),
    "element_lengths": PolicyWords(
        "Length of an element",
        "Too short or too long.",
        STRICTNESS,
        element="AK403 4, 5",
    ),
    "element_characters": PolicyWords(
        "Characters of an element",
        "Such as letters in a number.",
        STRICTNESS,
        element="AK403 6",
    ),
    "conditional_elements": PolicyWords(
        "Elements that depend on each other",
        "One without the other, or two that exclude each other.",
        STRICTNESS,
        element="AK403 2, 10",
    ),
    "dates_and_times": PolicyWords(
        "Dates and times",
        "A date or time that does not exist.",
        STRICTNESS,
        element="AK403 8, 9",
    ),
    "unknown_codes": PolicyWords(
        "Code that the standard does not list",
        "An element with a code that is not in its code list.",
        {"reject": "Reject the document", "warn": "Warn only", "off": "Do not check"},
        element="AK403 7",
    ),
    "set_counts": PolicyWords(
        "Counts of a set",
        "SE01 is not the number of segments.",
        STRICTNESS,
        element="SE01",
    ),
    "sets_in_groups": PolicyWords(
        "Set in a group of another kind",
        "GS01 is not the code of the set in ST01, such as an 856 in a group IN.",
        _REJECT_OR_WARN,
        element="GS01, ST01",
    ),
    "balances": PolicyWords(
        "Totals inside a document",
        "Line counts, hash totals, invoice totals.",
        STRICTNESS,
        element="CTT, TDS",
    ),
    "x12_encoding": PolicyWords(
        "Characters of X12 files",
        "X12 does not say how letters beyond ASCII are encoded. What was agreed is no finding.",
        {
            "detect": "Found out from the bytes",
            "utf-8": "UTF-8",
            "iso-8859-1": "ISO-8859-1 (Latin 1)",
            "windows-1252": "Windows-1252",
        },
    ),
    "character_set": PolicyWords(
        "Character set",
        "Of what we write, and of the values that we check in what comes (see the next setting).",
        {
            "basic": "Basic: capital letters, digits, common signs",
            "extended": "Extended: small letters and more signs too",
            "utf-8": "UTF-8: letters of all languages",
        },
    ),
    "character_set_errors": PolicyWords(
        "Characters outside the set",
        "In the values of X12 documents that come.",
        _CHECKED,
        element="AK403 6",
    ),
    "trailing_separators": PolicyWords(
        "Trailing separators",
        "Separators at the end of a segment or composite that nothing follows.",
        _CHECKED,
        element="AK403 3",
    ),
    "element_blanks": PolicyWords(
        "Blanks around values",
        "Before a value, or behind it beyond its least length.",
        _CHECKED,
        element="AK403 6",
    ),
    "decimal_points": PolicyWords(
        "Point in a number with implied decimals",
        "An N2 element sent as 12.50 instead of 1250.",
        {"reject": "Reject", "warn": "Read it as sent, and warn", "off": "Read it as sent"},
        element="type N",
    ),
    "implied_decimals": PolicyWords(
        "Decimals of numbers without a point",
        "For partners whose prices or amounts (type R) lack the point: data element, colon, decimals. With 212:2 a "
        "unit price of 250 is 2.50.",
        element="type R",
        empty="none: a number is what was sent",
        shape="data elements with their decimals, such as 212:2, 782:2",
    ),
}
SECTION = Section("validation", "Validation", "What becomes of a document in which something is wrong.", WORDS)
