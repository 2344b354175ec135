"""The part of the code table about X12 documents and their envelopes; `code_rules` has the whole.

Sources of the numbers: X12 data elements I18 (TA105), 716 (AK905), 718 (AK502), 720 (AK304), 723 (AK403), and those of
the 999: 618 (IK502), 620 (IK304), 621 (IK403).
"""

from mappings.engine.code_rule import Rule
from mappings.engine.codes import Code, Layer, Severity

_E, _S, _O = Layer.ENVELOPE, Layer.SYNTAX, Layer.OVERLAY
_ERR, _WARN, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

X12_RULES: dict[Code, Rule] = {
    Code.ISA_INVALID: Rule(
        _E, _ERR, "The interchange header cannot be read", "ISA must have 16 elements of fixed width.", ta1="022"
    ),
    Code.ISA_PADDING: Rule(_E, _WARN, "ISA elements are not padded to their width", "Pad ISA elements.", ta1="022"),
    Code.ISA_LINE_END: Rule(
        _E, _WARN, "There is a line end inside ISA", "Send ISA as one line of 106 characters.", ta1="022"
    ),
    Code.ISA_ELEMENT_INVALID: Rule(_E, _WARN, "An ISA element is not valid", "Use the values of the standard."),
    Code.INTERCHANGE_VERSION_UNSUPPORTED: Rule(
        _E, _WARN, "The interchange version is not known", "Use 00401 or 00501.", ta1="003"
    ),
    Code.INTERCHANGE_TRAILER_MISSING: Rule(
        _E, _ERR, "The interchange has no IEA", "Send the whole interchange; it may have been cut off.", ta1="023"
    ),
    Code.INTERCHANGE_CONTROL_MISMATCH: Rule(
        _E, _ERR, "ISA13 and IEA02 differ", "Use one control number in header and trailer.", ta1="001"
    ),
    Code.INTERCHANGE_COUNT_MISMATCH: Rule(
        _E, _ERR, "IEA01 does not count the groups", "Put the number of GS segments into IEA01.", ta1="021"
    ),
    Code.INTERCHANGE_CONTENT_INVALID: Rule(
        _E, _ERR, "The interchange has content in the wrong place", "Put sets in groups, groups in ISA–IEA.", ta1="024"
    ),
    Code.GROUP_UNSUPPORTED: Rule(_E, _ERR, "The functional group is not supported", "See the agreement.", group="1"),
    Code.GROUP_VERSION_UNSUPPORTED: Rule(
        _E, _ERR, "The group's release is not supported", "See the agreement.", group="2"
    ),
    Code.GROUP_TRAILER_MISSING: Rule(_E, _ERR, "The group has no GE", "Close each GS with a GE.", group="3"),
    Code.GROUP_CONTROL_MISMATCH: Rule(
        _E, _ERR, "GS06 and GE02 differ", "Use one control number in header and trailer.", group="4"
    ),
    Code.GROUP_COUNT_MISMATCH: Rule(
        _E, _ERR, "GE01 does not count the sets", "Put the number of ST segments into GE01.", group="5"
    ),
    Code.GROUP_CONTROL_INVALID: Rule(
        _E, _ERR, "The group control number is not valid", "GS06 is a number of 1 to 9 digits.", group="6"
    ),
    Code.SET_UNSUPPORTED: Rule(_S, _ERR, "The transaction set is not supported", "See the agreement.", set="1"),
    Code.SET_TRAILER_MISSING: Rule(
        _S, _ERR, "The transaction set has no SE", "Close each ST with an SE; it may have been cut off.", set="2"
    ),
    Code.SET_CONTROL_MISMATCH: Rule(
        _S, _ERR, "ST02 and SE02 differ", "Use one control number in header and trailer.", set="3"
    ),
    Code.SET_COUNT_MISMATCH: Rule(
        _S, _ERR, "SE01 does not count the segments", "Count all segments, ST and SE included.", set="4"
    ),
    Code.SET_IDENTIFIER_INVALID: Rule(
        _S, _ERR, "ST01 is missing or not valid", "Put the transaction set number into ST01.", set="6"
    ),
    Code.SET_CONTROL_INVALID: Rule(
        _S, _ERR, "ST02 is missing or not valid", "Put a control number of 4 to 9 characters into ST02.", set="7"
    ),
    Code.SET_CONTROL_DUPLICATE: Rule(
        _S, _WARN, "ST02 is used twice in its group", "Number the sets of a group uniquely.", set="23"
    ),
    Code.SET_NOT_IN_GROUP: Rule(
        _S,
        _ERR,
        "The set does not belong in a group of this kind",
        "Put GS01 and ST01 in agreement.",
        set="6",
        ik_set="18",
    ),
    Code.SET_TOO_LARGE: Rule(
        _S, _ERR, "The transaction set has more segments than can be read", "Split it into several sets.", set="1"
    ),
    Code.STRUCTURE_NEAREST: Rule(_S, _INFO, "Checked against the nearest release that Onramp knows", "Nothing to do."),
    Code.SEGMENT_UNKNOWN: Rule(_S, _ERR, "The segment does not exist in X12", "Take it out.", segment="1"),
    Code.SEGMENT_UNEXPECTED: Rule(
        _S, _ERR, "The segment is not expected here", "Take it out, or put it where the guide has it.", segment="2"
    ),
    Code.SEGMENT_MISSING: Rule(_S, _ERR, "A mandatory segment is missing", "Send it.", segment="3"),
    Code.LOOP_TOO_MANY: Rule(_S, _ERR, "The loop occurs too often", "Send fewer.", segment="4"),
    Code.SEGMENT_TOO_MANY: Rule(_S, _ERR, "The segment occurs too often", "Send fewer.", segment="5"),
    Code.SEGMENT_NOT_IN_SET: Rule(
        _S, _ERR, "The segment does not belong to this transaction set", "Take it out.", segment="6"
    ),
    Code.SEGMENT_OUT_OF_ORDER: Rule(
        _S, _ERR, "The segment is out of order", "Send the segments in the order of the guide.", segment="7"
    ),
    Code.SEGMENT_EMPTY: Rule(_S, _ERR, "The segment has no data", "Leave empty segments out.", segment="8"),
    Code.SEGMENT_BLANKS: Rule(
        _S, _INFO, "Blanks or empty segments between the segments", "Send segments one after another.", set="5"
    ),
    Code.BINARY_LENGTH_MISMATCH: Rule(
        _S, _ERR, "The binary data is not as long as said", "Put its length in bytes.", segment="8", element="7"
    ),
    Code.ELEMENT_MISSING: Rule(_S, _ERR, "A mandatory element is missing", "Send it.", segment="8", element="1"),
    Code.ELEMENT_CONDITIONAL_MISSING: Rule(
        _S, _ERR, "An element is required because of another one", "Send both or neither.", segment="8", element="2"
    ),
    Code.ELEMENT_TOO_MANY: Rule(_S, _ERR, "The segment has too many elements", "Drop them.", segment="8", element="3"),
    Code.ELEMENT_TOO_SHORT: Rule(
        _S,
        _ERR,
        "The element is too short",
        "Send at least as many characters as it must have.",
        segment="8",
        element="4",
    ),
    Code.ELEMENT_TOO_LONG: Rule(
        _S, _ERR, "The element is too long", "Send no more characters than it may have.", segment="8", element="5"
    ),
    Code.ELEMENT_CHARACTER_INVALID: Rule(
        _S,
        _ERR,
        "The element has a character that its type forbids",
        "Numbers have digits and at most one decimal point; text has no control characters.",
        segment="8",
        element="6",
    ),
    Code.ELEMENT_CODE_INVALID: Rule(
        _S, _WARN, "The code is not in the code list", "Use a code of the list.", segment="8", element="7"
    ),
    Code.ELEMENT_DATE_INVALID: Rule(_S, _ERR, "The date is not valid", "Send CCYYMMDD.", segment="8", element="8"),
    Code.ELEMENT_TIME_INVALID: Rule(
        _S, _ERR, "The time is not valid", "Send HHMM or HHMMSS.", segment="8", element="9"
    ),
    Code.ELEMENT_EXCLUDED: Rule(
        _S, _ERR, "Two elements exclude each other", "Send only one of them.", segment="8", element="10"
    ),
    Code.ELEMENT_REPEATED: Rule(
        _S, _WARN, "The element is repeated too often", "Send it once.", segment="8", element="3", ik_element="12"
    ),
    Code.COMPONENT_TOO_MANY: Rule(
        _S, _ERR, "The composite has too many components", "Drop them.", segment="8", element="3", ik_element="13"
    ),
    Code.CHARACTER_NOT_AGREED: Rule(
        _S,
        _INFO,
        "The element has a character outside the agreed set",
        "Send only characters of the set that was agreed on.",
        segment="8",
        element="6",
    ),
    Code.SEPARATOR_TRAILING: Rule(
        _S, _INFO, "The segment has separators that nothing follows", "Leave them out.", segment="8", element="3"
    ),
    Code.ELEMENT_BLANKS: Rule(
        _S, _INFO, "The element has blanks around its value", "Send the value alone.", segment="8", element="6"
    ),
    Code.DECIMAL_POINT_SENT: Rule(
        _S,
        _WARN,
        "A number with implied decimals was sent with a point",
        "Send it without the point: 12.50 of an N2 element is 1250.",
        segment="8",
        element="6",
    ),
    Code.OVERLAY_SEGMENT_MISSING: Rule(
        _O, _ERR, "The agreement demands this segment", "Send it.", segment="3", ik_segment="I8"
    ),
    Code.OVERLAY_SEGMENT_TOO_MANY: Rule(
        _O, _ERR, "The segment occurs more often than the agreement allows", "Send fewer.", segment="5"
    ),
    Code.OVERLAY_SEGMENT_NOT_USED: Rule(
        _O, _ERR, "The agreement does not use this segment", "Take it out.", segment="2", ik_segment="I4"
    ),
    Code.OVERLAY_ELEMENT_MISSING: Rule(
        _O, _ERR, "The agreement demands this element", "Send it.", segment="8", element="1", ik_element="I9"
    ),
    Code.OVERLAY_ELEMENT_NOT_USED: Rule(
        _O, _ERR, "The agreement does not use this element", "Leave it out.", segment="8", element="3", ik_element="I10"
    ),
    Code.OVERLAY_ELEMENT_TOO_SHORT: Rule(
        _O, _ERR, "The element is shorter than the agreement allows", "See its length.", segment="8", element="4"
    ),
    Code.OVERLAY_ELEMENT_TOO_LONG: Rule(
        _O, _ERR, "The element is longer than the agreement allows", "See its length.", segment="8", element="5"
    ),
    Code.OVERLAY_CODE_NOT_USED: Rule(
        _O,
        _ERR,
        "The agreement does not use this code",
        "See the agreement.",
        segment="8",
        element="7",
        ik_element="I6",
    ),
    Code.GUIDE_CHECK_INCOMPLETE: Rule(
        _O,
        _INFO,
        "The implementation guide could not be checked here",
        "Nothing: the rest of the document was checked.",
    ),
    Code.LEVEL_NUMBER_DUPLICATE: Rule(
        _S, _ERR, "HL01 is used twice", "Give every HL a number of its own.", segment="8", element="7"
    ),
    Code.LEVEL_PARENT_UNKNOWN: Rule(
        _S,
        _ERR,
        "HL02 names no earlier level",
        "Put the HL01 of the outer level into HL02, and send that level first.",
        segment="8",
        element="7",
    ),
    Code.LEVEL_CHILDREN_MISMATCH: Rule(
        _S, _WARN, "HL04 does not say whether levels follow inside", "1 with levels inside, 0 without; or leave it out."
    ),
    Code.LEVEL_ORDER_UNEXPECTED: Rule(
        _S, _WARN, "The levels do not stand as BSN05 says", "Send the structure code that fits, or none."
    ),
    Code.LINE_COUNT_MISMATCH: Rule(
        _S, _WARN, "CTT01 does not count the line items", "Put the number of line items into CTT01."
    ),
    Code.HASH_TOTAL_MISMATCH: Rule(_S, _WARN, "CTT02 is not the hash total", "Sum the quantities of the lines."),
    Code.INVOICE_TOTAL_MISMATCH: Rule(
        _S, _WARN, "The invoice total is not the sum of its parts", "Check prices, quantities, charges and taxes."
    ),
}
