"""Cells of lists."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.core.admin.columns import short_age, size, when


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        (timedelta(seconds=5), "under 1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=40), "40 d"),
    ],
)
def test_an_age_is_told_in_one_unit(age: timedelta, shown: str) -> None:
    assert short_age(age) == shown


@pytest.mark.parametrize(
    ("length", "shown"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_500, "1.5 kB"), (100_000_000, "100 MB"), (2_340_000_000, "2.3 GB")],
)
def test_sizes_are_decimal_as_limits_are(length: int, shown: str) -> None:
    assert size(length) == shown


def test_an_instant_is_told_in_utc_with_its_age() -> None:
    at = timezone.now() - timedelta(hours=2)
    assert f"{at:%Y-%m-%d %H:%M}" in when(at)
    assert "2 h ago" in when(at)
    assert when(None) == "–"
