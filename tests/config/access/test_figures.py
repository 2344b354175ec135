"""How much the walk covers: `pytest -s tests/config/access/test_figures.py` prints it."""

import sys

import pytest

from tests.config.access.table import OTHERS, STAFF
from tests.config.access.test_every_url import made
from tests.config.access.urls import every_configuration_url, every_url
from tests.factories import Made

__all__ = ["made"]


def test_figures(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    """If these shrink, pages were taken out of the walk."""
    urls = {url.path for url in every_url(made)}
    configuration = {path for _, path in every_configuration_url(made.setup)}
    people = len(STAFF) + len(OTHERS)
    said = f"{len(urls)} URLs × {people} kinds of people = {len(urls) * people}, each with GET and POST"
    with capsys.disabled():
        sys.stdout.write(f"\n{said}; {len(configuration)} of them are the API's configuration, by method and role\n")
    assert len(urls) * people > 3_000
