"""What came before in the same form is read by expressions; what did not, or not quite, is not."""

import pytest

from mappings.engine.express.lane import Clean, Lane
from mappings.engine.express.trail import Trail
from mappings.engine.x12.delimiters import STANDARD, Delimiters
from mappings.engine.x12.validator import validator_for
from mappings.services.standard_mapping import standard_mapping

VERSION = "004010"
CONTEXT = {"group.version": VERSION, "interchange.sender": "ACME"}
HEAD = ["ST*850*0001", "BEG*00*SA*PO-1**20261121"]
LINE = ["PO1*1*2*EA*1.50**VN*A-1", "PID*F****BOLT"]
CTT = "CTT*2"


class Learned:
    """A lane that has read an order twice, and can only go the ways it knows."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *lines: list[str], delimiters: Delimiters = STANDARD) -> None:
        self.delimiters = delimiters
        self.lane = Lane(validator_for("850", VERSION), standard_mapping("850", VERSION))
        for _ in range(2):
            assert self.read(*lines) is not None

        def none_follows(trail: Trail, document: object) -> None:
            return None

        monkeypatch.setattr(Trail, "follow", none_follows)

    def read(
        self, *lines: list[str], head: list[str] = HEAD, end: str = "~\n", context: dict[str, str] = CONTEXT
    ) -> Clean | None:
        rows = [*head, *(row for line in lines for row in line), f"CTT*{len(lines)}"]
        text = end.join([*rows, f"SE*{len(rows) + 1}*0001"]) + end
        text = text.replace("*", self.delimiters.element)
        return self.lane.read(text.encode(), self.delimiters, context)


def test_an_order_of_a_known_form_is_read_whatever_the_number_of_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = Learned(monkeypatch, LINE, LINE)

    for count in (1, 2, 3, 40):
        clean = learned.read(*[LINE] * count)
        assert clean is not None
        assert clean.body.count('"line_id":"1"') == count
        assert clean.control_number == "0001"
        assert len(clean.segments) == 4 + 2 * count


def test_lines_of_several_known_forms_may_alternate(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = LINE[:1]
    learned = Learned(monkeypatch, LINE, bare, LINE, bare, LINE)

    clean = learned.read(bare, bare, LINE, bare, LINE, LINE)

    assert clean is not None
    assert clean.body.count("BOLT") == 3


@pytest.mark.parametrize(
    "line",
    [
        ["PO1*1*2*EA*1.50**VN*A-1 ", "PID*F****BOLT"],
        ["PO1*1*2*EA*1.50**VN* A-1", "PID*F****BOLT"],
        ["PO1*1*2*EA*1.**VN*A-1", "PID*F****BOLT"],
        ["PO1*1*-2*EA*1.50**VN*A-1", "PID*F****BOLT"],
        ["PO1*1*2*EA*1.50*PE*VN*A-1", "PID*F****BOLT"],
        ["PO1*1*2*EA*1.50**VN*" + "A" * 49, "PID*F****BOLT"],
        ["PO1*1*2*EA*1.50**VN*A>1", "PID*F****BOLT"],
        ["PO1*1*2*E?*1.50**VN*A-1", "PID*F****BOLT"],
        ["PO1*1*2*EA*1.50**VN*A-1", "PID*F****BOLT", "PID*F****NUT"],
        ["PO1*1*2*EA*1.50**VN*A-1", "PID*F****BOLT", "DTM*002*20261201"],
        ["PO1*1*2*EA*1.50**VN*A-1", ""],
        ["PO1*1*2*EA*1.50**VN*A-1", 'PID*F****B"OLT'],
    ],
)
def test_what_differs_from_the_known_form_is_not_read(monkeypatch: pytest.MonkeyPatch, line: list[str]) -> None:
    learned = Learned(monkeypatch, LINE, LINE)

    assert learned.read(LINE, LINE) is not None
    assert learned.read(line, LINE) is None
    assert learned.read(LINE, line) is None


def test_totals_that_do_not_agree_are_left_to_the_complete_way(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = Learned(monkeypatch, LINE, LINE)
    rows = [*HEAD, *LINE]

    for tail in (["CTT*2", "SE*6*0001"], ["CTT*1", "SE*7*0001"], ["CTT*1", "SE*6*0002"], ["CTT*1", "SE*06*0001"]):
        assert learned.lane.read("".join(f"{row}~\n" for row in [*rows, *tail]).encode(), STANDARD, CONTEXT) is None
    right = [*rows, "CTT*1", "SE*6*0001"]
    assert learned.lane.read("".join(f"{row}~\n" for row in right).encode(), STANDARD, CONTEXT) is not None


def test_what_an_envelope_says_belongs_to_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = Learned(monkeypatch, LINE, LINE)

    other = learned.read(LINE, context={**CONTEXT, "interchange.sender": "OTHER"})
    assert other is not None
    assert '"OTHER"' in other.body
    assert learned.read(LINE, context={"group.version": VERSION}) is None


@pytest.mark.parametrize("end", ["~", "~\r\n"])
def test_another_line_end_is_learned_for_itself(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    learned = Learned(monkeypatch, LINE, LINE)

    assert learned.read(LINE, end=end) is None


def test_a_delimiter_that_could_be_taken_for_data_makes_no_expressions(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = Learned(monkeypatch, LINE, LINE, delimiters=Delimiters(element="9", segment="~", component=">"))

    assert learned.read(LINE) is None
