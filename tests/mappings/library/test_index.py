"""The library is found by looking, not by a list: what lies in a folder is there, and what is wrong says where."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from mappings.engine.canonical.order import Order
from mappings.engine.errors import DeclarationError
from mappings.engine.rules.compiler import CompiledMapping, compile_mapping
from mappings.engine.rules.resolve import resolve_declaration
from mappings.engine.x12.structure import release, releases
from mappings.library import index


def test_every_mapping_compiles_and_says_what_it_stands_for() -> None:
    for name, entry in index.entries().items():
        mapping = index.compiled(name)
        mapping.check()
        assert (entry.name, entry.target, entry.releases) == (name, mapping.canonical, mapping.releases)
        assert entry.title


def test_standard_mapping_is_found_for_a_document() -> None:
    entry = index.find("x12", "850", "004010")
    assert entry is not None
    assert entry.name == "x12-850-order"
    assert index.find("x12", "850", "003010") is None


def test_wrong_name_says_the_nearest() -> None:
    with pytest.raises(DeclarationError, match="did you mean 'x12-850-order'"):
        index.declaration("x12-850-orders")


def test_code_lists_are_what_their_files_say() -> None:
    for name, entries in index.codelists().items():
        assert entries, name


LATER = {"x12-1650-event": {"AA", "AB"}}
"""Codes of later releases that carriers send in these."""


def test_codes_of_x12_are_codes_of_the_standard() -> None:
    """A code that no release has is a slip of the pen, and would go out to partners."""
    for name, entries in index.codelists().items():
        standard, number, *_ = name.split("-")
        known = set().union(*(release(each).codes(number.upper()) for each in releases()))
        if standard == "x12" and known:
            assert entries.keys() - known - LATER.get(name, set()) == set(), name


def test_partner_mapping_says_only_what_differs() -> None:
    own = {
        "extends": "x12-850-order",
        "mapping": "acme-850",
        "rules": {
            "release_number": None,
            "number": {"from": "REF[01=PO]/02", "required": "Acme sends its number in REF*PO"},
            "lines": [{"name": "lines", "rules": {"line_id": {"from": "LIN01"}}}],
        },
    }
    whole = index.resolve(own)
    standard = index.resolve(index.declaration("x12-850-order"))
    assert "extends" not in whole
    assert whole["source"] == standard["source"]
    mapping = compile_mapping(whole)
    assert mapping.checksum != index.compiled("x12-850-order").checksum
    line = {"PO1": [["PO1", "1", "2", "EA"]], "LIN": [["LIN", "7", "UP", "1"]]}
    root = {"ST": [["ST", "850", "1"]], "BEG": [["BEG", "00", "SA", "X", "R1"]], "REF": [["REF", "PO", "P1"]]}
    body = mapping.apply(root | {"PO1Loop1": [line]}, {}).body
    assert body["number"] == "P1"
    assert "release_number" not in body
    lines = body["lines"]
    assert isinstance(lines, list)
    assert lines[0]["line_id"] == "7"
    assert lines[0]["quantity"] == {"value": "2", "unit": "EA", "unit_code": "EA"}


def test_a_partner_may_mean_the_unit_ordered_when_he_says_each() -> None:
    own = {
        "extends": "x12-850-order",
        "mapping": "yards",
        "rules": {"lines": [{"name": "lines", "rules": {"price": {"rules": {"basis_unit": None}}}}]},
    }
    line = {"PO1": [["PO1", "1", "100", "YD", "2.50", "WE"]]}
    root = {"BEG": [["BEG", "00", "SA", "X"]], "PO1Loop1": [line]}

    def computed(mapping: CompiledMapping) -> object:
        return msgspec.convert(mapping.apply(root, {}).body, Order).totals.computed.lines_amount

    assert computed(index.compiled("x12-850-order")) is None
    assert computed(compile_mapping(index.resolve(own))) == Decimal("250.00")


def test_a_mapping_cannot_extend_itself() -> None:
    loop = {"extends": "a", "rules": {}}
    with pytest.raises(DeclarationError, match="cannot extend itself"):
        resolve_declaration(loop, lambda name: loop, {})


def test_what_follows_the_items_of_a_block_is_told_apart_by_name_too() -> None:
    own = {
        "extends": "x12-850-order",
        "mapping": "acme-850",
        "rules": {
            "lines": [{"name": "lines", "rules": {}, "then": [{"name": "sublines", "rules": {"line_id": "SLN02"}}]}]
        },
    }
    (lines,) = index.resolve(own)["rules"]["lines"]  # type: ignore[index]
    (sublines,) = lines["then"]
    assert sublines["each"] == "SLN"
    assert sublines["rules"]["line_id"] == "SLN02"
    assert sublines["rules"]["key"] == {"number": "position"}


def test_fragments_of_another_mapping_come_with_their_lists_and_nothing_else() -> None:
    own = {
        "fragments_of": "cxml-order",
        "mapping": "notes",
        "fragments": {"mine": {"name": {"from": "Name"}}},
        "rules": {
            "parties": [{"each": "Header/From", "use": "mine", "rules": {"identifiers": [{"use": "credential"}]}}]
        },
    }
    whole = index.resolve(own)
    assert "fragments_of" not in whole
    assert whole["fragments"].keys() == {"mine", "credential"}  # type: ignore[attr-defined]
    assert whole["codelists"].keys() == {"domains"}  # type: ignore[attr-defined]
    assert whole["rules"] == own["rules"]


def test_of_two_lenders_the_first_counts() -> None:
    own = {"fragments_of": ["x12-856-despatch-advice", "x12-850-order"], "rules": {"parties": [{"use": "party"}]}}
    both: Any = index.resolve(own)["fragments"]
    alone: Any = index.resolve(own | {"fragments_of": "x12-856-despatch-advice"})["fragments"]
    assert both["party"] == alone["party"]
    whole = index.resolve(
        own | {"rules": {"parties": [{"use": "party"}], "characteristics": [{"use": "characteristic"}]}}
    )
    assert {"party", "contact", "characteristic"} <= whole["fragments"].keys()  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["extends", "fragments_of"])
def test_another_mapping_is_named_by_its_name(key: str) -> None:
    with pytest.raises(DeclarationError, match=f"{key}: is the name of a mapping"):
        index.resolve({key: 3, "rules": {}})


def test_taking_away_what_is_not_there_is_an_error() -> None:
    with pytest.raises(DeclarationError, match=r"rules\.numbr.*did you mean 'number'"):
        index.resolve({"extends": "x12-850-order", "rules": {"numbr": None}})


def test_every_fragment_is_used() -> None:
    """Rules that nothing uses are values that nobody gets: the items of UBL invoices were once lost so."""
    used = {name for entry in index.entries() for name in _named(index.resolve(index.declaration(entry)))}
    written = {name for entry in index.entries() for name in _fragments(index.declaration(entry))}
    assert written - used == set()
    invoice = _named(index.declaration("ubl-invoice"))
    assert {"billed", "item"} <= invoice


def _fragments(declaration: Mapping[str, object]) -> set[str]:
    return set(msgspec.convert(declaration.get("fragments", {}), dict[str, object]))


def _named(node: object) -> set[str]:
    """What `use` names anywhere below."""
    if isinstance(node, Mapping):
        names = node.get("use", [])
        own = {names} if isinstance(names, str) else set(names)
        return own.union(*(_named(value) for value in node.values()))
    return set().union(*map(_named, node)) if isinstance(node, list) else set()


@pytest.mark.parametrize(
    ("document", "mapping"),
    [
        ("IDoc ORDERS01", "idoc-orders05"),
        ("IDoc ORDERS04", "idoc-orders05"),
        ("IDoc ORDERS05", "idoc-orders05"),
        ("IDoc INVOIC01", "idoc-invoic02"),
        ("IDoc DELVRY03", "idoc-delvry03"),
        ("IDoc DELVRY05", "idoc-delvry07"),
        ("IDoc ORDERS06", ""),
        ("IDoc DESADV01", ""),
        ("IDoc MATMAS05", ""),
        ("UBL Quotation", ""),
    ],
)
def test_an_earlier_basic_type_of_an_idoc_is_read_by_the_mapping_of_the_next(document: str, mapping: str) -> None:
    """Many still send ORDERS01 to ORDERS04; a later one may hold what nobody has read."""
    entry = index.find("xml", document, "")
    assert (entry.name if entry else "") == mapping
