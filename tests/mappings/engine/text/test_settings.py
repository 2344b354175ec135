"""Settings that an agreement stores are checked when they are written, not when the first file comes."""

import msgspec
import pytest

from mappings.engine.text.settings import NumberStyle, TextSettings


@pytest.mark.parametrize(
    "data",
    [
        {"delimiter": "::"},
        {"quote": "\n"},
        {"delimiter": ";", "quote": ";"},
        {"encoding": "klingon"},
        {"encoding": "base64"},
        {"header_row": -1},
        {"dates": {"Date": "MM/YYYY"}},
        {"numbers": {"Price": {"decimal": "x"}}},
        {"numbers": {"Price": {"decimal": ",", "thousands": ","}}},
        {"fixed": [{"name": "Order", "start": 0, "length": 3}]},
        {"separator": ","},
    ],
)
def test_what_is_no_setting_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(data, TextSettings)


def test_settings_go_into_json_and_come_back() -> None:
    settings = TextSettings("utf-8", ";", '"', 2, numbers={"": NumberStyle(",", ".")}, dates={"Tag": "DD.MM.YYYY"})
    assert msgspec.json.decode(msgspec.json.encode(settings), type=TextSettings) == settings


def test_an_agreement_overrules_the_layout() -> None:
    own = TextSettings(delimiter=";", dates={"Date": "DD/MM/YYYY"})
    layout = TextSettings(delimiter=",", quote="", dates={"Date": "MM/DD/YYYY", "Due": "YYYYMMDD"})
    assert own.or_else(layout) == TextSettings(delimiter=";", quote="", dates={"Date": "DD/MM/YYYY", "Due": "YYYYMMDD"})
