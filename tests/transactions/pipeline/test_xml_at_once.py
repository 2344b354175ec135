"""Clean XML records are read and mapped without a parser; people see of that nothing but the time it takes."""

import io
from pathlib import Path

import pytest

from mappings.engine.express.xml.lane import telling_lane, xml_lane
from mappings.engine.xml.reader import XmlRecord, scan
from mappings.library import index
from partners.policies import Policies
from tests.mappings.engine.xml import golden
from transactions.pipeline import xml_records
from transactions.pipeline.judge import Translated, translate
from transactions.pipeline.preview import preview
from transactions.pipeline.translate import Terms
from transactions.states import DocumentOutcome, Verdict

SMALL = [case for case in golden.cases() if (case / "input.xml").stat().st_size < 6_000]


@pytest.fixture(autouse=True)
def _nothing_learned_before() -> None:
    """What a process learned of other tests' documents may be all that it keeps."""
    telling_lane.cache_clear()
    xml_lane.cache_clear()


def outcomes(raw: bytes, name: str, *, at_once: bool) -> list[list[object]]:
    """What becomes of each record of a file."""
    mapping = index.compiled(name)
    spans = [(one.offset, one.length, one.ordinal, one.line) for one in golden.records(raw)]
    made = []
    for place, read in xml_records.readings(io.BytesIO(raw), spans, mapping if at_once else None):
        about = Translated("", "", Verdict.ACCEPTED, DocumentOutcome.FAILED, [])
        result = translate(read, mapping, Policies(), about)
        made.append([place, *(getattr(result, field) for field in Translated.__struct_fields__[:-2])])
    return made


@pytest.mark.parametrize("case", SMALL[::4], ids=lambda case: f"{case.parts[-3]}/{case.name}")
def test_what_becomes_of_a_file_is_the_same_as_by_the_complete_way(case: Path) -> None:
    """Its findings too: those of business rules are placed by the complete way."""
    raw, name = (case / "input.xml").read_bytes(), case.parent.parent.name
    wanted = outcomes(raw, name, at_once=False)

    assert [outcomes(raw, name, at_once=True) for _ in range(3)] == [wanted] * 3


def test_a_record_is_mapped_at_once_when_one_like_it_was_read() -> None:
    raw = (index.LIBRARY / "ubl-order-change/cases/oasis-21/input.xml").read_bytes()
    mapping = index.compiled("ubl-order-change")

    def bodies() -> list[str]:
        return [read().body for _, read in xml_records.readings(io.BytesIO(raw), [(0, len(raw), 1, 1)], mapping)]

    bodies()
    assert all(bodies())
    (record,) = xml_records.scan(io.BytesIO(raw))
    (again,) = xml_records.scan(io.BytesIO(raw))
    assert isinstance(record, XmlRecord)
    assert isinstance(again, XmlRecord)
    assert again.is_seen
    assert (again.kind, again.envelope) == (record.kind, record.envelope)


def test_a_preview_is_the_same_the_second_time() -> None:
    raw = (index.LIBRARY / "cxml-order/cases/two-lines/input.xml").read_bytes()

    def previewed() -> tuple[str, list[object]]:
        (item,) = preview(io.BytesIO(raw), lambda *_: Terms(None, Policies()))
        assert item.translated is not None
        return item.translated.body, [*item.translated.findings]

    assert [previewed() for _ in range(3)] == [previewed()] * 3
    (record,) = scan(io.BytesIO(raw), xml_records.StandardLanes())
    assert isinstance(record, XmlRecord)
    assert record.body == previewed()[0]


def test_a_record_that_is_not_there_any_more_is_our_own_failure() -> None:
    ((_, read),) = xml_records.readings(io.BytesIO(b"<a/>"), [(0, 4, 7, 1)])

    with pytest.raises(RuntimeError, match="cannot be found again"):
        read()
