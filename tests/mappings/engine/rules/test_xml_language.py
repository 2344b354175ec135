"""The mapping language on XML: what each way of writing a path means, and which mistakes are caught."""

import io

import pytest

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Code
from mappings.engine.rules.compiler import CompiledMapping, Mapped, compile_mapping
from mappings.engine.xml.reader import XmlReading, XmlRecord, read, scan

REQUIRED: dict[str, object] = {
    "number": {"from": "o:ID", "required": "The number is missing"},
    "purpose": {"constant": "original"},
    "type": {"constant": "standard"},
    "totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}}}}},
}


def compiled(rules: dict[str, object] | None = None, **top: object) -> CompiledMapping:
    source = {"format": "xml", "document": "test", "namespaces": {"o": "urn:order"}}
    declaration = {"mapping": "test", "source": source, "target": "order/1", "rules": REQUIRED | (rules or {})}
    return compile_mapping(declaration | top)


def reading(inner: str) -> XmlReading:
    raw = f'<Order xmlns="urn:order">\n<ID>7</ID>\n{inner}\n</Order>'.encode()
    (record,) = scan(io.BytesIO(raw))
    assert isinstance(record, XmlRecord)
    return read(record)


def mapped(rules: dict[str, object], inner: str, context: dict[str, str] | None = None) -> Mapped:
    source, mapping = reading(inner), compiled(rules)
    plain = mapping.apply(source.tree, context or {}, source.places)
    explained = mapping.explain(source.tree, source.places, context or {})
    assert (plain.body, plain.findings) == (explained.body, explained.findings)
    return explained


def value(path: object, inner: str) -> object:
    return mapped({"release_number": path}, inner).body.get("release_number")


@pytest.mark.parametrize(
    ("path", "inner", "expected"),
    [
        ("o:A", "<A> x </A>", "x"),
        ("o:A/o:B", "<A><B>1</B><B>2</B></A><A><B>3</B></A>", "1"),
        ("o:A/@c", '<A c=" y "/>', "y"),
        ("@c", "", None),
        ("o:A", "<A/>", None),
        ("o:A", '<p:A xmlns:p="urn:order">x</p:A>', "x"),
        ("A", "<A>x</A>", None),
        ("A", '<A xmlns="">x</A>', "x"),
        ("o:A", "<A>one<B/> two</A>", "one two"),
        ("o:A", "<A><![CDATA[<&>]]></A>", "<&>"),
        ("o:A[o:Q=2]/o:B", "<A><Q>1</Q><B>x</B></A><A><Q>2</Q><B>y</B></A>", "y"),
        ("o:A[o:Q=2|3]/o:B", "<A><Q>1</Q><B>x</B></A><A><Q>3</Q><B>y</B></A>", "y"),
        ("o:A[o:Q!=1]/o:B", "<A><Q>1</Q><B>x</B></A><A><B>y</B></A>", "y"),
        ("o:A[@q=2]", '<A q="1">x</A><A q="2">y</A>', "y"),
        ("o:A[o:P/o:Q/@r=2]/o:B", '<A><P><Q r="1"/></P></A><A><P><Q r="2"/></P><B>y</B></A>', "y"),
        ("o:A[o:Q]/o:B", "<A><B>x</B></A><A><Q/><B>y</B></A>", "y"),
        ("o:A[!o:Q]/o:B", "<A><Q/><B>x</B></A><A><B>y</B></A>", "y"),
        ("o:A[.=y]/@c", '<A c="1">x</A><A c="2">y</A>', "2"),
        ("o:A[o:Q=1][@r=2]/o:B", '<A r="1"><Q>1</Q></A><A r="2"><Q>1</Q><B>y</B></A>', "y"),
        ("o:A/@xml:lang", '<A xml:lang="de"/>', "de"),
        ({"from": ["o:A", "o:B"]}, "<B>y</B>", "y"),
        ({"concat": ["o:A", "o:B", "o:C"]}, "<A>x</A><C>z</C>", "x z"),
        ({"join": "o:A/o:B", "separator": "+"}, "<A><B>1</B><B/><B>2</B></A><A/><A><B>3</B></A>", "1+2+3"),
        ({"join": "o:A/@b", "separator": "+"}, '<A b="1"/><A b="2"/>', "1+2"),
        ({"from": "o:A", "when": "o:B"}, "<A>x</A>", None),
        ({"from": "o:A", "when": "o:B"}, "<A>x</A><B/>", "x"),
        ({"from": "o:A", "when": {"path": "o:B/@c", "in": ["1", "2"]}}, '<A>x</A><B c="2"/>', "x"),
    ],
)
def test_paths_find_what_they_say(path: object, inner: str, expected: object) -> None:
    assert value(path, inner) == expected


