"""A document that its receiver reads differently from what we wrote would be worse than none."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.writer import (
    OutboundEnvelope,
    SegmentWriter,
    UnwritableValue,
    functional_group,
    interchange,
    transaction_set,
)

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SEPARATORS = "*|~>:^\n'\\+!\x07\x1c\x1d"


def envelope(delimiters: Delimiters, version: str = "00401", line_end: str = "") -> OutboundEnvelope:
    return OutboundEnvelope(
        sender_qualifier="ZZ",
        sender_id="SUPPLIERINC",
        receiver_qualifier="01",
        receiver_id="BUYERCORP",
        interchange_control=42,
        group_control=7,
        set_control=3,
        at=AT,
        version=version,
        usage="T",
        delimiters=delimiters,
        line_end=line_end,
    )


def test_headers_are_written_in_their_fixed_form() -> None:
    made = envelope(Delimiters(element="*", segment="~", component=">"))
    writer = SegmentWriter(made.delimiters)
    one = transaction_set(writer, "864", 3, [["BMG", "00"]])
    data = interchange(writer, made, [functional_group(writer, made, "TX", [one])]).decode()
    isa = "ISA*00*          *00*          *ZZ*SUPPLIERINC    *01*BUYERCORP      *261121*0830*U*00401*000000042*0*T*>~"
    assert data.startswith(isa + "GS*TX*SUPPLIERINC*BUYERCORP*20261121*0830*7*X*004010~ST*864*0003~")
    assert data.endswith("BMG*00~SE*3*0003~GE*1*7~IEA*1*000000042~")
    assert len(isa) == 106


def test_a_value_with_a_delimiter_or_control_character_is_refused() -> None:
    writer = SegmentWriter(Delimiters(element="*", segment="~", component=">", repetition="^"))
    for bad in ("A*B", "A~", ">", "^", "A\nB", "\x00"):
        with pytest.raises(UnwritableValue):
            writer.segment("N3", bad)
        with pytest.raises(UnwritableValue):
            writer.segment("SV1", ["HC", bad])


def test_an_id_that_does_not_fit_isa_is_refused() -> None:
    made = envelope(Delimiters(element="*", segment="~", component=">"))
    too_long = OutboundEnvelope(
        sender_qualifier="ZZ",
        sender_id="X" * 16,
        receiver_qualifier="ZZ",
        receiver_id="Y",
        interchange_control=1,
        at=AT,
    )
    with pytest.raises(UnwritableValue):
        interchange(SegmentWriter(made.delimiters), too_long, [])


@st.composite
def documents(draw: st.DrawFn) -> tuple[Delimiters, list[list[str | list[str]]], str]:
    chosen = draw(st.permutations(SEPARATORS).filter(lambda order: order[0] != "\n"))
    delimiters = Delimiters(element=chosen[0], segment=chosen[1], component=chosen[2], repetition="")
    text = st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters=SEPARATORS), max_size=12
    )
    element = st.one_of(text, st.lists(text, min_size=2, max_size=3))
    segment = st.lists(element, min_size=1, max_size=6).map(lambda elements: ["ZZZ", *elements])
    return delimiters, draw(st.lists(segment, max_size=8)), draw(st.sampled_from(["", "\n", "\r\n"]))


@given(documents())
def test_what_is_written_is_what_is_read(document: tuple[Delimiters, list[list[str | list[str]]], str]) -> None:
    delimiters, body, line_end = document
    made = envelope(delimiters, line_end=line_end)
    writer = SegmentWriter(delimiters)
    one = transaction_set(writer, "850", 3, body)
    data = interchange(writer, made, [functional_group(writer, made, "PO", [one, one])])
    events = list(scan(BytesIO(data)))
    assert [found for event in events for found in getattr(event, "findings", [])] == []
    opened, group, first, second = events[:4]
    assert isinstance(opened, InterchangeOpened)
    assert isinstance(group, GroupOpened)
    assert isinstance(first, SetFound)
    assert isinstance(second, SetFound)
    assert opened.delimiters == delimiters
    assert (opened.header.sender_id, opened.header.control_number) == ("SUPPLIERINC", "000000042")
    assert (group.header.version, first.set_id, first.control_number) == ("004010", "850", "0003")
    assert first.segment_count == len(body) + 2
    piece = data[first.offset : first.offset + first.length].decode()
    parts = [part.lstrip("\r\n") for part in piece.split(delimiters.segment)]
    read_back = [part.split(delimiters.element) for part in parts if part][1:-1]
    assert read_back == [_flat(segment, delimiters) for segment in body]


def _flat(segment: list[str | list[str]], delimiters: Delimiters) -> list[str]:
    texts = []
    for element in segment:
        parts = [element] if isinstance(element, str) else list(element)
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        texts.append(delimiters.component.join(parts))
    while not texts[-1]:
        texts.pop()
    return texts
