"""What is written of UBL and cXML stands in `engine/xml/structures`; partners' own documents say that it is right."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mappings.engine.findings import Code
from mappings.engine.xml.schema import faults, xsds
from mappings.engine.xml.structure import XmlStructure, structure_for, structures
from mappings.library import index
from tests.mappings.engine.xml import golden

REAL = [
    case for case in golden.cases()
    if case.name.startswith(("oasis", "bii", "cenbii-maximal")) and case.parent.parent.name.startswith("ubl-")
]  # fmt: skip


def test_every_kind_that_can_be_written_has_a_mapping() -> None:
    known = {entry.set_id for entry in index.entries().values() if entry.format == "xml"}
    assert {kind for one in structures() for kind in one.documents} <= known


@pytest.mark.parametrize("structure", structures(), ids=lambda one: one.title)
def test_every_element_has_a_type(structure: XmlStructure) -> None:
    for kind in structure.types.values():
        for name in kind.uses:
            assert structure.type_of(name).uses or structure.type_of(name).text or structure.type_of(name).attributes
    assert all(structure.type_of(root).uses for root in structure.documents.values())
    assert all(etree.fromstring(text.encode()).tag.endswith("}schema") for text in xsds(structure).values())


@pytest.mark.parametrize("case", REAL, ids=lambda case: f"{case.parent.parent.name}/{case.name}")
def test_what_others_wrote_is_in_this_order(case: Path) -> None:
    """The documents of OASIS and CEN, cut down to the elements that Onramp writes, are valid by its schemas."""
    (record,) = golden.records((case / "input.xml").read_bytes())
    structure = structure_for(record.kind)
    assert structure is not None
    assert record.root is not None
    root: Any = etree.fromstring(etree.tostring(record.root))
    _cut_down(root, structure)
    found = faults(etree.tostring(root), record.kind)
    assert [one for one in found if "not a valid value" not in one.message] == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("<cbc:ID>1</cbc:ID><cbc:IssueDate>2026-02-30</cbc:IssueDate>", "2026-02-30"),
        ("<cbc:IssueDate>2026-02-03</cbc:IssueDate><cbc:ID>1</cbc:ID>", "not expected"),
        ("<cbc:ID>1</cbc:ID><cbc:ID>2</cbc:ID>", "not expected"),
        ("<cbc:ID>1</cbc:ID><cbc:Unheard>2</cbc:Unheard>", "cbc:Unheard"),
        ('<cbc:ID rank="1">1</cbc:ID>', "rank"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(wrong: str, words: str) -> None:
    prefixes = " ".join(f'xmlns:{prefix}="{uri}"' for uri, prefix in _ubl().prefixes.items())
    uri = _ubl().documents["UBL Order"].partition("}")[0][1:]
    found = faults(f'<Order xmlns="{uri}" {prefixes}>{wrong}</Order>'.encode(), "UBL Order")
    assert found[0].code is Code.XML_STRUCTURE_INVALID
    assert words in found[0].message
    assert found[0].place.xpath


def _ubl() -> XmlStructure:
    found = structure_for("UBL Order")
    assert found is not None
    return found


def _cut_down(element: Any, structure: XmlStructure) -> None:
    """Take out what the structure does not have."""
    kind = structure.type_of(element.tag)
    for name in list(element.attrib):
        if name not in kind.attributes:
            del element.attrib[name]
    for child in list(element):
        if child.tag in kind.uses:
            _cut_down(child, structure)
        else:
            element.remove(child)