def test_loops_and_what_is_around_them() -> None:
    lines = [
        {
            "each": "o:Line/o:Item",
            "rules": {
                "key": {"number": "position"},
                "line_id": {"from": "../@n"},
                "notes": [{"each": "../o:Note", "rules": {"text": "."}}],
                "relation_code": "/o:ID",
                "parties": [{"each": "o:Party", "rules": {"role": {"constant": "buyer"}, "name": "../../o:Note"}}],
            },
        }
    ]
    inner = (
        '<Line n="1"><Note>a</Note><Note>b</Note><Item/></Line><Line n="2"><Note>c</Note><Item><Party/></Item></Line>'
    )
    assert mapped({"lines": lines}, inner).body["lines"] == [
        {"key": 1, "line_id": "1", "relation_code": "7", "notes": [{"text": "a"}, {"text": "b"}]},
        {
            "key": 2,
            "line_id": "2",
            "relation_code": "7",
            "notes": [{"text": "c"}],
            "parties": [{"role": "buyer", "name": "c"}],
        },
    ]


def test_what_several_rules_go_through_is_the_same_for_each() -> None:
    """Elements that a path, a filter and two lists go through are looked through once; nobody may lose any for that."""
    rules: dict[str, object] = {
        "release_number": "o:P/o:N",
        "contract": {"rules": {"number": "o:P[o:K=b]/o:N"}},
        "notes": [{"each": "o:P/o:N", "rules": {"text": "."}}],
        "references": [
            {"each": "o:P[o:K]", "rules": {"type": {"constant": "other"}, "value": "o:N", "qualifier": "o:K"}},
            {"each": "o:P[!o:K]", "rules": {"type": {"constant": "other"}, "value": "o:N"}},
        ],
    }
    body = mapped(rules, "<P><N>1</N></P><P><N>2</N><N>3</N><K>b</K></P><P><K>c</K></P>").body
    assert body["release_number"] == "1"
    assert body["contract"] == {"number": "2"}
    assert body["notes"] == [{"text": "1"}, {"text": "2"}, {"text": "3"}]
    assert body["references"] == [
        {"type": "other", "qualifier": "b", "value": "2"},
        {"type": "other", "qualifier": "c"},
        {"type": "other", "value": "1"},
    ]


def test_text_between_and_behind_elements_counts() -> None:
    body = mapped({"notes": [{"each": "o:T", "rules": {"text": "."}}]}, "<T> a <B>no</B> b\n<B/> </T><T><B/>c</T>").body
    assert body["notes"] == [{"text": "a b"}, {"text": "c"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21", "2026-11-21"),
        ("2026-11-21Z", "2026-11-21"),
        ("2026-11-21+01:00", "2026-11-21"),
        ("2026-11-21T23:30:00-08:00", "2026-11-21"),
        ("2026-11-21 23:30:00-08:00", "2026-11-21"),
        ("20261121", "2026-11-21"),
        ("2026-02-30", None),
        ("21.11.2026", None),
    ],
)
def test_dates_are_taken_as_written(text: str, expected: str | None) -> None:
    result = mapped({"issue_date": "o:D"}, f"<D>{text}</D>")
    assert result.body.get("issue_date") == expected
    assert [found.code for found in result.findings] == ([] if expected else [Code.MAPPING_VALUE_INVALID])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:30", "09:30:00"),
        ("09:30:47.0Z", "09:30:47"),
        ("093001", "09:30:01"),
        ("2026-11-21T09:30:47.25+01:00", "09:30:47.25"),
        ("2026-11-21 09:30:47 +0100", "09:30:47"),
    ],
)
def test_times_are_taken_as_written(text: str, expected: str) -> None:
    assert mapped({"issue_time": "o:T"}, f"<T>{text}</T>").body["issue_time"] == expected


def test_sap_writes_the_sign_behind() -> None:
    rules: dict[str, object] = {"prices": [{"rules": {"amount": "o:P"}}]}
    assert mapped(rules, "<P>12.50-</P>").body["prices"] == [{"amount": "-12.50"}]


