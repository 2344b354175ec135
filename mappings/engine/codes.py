"""The closed list of what can be wrong with a partner's document. What each code means stands in `code_rules`."""

from enum import StrEnum


class Layer(StrEnum):
    """Which step of the pipeline found it. Acknowledgments look at the first three only."""

    ENVELOPE = "envelope"
    SYNTAX = "syntax"
    OVERLAY = "overlay"
    MAPPING = "mapping"
    BUSINESS = "business"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(StrEnum):
    """The closed list. A value never changes its meaning; screens and partners' programs rely on it."""

    # The file as a whole
    FILE_EMPTY = "file-empty"
    FILE_UNREADABLE = "file-unreadable"
    FILE_TOO_LARGE = "file-too-large"
    FORMAT_UNSUPPORTED = "format-unsupported"
    ENCODING_INVALID = "encoding-invalid"
    DATA_OUTSIDE_INTERCHANGE = "data-outside-interchange"
    # XML
    XML_NOT_WELL_FORMED = "xml-not-well-formed"
    XML_ENTITY_DECLARED = "xml-entity-declared"
    XML_TOO_DEEP = "xml-too-deep"
    XML_TOO_LARGE = "xml-too-large"
    XML_RECORD_UNKNOWN = "xml-record-unknown"
    # Routing and duplicates
    SENDER_UNKNOWN = "sender-unknown"
    SENDER_NOT_ALLOWED = "sender-not-allowed"
    AGREEMENT_MISSING = "agreement-missing"
    MAPPING_MISSING = "mapping-missing"
    ENVIRONMENT_CONFLICT = "environment-conflict"
    INTERCHANGE_DUPLICATE = "interchange-duplicate"
    DOCUMENT_DUPLICATE = "document-duplicate"
    # Interchange (ISA–IEA)
    ISA_INVALID = "isa-invalid"
    ISA_PADDING = "isa-padding"
    ISA_ELEMENT_INVALID = "isa-element-invalid"
    INTERCHANGE_VERSION_UNSUPPORTED = "interchange-version-unsupported"
    INTERCHANGE_TRAILER_MISSING = "interchange-trailer-missing"
    INTERCHANGE_CONTROL_MISMATCH = "interchange-control-mismatch"
    INTERCHANGE_COUNT_MISMATCH = "interchange-count-mismatch"
    INTERCHANGE_CONTENT_INVALID = "interchange-content-invalid"
    # Functional group (GS–GE)
    GROUP_UNSUPPORTED = "group-unsupported"
    GROUP_VERSION_UNSUPPORTED = "group-version-unsupported"
    GROUP_TRAILER_MISSING = "group-trailer-missing"
    GROUP_CONTROL_MISMATCH = "group-control-mismatch"
    GROUP_COUNT_MISMATCH = "group-count-mismatch"
    GROUP_CONTROL_INVALID = "group-control-invalid"
    # Transaction set (ST–SE)
    SET_UNSUPPORTED = "set-unsupported"
    SET_TRAILER_MISSING = "set-trailer-missing"
    SET_CONTROL_MISMATCH = "set-control-mismatch"
    SET_COUNT_MISMATCH = "set-count-mismatch"
    SET_IDENTIFIER_INVALID = "set-identifier-invalid"
    SET_CONTROL_INVALID = "set-control-invalid"
    SET_CONTROL_DUPLICATE = "set-control-duplicate"
    SET_TOO_LARGE = "set-too-large"
    STRUCTURE_NEAREST = "structure-nearest"
    # Segment
    SEGMENT_UNKNOWN = "segment-unknown"
    SEGMENT_UNEXPECTED = "segment-unexpected"
    SEGMENT_MISSING = "segment-missing"
    LOOP_TOO_MANY = "loop-too-many"
    SEGMENT_TOO_MANY = "segment-too-many"
    SEGMENT_NOT_IN_SET = "segment-not-in-set"
    SEGMENT_OUT_OF_ORDER = "segment-out-of-order"
    SEGMENT_EMPTY = "segment-empty"
    # Element
    ELEMENT_MISSING = "element-missing"
    ELEMENT_CONDITIONAL_MISSING = "element-conditional-missing"
    ELEMENT_TOO_MANY = "element-too-many"
    ELEMENT_TOO_SHORT = "element-too-short"
    ELEMENT_TOO_LONG = "element-too-long"
    ELEMENT_CHARACTER_INVALID = "element-character-invalid"
    ELEMENT_CODE_INVALID = "element-code-invalid"
    ELEMENT_DATE_INVALID = "element-date-invalid"
    ELEMENT_TIME_INVALID = "element-time-invalid"
    ELEMENT_EXCLUDED = "element-excluded"
    ELEMENT_REPEATED = "element-repeated"
    COMPONENT_TOO_MANY = "component-too-many"
    # Balances inside a document
    LINE_COUNT_MISMATCH = "line-count-mismatch"
    HASH_TOTAL_MISMATCH = "hash-total-mismatch"
    # Our own failure
    INTERNAL_FAILURE = "internal-failure"
    # Text: delimited and fixed-width files
    LAYOUT_UNKNOWN = "layout-unknown"
    LAYOUT_AMBIGUOUS = "layout-ambiguous"
    COLUMNS_MISSING = "columns-missing"
    ROWS_MISSING = "rows-missing"
    HEADER_DUPLICATE = "header-duplicate"
    COLUMN_UNUSED = "column-unused"
    ROW_RAGGED = "row-ragged"
    ROW_UNREADABLE = "row-unreadable"
    QUOTE_UNCLOSED = "quote-unclosed"
    CHARACTER_NUL = "character-nul"
    CELL_FORMULA = "cell-formula"
    NUMBER_INVALID = "number-invalid"
    NUMBER_AMBIGUOUS = "number-ambiguous"
    DATE_INVALID = "date-invalid"
    DATE_AMBIGUOUS = "date-ambiguous"
    DOCUMENT_KEY_MISSING = "document-key-missing"
    DOCUMENT_SCATTERED = "document-scattered"
    DOCUMENT_TOO_LARGE = "document-too-large"
    # Mapping
    MAPPING_REQUIRED = "mapping-required"
    MAPPING_VALUE_INVALID = "mapping-value-invalid"
    MAPPING_CODE_UNKNOWN = "mapping-code-unknown"
    # Business
    ORDER_WITHOUT_LINES = "order-without-lines"
    ORDER_TOTAL_MISMATCH = "order-total-mismatch"
    LINE_NUMBER_DUPLICATE = "line-number-duplicate"
    QUANTITY_NOT_POSITIVE = "quantity-not-positive"
