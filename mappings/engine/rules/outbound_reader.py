"""The `outbound` part of a declaration: what is written beside the values that its rules read.

    outbound:
      - {at: cbc:CustomizationID, constant: "urn:example:order:1"}                             # in the document
      - {each: cac:TaxTotal, at: cbc:TaxAmount, sum: cac:TaxSubtotal/cbc:TaxAmount}           # in each that is written
      - {every: "@currencyID", field: currency}                                               # wherever it is demanded
      - {every: CUR01, constant: BY}                                                          # the same in X12
      - {every: "@128", constant: ZZ}                                                         # every data element 128
      - {each: LX, at: LX01, number: position}                                                # 1, 2, 3
      - {every: "@isoCountryCode"}                                                            # as it is said around it
      - {at: "@payloadID", envelope: interchange.control_number}                              # as the sender numbers it
      - {items: "lines[!line_id]", at: cbc:ID, number: position}                              # where an item stands
      - {items: lines, at: cbc:LineExtensionAmount, field: amount}                            # of the item itself
      - {at: cac:LegalMonetaryTotal/cbc:PayableAmount, sum: [A, B], minus: C}                 # of what is written
      - {only: type, in: [credit_note]}                                                       # others are refused
      - {leave_out: cac:PaymentMeans}                                                         # rather than be wrong
      - {at: CTT01, count: PO1, elsewhere: true}                                              # of no X12 document
      - {items: lines, fill: order/number, field: "/orders[key=$order_key]/order/number"}     # before it is written

Nothing of it counts when a document is read, and nothing of it replaces a value that stands there already: the first
entry that has a value for a place gives it.
"""

from collections.abc import Mapping

from mappings.engine.canonical.parts import Part
from mappings.engine.canonical.schema import model
from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.declaration import Literal, Supply
from mappings.engine.rules.paths import FieldStep, SourcePath, parse_target
from mappings.engine.rules.plain import Data, as_list, as_literal, as_mapping, as_text, as_texts, only_known
from mappings.engine.rules.source import CONTEXT, Source
from mappings.engine.rules.target import Field, Kind, field

SUPPLY_KEYS = frozenset(
    {
        "at",
        "each",
        "items",
        "every",
        "leave_out",
        "fill",
        "only",
        "in",
        "constant",
        "field",
        "envelope",
        "sum",
        "minus",
        "unless",
        "number",
        "count",
        "elsewhere",
    }
)
ENVELOPE = CONTEXT | {"interchange.timestamp", "interchange.secret", "interchange.answers"}
"""What an envelope may be asked for: as in reading, the instant of sending, a secret that a connection keeps, and the
control number of what a document answers (the payloadID of an order in cXML).
"""
_PLACES = ("at", "every", "leave_out", "fill", "only")
_SOURCES = ("constant", "field", "envelope", "sum", "number", "count")


def read_supplies(data: object, target: str, source: Source) -> tuple[Supply, ...]:
    """The entries in their order. target: the canonical model, whose fields they may name. Raises DeclarationError."""
    return tuple(_supply(item, f"outbound[{i}]", target, source) for i, item in enumerate(as_list(data, "outbound")))


def read_preferred(data: object, codelists: Mapping[str, Mapping[str, Literal]]) -> dict[str, dict[str, str]]:
    """For each code list the codes to send for what several of them mean. Raises DeclarationError for a code that means
    something else.
    """
    found: dict[str, dict[str, str]] = {}
    for name, codes in as_mapping(data, "preferred").items():
        rule = f"preferred.{name}"
        if name not in codelists:
            raise DeclarationError(rule, f"there is no code list {name!r}{nearest(name, codelists)}")
        found[name] = {value: as_text(code, f"{rule}.{value}") for value, code in as_mapping(codes, rule).items()}
        for value, code in found[name].items():
            if str(codelists[name].get(code)) != value:
                raise DeclarationError(f"{rule}.{value}", f"{code!r} does not mean {value} in this list")
    return found


