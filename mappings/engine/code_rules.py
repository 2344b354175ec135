"""What each code means to people, and what X12 calls it: the one table that turns codes into TA1, AK and IK codes."""

from mappings.engine.code_rule import Rule
from mappings.engine.codes import Code, Layer, Severity
from mappings.engine.x12_code_rules import X12_RULES

__all__ = ["RULES", "Rule"]

_E, _S, _M, _B = Layer.ENVELOPE, Layer.SYNTAX, Layer.MAPPING, Layer.BUSINESS
_ERR, _WARN, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

RULES: dict[Code, Rule] = {
    Code.FILE_EMPTY: Rule(_E, _ERR, "The file is empty", "Send the file again; nothing was in it."),
    Code.FILE_UNREADABLE: Rule(_E, _ERR, "No document could be read", "Check that the file is what it claims to be."),
    Code.FILE_TOO_LARGE: Rule(_E, _ERR, "The file is larger than allowed", "Split it into several files."),
    Code.FORMAT_UNSUPPORTED: Rule(
        _E, _ERR, "The format is not supported", "Send X12, XML (UBL, cXML or IDoc) or delimited text such as CSV."
    ),
    Code.ENCODING_INVALID: Rule(
        _E, _WARN, "Characters outside the declared encoding", "Send UTF-8 or plain ASCII.", set="5"
    ),
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
    Code.XML_STRUCTURE_INVALID: Rule(
        _S, _ERR, "The written document is not as its standard demands", "Give the value that is missing, or map it."
    ),
    Code.VALUE_UNWRITABLE: Rule(
        _S,
        _ERR,
        "A value cannot be written in this format",
        "Take the characters out of the value, or agree on others.",
    ),
    Code.FIELD_MISSING: Rule(
        _S,
        _ERR,
        "The document lacks what the written format demands",
        "Give the field that is named, or say under `outbound` of the mapping what is written in its place.",
    ),
    Code.DOCUMENT_UNFIT: Rule(
        _S,
        _ERR,
        "The written format has no word for what the document is",
        "Write it by a mapping for such documents.",
    ),
    Code.PIECE_LEFT_OUT: Rule(
        _S,
        _WARN,
        "A part of the document was not written",
        "Give what the part lacks, if it is to be sent.",
    ),
    Code.VALUE_CUT: Rule(_S, _WARN, "A text is longer than its place", "Shorten the text, or tell the rest elsewhere."),
    Code.VALUE_MISSTATED: Rule(
        _S,
        _ERR,
        "Who reads the document would take another value for it",
        "Map the value to a code of the format, or send another kind of document.",
    ),
    Code.SENDER_UNKNOWN: Rule(_E, _ERR, "The sender is not known", "Register the sender's identity with its partner."),
    Code.SENDER_NOT_ALLOWED: Rule(
        _E,
        _ERR,
        "The sender may not use this channel",
        "Send it through the partner's own connection, or add the partner to this one.",
    ),
    Code.PARTNER_INACTIVE: Rule(
        _E,
        _ERR,
        "The partner is not active",
        "Make the partner active again, then release what is held; or reject it and tell the partner.",
    ),
    Code.AGREEMENT_MISSING: Rule(
        _E, _ERR, "No agreement covers this document", "Set up an agreement for the document, release and environment."
    ),
    Code.AGREEMENT_STOPPED: Rule(
        _E,
        _ERR,
        "What was agreed on carries no documents now",
        "Have an approver put the agreement live, or approve what it is now: what is held goes on by itself.",
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
    Code.ENVIRONMENT_MISMATCH: Rule(
        _E,
        _ERR,
        "Marked as live for a test agreement, or as a test for a live one",
        "Mark the document as what it is (in X12: T in ISA15 for a test, P for a live one), or agree on the other too.",
    ),
    Code.INTERCHANGE_DUPLICATE: Rule(
        _E,
        _ERR,
        "The interchange control number was used before",
        "Give every interchange a new ISA13; send an unchanged file again only on request.",
        ta1="025",
    ),
    Code.INTERCHANGE_SUSPENDED: Rule(
        _E,
        _ERR,
        "Rejected together with its interchange",
        "Mend the sets that are named, and send the whole interchange again.",
    ),
    Code.GROUP_DUPLICATE: Rule(
        _E,
        _ERR,
        "The group control number was used before",
        "Give every group a new GS06; send an unchanged group again only on request.",
        group="19",
    ),
    Code.DOCUMENT_DUPLICATE: Rule(
        _B,
        _ERR,
        "This document was accepted before",
        "To replace it, send it with the purpose for a change, replacement or cancellation.",
    ),
    Code.SENT_REJECTED: Rule(
        _E, _ERR, "The partner rejected what was sent", "Mend what the partner names, and send it anew."
    ),
    Code.SENT_OVERDUE: Rule(
        _E, _ERR, "The partner has not answered in time", "Ask the partner whether it arrived; send the same again."
    ),
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
    Code.ROW_ASIDE: Rule(
        _S, _INFO, "The row is in no document", "Nothing to do; send no totals and footers among the rows."
    ),
    Code.ROW_UNREADABLE: Rule(_S, _ERR, "The row is too long to be read", "Check for a missing line end or quote."),
    Code.QUOTE_UNCLOSED: Rule(
        _S, _WARN, "A quote is opened and never closed", "Close it, or double quotes that belong to the text."
    ),
    Code.CHARACTER_NUL: Rule(_S, _WARN, "The text has NUL characters", "Send text without them; they were left out."),
    Code.CELL_FORMULA: Rule(_S, _INFO, "The value looks like a formula", "Nothing to do; it is kept as text."),
    Code.VALUE_ROUNDED: Rule(
        _S,
        _ERR,
        "A spreadsheet has rounded this number: digits of it are lost",
        "Make the column text in the spreadsheet, fill in the number again, and send all digits.",
    ),
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
    Code.DOCUMENT_OVERDUE: Rule(
        _B,
        _ERR,
        "A document that was due has not come",
        "Send it, or say when it comes; the case closes by itself then.",
    ),
    Code.ORDER_WITHOUT_LINES: Rule(_B, _ERR, "The order has no lines", "Send at least one line."),
    Code.ORDER_TOTAL_MISMATCH: Rule(
        _B, _WARN, "The stated total is not the sum of the lines", "Check prices, quantities and the total."
    ),
    Code.LINE_NUMBER_DUPLICATE: Rule(_B, _WARN, "A line number is used twice", "Number the lines uniquely."),
    Code.QUANTITY_MISSING: Rule(_B, _ERR, "A line does not say how much is ordered", "Send the quantity of the line."),
    Code.QUANTITY_NOT_POSITIVE: Rule(_B, _ERR, "A quantity is not above zero", "Send a positive quantity."),
    Code.QUANTITY_NEGATIVE: Rule(_B, _ERR, "A quantity is below zero", "Send zero or more."),
    Code.ORDER_NOT_NAMED: Rule(_B, _ERR, "The order is not named", "Send the number of the order this belongs to."),
    Code.ANSWER_MISSING: Rule(_B, _ERR, "The answer is left to lines that are not there", "Say what becomes of it."),
    Code.SHIPMENT_EMPTY: Rule(_B, _ERR, "The shipment names neither lines nor orders", "Say what was sent."),
    Code.PACKED_UNKNOWN: Rule(
        _B, _WARN, "What is packed is not in the document", "Name units and lines that are there."
    ),
    Code.SSCC_INVALID: Rule(_B, _WARN, "A serial shipping container code is wrong", "Send 18 digits with their check."),
    Code.INVOICE_WITHOUT_LINES: Rule(_B, _ERR, "The invoice has neither lines nor a total", "Say what is charged."),
    Code.INVOICE_SUM_MISMATCH: Rule(
        _B,
        _WARN,
        "A stated total of the invoice is not what it is made of",
        "Check lines, allowances, charges, taxes and totals.",
    ),
    Code.LINE_AMOUNT_MISMATCH: Rule(
        _B, _WARN, "The amount of a line is not quantity times price", "Check quantity, price and amount of the line."
    ),
    Code.CREDIT_WITHOUT_INVOICE: Rule(
        _B, _WARN, "The credit note names no invoice", "Send the number of the invoice that is credited."
    ),
    Code.PAYMENT_WITHOUT_LINES: Rule(_B, _WARN, "The payment names no invoices", "Send a line for each invoice paid."),
    Code.PAYMENT_SUM_MISMATCH: Rule(
        _B, _WARN, "The payment is not the sum of what it pays", "Check the lines, adjustments and the total."
    ),
    Code.RECEIPT_WITHOUT_LINES: Rule(_B, _ERR, "The receipt has no lines", "Say what was received."),
    Code.RECEIPT_SUM_MISMATCH: Rule(
        _B, _WARN, "The stated quantity is not the sum of the lines", "Check the quantities and their total."
    ),
    Code.REPORT_WITHOUT_LINES: Rule(_B, _WARN, "The document has no lines", "Send a line for each item."),
    Code.PRICE_MISSING: Rule(_B, _WARN, "An item of the catalogue has no price", "Send a price, or take the item out."),
    Code.PRICE_NEGATIVE: Rule(_B, _ERR, "A price is below zero", "Send zero or more."),
    Code.PERIOD_INVALID: Rule(_B, _WARN, "A period ends before it begins", "Check both dates."),
    Code.ITEM_NOT_NAMED: Rule(_B, _ERR, "A line names no item", "Send a number of the item."),
    Code.QUANTITY_DIFFERENCE_MISMATCH: Rule(
        _B, _WARN, "A stated difference is not ordered less shipped", "Check the three quantities of the line."
    ),
    Code.SHIPMENT_SUM_MISMATCH: Rule(
        _B, _WARN, "The stated quantity is not the sum of the lines", "Check the quantities and their total."
    ),
    Code.STOP_MISSING: Rule(
        _B, _WARN, "The load is not taken up anywhere, or not set down", "Send a stop for each place."
    ),
    Code.STATUS_WITHOUT_EVENTS: Rule(_B, _WARN, "The status tells of no event", "Say what happened to the load."),
    **X12_RULES,
}
