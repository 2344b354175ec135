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

Nothing of it counts when a document is read, and nothing of it replaces a value that stands there already: the first
entry that has a value for a place gives it.
"""

from collections.abc import Mapping

from mappings.engine.canonical.schema import model
from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.declaration import Literal, Supply
from mappings.engine.rules.paths import FieldStep, SourcePath, parse_target
from mappings.engine.rules.plain import Data, as_list, as_literal, as_mapping, as_text, only_known
from mappings.engine.rules.source import Source
from mappings.engine.rules.target import Kind, field
from mappings.engine.rules.text_writer import CONTEXT

SUPPLY_KEYS = frozenset({"at", "each", "every", "constant", "field", "envelope", "sum", "number"})
ENVELOPE = CONTEXT | {"interchange.timestamp", "interchange.secret"}
"""What an envelope may be asked for: as in reading, the instant of sending, and a secret that a connection keeps."""
_SOURCES = ("constant", "field", "envelope", "sum", "number")


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
    if ("at" in item) == ("every" in item) or ("every" in item and "each" in item):
        raise DeclarationError(rule, "an entry has `at`, which may stand below `each`, or else `every`")
    sources = [key for key in _SOURCES if key in item]
    if len(sources) != 1 and (sources or "every" not in item):
        raise DeclarationError(rule, f"an entry has one source ({', '.join(_SOURCES)})")
    if "sum" in item and "at" not in item:
        raise DeclarationError(rule, "a sum is written `at` one place")
    place = "at" if "at" in item else "every"
    path = _place(item, place, rule, source)
    attribute = path.key.startswith("@") and not path.steps
    element = path.context.isdecimal() or (path.element and len(path.steps) == 1)
    if place == "every" and not attribute and not element:
        reason = "names an attribute, as in @currencyID, or an X12 element, as in CUR01, or by its number, as in @128"
        raise DeclarationError(f"{rule}.every", reason)
    if item.get("number", "position") != "position" or ("number" in item and "each" not in item):
        raise DeclarationError(f"{rule}.number", "is 'position', and goes with `each`: the number of the piece, from 1")
    return Supply(
        rule=rule,
        at=path,
        each=_place(item, "each", rule, source) if "each" in item else None,
        every=place == "every",
        constant=str(as_literal(item["constant"], f"{rule}.constant")) if "constant" in item else "",
        field=_field(as_text(item["field"], f"{rule}.field"), f"{rule}.field", target) if "field" in item else (),
        envelope=_envelope(as_text(item["envelope"], f"{rule}.envelope"), f"{rule}.envelope")
        if "envelope" in item
        else "",
        sum=_place(item, "sum", rule, source) if "sum" in item else None,
        number="number" in item,
    )


def _place(item: Data, key: str, rule: str, source: Source) -> SourcePath:
    path = source.parse(as_text(item[key], f"{rule}.{key}"), f"{rule}.{key}")
    source.writable(path, f"{rule}.{key}")
    return path


def _envelope(name: str, rule: str) -> str:
    if name not in ENVELOPE:
        raise DeclarationError(rule, f"there is no envelope value {name}{nearest(name, ENVELOPE)}")
    return name


def _field(text: str, rule: str, target: str) -> tuple[FieldStep, ...]:
    """The path of a field of the document, that the model has."""
    steps = parse_target(text, rule)
    struct = model(target)
    for number, step in enumerate(steps, 1):
        found = field(struct, step.name, rule)
        if (found.struct is None or found.kind is Kind.TEXTS) != (number == len(steps)):
            raise DeclarationError(rule, f"{text!r} is no single value")
        if found.struct is not None:
            struct = found.struct
            for one in step.filters:
                field(struct, one.field, rule)
    return steps
