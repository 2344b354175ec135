"""What each code means to people, and what X12 calls it: the one table that turns codes into TA1, AK and IK codes.

Sources of the numbers: X12 data elements I18 (TA105), 716 (AK905), 718 (AK502), 720 (AK304), 723 (AK403).
"""

import msgspec

from mappings.engine.codes import Code, Layer, Severity


class Rule(msgspec.Struct, frozen=True):
    """What one code means: its layer, usual severity, the words for people, and the X12 codes.

    ta1, group, set, segment and element hold the code for TA105, AK905, AK502, AK304 and AK403
    ("" where that acknowledgment has no place for it).
    """

    layer: Layer
    severity: Severity
    title: str
    mend: str
    ta1: str = ""
    group: str = ""
    set: str = ""
    segment: str = ""
    element: str = ""


_E, _S, _M, _B = Layer.ENVELOPE, Layer.SYNTAX, Layer.MAPPING, Layer.BUSINESS
_ERR, _WARN, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

RULES: dict[Code, Rule] = {
    Code.FILE_EMPTY: Rule(_E, _ERR, "The file is empty", "Send the file again; nothing was in it."),
    Code.FILE_UNREADABLE: Rule(_E, _ERR, "No document could be read", "Check that the file is what it claims to be."),
    Code.FILE_TOO_LARGE: Rule(_E, _ERR, "The file is larger than allowed", "Split it into several files."),
    Code.FORMAT_UNSUPPORTED: Rule(_E, _ERR, "The format is not supported", "Send a format that Onramp reads."),
    Code.ENCODING_INVALID: Rule(_E, _WARN, "Characters outside the declared encoding", "Send UTF-8 or plain ASCII."),
    Code.DATA_OUTSIDE_INTERCHANGE: Rule(
        _E, _WARN, "Data outside any interchange", "Send nothing before ISA or after IEA."
    ),
    Code.XML_NOT_WELL_FORMED: Rule(
        _S, _ERR, "The XML is not well-formed", "Send it as the program wrote it; a tag, quote or character is wrong."
    ),
    Code.XML_ENTITY_DECLARED: Rule(
        _S, _ERR, "The XML declares entities", "Write the characters themselves; entity declarations are refused."
    ),
    Code.XML_TOO_DEEP: Rule(_S, _ERR, "The XML is nested too deeply", "Send no more than 100 levels of elements."),
    Code.XML_TOO_LARGE: Rule(
        _S, _ERR, "The XML document is too large", "Send at most 32 MB in one document; split it into several."
    ),
    Code.XML_RECORD_UNKNOWN: Rule(
        _E, _ERR, "The kind of XML document is not known", "Send UBL, cXML or IDoc XML, or agree on a mapping for it."
    ),
    Code.SENDER_UNKNOWN: Rule(
        _E, _ERR, "The sender is not known", "Register the ISA sender id as an identity of the partner."
    ),
    Code.SENDER_NOT_ALLOWED: Rule(
        _E,
        _ERR,
        "The sender may not use this channel",
        "Send it through the partner's own connection, or add the partner to this one.",
    ),
    Code.AGREEMENT_MISSING: Rule(
        _E, _ERR, "No agreement covers this document", "Set up an agreement for the document, release and environment."
    ),
    Code.MAPPING_MISSING: Rule(
        _E, _ERR, "The agreement has no mapping", "Assign a published mapping version to the agreement."
    ),
    Code.ENVIRONMENT_CONFLICT: Rule(
        _E,
        _ERR,
        "A production document came by a test connection",
        "Send it through the production connection, or set ISA15 to T.",
    ),
    Code.INTERCHANGE_DUPLICATE: Rule(
        _E,
        _ERR,
        "The interchange control number was used before",
        "Give every interchange a new ISA13; send an unchanged file again only on request.",
        ta1="025",
    ),
    Code.DOCUMENT_DUPLICATE: Rule(
        _B,
        _ERR,
        "This document was accepted before",
        "To replace it, send it with the purpose for a change, replacement or cancellation.",
    ),
    Code.ISA_INVALID: Rule(
        _E, _ERR, "The interchange header cannot be read", "ISA must have 16 elements of fixed width.", ta1="022"
    ),
    Code.ISA_PADDING: Rule(_E, _WARN, "ISA elements are not padded to their width", "Pad ISA elements with blanks."),
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
    Code.SET_TOO_LARGE: Rule(
        _S, _ERR, "The transaction set has more segments than can be read", "Split it into several sets.", set="1"
    ),
    Code.STRUCTURE_NEAREST: Rule(_S, _INFO, "Checked against the nearest release that Onramp knows", "Nothing to do."),
    Code.SEGMENT_UNKNOWN: Rule(_S, _ERR, "The segment does not exist in X12", "Take it out.", segment="1"),
    Code.SEGMENT_UNEXPECTED: Rule(_S, _ERR, "The segment is not expected here", "See the guide.", segment="2"),
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
    Code.ELEMENT_MISSING: Rule(_S, _ERR, "A mandatory element is missing", "Send it.", segment="8", element="1"),
    Code.ELEMENT_CONDITIONAL_MISSING: Rule(
        _S, _ERR, "An element is required because of another one", "Send both or neither.", segment="8", element="2"
    ),
    Code.ELEMENT_TOO_MANY: Rule(_S, _ERR, "The segment has too many elements", "Drop them.", segment="8", element="3"),
    Code.ELEMENT_TOO_SHORT: Rule(_S, _ERR, "The element is too short", "See its length.", segment="8", element="4"),
    Code.ELEMENT_TOO_LONG: Rule(_S, _ERR, "The element is too long", "See its length.", segment="8", element="5"),
    Code.ELEMENT_CHARACTER_INVALID: Rule(
        _S, _ERR, "The element has a character that its type forbids", "See its type.", segment="8", element="6"
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
        _S, _ERR, "The element is repeated too often", "Send it once.", segment="8", element="3"
    ),
    Code.COMPONENT_TOO_MANY: Rule(
        _S, _ERR, "The composite has too many components", "Drop them.", segment="8", element="3"
    ),
    Code.LINE_COUNT_MISMATCH: Rule(
        _S, _WARN, "CTT01 does not count the line items", "Put the number of PO1 loops into CTT01."
    ),
    Code.HASH_TOTAL_MISMATCH: Rule(_S, _WARN, "CTT02 is not the hash total", "Sum the quantities of the lines."),
    Code.INTERNAL_FAILURE: Rule(
        _M, _ERR, "Onramp failed on this document", "Nothing: integration support mends it and processes it again."
    ),
    Code.LAYOUT_UNKNOWN: Rule(
        _E, _ERR, "The file's columns are not known: it needs a mapping", "Assign a mapping for these columns."
    ),
    Code.LAYOUT_AMBIGUOUS: Rule(
        _E, _ERR, "The file's columns fit several mappings", "Give one of the mappings a column that the others lack."
    ),
    Code.COLUMNS_MISSING: Rule(
        _E, _ERR, "No columns could be found", "Send one row per line with a delimiter, and a header row."
    ),
    Code.ROWS_MISSING: Rule(_E, _ERR, "The file has a header and no rows", "Send the rows too."),
    Code.HEADER_DUPLICATE: Rule(
        _S, _WARN, "Two columns have the same name", "Give every column a name of its own; the later ones got a number."
    ),
    Code.COLUMN_UNUSED: Rule(_S, _INFO, "The layout does not use these columns", "Nothing to do."),
    Code.ROW_RAGGED: Rule(
        _S, _WARN, "The row has more or fewer values than there are columns", "Check for a missing delimiter or quote."
    ),
    Code.ROW_UNREADABLE: Rule(_S, _ERR, "The row is too long to be read", "Check for a missing line end or quote."),
    Code.QUOTE_UNCLOSED: Rule(
        _S, _WARN, "A quote is opened and never closed", "Close it, or double quotes that belong to the text."
    ),
    Code.CHARACTER_NUL: Rule(_S, _WARN, "The text has NUL characters", "Send text without them; they were left out."),
    Code.CELL_FORMULA: Rule(_S, _INFO, "The value looks like a formula", "Nothing to do; it is kept as text."),
    Code.NUMBER_INVALID: Rule(_S, _ERR, "The value is not a number", "Send digits with one decimal mark."),
    Code.NUMBER_AMBIGUOUS: Rule(
        _S,
        _ERR,
        "The mark in the number can be decimal or thousands",
        "Write no thousands marks, or agree on the decimal mark.",
    ),
    Code.DATE_INVALID: Rule(_S, _ERR, "The value is not a date", "Send dates as YYYY-MM-DD."),
    Code.DATE_AMBIGUOUS: Rule(
        _S,
        _ERR,
        "The dates of the column can be read in several ways",
        "Send dates as YYYY-MM-DD, or agree on the pattern.",
    ),
    Code.DOCUMENT_KEY_MISSING: Rule(
        _S, _ERR, "The first rows name no document", "Put the document number into its column."
    ),
    Code.DOCUMENT_SCATTERED: Rule(
        _S, _WARN, "The rows of a document do not stand together", "Sort the file by document number."
    ),
    Code.DOCUMENT_TOO_LARGE: Rule(_S, _ERR, "The document has more rows than allowed", "Split it."),
    Code.MAPPING_REQUIRED: Rule(_M, _ERR, "A value that the mapping needs is missing", "Send it."),
    Code.MAPPING_VALUE_INVALID: Rule(_M, _ERR, "A value cannot be translated", "Send a value of the right kind."),
    Code.MAPPING_CODE_UNKNOWN: Rule(_M, _WARN, "A code has no translation", "Add it to the cross-reference."),
    Code.ORDER_WITHOUT_LINES: Rule(_B, _ERR, "The order has no lines", "Send at least one line."),
    Code.ORDER_TOTAL_MISMATCH: Rule(
        _B, _WARN, "The stated total is not the sum of the lines", "Check prices, quantities and the total."
    ),
    Code.LINE_NUMBER_DUPLICATE: Rule(_B, _WARN, "A line number is used twice", "Number the lines uniquely."),
    Code.QUANTITY_NOT_POSITIVE: Rule(_B, _ERR, "An ordered quantity is not above zero", "Send a positive quantity."),
}
