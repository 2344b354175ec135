"""Envelope: how the interchanges look that we send to a partner, acknowledgments among them."""

from partners.policies.section import YES_NO, PolicyWords, Section

_MIRRORED = "the one of the file that is answered"
_SEPARATOR = "one character that is neither letter, digit nor blank, or its code such as 0x1D"


WORDS = {
    "isa_authorization_qualifier": PolicyWords(
        "Authorization qualifier",
        "Says what the authorization information is.",
        {
            "00": "00 none present",
            "01": "01 UCS communications id",
            "02": "02 EDX communications id",
            "03": "03 additional data id",
            "04": "04 Rail communications id",
            "05": "05 DoD communications id",
            "06": "06 US federal communications id",
        },
        element="ISA01",
    ),
    "isa_authorization": PolicyWords(
        "Authorization information",
        "Travels in clear in every interchange. Sealed where we keep it, and never shown again.",
        element="ISA02",
        empty="ten blanks",
        shape="at most 10 plain characters",
        is_secret=True,
    ),
    "isa_security_qualifier": PolicyWords(
        "Security qualifier",
        "Says whether a password follows.",
        {"00": "00 none present", "01": "01 password"},
        element="ISA03",
    ),
    "isa_security": PolicyWords(
        "Security information",
        "Travels in clear in every interchange. Sealed where we keep it, and never shown again.",
        element="ISA04",
        empty="ten blanks",
        shape="at most 10 plain characters",
        is_secret=True,
    ),
    "own_isa_qualifier": PolicyWords(
        "Our qualifier",
        "As the sender of what we send.",
        element="ISA05",
        empty=_MIRRORED,
        shape="two capital letters or digits, such as 01 or ZZ",
    ),
    "own_isa_id": PolicyWords(
        "Our interchange id",
        "As the sender of what we send.",
        element="ISA06",
        empty=_MIRRORED,
        shape="at most 15 plain characters",
    ),
    "partner_isa_qualifier": PolicyWords(
        "Their qualifier",
        "As the receiver, where it differs from the one they send with.",
        element="ISA07",
        empty=_MIRRORED,
        shape="two capital letters or digits, such as 01 or ZZ",
    ),
    "partner_isa_id": PolicyWords(
        "Their interchange id",
        "As the receiver, where it differs from the one they send with.",
        element="ISA08",
        empty=_MIRRORED,
        shape="at most 15 plain characters",
    ),
    "isa_version": PolicyWords(
        "Interchange version",
        "Of what we send.",
        {"same": "As received", "00401": "00401", "00501": "00501"},
        element="ISA12",
    ),
    "isa_ack_requested": PolicyWords(
        "Ask for a TA1", "Whether we ask the partner to answer our interchanges with a TA1.", YES_NO, element="ISA14"
    ),
    "isa_usage": PolicyWords(
        "Usage indicator",
        "Production or test, in what we send.",
        {"same": "As received", "P": "P production", "T": "T test", "I": "I information"},
        element="ISA15",
    ),
    "own_gs_id": PolicyWords(
        "Our application code",
        "As the sender of functional groups.",
        element="GS02",
        empty=_MIRRORED,
        shape="2 to 15 plain characters",
    ),
    "partner_gs_id": PolicyWords(
        "Their application code",
        "As the receiver of functional groups.",
        element="GS03",
        empty=_MIRRORED,
        shape="2 to 15 plain characters",
    ),
    "gs_agency": PolicyWords(
        "Responsible agency", "Who issued the standard.", {"X": "X ASC X12", "T": "T TDCC"}, element="GS07"
    ),
    "gs_version": PolicyWords(
        "Release of our groups",
        "Six digits, with the industry suffix if the partner wants one.",
        element="GS08",
        empty="the release of the file that is answered",
        shape="six digits and perhaps an industry suffix, such as 004010 or 004010VICS",
    ),
    "element_separator": PolicyWords(
        "Element separator", "Of what we send.", element="after ISA", empty=_MIRRORED, shape=_SEPARATOR
    ),
    "component_separator": PolicyWords(
        "Component separator", "Of what we send.", element="ISA16", empty=_MIRRORED, shape=_SEPARATOR
    ),
    "repetition_separator": PolicyWords(
        "Repetition separator",
        "Of what we send; it exists from 00402 on, before that ISA11 is U.",
        element="ISA11",
        empty=_MIRRORED,
        shape=_SEPARATOR,
    ),
    "segment_terminator": PolicyWords(
        "Segment terminator", "Of what we send.", element="after ISA16", empty=_MIRRORED, shape=_SEPARATOR
    ),
    "segment_suffix": PolicyWords(
        "After each segment",
        "Line ends make a file readable for people; some programs refuse them.",
        {"none": "Nothing", "lf": "Line feed", "crlf": "Carriage return and line feed"},
    ),
    "isa_control_start": PolicyWords(
        "First interchange number",
        "For a cut-over: the next number is at least this one. Numbers never go back.",
        element="ISA13",
    ),
    "gs_control_start": PolicyWords(
        "First group number",
        "For a cut-over: the next number is at least this one. Numbers never go back.",
        element="GS06",
    ),
    "control_maximum": PolicyWords(
        "Last control number",
        "After it numbers begin again at the first one.",
        element="ISA13, GS06",
    ),
}
SECTION = Section("envelope", "Envelope", "Of the interchanges that we send: acknowledgments now.", WORDS)
