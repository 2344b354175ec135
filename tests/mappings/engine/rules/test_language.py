"""What each construct of the mapping language does, on the smallest document that shows it."""

import pytest

from mappings.engine.findings import Code, Severity
from tests.mappings.engine.rules.orders import compiled, mapped, tree

HEAD = "ST*850*0001\nBEG*00*SA*4711**20260302"
PARTY = {"role": {"from": "N101", "map": "roles", "fallback": {"default": "other"}}, "role_code": "N101"}


def test_value_and_constant() -> None:
    body = mapped({"purpose": {"constant": "change"}}, HEAD).body
    assert body["number"] == "4711"
    assert body["purpose"] == "change"
    assert body["model"] == "order/1"


def test_blanks_around_a_value_do_not_count() -> None:
    body = mapped({"release_number": "BEG04"}, "ST*850*1\nBEG*00*SA* 4711 * ").body
    assert body["number"] == "4711"
    assert "release_number" not in body


def test_first_of_several_sources() -> None:
    rules = {"release_number": {"from": ["BEG04", "REF[01=RE]/02", "BEG06"]}}
    assert mapped(rules, HEAD + "\nREF*RE*R9").body["release_number"] == "R9"
    assert mapped(rules, "BEG*00*SA*1*R1\nREF*RE*R9").body["release_number"] == "R1"
    assert "release_number" not in mapped(rules, HEAD).body


def test_qualifier_chooses_the_segment() -> None:
    rules = {"release_number": "REF[01=IA|VR]/02"}
    assert mapped(rules, HEAD + "\nREF*DP*038\nREF*VR*54321\nREF*IA*9").body["release_number"] == "54321"


def test_through_a_loop_with_a_qualifier() -> None:
    rules = {"release_number": "N1[01=ST]/N104", "contract": {"rules": {"number": "N1[01=ST]/N4/N401"}}}
    body = mapped(rules, HEAD + "\nN1*BY*A*92*1\nN4*Boston\nN1*ST*B*92*2\nN4*Solon").body
    assert body["release_number"] == "2"
    assert body["contract"] == {"number": "Solon"}


def test_default_constant_and_required() -> None:
    assert mapped({"release_number": {"from": "BEG04", "default": "0"}}, HEAD).body["release_number"] == "0"
    result = mapped({}, "ST*850*0001\nBEG*00*SA*")
    assert "number" not in result.body
    (found,) = result.findings
    assert (found.code, found.message) == (Code.MAPPING_REQUIRED, "The order number is missing")
    assert (found.place.segment, found.place.segment_id, found.place.element, found.place.element_id) == (
        2,
        "BEG",
        3,
        "324",
    )


def test_what_is_required_in_a_missing_segment_is_reported_at_the_set() -> None:
    (found,) = mapped({}, "ST*850*0001").findings
    assert (found.code, found.place.segment, found.place.segment_id) == (Code.MAPPING_REQUIRED, 1, "ST")


def test_concatenation_leaves_empty_parts_out() -> None:
    rules = {"release_number": {"concat": ["BEG03", "BEG04", "@set.id"], "separator": "/"}}
    assert mapped(rules, HEAD, {"set.id": "850"}).body["release_number"] == "4711/850"


def test_messages_are_joined() -> None:
    rules = {"notes": {"each": "N9", "rules": {"text": {"join": "MSG01", "separator": "\n"}, "qualifier": "N901"}}}
    body = mapped(rules, HEAD + "\nN9*L1*X\nMSG*one\nMSG*\nMSG*two\nN9*ZZ*Y").body
    assert body["notes"] == [{"text": "one\ntwo", "qualifier": "L1"}]


def test_functions_in_a_row() -> None:
    rules = {"release_number": {"from": "BEG04", "apply": ["strip_zeros", {"prefix": {"prefix": "R-"}}]}}
    assert mapped(rules, "BEG*00*SA*1*00042").body["release_number"] == "R-42"


