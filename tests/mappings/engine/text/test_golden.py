"""What shops and buyers really export, and exactly what it becomes."""

import json
from pathlib import Path

import msgspec
import pytest
import yaml

from mappings.engine.canonical.schema import model
from mappings.engine.findings import has_errors
from mappings.library import index
from tests.mappings.engine.text import golden
from tests.mappings.schemas import validator

CASES = golden.cases()


def _name(case: Path) -> str:
    return f"{case.parent.parent.name}/{case.name}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_an_export_becomes_what_people_read_and_agreed_to(case: Path) -> None:
    bodies, findings, about = golden.outcome(golden.source(case))
    assert bodies == json.loads((case / "canonical.json").read_text())
    assert findings == json.loads((case / "findings.json").read_text())
    assert about == json.loads((case / "sheet.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_the_mapping_is_found_by_the_header_alone(case: Path) -> None:
    name, _, _ = golden.documents(golden.source(case))
    assert name == case.parent.parent.name


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_every_case_says_where_it_comes_from(case: Path) -> None:
    about = yaml.safe_load((case / "case.yaml").read_text())
    assert about.keys() == {"source", "licence", "shows"}
    assert all(about.values())


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_consumers_can_trust_schema_and_types(case: Path) -> None:
    name, documents, _ = golden.documents(golden.source(case))
    target = index.entries()[name].target
    schema = validator(target)
    for document in documents:
        result = golden.mapped(name, document)
        schema.validate(result.body)
        assert json.loads(msgspec.json.encode(msgspec.convert(result.body, model(target)))) == result.body
        assert bool(result.body["number"]) or has_errors(result.findings)


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_every_value_leads_to_the_cell_it_came_from(case: Path) -> None:
    name, documents, _ = golden.documents(golden.source(case))
    for document in documents:
        plain, explained = golden.mapped(name, document), golden.explained(name, document)
        assert explained.body == plain.body
        assert explained.findings == plain.findings
        assert {row.pointer for row in explained.lineage} == set(_leaves("", plain.body))
        cells = {
            (number, column): cell.strip()
            for number, row in zip(document.numbers, document.rows, strict=True)
            for column, cell in zip(document.names, row, strict=True)
        }
        leaves = _leaves("", plain.body)
        for row in explained.lineage:
            if row.row and row.pointer.endswith(("/number", "/line_id", "/city", "/value", "/text")):
                assert str(leaves[row.pointer]) in cells[row.row, row.column], row


@pytest.mark.parametrize("name", sorted(entry.name for entry, _ in index.layouts().values()))
def test_every_rule_of_a_mapping_is_shown_by_a_case(name: str) -> None:
    """A rule that no case reaches can be wrong for years."""
    mapping = index.compiled(name)
    used = set()
    for case in CASES:
        if case.parent.parent.name == name:
            _, documents, _ = golden.documents(golden.source(case))
            used |= {row.rule for document in documents for row in golden.explained(name, document).lineage}
    assert set(mapping.rules("")) - used == set()


def _leaves(pointer: str, value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return {k: v for key, child in value.items() for k, v in _leaves(f"{pointer}/{key}", child).items()}
    if isinstance(value, list):
        return {k: v for i, child in enumerate(value) for k, v in _leaves(f"{pointer}/{i}", child).items()}
    return {pointer: value}
