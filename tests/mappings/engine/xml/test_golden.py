"""What partners really sent as XML, and exactly what it becomes. When one of these fails, an ERP gets another order."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from mappings.engine.canonical.schema import model
from mappings.engine.findings import has_errors
from mappings.engine.xml.reader import read
from mappings.library import index
from tests.mappings.engine.xml import golden
from tests.mappings.library.borrowed import borrowed
from tests.mappings.schemas import validator

CASES = golden.cases()


def _name(case: Path) -> str:
    return f"{case.parent.parent.name}/{case.name}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_document_becomes_what_people_read_and_agreed_to(case: Path) -> None:
    bodies, findings = golden.outcome(case)
    assert bodies == json.loads((case / "canonical.json").read_text())
    assert findings == json.loads((case / "findings.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_every_case_says_where_it_comes_from(case: Path) -> None:
    about = yaml.safe_load((case / "case.yaml").read_text())
    assert about.keys() == {"source", "licence", "shows"}
    assert all(about.values())


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_the_library_has_the_mapping_for_what_the_reader_recognises(case: Path) -> None:
    for record in golden.records((case / "input.xml").read_bytes()):
        entry = index.find("xml", record.kind, "")
        assert entry is not None
        assert entry.name == case.parent.parent.name


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_consumers_can_trust_schema_and_types(case: Path) -> None:
    mapping = index.compiled(case.parent.parent.name)
    schema = validator(mapping.canonical)
    for record in golden.records((case / "input.xml").read_bytes()):
        result = golden.mapped(mapping, record, read(record))
        if not has_errors(result.findings):
            schema.validate(result.body)
            typed = msgspec.convert(result.body, model(mapping.canonical))
            assert json.loads(msgspec.json.encode(typed)) == result.body


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_explaining_changes_nothing_and_leaves_no_value_unexplained(case: Path) -> None:
    mapping = index.compiled(case.parent.parent.name)
    for record in golden.records((case / "input.xml").read_bytes()):
        reading = read(record)
        plain, explained = golden.mapped(mapping, record, reading), golden.explained(mapping, record, reading)
        assert list(explained.body.items()) == list(plain.body.items())
        assert explained.findings == plain.findings
        assert {row.pointer for row in explained.lineage} == set(_leaves("", plain.body))


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_the_xpath_of_a_value_leads_to_it_in_the_document(case: Path) -> None:
    """A value that was taken over as it is must be what a stranger's XPath engine finds at its place."""
    mapping = index.compiled(case.parent.parent.name)
    for record in golden.records((case / "input.xml").read_bytes()):
        assert record.root is not None
        explained = golden.explained(mapping, record, read(record))
        prefixes = {prefix: uri for prefix, uri in record.root.nsmap.items() if prefix}
        checked = 0
        for pointer, value in _leaves("", explained.body).items():
            rows = explained.trace.of(pointer) if explained.trace else []
            taken = pointer.endswith(("_code", "qualifier", "line_id", "/name", "/city", "/number", "/text"))
            if len(rows) == 1 and rows[0].xpath and taken:
                (found,) = _at(record.root, _whatever_namespace(rows[0].xpath), prefixes)
                text = found if isinstance(found, str) else " ".join(map(str.strip, found.xpath("text()")))
                assert str(text).strip() == value, rows
                checked += 1
        assert checked


@pytest.mark.parametrize("name", sorted({case.parent.parent.name for case in CASES}))
def test_every_rule_of_a_standard_mapping_is_shown_by_a_case(name: str) -> None:
    """A rule that no case reaches can be wrong for years. What a mapping takes over unchanged is shown where it
    is from."""
    mapping = index.compiled(name)
    used: set[str] = set()
    for case in CASES:
        for record in golden.records((case / "input.xml").read_bytes()) if case.parent.parent.name == name else ():
            used |= {row.rule for row in golden.explained(mapping, record, read(record)).lineage}
    needed = _origins(name) - _origins(str(index.declaration(name).get("extends", "")))
    assert {rule for rule, *_ in needed} - {_of_fragment(rule) for rule in used} == set()


def _origins(name: str) -> set[tuple[object, ...]]:
    """The rules of a mapping, with what they read."""
    if name not in index.entries():
        return set()
    sites = index.compiled(name).program("", explaining=True).sites
    origins = {origin for site in sites for origin in site.fields.values()}
    own = [origin for origin in origins if not borrowed(name, origin.rule)]
    return {(_of_fragment(o.rule), *(ref.key for ref in o.refs), o.context, o.inputs) for o in own}


def _of_fragment(rule: str) -> str:
    """A rule of a fragment is one rule, wherever the fragment is used."""
    return rule[rule.rindex("<") :] if "<" in rule else rule


def _whatever_namespace(path: str) -> str:
    """Steps without a prefix may be in a default namespace, which XPath 1 cannot name."""
    return re.sub(r"(?<=/)(?![@*])([\w.-]+)(?=[/\[]|$)", r"*[local-name()='\1']", path)


def _at(root: Any, path: str, prefixes: dict[str, str]) -> list[Any]:
    found: list[Any] = root.xpath(path, namespaces=prefixes)
    return found


def _leaves(pointer: str, value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return {k: v for key, child in value.items() for k, v in _leaves(f"{pointer}/{key}", child).items()}
    if isinstance(value, list):
        return {k: v for i, child in enumerate(value) for k, v in _leaves(f"{pointer}/{i}", child).items()}
    return {pointer: value}