def test_a_function_that_leaves_nothing_counts_as_no_value() -> None:
    rules = {"release_number": {"from": "BEG04", "apply": ["digits"], "default": "none"}}
    assert mapped(rules, "BEG*00*SA*1*abc").body["release_number"] == "none"


@pytest.mark.parametrize(
    ("fallback", "value", "severity"),
    [
        ("warn", None, Severity.WARNING),
        ("fail", None, Severity.ERROR),
        ("drop", None, None),
        ({"default": "other"}, "other", None),
    ],
)
def test_codes_that_the_list_does_not_have(fallback: object, value: str | None, severity: Severity | None) -> None:
    rules = {
        "parties": {"each": "N1", "rules": PARTY | {"role": {"from": "N101", "map": "roles", "fallback": fallback}}}
    }
    result = mapped(rules, HEAD + "\nN1*XX*Somebody")
    assert result.body.get("parties", [{}])[0].get("role") == value  # type: ignore[index]
    assert [found.severity for found in result.findings] == ([severity] if severity else [])


def test_unknown_code_passes_through_where_the_field_is_free_text() -> None:
    rules = {"release_number": {"from": "BEG04", "map": "units", "fallback": "pass"}}
    assert mapped(rules, "BEG*00*SA*1*ZZZ").body["release_number"] == "ZZZ"
    assert mapped(rules, "BEG*00*SA*1*CA").body["release_number"] == "CS"


def test_conditions() -> None:
    def number(condition: object, text: str) -> object:
        return mapped({"release_number": {"from": "BEG06", "when": condition}}, text).body.get("release_number")

    text = "BEG*00*RL*1*R1**CTR\nREF*DP*1"
    assert number("BEG04", text) == "CTR"
    assert number({"path": "BEG02", "in": ["RL", "BK"]}, text) == "CTR"
    assert number({"path": "BEG02", "equals": "SA"}, text) is None
    assert number({"path": "REF[01=DP]"}, text) == "CTR"
    assert number({"not": {"path": "REF[01=ZZ]"}}, text) == "CTR"
    assert number({"all": ["BEG04", {"path": "BEG01", "equals": "05"}]}, text) is None
    assert number({"any": ["BEG08", {"path": "BEG01", "equals": "00"}]}, text) == "CTR"
    assert number({"field": "purpose", "equals": "original"}, text) == "CTR"


def test_lists_from_loops_segments_and_qualified_segments() -> None:
    rules = {
        "parties": [{"each": "N1[01=ST]", "rules": PARTY}, {"each": "N1[01!=ST]", "rules": PARTY}],
        "references": {"each": "REF", "rules": {"type": {"constant": "other"}, "value": "REF02"}},
    }
    body = mapped(rules, HEAD + "\nREF*A*1\nREF*B*2\nN1*BY*A\nN1*ST*B").body
    assert [party["role"] for party in body["parties"]] == ["ship_to", "buyer"]  # type: ignore[attr-defined]
    assert [entry["value"] for entry in body["references"]] == ["1", "2"]  # type: ignore[attr-defined]


def test_pairs_of_qualifier_and_value() -> None:
    identifiers = {
        "groups": {"first": 6, "last": 25, "size": 2},
        "rules": {"scheme": {"constant": "other"}, "qualifier": "$1", "value": "$2"},
    }
    rules = {"lines": {"each": "PO1", "rules": {"key": {"number": "position"}, "identifiers": [identifiers]}}}
    body = mapped(rules, HEAD + "\nPO1*1*1*EA*1**UP*123*VN*AB*XX").body
    assert body["lines"][0]["identifiers"] == [  # type: ignore[index]
        {"scheme": "other", "qualifier": "UP", "value": "123"},
        {"scheme": "other", "qualifier": "VN", "value": "AB"},
    ]


def test_the_scope_around_and_the_document_can_be_reached() -> None:
    note = {"each": "N9/MSG", "rules": {"text": "MSG01", "qualifier": "../N901", "reference": "/BEG03"}}
    body = mapped({"notes": note}, HEAD + "\nN9*L1*X\nMSG*one\nN9*L2*Y\nMSG*two").body
    assert body["notes"] == [
        {"text": "one", "qualifier": "L1", "reference": "4711"},
        {"text": "two", "qualifier": "L2", "reference": "4711"},
    ]


