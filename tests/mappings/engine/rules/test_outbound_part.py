"""What a declaration says for writing only: it is read, checked against the model, and passed on by `extends`."""

import msgspec
import pytest

from mappings.engine.errors import DeclarationError
from mappings.engine.outbound.x12 import write_set
from mappings.engine.rules.compiler import compile_mapping
from mappings.engine.rules.reader import read
from mappings.engine.rules.resolve import resolve_declaration
from mappings.library import index
from tests.mappings.engine.rules.test_xml_language import compiled


def test_entries_are_kept_in_their_order() -> None:
    entries = [
        {"at": "o:Profile", "constant": "urn:one"},
        {"each": "o:TaxTotal", "at": "o:Amount", "sum": "o:Sub/o:Amount"},
        {"every": "@currencyID", "field": "currency"},
        {"at": "o:Total", "field": "totals/stated/amounts[type=total]/amount"},
    ]
    found = compiled(outbound=entries).declaration.outbound
    assert [entry.at.text for entry in found] == ["o:Profile", "o:Amount", "@currencyID", "o:Total"]
    assert found[0].constant == "urn:one"
    assert found[1].each is not None
    assert found[2].every
    assert [step.name for step in found[3].field] == ["totals", "stated", "amounts", "amount"]


@pytest.mark.parametrize(
    ("entry", "rule", "reason"),
    [
        ({"at": "o:A"}, "outbound[0]", "one source"),
        ({"at": "o:A", "constant": "x", "field": "currency"}, "outbound[0]", "one source"),
        ({"constant": "x"}, "outbound[0]", "`at`"),
        ({"at": "o:A", "every": "@b", "constant": "x"}, "outbound[0]", "`at`"),
        ({"every": "o:A", "constant": "x"}, "outbound[0].every", "an attribute"),
        ({"every": "@a", "sum": "o:A"}, "outbound[0]", "one place"),
        ({"at": "o:A", "field": "curency"}, "outbound[0].field", "did you mean 'currency'"),
        ({"at": "o:A", "field": "totals"}, "outbound[0].field", "no single value"),
        ({"at": "o:A", "field": "number/more"}, "outbound[0].field", "no single value"),
        ({"at": "o:A", "field": "parties[rool=buyer]/name"}, "outbound[0].field", "did you mean 'role'"),
        ({"at": "p:A", "constant": "x"}, "outbound[0].at", "no namespace"),
        ({"att": "o:A", "constant": "x"}, "outbound[0].att", "did you mean 'at'"),
        ({"items": "lines", "every": "@b", "constant": "x"}, "outbound[0]", "below `each` or `items`"),
        ({"items": "lines", "each": "o:L", "at": "o:A", "constant": "x"}, "outbound[0]", "below `each` or `items`"),
        ({"items": "lnes", "at": "o:A", "field": "amount"}, "outbound[0].items", "did you mean 'lines'"),
        ({"items": "totals", "at": "o:A", "field": "stated"}, "outbound[0].items", "is no list"),
        ({"items": "number", "at": "o:A", "field": "amount"}, "outbound[0].items", "is no list"),
        ({"items": "lines[!lineid]", "at": "o:A", "field": "amount"}, "outbound[0].items", "did you mean 'line_id'"),
        ({"items": "lines", "at": "o:A", "field": "amout"}, "outbound[0].field", "did you mean 'amount'"),
        ({"items": "lines", "at": "o:A", "field": "issue_date"}, "outbound[0].field", "no field 'issue_date'"),
        ({"items": "lines", "at": "o:A", "field": "/issue_dat"}, "outbound[0].field", "did you mean 'issue_date'"),
        ({"at": "o:A", "constant": "x", "minus": "o:B"}, "outbound[0].minus", "a `field` or a `sum`"),
        ({"at": "o:A", "number": "position"}, "outbound[0].number", "goes with `each` or `items`"),
        ({"leave_out": "o:A", "constant": "x"}, "outbound[0]", "has no source"),
        ({"only": "type", "in": ["standard"], "field": "number"}, "outbound[0]", "has no source"),
        ({"only": "type", "in": ["standrd"]}, "outbound[0].in", "did you mean 'standard'"),
        ({"only": "tpe", "in": ["standard"]}, "outbound[0].only", "did you mean 'type'"),
        ({"only": "number", "in": ["1"]}, "outbound[0].only", "is a choice"),
        ({"only": "type"}, "outbound[0].in", "a list"),
        ({"fill": "release_number", "sum": "o:A"}, "outbound[0]", "a `constant`, a `field` or a `number`"),
        ({"fill": "release_numbr", "constant": "x"}, "outbound[0].fill", "did you mean 'release_number'"),
        ({"fill": "type", "constant": "standrd"}, "outbound[0].fill", "not what it would get"),
        ({"fill": "release_number", "field": "issue_date"}, "outbound[0].fill", "not what it would get"),
        ({"fill": "parties/name", "field": "number"}, "outbound[0].fill", "leads through a list"),
        (
            {"items": "lines", "fill": "line_id", "field": "/lines[key=$parentkey]/line_id"},
            "outbound[0].field",
            "parent_key",
        ),
        ({"fill": "release_number", "field": "number", "unless": "o:A"}, "outbound[0].unless", "goes with `at`"),
        ({"leave_out": "o:A/@b"}, "outbound[0].leave_out", "an element of XML"),
    ],
)
def test_slips_are_named(entry: dict[str, object], rule: str, reason: str) -> None:
    with pytest.raises(DeclarationError, match=reason) as error:
        compiled(outbound=[entry])
    assert error.value.rule == rule


