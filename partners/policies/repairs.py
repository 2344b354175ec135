"""Repairs: what senders get wrong around their segments and the reader mends. Each may be forbidden."""

from partners.policies.section import PolicyWords, Section

_REPAIR = {"reject": "Forbid", "warn": "Repair and warn", "off": "Repair and say nothing"}
_COMPLETE = {"reject": "Forbid", "warn": "Take what came, and warn"}


WORDS = {
    "isa_padding": PolicyWords(
        "ISA without its padding", "Elements of ISA that are not as wide as they must be.", _REPAIR, element="ISA"
    ),
    "isa_line_end": PolicyWords("Line end inside ISA", "ISA is spread over several lines.", _REPAIR, element="ISA"),
    "segment_blanks": PolicyWords(
        "Blanks around segments",
        "Blanks or indentation between segments, and empty segments, which the reader takes off.",
        {"reject": "Forbid", "warn": "Repair and warn", "off": "Repair and only note it"},
    ),
    "foreign_encoding": PolicyWords(
        "Encoding that was not agreed", "Characters that are not in the encoding that was expected.", _REPAIR
    ),
    "data_outside_interchange": PolicyWords(
        "Text outside interchanges",
        "Comments or mail headers before, between or after interchanges. Where it is forbidden, it opens a case; the "
        "interchanges are whole and are read.",
        _REPAIR,
    ),
    "missing_iea": PolicyWords("Missing IEA", "The file may have been cut off.", _COMPLETE, element="IEA"),
    "missing_ge": PolicyWords("Missing GE", "The group may have been cut off.", _COMPLETE, element="GE"),
    "missing_se": PolicyWords("Missing SE", "The document may have been cut off.", _COMPLETE, element="SE"),
}
SECTION = Section("repairs", "Repairs", "Which faults of the transmission are mended, and which are refused.", WORDS)
