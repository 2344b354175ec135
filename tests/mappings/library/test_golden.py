"""What partners really sent, and exactly what it becomes. When one of these fails, an ERP gets another order."""

import json
from pathlib import Path

import msgspec
import pytest
import yaml

from mappings.engine.canonical.schema import model
from mappings.engine.findings import has_errors
from mappings.library import index
from tests.mappings.library import golden
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
def test_consumers_can_trust_schema_and_types(case: Path) -> None:
    mapping = index.compiled(case.parent.parent.name)
    schema = validator(mapping.canonical)
    for document in golden.documents(case / "input.edi"):
        result = golden.mapped(mapping, document)
        if not has_errors(result.findings):
            schema.validate(result.body)
            typed = msgspec.convert(result.body, model(mapping.canonical))
            assert json.loads(msgspec.json.encode(typed)) == result.body


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_explaining_changes_nothing_and_leaves_no_value_unexplained(case: Path) -> None:
    mapping = index.compiled(case.parent.parent.name)
    for document in golden.documents(case / "input.edi"):
        plain, explained = golden.mapped(mapping, document), golden.explained(mapping, document)
        assert explained.body == plain.body
        assert list(explained.body) == list(plain.body)
        assert explained.findings == plain.findings
        assert [row.pointer for row in explained.lineage if row.rule] != []
        assert {row.pointer for row in explained.lineage} == set(_leaves("", plain.body))


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_untranslated_values_are_found_where_lineage_points(case: Path) -> None:
    """A value that was taken over as it is must stand, letter by letter, at the place that explains it."""
    mapping = index.compiled(case.parent.parent.name)
    for document in golden.documents(case / "input.edi"):
        explained = golden.explained(mapping, document)
        segments = document.reading.segments
        for pointer, value in _leaves("", explained.body).items():
            rows = explained.trace.of(pointer) if explained.trace else []
            if pointer.endswith(("_code", "qualifier", "line_id", "/name", "/city", "/number")) and rows[0].segment:
                row = rows[0]
                element = segments[row.segment - 1][row.element].strip()
                assert value == element or value in element.split(":"), row


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_finding_leads_to_the_bytes_it_is_about(case: Path) -> None:
    """A partner opens the file at the offset; there must stand what the finding speaks of."""
    raw = (case / "input.edi").read_bytes()
    for document in golden.documents(case / "input.edi"):
        found = document.reading.findings + golden.mapped(index.compiled(case.parent.parent.name), document).findings
        for one in found:
            here = raw[one.place.offset :]
            assert here.startswith((one.value or ("" if one.place.element else one.place.segment_id)).encode()), one


@pytest.mark.parametrize("name", sorted({case.parent.parent.name for case in CASES}))
def test_every_rule_of_a_standard_mapping_is_shown_by_a_case(name: str) -> None:
    """A rule that no case reaches can be wrong for years. Borrowed fragments are shown where they are from."""
    mapping = index.compiled(name)
    used: set[str] = set()
    for case in (case for case in CASES if case.parent.parent.name == name):
        for document in golden.documents(case / "input.edi"):
            used |= {row.rule for row in golden.explained(mapping, document).lineage}
    known = {rule for release in mapping.releases for rule in mapping.rules(release)}
    needed = {_of_fragment(rule) for rule in known if not borrowed(name, rule)}
    assert needed - {_of_fragment(rule) for rule in used} == set()


def _of_fragment(rule: str) -> str:
    """A rule of a fragment is one rule, wherever the fragment is used."""
    return rule[rule.rindex("<") :] if "<" in rule else rule


def _leaves(pointer: str, value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return {k: v for key, child in value.items() for k, v in _leaves(f"{pointer}/{key}", child).items()}
    if isinstance(value, list):
        return {k: v for i, child in enumerate(value) for k, v in _leaves(f"{pointer}/{i}", child).items()}
    return {pointer: value}
