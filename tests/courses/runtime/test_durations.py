"""SCORM's spellings of a length of time. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.runtime.durations import as_interval, as_timespan, parse_interval, parse_timespan


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:00", 0),
        ("0001:02:03.45", 3723.45),
        ("12:34:56.7", 45296.7),
        ("1:02:03", None),
        ("00:61:00", 3660),
        ("", None),
        ("PT5S", None),
    ],
)
def test_timespan(text, seconds):
    assert parse_timespan(text) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0),
        ("PT1H2M3.45S", 3723.45),
        ("P1DT1S", 86401),
        ("P1Y2M", 365 * 86400 + 60 * 86400),
        ("PT90M", 5400),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("1H", None),
        ("", None),
    ],
)
def test_interval(text, seconds):
    assert parse_interval(text) == seconds


@given(st.integers(min_value=0, max_value=9999 * 360_000))
def test_both_ways(hundredths):
    seconds = hundredths / 100
    assert parse_timespan(as_timespan(seconds)) == pytest.approx(seconds, abs=0.001)
    assert parse_interval(as_interval(seconds)) == pytest.approx(seconds, abs=0.001)


def test_more_than_9999_hours_are_cut_off_in_12():
    assert as_timespan(1e9) == "9999:59:59.99"
    assert as_timespan(-5) == "0000:00:00.00"
