"""Where lines and words of the chart stand: inside the frame, and not on one another."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest

from courses.coverage.chart import NARROW, WIDE, Drawing, Frame, Mark, draw
from courses.coverage.forecast import Point

START, DEADLINE = date(2025, 9, 1), date(2026, 5, 31)


def line(*percents: float, start: date = START, step: int = 7) -> list[Point]:
    return [Point(start + timedelta(days=step * n), int(p), p) for n, p in enumerate(percents)]


def words(drawing: Drawing) -> list[Mark]:
    return [mark for mark in (drawing.goal, drawing.now_word, drawing.then_word) if mark]


@pytest.mark.parametrize("frame", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("percents", "goal", "forecast"),
    [
        ((0, 10, 27, 31, 40), 70, 58.0),
        ((0, 0), 70, 0.0),
        ((0, 68, 69, 70.5), 70, 72.0),  # everything at the goal's line
        ((95, 97, 99, 100), 90, None),
        ((70,) * 30, 70, 70.0),
        ((50, 50), 100, 100.0),
    ],
)
def test_all_is_inside_and_apart(
    frame: Frame, percents: tuple[float, ...], goal: float, forecast: float | None
) -> None:
    drawing = draw(frame, line(*percents), goal=goal, deadline=DEADLINE, forecast=forecast)
    for mark in [*words(drawing), drawing.now, drawing.then, *drawing.grid, *drawing.months]:
        if mark is not None:
            assert -1 <= mark.x <= frame.width
            assert 10 <= mark.y <= frame.height
    for one, other in combinations(words(drawing), 2):
        (left, right), (start, end) = span(one), span(other)
        assert right <= start or end <= left or abs(one.y - other.y) >= 12, (one, other)


def span(word: Mark) -> tuple[float, float]:
    return (word.x - 90, word.x) if word.anchor == "end" else (word.x, word.x + 90)


def test_zero_stands_at_the_bottom_and_the_goal_below_the_top() -> None:
    drawing = draw(WIDE, line(0, 20), goal=70, deadline=DEADLINE, forecast=None)
    assert drawing.line.startswith(f"M{WIDE.left:.1f} {WIDE.bottom:.1f}")
    assert WIDE.top < drawing.goal_y < WIDE.bottom
    assert [mark.value for mark in drawing.grid] == [0, 20, 40, 60, 80]
    assert drawing.forecast == ""
    assert drawing.then is None


def test_the_forecast_starts_today_and_ends_at_the_deadline() -> None:
    drawing = draw(WIDE, line(10, 20, 30), goal=70, deadline=DEADLINE, forecast=50)
    assert drawing.now is not None
    assert drawing.then is not None
    assert drawing.then.x == WIDE.right
    assert drawing.forecast == f"M{drawing.now.x} {drawing.now.y} {drawing.then.x} {drawing.then.y}"


def test_past_the_deadline_nothing_is_foretold() -> None:
    late = line(*[10.0] * 60)
    drawing = draw(NARROW, late, goal=70, deadline=DEADLINE, forecast=50)
    assert drawing.then is None
    assert drawing.deadline is not None
    assert drawing.deadline.x < NARROW.right


@pytest.mark.parametrize("months", [1, 5, 9, 24])
def test_months_can_be_read(months: int) -> None:
    end = START + timedelta(days=30 * months)
    for frame in (WIDE, NARROW):
        marks = draw(frame, line(1, 2), goal=50, deadline=end, forecast=None).months
        assert len(marks) <= frame.months + 1
        assert all(after.x - mark.x > 45 for mark, after in pairwise(marks))