def _supply(data: object, rule: str, target: str, source: Source) -> Supply:
    item = as_mapping(data, rule)
    only_known(item, SUPPLY_KEYS, rule)
    _formed(item, rule)
    if "only" in item:
        return _only(item, rule, target, source)
    place = next(key for key in _PLACES if key in item)
    path = _place(item, place, rule, source) if place != "fill" else SourcePath("")
    attribute = path.key.startswith("@") and not path.steps
    element = path.context.isdecimal() or (path.element and len(path.steps) == 1)
    if place == "every" and not attribute and not element:
        reason = "names an attribute, as in @currencyID, or an X12 element, as in CUR01, or by its number, as in @128"
        raise DeclarationError(f"{rule}.every", reason)
    if "elsewhere" in item and (item["elsewhere"] is not True or source.format != "x12"):
        raise DeclarationError(f"{rule}.elsewhere", "is true, and only of X12: documents that came in another standard")
    if "count" in item and source.format != "x12":
        raise DeclarationError(f"{rule}.count", "counts the segments or loops of X12")
    if place == "leave_out" and (source.format != "xml" or path.key or not path.steps):
        raise DeclarationError(f"{rule}.leave_out", "names an element of XML")
    items, struct = _items(item, f"{rule}.items", model(target)) if "items" in item else ((), model(target))
    text = as_text(item["field"], f"{rule}.field") if "field" in item else ""
    of_document = not items or text.startswith("/")
    found = _field(text, f"{rule}.field", model(target) if of_document else struct, struct) if text else ((), None)
    fill = _filled(item, rule, struct, found[1]) if "fill" in item else ()
    return Supply(
        rule=rule,
        at=path,
        each=_place(item, "each", rule, source) if "each" in item else None,
        items=items,
        every=place == "every",
        leave_out=place == "leave_out",
        fill=fill,
        constant=str(as_literal(item["constant"], f"{rule}.constant")) if "constant" in item else "",
        field=found[0],
        of_document=of_document,
        envelope=_envelope(as_text(item["envelope"], f"{rule}.envelope"), f"{rule}.envelope")
        if "envelope" in item
        else "",
        sum=_terms(item, "sum", rule, source),
        minus=_terms(item, "minus", rule, source),
        unless=_place(item, "unless", rule, source) if "unless" in item else None,
        number="number" in item,
        count=_place(item, "count", rule, source) if "count" in item else None,
        elsewhere="elsewhere" in item,
    )


def _formed(item: Data, rule: str) -> None:
    """Refuse what does not go together."""
    places = [key for key in _PLACES if key in item]
    around = [key for key in ("each", "items") if key in item]
    below = {"at": ("each", "items"), "fill": ("items",)}
    if len(places) != 1 or len(around) > 1 or not set(around) <= set(below.get(places[0], ())):
        reason = (
            "an entry has `at`, which may stand below `each` or `items`, or else `every`, `fill`, `only` or `leave_out`"
        )
        raise DeclarationError(rule, reason)
    if "unless" in item and "at" not in item:
        raise DeclarationError(f"{rule}.unless", "goes with `at`")
    sources = [key for key in _SOURCES if key in item]
    if places[0] in ("leave_out", "only"):
        if sources or "minus" in item:
            raise DeclarationError(rule, f"`{places[0]}` has no source")
        return
    if places == ["fill"] and (len(sources) != 1 or sources[0] not in ("constant", "field", "number")):
        raise DeclarationError(rule, "what is filled has a `constant`, a `field` or a `number`")
    added = "minus" in item or sources == ["field", "sum"]
    if len(sources) != 1 and (sources or "every" not in item) and sources != ["field", "sum"]:
        raise DeclarationError(rule, f"an entry has one source ({', '.join(_SOURCES)})")
    if "minus" in item and sources[0] not in ("field", "sum"):
        raise DeclarationError(f"{rule}.minus", "is taken from a `field` or a `sum`")
    if (added or "sum" in item) and "at" not in item:
        raise DeclarationError(rule, "a sum is written `at` one place")
    if item.get("number", "position") != "position" or ("number" in item and not around):
        reason = "is 'position', and goes with `each` or `items`: the number of the piece, from 1"
        raise DeclarationError(f"{rule}.number", reason)


