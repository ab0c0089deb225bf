"""How far one should be: whole activities at an even pace over the days of a class."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from courses.training.pace import days_behind, expected

FIRST, LAST = date(2026, 11, 9), date(2026, 12, 20)  # 42 days


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 1), 0),
        (FIRST, 0),
        (date(2026, 11, 13), 0),  # 4 of 42 days have passed
        (date(2026, 11, 14), 1),
        (date(2026, 11, 30), 5),  # half of the days
        (LAST, 9),
        (LAST + timedelta(days=1), 10),
        (LAST + timedelta(days=90), 10),
    ],
)
def test_expected_counts_days_that_have_passed(day: date, due: int) -> None:
    assert expected(10, FIRST, LAST, day) == due


def test_nothing_is_expected_where_nothing_is_required() -> None:
    assert expected(0, FIRST, LAST, LAST) == 0
    assert days_behind(0, 0, FIRST, LAST, LAST) == 0


@pytest.mark.parametrize(
    ("done", "day", "days"),
    [
        (0, date(2026, 11, 13), 0),
        (0, date(2026, 11, 14), 1),
        (0, date(2026, 11, 18), 5),
        (1, date(2026, 11, 14), 0),
        (5, date(2026, 11, 30), 0),
        (4, date(2026, 11, 30), 1),
        (10, LAST + timedelta(days=5), 0),
    ],
)
def test_days_behind_count_from_the_first_unfinished_activity(done: int, day: date, days: int) -> None:
    assert days_behind(done, 10, FIRST, LAST, day) == days


def test_a_class_of_one_day() -> None:
    assert expected(3, FIRST, FIRST, FIRST) == 0
    assert days_behind(0, 3, FIRST, FIRST, FIRST + timedelta(days=1)) == 1
