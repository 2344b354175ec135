"""Structure data that does not hold together would make Onramp reject what the standard allows."""

import json
from collections.abc import Iterator

import pytest

from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Code, Severity
from mappings.engine.x12.structure import (
    DATA,
    LoopUse,
    SegmentUse,
    SyntaxNote,
    nearest_release,
    release,
    releases,
)
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import STAR, raw


def uses(children: tuple[SegmentUse | LoopUse, ...]) -> Iterator[SegmentUse]:
    for child in children:
        if isinstance(child, LoopUse):
            yield from uses(child.children)
        else:
            yield child


def loops(children: tuple[SegmentUse | LoopUse, ...]) -> Iterator[LoopUse]:
    for child in children:
        if isinstance(child, LoopUse):
            yield child
            yield from loops(child.children)


def test_the_releases_are_the_folders() -> None:
    assert releases() == ("004010", "005010")
    assert {"850", "856", "810", "997"} <= release("004010").sets


@pytest.mark.parametrize("name", releases())
def test_every_set_uses_segments_that_are_defined(name: str) -> None:
    known = release(name)
    defined = {line[1 : line.index('"', 1)] for line in (DATA / name / "segments.json").read_text().split("\n")[1:-2]}
    for set_id in known.sets:
        structure = known.structure(set_id)
        used = {use.segment for use in uses(structure.children)}
        assert used <= defined, set_id
        assert isinstance(structure.children[-1], SegmentUse)
        assert (structure.children[0], structure.children[-1]) == (SegmentUse("ST", 1, 1), SegmentUse("SE", 1, 1))
        openers = [loop.children[0] for loop in loops(structure.children)]
        assert all(isinstance(opener, SegmentUse) and opener.max == 1 for opener in openers)


@pytest.mark.parametrize("name", releases())
def test_conditions_name_elements_that_exist(name: str) -> None:
    known = release(name)
    for segment_id, texts in json.loads((DATA / name / "syntax_notes.json").read_text()).items():
        definition = known.segment(segment_id)
        assert definition is not None
        assert [f"{note}{'?' * note.doubtful}" for note in definition.notes] == texts
        assert all(max(note.positions) <= len(definition.elements) for note in definition.notes)
        assert all(note.kind in "PRECL" and len(note.positions) > 1 for note in definition.notes)


def test_code_lists_fit_the_lengths_of_their_elements() -> None:
    known = release("004010")
    for use in uses(known.structure("850").children):
        definition = known.segment(use.segment)
        assert definition is not None
        for element in definition.elements:
            codes = known.codes(element.codes) if element.codes else frozenset()
            assert all(element.min <= len(code) <= element.max for code in codes), (use.segment, element.id)


def test_a_note_reads_as_the_standard_writes_it() -> None:
    assert SyntaxNote.parse("L13101112") == SyntaxNote("L", (13, 10, 11, 12))
    assert str(SyntaxNote.parse("C0302")) == "C0302"


def test_nearest_release_holds_the_set() -> None:
    assert nearest_release("850", "003070") == "004010"
    assert nearest_release("850", "005020") == "005010"
    assert nearest_release("999", "004010") == "005010"
    with pytest.raises(StructureMissing):
        nearest_release("000", "004010")


def test_data_files_stay_small_enough_to_review() -> None:
    for path in DATA.rglob("*.json"):
        assert path.stat().st_size < 1_000_000, path


def test_a_doubtful_condition_only_warns() -> None:
    rows = ["ST*861*0001", "BRA*1*20261121*00*1", "RCD*1***7", "SE*4*0001"]
    found = validator_for("861", "004010").read(raw(rows), STAR).findings
    (doubtful,) = [one for one in found if one.place.segment_id == "RCD"]
    assert (doubtful.code, doubtful.severity) == (Code.ELEMENT_CONDITIONAL_MISSING, Severity.WARNING)
    assert "P0405" in doubtful.message