def _only(item: Data, rule: str, target: str, source: Source) -> Supply:
    """A field of the document with the values that it may have. An X12 set says by its own codes what it is."""
    name, values = as_text(item["only"], f"{rule}.only"), as_texts(item.get("in"), f"{rule}.in")
    known = field(model(target), name, f"{rule}.only")
    if source.format != "xml" or known.kind is not Kind.CHOICE:
        raise DeclarationError(f"{rule}.only", "names a field that is a choice, for documents in XML")
    for value in values:
        if value not in known.choices:
            raise DeclarationError(f"{rule}.in", f"{name} is never {value!r}{nearest(value, known.choices)}")
    return Supply(rule=rule, at=SourcePath(""), only=name, values=values)


def _items(item: Data, rule: str, struct: type[Part]) -> tuple[tuple[FieldStep, ...], type[Part]]:
    """The path of a list of the document, and what its items are."""
    text = as_text(item["items"], rule)
    steps = parse_target(text, rule)
    kind = Kind.OBJECT
    for step in steps:
        found = field(struct, step.name, rule)
        if found.struct is None:
            raise DeclarationError(rule, f"{text!r} is no list")
        struct, kind = found.struct, found.kind
        for one in step.filters:
            field(struct, one.field, rule)
    if kind is not Kind.OBJECTS:
        raise DeclarationError(rule, f"{text!r} is no list")
    return steps, struct


def _terms(item: Data, key: str, rule: str, source: Source) -> tuple[SourcePath, ...]:
    if key not in item:
        return ()
    texts = as_texts(item[key], f"{rule}.{key}") if isinstance(item[key], list) else (item[key],)
    return tuple(_place({key: text}, key, rule, source) for text in texts)


def _place(item: Data, key: str, rule: str, source: Source) -> SourcePath:
    path = source.parse(as_text(item[key], f"{rule}.{key}"), f"{rule}.{key}")
    source.writable(path, f"{rule}.{key}")
    return path


def _envelope(name: str, rule: str) -> str:
    if name not in ENVELOPE:
        raise DeclarationError(rule, f"there is no envelope value {name}{nearest(name, ENVELOPE)}")
    return name


def _field(text: str, rule: str, struct: type[Part], item: type[Part]) -> tuple[tuple[FieldStep, ...], Field]:
    """The path of a single value that a part of the model has. item: the part whose fields `$name` means in filters."""
    steps = parse_target(text.removeprefix("/"), rule)
    for number, step in enumerate(steps, 1):
        found = field(struct, step.name, rule)
        if (found.struct is None or found.kind is Kind.TEXTS) != (number == len(steps)):
            raise DeclarationError(rule, f"{text!r} is no single value")
        if found.struct is not None:
            struct = found.struct
            for one in step.filters:
                field(struct, one.field, rule)
                if one.value.startswith("$"):
                    field(item, one.value[1:], rule)
    return steps, found


def _filled(item: Data, rule: str, struct: type[Part], source: Field | None) -> tuple[FieldStep, ...]:
    """The path of a field that takes what it is filled with."""
    rule, text = f"{rule}.fill", as_text(item["fill"], f"{rule}.fill")
    steps, last = _field(text, rule, struct, struct)
    for step in steps[:-1]:
        inner = field(struct, step.name, rule)
        if inner.kind is not Kind.OBJECT or inner.struct is None:
            raise DeclarationError(rule, f"{text!r} leads through a list")
        struct = inner.struct
    if source is not None:
        fits = source.kind is last.kind and set(source.choices) <= set(last.choices)
    else:
        fits = last.kind is Kind.TEXT or str(item.get("constant", "")) in last.choices
    if not fits:
        raise DeclarationError(rule, f"{last.name} holds {last.kind}, and that is not what it would get")
    return steps
