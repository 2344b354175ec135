"""The words of the mapping language: what may stand where, of which form it is, and what it means.

The JSON Schema and the reference are made from these tables; tests hold them against what the readers take.
"""

import msgspec

from mappings.engine.rules.functions import FUNCTIONS
from mappings.engine.rules.plain import Data

TEXT: Data = {"type": "string"}
TEXTS: Data = {"type": "array", "items": TEXT}
LITERAL: Data = {"type": ["string", "integer", "boolean"]}
POSITION: Data = {"const": "position"}


def of(name: str) -> Data:
    """A reference to a definition of the schema."""
    return {"$ref": f"#/$defs/{name}"}


def one_or_more(schema: Data) -> Data:
    return {"anyOf": [schema, {"type": "array", "items": schema}]}


class Word(msgspec.Struct, frozen=True):
    """A key of the language. form: what may stand behind it, as JSON Schema. example: as it is written."""

    form: Data
    summary: str
    example: str = ""


TOP = {
    "mapping": Word(TEXT, "The name of the mapping, lower case with hyphens.", "mapping: acme-850"),
    "title": Word(TEXT, "What people call it."),
    "description": Word(TEXT, "What is mapped in a way that somebody may wonder about, and what is not."),
    "source": Word(of("source"), "The documents that it is for: format, document, releases or columns."),
    "target": Word(TEXT, "The canonical model and its version.", "target: order/1"),
    "century_pivot": Word(
        {"type": "integer", "minimum": 0, "maximum": 99},
        "Two-digit years from here on are 19xx, those below 20xx; 50 when it is left out.",
    ),
    "codelists": Word(
        {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": LITERAL}},
        "Lists of codes of its own: for each name the sender's codes and ours.",
        'codelists: {purposes: {"00": original}}',
    ),
    "fragments": Word(
        {"type": "object", "additionalProperties": of("rules")}, "Rules that several blocks `use`, by their name."
    ),
    "rules": Word(of("rules"), "The target, field by field."),
    "outbound": Word(
        {"type": "array", "items": of("supply")}, "What is written beside the values that rules read; see below."
    ),
    "preferred": Word(
        {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": TEXT}},
        "For writing: of several codes of a list that mean the same, the one to send.",
        "preferred: {x12-365-channel: {phone: TE}}",
    ),
    "extends": Word(TEXT, "The mapping of which this one says only what differs."),
    "fragments_of": Word(one_or_more(TEXT), "Mappings whose fragments it uses; of two with one name, the first."),
}
EITHER = ("extends", "fragments_of")
"""Put in before a mapping is kept; the others stay."""

X12 = {
    "format": Word({"const": "x12"}, "The format of the documents."),
    "set": Word(TEXT, "The transaction set, in quotes.", 'set: "850"'),
    "releases": Word({**TEXTS, "minItems": 1}, "The releases that it is for; another one takes the nearest."),
}
XML = {
    "format": Word({"const": "xml"}, "The format of the documents."),
    "document": Word(TEXT, "The kind that the reader recognises.", "document: UBL Order"),
    "namespaces": Word({"type": "object", "additionalProperties": TEXT}, "Prefixes for the paths of this mapping."),
}

VALUE_SOURCES = {
    "from": Word(
        one_or_more(of("text_source")), "The value at a path, or the first of several that is there.", "from: BEG03"
    ),
    "concat": Word({"type": "array", "items": of("text_source")}, "Several put together; empty ones left out."),
    "join": Word(one_or_more(TEXT), "The value of every occurrence, put together.", "join: MSG01"),
    "constant": Word(LITERAL, "Itself.", "constant: standard"),
    "number": Word(POSITION, "The place of the item in its list, from 1.", "number: position"),
    "level": Word(TEXT, "The place of a level among all levels, from 1 (X12 HL).", "level: HL"),
    "parent": Word(TEXT, "A field of the item that this one follows, under `then`.", "parent: key"),
    "product": Word(TEXTS, "Fields of this item multiplied, exactly.", "product: [quantity/value, price/amount]"),
    "sum": Word(one_or_more(TEXT), "A field of every item of a list, added up exactly.", "sum: lines/amount"),
    "count": Word(TEXT, "How many items a list has.", "count: lines[relation=add]"),
}
VALUE_OPTIONS = {
    "separator": Word(TEXT, "What stands between the parts of `concat` and `join`; a blank when left out."),
    "divided_by": Word(TEXT, "The field by which a `product` is divided; no value where the quotient does not end."),
    "every": Word({"type": "boolean"}, "No `sum` unless each item has the field."),
    "alike": Word(TEXT, "No `sum` unless this field is the same in all items, such as the currency."),
    "apply": Word(one_or_more(of("call")), "Functions, one after the other.", "apply: [upper, {first: {length: 5}}]"),
    "map": Word(TEXT, "The code list that translates the value.", "map: x12-355-unit"),
    "fallback": Word(of("fallback"), "What becomes of a code that the list does not have."),
    "default": Word(LITERAL, "The value when nothing was sent."),
    "required": Word(TEXT, "The message of the error when nothing was sent."),
    "when": Word(of("condition"), "The rule counts only where this holds."),
    "decimals": Word({"type": "integer", "minimum": 0, "maximum": 9}, "Implied decimals, where no structure tells."),
    "releases": Word(TEXTS, "The releases that the rule is for; all when it is left out."),
}
OBJECT = {
    "rules": Word(of("rules"), "The fields of the object, or of each item."),
    "use": Word(
        one_or_more(TEXT),
        "A fragment whose rules it takes, or several; of two rules for one field the last counts, and its own `rules`.",
        "use: [billed, item]",
    ),
    "when": Word(of("condition"), "The object, or the item, is made only where this holds."),
    "releases": Word(TEXTS, "The releases that it is for; all when it is left out."),
}
BLOCK = OBJECT | {
    "each": Word(TEXT, "One item for each loop, segment, element or row; without it, one item.", "each: PO1"),
    "name": Word(TEXT, "By which a mapping that extends this one finds the block."),
    "groups": Word(
        {
            "type": "object",
            "properties": {
                name: {"type": "integer", "minimum": 1, "maximum": 99} for name in ("first", "last", "size")
            },
            "required": ["first", "last"],
            "additionalProperties": False,
        },
        "One item for each group of elements; `$1`, `$2` are the elements of the group.",
        "groups: {first: 6, last: 25, size: 2}",
    ),
    "values": Word({"type": "array", "items": of("value")}, "The items are texts.", "values: [N301, N302]"),
    "then": Word({"type": "array", "items": of("block")}, "Blocks whose items follow each item of this one."),
}
EXTENDING = {
    "remove": Word({"const": True}, "In a mapping that extends another: takes the block of this name away."),
}
CONDITION = {
    "path": Word(TEXT, "A path of the source; alone it asks whether something is there.", "{path: BEG02, equals: SA}"),
    "field": Word(TEXT, "A field of this item.", "{field: price/basis_unit, same_as: quantity/unit}"),
    "in": Word(TEXTS, "It is one of these.", "{path: BEG02, in: [SA, NE]}"),
    "equals": Word(TEXT, "It is this."),
    "same_as": Word(TEXT, "It is what another field of this item is."),
    "differs_from": Word(
        TEXT,
        "What stands at the path and what stands at this one are there, and differ.",
        "{path: cbc:TaxAmount/@currencyID, differs_from: /cbc:DocumentCurrencyCode}",
    ),
    "all": Word({"type": "array", "items": of("condition"), "minItems": 1}, "All of these hold."),
    "any": Word({"type": "array", "items": of("condition"), "minItems": 1}, "One of these holds."),
    "not": Word(of("condition"), "This does not hold."),
}
FALLBACK = {
    "warn": "The value is left out, with a warning. So it is when nothing is said.",
    "fail": "An error; the document has no canonical form.",
    "drop": "The value is left out silently.",
    "pass": "The value is taken as it was sent, for fields that take any text.",
}
SUPPLY = {
    "at": Word(TEXT, "The place that is written, where nothing stands."),
    "each": Word(TEXT, "In every piece of this path that is there already; without it, once in the document."),
    "items": Word(
        TEXT,
        "In the piece of each of these items of the document, where its rules wrote it. `at` and `field` start there.",
        '{items: "lines[!line_id]", at: cbc:ID, number: position}',
    ),
    "every": Word(
        TEXT,
        "An attribute, an X12 element, or every X12 data element of a number, wherever the standard demands it. "
        "An attribute has the value that it has around it, and needs no other source.",
        '{every: "@currencyID", field: currency}, {every: CUR01, constant: BY}, {every: "@128", constant: ZZ}',
    ),
    "fill": Word(
        TEXT,
        "Instead of a place: a field that a document from elsewhere gets before it is written, where it has none. With "
        "`items` a field of each; the source is a `field`, a `constant` or `number`.",
        '{items: "lines[!line_id]", fill: line_id, number: position}',
    ),
    "only": Word(
        TEXT,
        "XML: a field by which documents are told apart, with the values `in` which they are written. Others are "
        "refused: a cancellation is no UBL Order.",
        "{only: type, in: [credit_note]}",
    ),
    "in": Word({"type": "array", "items": TEXT, "minItems": 1}, "The values of `only`."),
    "leave_out": Word(
        TEXT,
        "Pieces of XML that lack what the standard demands of them are left out, with a warning that says so; other "
        "such pieces are errors, and the document is not sent.",
        "{leave_out: cac:PaymentMeans}",
    ),
    "constant": Word(LITERAL, "Itself."),
    "field": Word(
        TEXT,
        "A field of the canonical document; with `items` of the item, and `/currency` is the document's. `$order_key` "
        "in a filter is that field of the item.",
        "{items: lines, at: cbc:LineExtensionAmount, field: amount}, "
        "{items: lines, fill: order/number, field: '/orders[key=$order_key]/order/number'}",
    ),
    "envelope": Word(
        TEXT,
        "A value of the envelope, as whoever sends the document gives it; also `interchange.timestamp`, "
        "`.secret`, and `.answers`, the control number of what is answered.",
        '{at: "@payloadID", envelope: interchange.control_number}',
    ),
    "sum": Word(
        one_or_more(TEXT),
        "The sum of what was written at a path, or at several: the first must be there, unless there is a `field`, to "
        "which it is added. No value where one of several pieces has none.",
    ),
    "minus": Word(one_or_more(TEXT), "What was written at these paths is taken from the `field` or the `sum`."),
    "unless": Word(TEXT, "Nothing is written where something stands at this path already."),
    "number": Word(POSITION, "The number of the piece, or the place of the item in its list, from 1."),
    "count": Word(
        TEXT, "How many of these X12 segments, or loops by their first, were written.", "{at: CTT01, count: PO1}"
    ),
    "elsewhere": Word(
        {"const": True},
        "Only in documents that came in another standard than X12, and instead of what stands there.",
        "{at: CTT01, count: PO1, elsewhere: true}",
    ),
}
PARAMETERS: dict[str, Data] = {
    name: {
        "type": "object",
        "properties": {
            each.name: TEXT
            if each.type is str
            else {"type": "integer", **({"minimum": each.minimum} if each.minimum else {})}
            for each in function.parameters
        },
        "required": [each.name for each in function.parameters],
        "additionalProperties": False,
    }
    for name, function in FUNCTIONS.items()
}
