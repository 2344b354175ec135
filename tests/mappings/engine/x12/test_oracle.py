"""pyx12's reader counts envelopes too: where both can speak, they have to say the same."""

import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO

import pytest
import pyx12.x12file

from mappings.engine.x12.envelope import InterchangeClosed, InterchangeOpened, SetFound
from mappings.engine.x12.header import WIDTHS
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import STAR, all_findings, events, in_envelope, raw, transaction
from tests.mappings.engine.x12.test_corpus import CORPUS, FILES, readings

# pyx12 names errors of the interchange by TA105, of the group by AK905, of the set by AK502.
SAME = {
    ("isa", "001"): "interchange-control-mismatch",
    ("isa", "021"): "interchange-count-mismatch",
    ("isa", "023"): "interchange-trailer-missing",
    ("gs", "3"): "group-trailer-missing",
    ("gs", "4"): "group-control-mismatch",
    ("gs", "5"): "group-count-mismatch",
    ("st", "2"): "set-trailer-missing",
    ("st", "3"): "set-control-mismatch",
    ("st", "4"): "set-count-mismatch",
    ("st", "23"): "set-control-duplicate",
}
CLEAN = in_envelope(transaction(number="0001"), transaction(number="0002"))


def theirs(text: str) -> Counter[str]:
    reader = pyx12.x12file.X12Reader(StringIO(text))
    found = []
    for _ in reader:
        found += reader.pop_errors()
    reader.cleanup()
    found += reader.pop_errors()
    return Counter(SAME[(error[0], error[1])] for error in found if (error[0], error[1]) in SAME)


def ours(segments: list[str]) -> set[str]:
    data = raw(segments)
    found = list(all_findings(data))
    for event in events(data):
        if isinstance(event, SetFound):
            found += (
                validator_for("850", "004010").read(data[event.offset : event.offset + event.length], STAR).findings
            )
    return {one.code.value for one in found if one.code.value in SAME.values()}


def changed(old: str, *new: str) -> list[str]:
    at = CLEAN.index(old)
    return [*CLEAN[:at], *new, *CLEAN[at + 1 :]]


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (CLEAN, set()),
        (changed("SE*18*0001", "SE*17*0001"), {"set-count-mismatch"}),
        (changed("SE*18*0001", "SE*18*0009"), {"set-control-mismatch"}),
        (changed("SE*18*0001", "SE*18*1"), {"set-control-mismatch"}),
        (changed("ST*850*0002", "ST*850*0001"), {"set-control-duplicate", "set-control-mismatch"}),
        (changed("GE*2*1", "GE*3*1"), {"group-count-mismatch"}),
        (changed("GE*2*1", "GE*2*7"), {"group-control-mismatch"}),
        (changed("IEA*1*000000101", "IEA*2*000000101"), {"interchange-count-mismatch"}),
        (changed("IEA*1*000000101", "IEA*1*000000102"), {"interchange-control-mismatch"}),
        (CLEAN[:-1], {"interchange-trailer-missing"}),
    ],
)
def test_both_name_the_same_fault_of_an_envelope(segments: list[str], expected: set[str]) -> None:
    assert ours(segments) == expected
    assert set(theirs(raw(segments).decode())) == expected


def as_pyx12_reads(data: bytes) -> Iterator[str]:
    """Each interchange with the header and the delimiters that pyx12's reader knows, and otherwise as it was sent."""
    for event in events(data):
        if isinstance(event, InterchangeOpened):
            header, known = event.header, event.delimiters
        if isinstance(event, InterchangeClosed):
            text = data[event.offset : event.offset + event.length].decode("latin-1")
            element, terminator = (one.encode().decode("latin-1") for one in (known.element, known.segment))
            _, *after = re.split(f"(?=(?:GS|TA1|IEA){re.escape(element)})", text[20:], maxsplit=1)
            segments = (piece.strip(" \t\r\n") for piece in "".join(after).split(terminator))
            tidy = (_tidy(one, element, known.component) for one in segments if one)
            yield "".join(f"{one}~" for one in (_header(header.elements), *tidy))


def _header(elements: tuple[str, ...]) -> str:
    sent = [*elements[:8], "261121", "0830", "U", "00401", elements[12].rjust(9, "0"), "0", "P", ">"]
    return "*".join(["ISA", *(value[:width].ljust(width) for value, width in zip(sent, WIDTHS, strict=True))])


def _tidy(segment: str, element: str, component: str) -> str:
    parts = [part.strip() for part in segment.split(element)]
    return "*".join(part.rstrip(component).replace("~", "?") for part in parts)


# Where pyx12 says something else about an envelope of the corpus, and why we differ.
SETS_WITHOUT_STRUCTURE = "pyx12 counts the segments of a set that X12 does not have; we refuse the set as a whole"
DIFFERENT = {
    "src__v004010__test_214.rs_02.edi": "ISA13 and IEA02 are 001; rewritten to nine digits, ISA13 differs as text",
    "x12.base.loop.txt": SETS_WITHOUT_STRUCTURE,
    "x12.base.no.line.breaks.empty.line.txt": SETS_WITHOUT_STRUCTURE,
    "x12.base.no.line.breaks.odd.char.txt": SETS_WITHOUT_STRUCTURE,
    "x12.base.no.line.breaks.txt": SETS_WITHOUT_STRUCTURE,
    "x12.base.one.txt": SETS_WITHOUT_STRUCTURE,
    "x12.base.txt": SETS_WITHOUT_STRUCTURE,
    "x12.wrong.GS.txt": SETS_WITHOUT_STRUCTURE,
}


@pytest.mark.thorough
@pytest.mark.parametrize("files", [FILES] if FILES else [])
def test_both_say_the_same_of_every_envelope_of_the_corpus(files: list[tuple[str, str]]) -> None:
    differ = {}
    for path, _ in files:
        data = (CORPUS / path).read_bytes()
        envelope, sets = readings(data)
        found = [*envelope, *(one for reading in sets for one in reading.findings)]
        mine = Counter(one.code.value for one in found if one.code.value in SAME.values())
        others = sum((theirs(text) for text in as_pyx12_reads(data)), Counter())
        if mine != others:
            differ[path.rpartition("/")[2]] = (dict(mine - others), dict(others - mine))
    assert differ.keys() == DIFFERENT.keys(), differ
