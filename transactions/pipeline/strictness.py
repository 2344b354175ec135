"""Which faults reject a document, which only warn and which are not looked at: as its policies say."""

from collections.abc import Iterable

from msgspec.structs import replace

from mappings.engine.findings import Code, Finding, Layer, Severity
from mappings.engine.x12.repairs import REPAIRS
from partners.policies import Policies

# The policy about each kind of fault. Faults of no kind go by their layer alone.
KINDS: dict[str, frozenset[Code]] = {
    "unknown_segments": frozenset({Code.SEGMENT_UNKNOWN, Code.SEGMENT_UNEXPECTED, Code.SEGMENT_NOT_IN_SET}),
    "segment_order": frozenset({Code.SEGMENT_OUT_OF_ORDER}),
    "segment_repeats": frozenset({Code.SEGMENT_TOO_MANY, Code.LOOP_TOO_MANY}),
    "repeated_elements": frozenset({Code.ELEMENT_REPEATED}),
    "extra_elements": frozenset({Code.ELEMENT_TOO_MANY, Code.COMPONENT_TOO_MANY}),
    "element_lengths": frozenset({Code.ELEMENT_TOO_SHORT, Code.ELEMENT_TOO_LONG}),
    "element_characters": frozenset({Code.ELEMENT_CHARACTER_INVALID}),
    "conditional_elements": frozenset({Code.ELEMENT_CONDITIONAL_MISSING, Code.ELEMENT_EXCLUDED}),
    "dates_and_times": frozenset({Code.ELEMENT_DATE_INVALID, Code.ELEMENT_TIME_INVALID}),
    "unknown_codes": frozenset({Code.ELEMENT_CODE_INVALID}),
    "sets_in_groups": frozenset({Code.SET_NOT_IN_GROUP}),
    "set_counts": frozenset({Code.SET_COUNT_MISMATCH}),
    "character_set_errors": frozenset({Code.CHARACTER_NOT_AGREED}),
    "trailing_separators": frozenset({Code.SEPARATOR_TRAILING}),
    "element_blanks": frozenset({Code.ELEMENT_BLANKS}),
    "decimal_points": frozenset({Code.DECIMAL_POINT_SENT}),
    "balances": frozenset({Code.LINE_COUNT_MISMATCH, Code.HASH_TOTAL_MISMATCH, Code.INVOICE_TOTAL_MISMATCH}),
}
REPAIR_KINDS: dict[str, frozenset[Code]] = {
    "isa_padding": frozenset({Code.ISA_PADDING}),
    "isa_line_end": frozenset({Code.ISA_LINE_END}),
    "segment_blanks": frozenset({Code.SEGMENT_BLANKS}),
    "foreign_encoding": frozenset({Code.ENCODING_INVALID}),
    "data_outside_interchange": frozenset({Code.DATA_OUTSIDE_INTERCHANGE}),
    "missing_iea": frozenset({Code.INTERCHANGE_TRAILER_MISSING}),
    "missing_ge": frozenset({Code.GROUP_TRAILER_MISSING}),
    "missing_se": frozenset({Code.SET_TRAILER_MISSING}),
}
LAYERS = {
    Layer.SYNTAX: "syntax_errors",
    Layer.OVERLAY: "overlay_errors",
    Layer.MAPPING: "mapping_errors",
    Layer.BUSINESS: "business_errors",
}
# What cannot be read at all is never let pass.
UNREADABLE = frozenset(
    {
        Code.XML_NOT_WELL_FORMED,
        Code.XML_ENTITY_DECLARED,
        Code.XML_TOO_DEEP,
        Code.XML_TOO_LARGE,
        Code.SET_UNSUPPORTED,
        Code.SET_TRAILER_MISSING,
        Code.SET_TOO_LARGE,
        Code.BINARY_LENGTH_MISMATCH,
        Code.ROW_UNREADABLE,
        Code.DOCUMENT_KEY_MISSING,
        Code.DOCUMENT_TOO_LARGE,
        Code.MAPPING_MISSING,
    }
)
_KIND_OF = {code: name for name, codes in (KINDS | REPAIR_KINDS).items() for code in codes}
_DEFAULTS = Policies()
_SEVERITIES = {"reject": Severity.ERROR, "warn": Severity.WARNING}


def by_policy(findings: Iterable[Finding], policies: Policies) -> list[Finding]:
    """The findings with the severity that the policies give them, without those that they do not look at.

    A kind of fault whose policy is Onramp's default keeps the severity of its code. A layer only softens.
    """
    return [judged for found in findings if (judged := _judged(found, policies)) is not None]


def envelope_by_policy(findings: Iterable[Finding], policies: Policies) -> list[Finding]:
    """As `by_policy`, for findings about a file, an interchange or a group, of which only repairs have policies.

    Begins again with the severity of each code, so that what is decided anew goes by the policies of then.
    """
    judged: list[Finding] = []
    for found in findings:
        if found.code in REPAIRS:
            if found.place.interchange:
                found = replace(found, severity=found.rule.severity)
            judged += by_policy([found], policies)
        else:
            judged.append(found)
    return judged


def _judged(found: Finding, policies: Policies) -> Finding | None:
    kind = _KIND_OF.get(found.code)
    wanted = str(getattr(policies, kind)) if kind else ""
    if kind and wanted != getattr(_DEFAULTS, kind):
        if wanted == "off":
            return None
        found = replace(found, severity=_SEVERITIES[wanted])
    layer = LAYERS.get(found.layer)
    if layer is None or found.code in UNREADABLE:
        return found
    softened = getattr(policies, layer)
    if softened == "off":
        return None if found.severity is not Severity.INFO else found
    if softened == "warn" and found.severity is Severity.ERROR:
        return replace(found, severity=Severity.WARNING)
    return found