def test_findings_and_lineage_name_xpath_and_line() -> None:
    rules: dict[str, object] = {"prices": [{"each": "o:P", "rules": {"amount": "o:V", "currency": "o:V/@c"}}]}
    result = mapped(rules, '<P><V c="EUR">1</V></P>\n<P>\n<V c="Euro">x</V></P>')
    assert [(found.place.xpath, found.place.line) for found in result.findings] == [
        ("/Order/P[2]/V", 5),
        ("/Order/P[2]/V/@c", 5),
    ]
    trace = result.trace
    assert trace is not None
    (row,) = trace.of("/prices/0/currency")
    assert (row.xpath, row.line, row.rule) == ("/Order/P[1]/V/@c", 3, "rules.prices[0].rules.currency")


def test_a_missing_value_is_reported_at_the_element_that_should_have_it() -> None:
    mapping = compiled({"number": {"from": "o:X/@id", "required": "No number"}})
    source = reading("")
    (found,) = mapping.apply(source.tree, {}, source.places).findings
    assert (found.message, found.place.xpath, found.place.line) == ("No number", "/Order", 1)


def test_the_envelope_is_there_as_for_other_formats() -> None:
    result = mapped({"release_number": "@interchange.sender"}, "", {"interchange.sender": "ACME"})
    assert result.body["release_number"] == "ACME"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"release_number": "x:A"}, "no namespace is declared for 'x'"),
        ({"release_number": "o:A/@x:b"}, "no namespace is declared for 'x'"),
        ({"release_number": "o:A["}, "is not a path"),
        ({"release_number": "o:A[]"}, r"\[\] is not of the form"),
        ({"release_number": "o:A[!o:B=1]"}, "is not of the form"),
        ({"release_number": "o A"}, "is no name"),
        ({"release_number": "o:A//o:B"}, "is no"),
        ({"release_number": "../o:A"}, "leaves more scopes than there are"),
        ({"release_number": "@interchange.sendr"}, "did you mean 'interchange.sender'"),
        ({"lines": [{"each": "@a", "rules": {"key": {"number": "position"}}}]}, "names no element"),
        ({"identifiers": [{"each": "o:A", "groups": {"first": 1, "last": 2}, "rules": {"value": "."}}]}, "X12 segment"),
        ({"release_number": {"join": ["o:A", "o:B"]}}, "join takes one path"),
    ],
)
def test_mistakes_are_caught_when_it_compiles(rules: dict[str, object], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        compiled(rules)


def test_the_source_section_is_checked() -> None:
    with pytest.raises(DeclarationError, match=r"source\.set"):
        compiled(source={"format": "xml", "document": "x", "set": "850"})
    with pytest.raises(DeclarationError, match=r"source\.document"):
        compiled(source={"format": "xml"})


def test_names_of_a_declaration_never_become_code() -> None:
    """A namespace is any text; one that looks like code must stay a text."""
    hostile = "'] or __import__('os').system('true') or n0['"
    source = {"format": "xml", "document": "x", "namespaces": {"o": hostile}}
    mapping = compiled(source=source)
    assert ascii(f"{{{hostile}}}ID") in mapping.source_code
    assert mapping.apply(reading("").tree, {}, reading("").places).findings[0].code is Code.MAPPING_REQUIRED


@pytest.mark.parametrize(
    ("inner", "kept"),
    [
        ('<C>EUR</C><A c="SEK"/>', True),
        ('<C>EUR</C><A c="EUR"/>', False),
        ("<C>EUR</C><A/>", False),
        ('<C/><A c="SEK"/>', False),
        ('<A c="SEK"/>', False),
    ],
)
def test_two_values_of_the_source_that_are_there_may_differ(inner: str, kept: bool) -> None:
    when = {"path": "@c", "differs_from": "/o:C"}
    differs = {"each": "o:A", "when": when, "rules": {"text": {"constant": "differs"}}}
    same = {"each": "o:A", "when": {"not": when}, "rules": {"text": {"constant": "the same"}}}
    body = mapped({"notes": [differs, same]}, inner).body
    assert body["notes"] == [{"text": "differs" if kept else "the same"}]


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ({"field": "number", "differs_from": "o:C"}, "compares paths, not fields"),
        ({"path": "o:A", "equals": "x", "differs_from": "o:C"}, "with values, or with another path"),
    ],
)
def test_a_path_differs_from_a_path_only(when: dict[str, str], why: str) -> None:
    with pytest.raises(DeclarationError, match=why):
        compiled({"release_number": {"from": "o:A", "when": when}})