def test_items_and_sums_are_kept() -> None:
    entries = [
        {"items": "lines[!line_id]", "at": "o:ID", "number": "position"},
        {"items": "lines", "at": "o:Amount", "field": "amount", "sum": "o:Charge", "minus": ["o:A", "o:B"]},
        {"items": "lines", "at": "o:Currency", "field": "/currency"},
        {"leave_out": "o:Terms"},
        {"items": "lines", "fill": "line_id", "field": "/lines[key=$parent_key]/line_id"},
        {"at": "o:Total", "sum": "o:Amount", "unless": "o:Tax"},
    ]
    numbered, added, outer, left, filled, unless = compiled(outbound=entries).declaration.outbound
    assert numbered.items[0].filters[0].absent
    assert [path.text for path in (*added.sum, *added.minus)] == ["o:Charge", "o:A", "o:B"]
    assert [step.name for step in filled.fill] == ["line_id"]
    assert [one.is_written for one in (added, left, filled)] == [True, False, False]
    assert unless.unless is not None
    assert (added.of_document, outer.of_document, left.leave_out) == (False, True, True)


def test_x12_has_elements_by_place_and_by_number() -> None:
    source = {"format": "x12", "set": "850", "releases": ["004010"]}
    entries = [
        {"every": "CUR01", "constant": "BY"},
        {"every": "@128", "constant": "ZZ"},
        {"each": "PO1", "at": "PO101", "number": "position"},
    ]
    declaration = {"mapping": "t", "source": source, "target": "order/1", "rules": {"number": "BEG03"}}
    one, other, numbered = read({**declaration, "outbound": entries}).outbound
    assert (one.at.element, other.at.context, numbered.number) == (1, "128", True)
    with pytest.raises(DeclarationError, match="goes with `each`"):
        read({**declaration, "outbound": [{"at": "PO101", "number": "position"}]})
    with pytest.raises(DeclarationError, match="an element of XML"):
        read({**declaration, "outbound": [{"leave_out": "PO1"}]})


def test_what_a_partner_says_comes_before_the_standard() -> None:
    base = {"mapping": "base", "outbound": [{"at": "o:Profile", "constant": "standard"}]}
    own = {"mapping": "own", "extends": "base", "outbound": [{"at": "o:Profile", "constant": "partner"}]}
    whole = resolve_declaration(own, lambda name: base, {})
    entries = msgspec.convert(whole["outbound"], list[dict[str, str]])
    assert [entry["constant"] for entry in entries] == ["partner", "standard"]


def test_it_is_a_list() -> None:
    source = {"format": "xml", "document": "test"}
    with pytest.raises(DeclarationError, match="a list"):
        compile_mapping({"mapping": "t", "source": source, "target": "order/1", "rules": {}, "outbound": {}})


def test_of_several_codes_the_preferred_one_is_sent() -> None:
    written = write_set(
        index.compiled("x12-850-order").declaration,
        "004010",
        {"number": "1", "purpose": "original", "type": "standard", "type_code": "220"},
    )
    assert written.segments == [["BEG", "00", "SA", "1"]], "NE means standard, too"


def test_a_preferred_code_must_mean_what_it_is_preferred_for() -> None:
    source = {"format": "x12", "set": "850", "releases": ["004010"]}
    whole = {"mapping": "t", "source": source, "target": "order/1", "rules": {}, "codelists": {"c": {"TE": "phone"}}}
    assert read({**whole, "preferred": {"c": {"phone": "TE"}}}).preferred == {"c": {"phone": "TE"}}
    with pytest.raises(DeclarationError, match="does not mean"):
        read({**whole, "preferred": {"c": {"email": "TE"}}})
    with pytest.raises(DeclarationError, match="no code list"):
        read({**whole, "preferred": {"d": {}}})


@pytest.mark.parametrize(
    ("entry", "rule", "reason"),
    [
        ({"every": "CUX01", "constant": "BY"}, "outbound[0].every", "did you mean 'CUR'"),
        ({"every": "CUR99", "constant": "BY"}, "outbound[0].every", "CUR has 21 elements"),
        ({"each": "LX9", "at": "PO101", "number": "position"}, "outbound[0].each", "no segment 'LX9'"),
    ],
)
def test_what_the_standard_does_not_have_is_refused(entry: dict[str, object], rule: str, reason: str) -> None:
    source = {"format": "x12", "set": "850", "releases": ["004010", "005010"]}
    with pytest.raises(DeclarationError, match=reason) as error:
        read({"mapping": "t", "source": source, "target": "order/1", "rules": {}, "outbound": [entry]})
    assert error.value.rule == rule
