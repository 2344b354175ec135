"""Acknowledgments that another program wrote for documents of the corpus: ours for the same documents say the same."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from mappings.engine.findings import Place
from mappings.engine.x12.acknowledgment import GroupCounts, SetVerdict, write_997
from mappings.engine.x12.answers import GroupAnswer
from mappings.engine.x12.delimiters import STANDARD
from mappings.engine.x12.envelope import GroupClosed, GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.header import GroupHeader
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import OutboundEnvelope
from tests.mappings.engine.x12.test_answers import answers
from tests.mappings.engine.x12.test_corpus import CORPUS

FOLDER = CORPUS / "pypi_mock-edi-0.9.0"
DOCUMENTS = sorted(FOLDER.glob("x12-*_8[0-9][0-9]*.edi")) if FOLDER.is_dir() else []


def ours(path: Path) -> dict[tuple[str, str], tuple[GroupAnswer, bytes]]:
    """What we answer to each group of a file, by GS01 and GS06; read back, and as written."""
    data, found = path.read_bytes(), {}
    delimiters, isa12, group = STANDARD, "00401", GroupHeader("")
    verdicts: list[SetVerdict] = []
    for event in scan(BytesIO(data)):
        match event:
            case InterchangeOpened():
                delimiters, isa12 = event.delimiters, event.header.version
            case GroupOpened():
                group, verdicts = event.header, []
            case SetFound():
                piece = data[event.offset : event.offset + event.length]
                reading = validator_for(event.set_id, group.version).read(piece, delimiters, Place(offset=event.offset))
                verdicts.append(SetVerdict(event.set_id, event.control_number, reading.findings))
            case GroupClosed():
                envelope = OutboundEnvelope(
                    sender_qualifier="ZZ",
                    sender_id="US",
                    receiver_qualifier="ZZ",
                    receiver_id="THEM",
                    interchange_control=1,
                    at=datetime(2026, 11, 21, tzinfo=UTC),
                    version=isa12,
                )
                counts = GroupCounts(len(verdicts), len(verdicts), sum(verdict.accepted for verdict in verdicts))
                written = write_997(group, verdicts, event.findings, counts=counts, envelope=envelope)
                (answer,) = answers(written)
                assert isinstance(answer, GroupAnswer)
                found[group.functional_id, group.control_number] = (answer, written)
    return found


def lines(data: bytes) -> list[str]:
    pieces = (piece.strip() for piece in data.decode().split("~"))
    return [piece for piece in pieces if piece.startswith("AK")]


def pairs() -> list[tuple[str, str]]:
    """A 997 that mock-edi wrote in a normal exchange, and the document before it in the same exchange."""
    found = []
    for theirs in sorted(FOLDER.glob("x12-*-normal_*_997.edi")):
        number = int(theirs.stem.split("_")[1])
        (document,) = FOLDER.glob(f"x12-*-normal_{number - 1:03d}_*.edi")
        found.append((document.name, theirs.name))
    return found


@pytest.mark.parametrize(("document", "theirs"), pairs() if FOLDER.is_dir() else [])
def test_our_acknowledgment_says_what_theirs_says(document: str, theirs: str) -> None:
    ((_, written),) = ours(FOLDER / document).values()
    assert lines(written) == lines((FOLDER / theirs).read_bytes())


# Where we and the sender disagree. In an 855 the standard has PID and REF of a line before ACK; they send them after.
DISAGREEMENTS = {
    f"x12-{release}-{name}_855.edi": "rejected"
    for release, names in {
        "004010": ("normal_003", "short-ship_008", "reject-all_013"),
        "005010": ("normal_021", "short-ship_026", "reject-all_031"),
    }.items()
    for name in names
}


@pytest.mark.parametrize("path", [path.name for path in DOCUMENTS if "corrupt" not in path.name])
def test_documents_that_their_sender_holds_right_are_accepted(path: str) -> None:
    for answer, _ in ours(FOLDER / path).values():
        assert answer.outcome is not None
        assert answer.outcome.value == DISAGREEMENTS.get(path, "accepted")


@pytest.mark.parametrize("folder", [CORPUS / "azoner+pyx12/pyx12/tests"] if FOLDER.is_dir() else [])
def test_our_verdict_is_that_of_the_999_that_pyx12_wrote(folder: Path) -> None:
    """The 834 and its 999 are test data of pyx12, whose guide has what the standard alone left doubtful (REF)."""
    ((mine, _),) = ours(folder / "834_ls_le_ls.txt").values()
    (theirs,) = answers((folder / "834_ls_le_ls_5010.999.txt").read_bytes())
    assert isinstance(theirs, GroupAnswer)
    assert (mine.functional_id, mine.outcome) == (theirs.functional_id, theirs.outcome)
    assert [(one.set_id, one.control_number, one.outcome) for one in mine.sets] == [
        (one.set_id, one.control_number, one.outcome) for one in theirs.sets
    ]
