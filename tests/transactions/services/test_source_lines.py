"""The source of a document, line by line: without it nobody sees what to mend."""

import pytest

from mappings.engine.findings import Code, Place, Severity, finding
from tests.factories import Made, make_file
from transactions.models import Document
from transactions.services import source_lines as module
from transactions.services.source_lines import source_lines


@pytest.fixture
def document(db: None) -> Document:
    return make_file().documents[0]


def test_segments_are_numbered_from_st_and_named(document: Document) -> None:
    source = source_lines(document, [])
    assert [(line.number, line.segment_id) for line in source.lines][:2] == [(1, "ST"), (2, "BEG")]
    line = source.lines[8]
    assert (line.name, line.elements[1].reference, line.elements[1].text) == ("Baseline Item Data", "PO102", "12")
    assert line.elements[1].name == "Quantity Ordered"
    assert source.separator == "*"
    assert not source.is_cut


def test_a_finding_marks_its_segment_and_element_by_the_worst(document: Document) -> None:
    place = Place(segment=9, segment_id="PO1", element=3)
    warning = finding(Code.ELEMENT_CODE_INVALID, place=place)
    error = finding(Code.ELEMENT_TOO_LONG, place=place)
    source = source_lines(document, [warning, error])
    marked = [line for line in source.lines if line.findings]
    assert [line.number for line in marked] == [9]
    assert marked[0].findings == [warning, error]
    assert marked[0].severity == Severity.ERROR
    assert [element.severity for element in marked[0].elements[:4]] == ["", "", Severity.ERROR, ""]


def test_what_belongs_to_no_shown_line_is_not_lost(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINES", 5)
    whole = finding(Code.ORDER_WITHOUT_LINES)
    late = finding(Code.ELEMENT_TOO_LONG, place=Place(segment=9, segment_id="PO1", element=3))
    source = source_lines(document, [whole, late])
    assert source.elsewhere == [whole, late]
    assert len(source.lines) == 5
    assert source.is_cut


def test_a_long_document_is_read_in_part(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BYTES", 20)
    source = source_lines(document, [])
    assert source.is_cut
    assert [line.segment_id for line in source.lines] == ["ST"]


def test_a_set_that_nobody_knows_is_shown_by_its_delimiters(db: None) -> None:
    made: Made = make_file()
    document = made.documents[0]
    document.set_id, document.version = "XYZ", "?"
    source = source_lines(document, [])
    assert [line.segment_id for line in source.lines][-1] == "SE"
    assert source.lines[1].elements[2].text == document.business_key


def test_missing_bytes_are_an_error_of_the_storage(document: Document) -> None:
    document.file.sha256 = "0" * 64
    with pytest.raises(FileNotFoundError):
        source_lines(document, [])
