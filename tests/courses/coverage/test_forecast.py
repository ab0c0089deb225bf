"""Pace and forecast: figures in, figures out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from courses.coverage import forecast

START, DAY, DEADLINE = date(2026, 1, 1), date(2026, 4, 1), date(2026, 6, 3)  # nine weeks left


def weekly(each: int, weeks: int = 12, day: date = DAY) -> dict[date, int]:
    return {day - timedelta(days=7 * n): each for n in range(weeks)}


def test_the_line_is_a_running_sum_that_ends_today() -> None:
    line = forecast.points({date(2025, 12, 1): 5, date(2026, 1, 9): 3, DAY: 2}, 40, START, DAY)
    assert (line[0].day, line[0].trained) == (START, 5)
    assert (line[1].trained, line[2].trained) == (5, 8)
    assert (line[-1].day, line[-1].trained, line[-1].percent) == (DAY, 10, 25.0)
    assert len({point.day for point in line}) == len(line)


def test_nothing_to_draw() -> None:
    assert forecast.points({DAY: 2}, 0, START, DAY) == []
    assert forecast.points({}, 10, DAY, START) == []
    assert [p.day for p in forecast.points({}, 10, DAY, DAY)] == [DAY]


def test_months_keep_both_ends() -> None:
    line = forecast.points({}, 10, START, DAY)
    days = [point.day for point in forecast.by_month(line)]
    assert (days[0], days[-1]) == (START, DAY)
    assert days == sorted(set(days))
    assert len(days) <= 6
    assert forecast.by_month(line[:1]) == line[:1]
    assert forecast.by_month([]) == []


def test_pace_is_carried_on_to_the_deadline() -> None:
    found = forecast.pace(weekly(5), people=200, goal=70, start=START, day=DAY, deadline=DEADLINE)
    assert found is not None
    assert (found.weeks, found.per_week) == (12, 5)
    assert (found.trained, found.percent, found.short) == (60 + 45, 52.5, 140 - 105)
    assert round(found.needed, 2) == round((140 - 60) / 9, 2)
    assert not found.on_time


def test_nobody_is_trained_twice() -> None:
    found = forecast.pace(weekly(30), people=400, goal=90, start=START, day=DAY, deadline=DEADLINE)
    assert found is not None
    assert (found.trained, found.percent, found.short, found.on_time) == (400, 100.0, 0, True)


def test_what_came_before_the_twelve_weeks_makes_no_pace() -> None:
    old = {DAY - timedelta(days=84): 50}
    found = forecast.pace(
        old, people=100, goal=80, start=START - timedelta(days=90), day=DAY, deadline=DEADLINE
    )
    assert found is not None
    assert (found.per_week, found.trained, found.short) == (0, 50, 30)


@pytest.mark.parametrize(
    ("people", "day", "deadline"),
    [
        (0, DAY, DEADLINE),  # nobody
        (10, START + timedelta(days=13), DEADLINE),  # too soon to tell
        (10, DAY, DAY),  # no week left
        (10, DAY, DAY - timedelta(days=1)),
    ],
)
def test_nothing_can_be_foretold(people: int, day: date, deadline: date) -> None:
    assert forecast.pace(weekly(1), people=people, goal=70, start=START, day=day, deadline=deadline) is None


def test_two_years_are_shown_at_most() -> None:
    assert forecast.first_shown(date(2000, 1, 1), DEADLINE) == DEADLINE - timedelta(days=730)
    assert forecast.first_shown(START, DEADLINE) == START
