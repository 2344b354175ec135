"""A document that its receiver reads differently from what we wrote would be worse than none."""

from datetime import UTC, datetime
from io import BytesIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.x12.delimiters import STANDARD, Delimiters
from mappings.engine.x12.envelope import GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.writer import (
    OutboundEnvelope,
    Repeated,
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


def test_names_beyond_ascii_leave_the_header_as_wide_as_it_is_for_all() -> None:
    made = msgspec.structs.replace(envelope(STANDARD), sender_id="M\u00dcLLER", receiver_id="\u00dc" * 7)
    data = interchange(SegmentWriter(), made, [])
    assert data.index(b"~") == 105
    assert [found for event in scan(BytesIO(data)) for found in getattr(event, "findings", ())] == []
    with pytest.raises(UnwritableValue, match="15 bytes"):
        interchange(SegmentWriter(), msgspec.structs.replace(made, sender_id="\u00dc" * 8), [])


def test_a_value_with_a_delimiter_or_control_character_is_refused() -> None:
    writer = SegmentWriter(Delimiters(element="*", segment="~", component=">", repetition="^"))
    for bad in ("A*B", "A~", ">", "^", "A\nB", "\x00"):
        with pytest.raises(UnwritableValue):
            writer.segment("N3", bad)
        with pytest.raises(UnwritableValue):
            writer.segment("SV1", ["HC", bad])


def test_a_forbidden_character_may_be_replaced_and_is_recorded() -> None:
    writer = SegmentWriter(Delimiters(element="*", segment="~", component=">", repetition="^"), replace_by=" ")
    assert writer.segment("N3", "DOOR * LEFT~", "B") == "N3*DOOR   LEFT *B~"
    assert writer.segment("SV1", ["HC", "A>B"]) == "SV1*HC>A B~"
    assert [(one.segment_id, one.element, one.given) for one in writer.replacements] == [
        ("N3", 1, "DOOR * LEFT~"),
        ("SV1", 1, "A>B"),
    ]
    dropping = SegmentWriter(STANDARD, replace_by="")
    assert dropping.segment("N3", "A*B\nC") == "N3*ABC~"
    backslash = SegmentWriter(STANDARD, replace_by="\\1")
    assert backslash.segment("N3", "A*B") == "N3*A\\1B~"
    for bad in ("*", "~", "\n", "a>b"):
        with pytest.raises(UnwritableValue):
            SegmentWriter(STANDARD, replace_by=bad)


@pytest.mark.parametrize(("text", "separator"), [("A", "^"), ("A^B", "|"), ("A^B|C", "{")])
def test_isa11_is_a_separator_that_occurs_nowhere_when_nothing_repeats(text: str, separator: str) -> None:
    made = envelope(STANDARD, version="00501")
    one = transaction_set(SegmentWriter(STANDARD), "864", 3, [["MSG", text]])
    data = interchange(SegmentWriter(STANDARD), made, [functional_group(SegmentWriter(STANDARD), made, "TX", [one])])
    opened = next(scan(BytesIO(data)))
    assert isinstance(opened, InterchangeOpened)
    assert opened.delimiters.repetition == separator


def test_repetitions_are_written_with_their_separator() -> None:
    writer = SegmentWriter(Delimiters(element="*", segment="~", component=">", repetition="^"))
    assert writer.segment("DMG", "", Repeated(["A", ["B", "C", ""]])) == "DMG**A^B>C~"
    with pytest.raises(UnwritableValue, match="repetition separator"):
        SegmentWriter(STANDARD).segment("DMG", Repeated(["A", "B"]))
    assert SegmentWriter(STANDARD).segment("DMG", Repeated(["A"])) == "DMG*A~"


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
    one, two = transaction_set(writer, "850", 3, body), transaction_set(writer, "850", 4, body)
    data = interchange(writer, made, [functional_group(writer, made, "PO", [one, two])])
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


@pytest.mark.parametrize(
    ("characters", "safe", "written"),
    [
        ("", "Bcher-Laden #1", "Bücher"),
        ("basic", "BCHER-LADEN 1", None),
        ("extended", "Bcher-Laden #1", None),
        ("utf-8", "Bücher-Laden #1", "Bücher"),
    ],
)
def test_only_characters_of_the_agreed_set_are_written(characters: str, safe: str, written: str | None) -> None:
    writer = SegmentWriter(STANDARD, characters=characters)
    assert writer.safe("Bücher*-Laden #1\n", 99) == safe
    assert writer.segment("GS", "sender") == "GS*sender~"  # names are the partners' own
    if written is None:
        with pytest.raises(UnwritableValue, match="ü"):
            writer.segment("N1", "BY", "Bücher" if characters == "extended" else "BüCHER")
        replacing = SegmentWriter(STANDARD, replace_by="?", characters=characters)
        assert replacing.segment("N1", "BÜCHER") == "N1*B?CHER~"
    else:
        assert writer.segment("N1", "BY", written) == f"N1*BY*{written}~"