def test_texts_in_a_list() -> None:
    address = {"rules": {"lines": {"each": "N3", "values": ["N301", "N302"]}, "city": "N401"}}
    rules = {"parties": {"each": "N1", "rules": PARTY | {"address": address}}}
    body = mapped(rules, HEAD + "\nN1*ST*B\nN3*Main*Suite 5\nN3*Box\nN4*Solon").body
    assert body["parties"][0]["address"] == {"lines": ["Main", "Suite 5", "Box"], "city": "Solon"}  # type: ignore[index]


def test_objects_without_what_the_model_requires_are_left_out() -> None:
    rules = {"lines": {"each": "PO1", "rules": {
        "key": {"number": "position"}, "quantity": {"rules": {"value": "PO102", "unit_code": "PO103"}},
    }}}  # fmt: skip
    assert mapped(rules, HEAD + "\nPO1*1**EA").body["lines"] == [{"key": 1}]


def test_components_of_a_composite() -> None:
    rules = {"measurements": {"each": "MEA", "rules": {"value": "MEA03", "unit_code": "MEA04-1"}}}
    text = HEAD + "\nMEA*PD*LN*5*IN:2\nMEA*PD*LN*5*:2\nMEA*PD*LN*5"
    context = {"interchange.component_separator": ":"}
    assert mapped(rules, text, context).body["measurements"] == [
        {"value": "5", "unit_code": "IN"}, {"value": "5"}, {"value": "5"},
    ]  # fmt: skip


LINES = {
    "lines": {
        "each": "PO1",
        "rules": {
            "key": {"number": "position"},
            "quantity": {"rules": {"value": "PO102"}},
            "price": {"rules": {"amount": "PO104", "basis_quantity": {"constant": "100"}}},
            "amount": {"product": ["quantity/value", "price/amount"], "divided_by": "price/basis_quantity"},
        },
    },
    "totals": {
        "rules": {
            "computed": {
                "rules": {
                    "line_count": {"count": "lines[!parent_key]"},
                    "quantity": {"sum": "lines/quantity/value"},
                    "lines_amount": {"sum": "lines/amount", "every": True},
                }
            }
        }
    },
}


def test_arithmetic_is_exact_and_names_its_sources() -> None:
    result = mapped(LINES, HEAD + "\nPO1*1*2500*EA*12.5\nPO1*2*3*EA*0.10")
    assert result.body["totals"] == {"computed": {"line_count": 2, "quantity": "2503", "lines_amount": "312.503"}}
    assert result.trace is not None
    sources = {(row.segment, row.element) for row in result.trace.of("/totals/computed/lines_amount")}
    assert sources == {(3, 2), (3, 4), (4, 2), (4, 4)}


def test_a_sum_that_needs_every_term_is_not_there_without_one() -> None:
    totals = mapped(LINES, HEAD + "\nPO1*1*2500*EA*12.5\nPO1*2*3*EA").body["totals"]
    assert totals == {"computed": {"line_count": 2, "quantity": "2503"}}


def test_dollars_and_euros_are_not_added_up() -> None:
    rules = {
        "currency": "CUR02",
        "lines": {"each": "PO1", "rules": {"key": {"number": "position"}, "amount": "PO104", "currency": "CUR02"}},
        "totals": {"rules": {"computed": {"rules": {
            "line_count": {"count": "lines"},
            "lines_amount": {"sum": "lines/amount", "every": True, "alike": "currency"},
        }}}},
    }  # fmt: skip
    dollars = HEAD + "\nCUR*BY*USD\nPO1*1*1*EA*2\nPO1*2*1*EA*3\nCUR*BY*USD"
    assert mapped(rules, dollars).body["totals"] == {"computed": {"line_count": 2, "lines_amount": "5"}}
    mixed = dollars.replace("EA*3\nCUR*BY*USD", "EA*3\nCUR*BY*EUR")
    assert mapped(rules, mixed).body["totals"] == {"computed": {"line_count": 2}}


