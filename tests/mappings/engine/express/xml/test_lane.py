"""What the short way through XML learns, what it leaves alone, and where it ends."""

import io
import re

import pytest

from mappings.engine.express.xml import program, trail
from mappings.engine.express.xml.lane import XmlLane
from mappings.engine.express.xml.pieces import cut
from mappings.engine.xml.reader import XmlRecord, scan
from mappings.library import index
from tests.mappings.engine.xml import golden


def case(name: str) -> bytes:
    return (index.LIBRARY / name / "input.xml").read_bytes()


def read(raw: bytes, lane: XmlLane) -> XmlRecord:
    found = next(iter(scan(io.BytesIO(raw), lane)))
    assert isinstance(found, XmlRecord)
    return found


CXML, UBL, IDOC = "cxml-order/cases/two-lines", "ubl-order/cases/oasis-21", "idoc-orders05/cases/mock-sap-4715"


def lane_of(name: str) -> XmlLane:
    return XmlLane(index.compiled(name.partition("/")[0]))


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        (CXML, b"<ItemOut", b"</OrderRequest>"),
        (UBL, b"  <cac:OrderLine>", b"</Order>"),
        (IDOC, b"<E1EDP01", b"</IDOC>"),
    ],
)
def test_an_order_with_any_number_of_lines_is_mapped_at_once(name: str, start: bytes, end: bytes) -> None:
    raw, lane = case(name), lane_of(name)
    first, last = raw.index(start), raw.rindex(end)
    read(raw, lane)
    read(raw, lane)
    made = dict(lane.programs.sources) if lane.programs else {}
    for times in (3, 17, 1):
        more = raw[:first] + raw[first:last] * times + raw[last:]
        record = read(more, lane)
        (complete,) = golden.records(more)[:1]

        assert record.is_seen
        assert record.body.count('"line_id"') == times * read(raw, lane).body.count('"line_id"')
        assert (record.kind, record.envelope) == (complete.kind, complete.envelope)
    assert lane.programs is not None
    assert lane.programs.sources == made, "other numbers of lines need no other programs"


def test_a_prefix_that_means_something_else_in_one_order_loses_no_lines_of_others() -> None:
    raw, lane = case(UBL), lane_of(UBL)
    alone = lane_of(UBL)
    read(raw, alone)
    body = read(raw, alone).body
    strange = raw.replace(b"CommonBasicComponents-2", b"CommonBasicComponents-9")

    read(strange, lane)
    read(strange, lane)
    assert read(strange, lane).body != body
    read(raw, lane)
    assert read(raw, lane).body == body


def test_blanks_between_elements_do_not_matter() -> None:
    raw, lane = case(UBL), lane_of(UBL)
    read(raw, lane)
    body = read(raw, lane).body

    assert body
    assert read(re.sub(rb">\s+<", b"><", raw), lane).body == body
    assert read(re.sub(rb">\s+<", b">\r\n\t<", raw), lane).body == body


def test_a_quotation_mark_and_references_in_a_text_are_what_they_mean() -> None:
    raw, lane = case(CXML), lane_of(CXML)
    read(raw, lane)
    shown = raw.replace(b"</Description>", b' 19" rack &amp; &lt;rail&gt;</Description>')
    record = read(shown, lane)

    assert record.is_seen
    assert r"19\" rack & <rail>" in record.body


def test_secrets_are_masked_in_the_tree_of_a_record_that_was_told_at_once() -> None:
    raw, lane = case(CXML), lane_of(CXML)
    assert b"<SharedSecret>" in raw
    read(raw, lane)
    record = read(raw, lane)

    assert record.is_seen
    assert record.root is not None
    assert [secret.text for secret in record.root.iter("SharedSecret")] == ["********"]


@pytest.mark.parametrize(
    "text",
    [b"<a>&#65;</a>", b"<a>&bogus;</a>", "<a>\uffff</a>".encode(), b'<a>1"\x01</a>'],
    ids=["character reference", "entity", "no character", "control character"],
)
def test_what_only_a_parser_can_judge_is_not_cut(text: bytes) -> None:
    assert cut(text) is None


def test_a_stream_in_which_no_record_is_like_another_is_soon_not_learned_any_more() -> None:
    lane, learned = XmlLane(), 0
    for number in range(60):
        names = "".join(f"<cbc:Note{index}>x</cbc:Note{index}>" for index in range(number + 1)).encode()
        raw = case("ubl-order/cases/cenbii-minimal").replace(b"<cbc:ID>", names + b"<cbc:ID>", 1)
        assert not read(raw, lane).is_seen
        learned += read(raw, lane).is_seen

    assert trail.CREDIT <= learned < trail.CREDIT + 3


def test_a_mapping_has_so_many_programs_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    raw, lane = case(CXML), lane_of(CXML)
    assert lane.programs is not None
    monkeypatch.setattr(program, "MOST_PROGRAMS", 1)
    bodies = [read(raw, lane).body for _ in range(3)]

    assert bodies == ["", "", ""]
    assert len(lane.programs.sources) == 1


def test_what_a_trail_keeps_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "MOST_CHARACTERS", 50_000)
    lane = XmlLane()
    for number in range(30):
        lane._trail._credit = 10
        raw = case("ubl-order/cases/cenbii-minimal").replace(
            b"<cbc:ID>", b"<cbc:Note>x</cbc:Note>" * number + b"<cbc:ID>", 1
        )
        read(raw, lane)
        assert lane._trail._ground.size <= 50_000