def test_bad_values_are_found_in_their_place_and_left_out() -> None:
    result = mapped(LINES | {"issue_date": "BEG05"}, "ST*850*1\nBEG*00*SA*1**20261301\nPO1*1*1\nPO1*1*x9*EA*1..5")
    places = [(found.code, found.place.label(), found.place.loop, found.value) for found in result.findings]
    assert places == [
        (Code.MAPPING_VALUE_INVALID, "BEG05, segment 2", "", "20261301"),
        (Code.MAPPING_VALUE_INVALID, "PO102, segment 4", "PO1", "x9"),
        (Code.MAPPING_VALUE_INVALID, "PO104, segment 4", "PO1", "1..5"),
    ]
    assert result.body["lines"] == [{"key": 1, "quantity": {"value": "1"}}, {"key": 2}]


def test_items_that_follow_an_item() -> None:
    sublines = {
        "each": "SLN",
        "rules": {"key": {"number": "position"}, "parent_key": {"parent": "key"}, "line_id": "SLN01"},
    }
    rules = {"lines": {"each": "PO1", "rules": {"key": {"number": "position"}, "line_id": "PO101"}, "then": [sublines]}}
    mapping = compiled(rules)
    line = {"PO1": [["PO1", "10"]], "SLNLoop1": [{"SLN": [["SLN", "a"]]}, {"SLN": [["SLN", "b"]]}]}
    root = {"BEG": [["BEG", "00", "SA", "1"]], "PO1Loop1": [line, {"PO1": [["PO1", "20"]]}]}
    assert mapping.apply(root, {}).body["lines"] == [
        {"key": 1, "line_id": "10"},
        {"key": 2, "line_id": "a", "parent_key": 1},
        {"key": 3, "line_id": "b", "parent_key": 1},
        {"key": 4, "line_id": "20"},
    ]


def test_implied_decimals_come_from_the_structure() -> None:
    rules = {"allowances_charges": {"each": "SAC", "rules": {
        "kind": {"from": "SAC01", "map": "kinds"}, "level": {"constant": "document"},
        "sequence": {"number": "position"}, "amount": "SAC05",
    }}}  # fmt: skip
    body = mapped(rules, HEAD + "\nSAC*A*C310***15000").body
    assert body["allowances_charges"] == [{"kind": "allowance", "level": "document", "sequence": 1, "amount": "150.00"}]


def test_rules_for_one_release_only() -> None:
    source = {"format": "x12", "set": "850", "releases": ["004010", "005010"]}
    rules = {"release_number": {"from": "LDT01", "releases": ["004010"]}}
    mapping = compiled(rules, source=source)
    root, _ = tree("BEG*00*SA*1\nLDT*AF*5*DA")
    assert mapping.apply(root, {"group.version": "004010VICS"}).body["release_number"] == "AF"
    assert "release_number" not in mapping.apply(root, {"group.version": "005010"}).body


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("004010", "004010"),
        ("005010X", "005010"),
        ("005030", "005010"),
        ("003040", "004010"),
        ("", "004010"),
        ("abc", "004010"),
    ],
)
def test_release_of_a_document_chooses_the_program(version: str, release: str) -> None:
    source = {"format": "x12", "set": "850", "releases": ["004010", "005010"]}
    assert compiled(source=source).program(version).release == release


def test_bodies_keep_the_order_of_the_model() -> None:
    body = mapped({"release_number": "BEG03", "issue_date": "BEG05"}, HEAD).body
    assert list(body) == ["model", "number", "purpose", "type", "release_number", "issue_date", "totals"]


def test_several_fragments_are_used_together() -> None:
    fragments = {"code": {"role_code": "N101", "name": "N103"}, "name": {"name": "N102"}}
    rules = {"parties": {"each": "N1", "use": ["code", "name"], "rules": {"role": {"constant": "other"}}}}
    body = mapped(rules, HEAD + "\nN1*BY*Acme", fragments=fragments).body
    assert body["parties"] == [{"role": "other", "role_code": "BY", "name": "Acme"}]
