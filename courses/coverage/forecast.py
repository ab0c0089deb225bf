"""How fast people are being trained, and where that leads by the deadline. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

WEEKS = 12
LONGEST = 730  # days of history that a chart shows at most


@dataclass(frozen=True, slots=True)
class Point:
    """How many of the people counted had completed the course by the evening of a day."""

    day: date
    trained: int
    percent: float


@dataclass(frozen=True, slots=True)
class Pace:
    """``per_week`` people over the last ``weeks`` weeks; ``needed`` a week to arrive in time.

    ``trained``, ``percent`` and ``short`` are those of the deadline, if it goes on like this.
    """

    weeks: int
    per_week: float
    needed: float
    trained: int
    percent: float
    short: int

    @property
    def on_time(self) -> bool:
        return self.short == 0


def first_shown(first_day: date, deadline: date) -> date:
    """Where the line begins: the first day that counts, at most two years before the deadline."""
    return max(first_day, deadline - timedelta(days=LONGEST))


def points(by_day: Mapping[date, int], people: int, start: date, end: date) -> list[Point]:
    """The running sum each week from ``start`` to ``end``, both included; the last point is ``end``."""
    if not people or end < start:
        return []
    days = [start + timedelta(days=7 * n) for n in range((end - start).days // 7 + 1)]
    if days[-1] != end:
        days.append(end)
    waiting = sorted(by_day.items())
    found, trained, n = [], 0, 0
    for day in days:
        while n < len(waiting) and waiting[n][0] <= day:
            trained += waiting[n][1]
            n += 1
        found.append(Point(day, trained, 100 * trained / people))
    return found


def by_month(line: list[Point]) -> list[Point]:
    """The last point of each month, for a table; the very first and last are kept."""
    kept = [
        point
        for point, after in pairwise(line)
        if (point.day.year, point.day.month) != (after.day.year, after.day.month)
    ]
    ends = ([line[0]] if line and line[0] not in kept else []) + kept
    return ends + ([line[-1]] if len(line) > 1 else [])


def pace(
    by_day: Mapping[date, int], *, people: int, goal: float, start: date, day: date, deadline: date
) -> Pace | None:
    """The pace of the last twelve weeks, carried on to the deadline.

    None where nothing can be foretold: nobody counted, less than two weeks seen, or no week left.
    ``goal`` in percent.
    """
    weeks = min(WEEKS, (day - start).days // 7)
    left = (deadline - day).days / 7
    if not people or weeks < 2 or left <= 0:
        return None
    trained = sum(n for on, n in by_day.items() if on <= day)
    since = day - timedelta(days=7 * weeks)
    per_week = sum(n for on, n in by_day.items() if since < on <= day) / weeks
    wanted = ceil(people * goal / 100 - 1e-9)
    then = min(people, int(trained + per_week * left))
    return Pace(
        weeks=weeks,
        per_week=per_week,
        needed=max(wanted - trained, 0) / left,
        trained=then,
        percent=100 * then / people,
        short=max(wanted - then, 0),
    )
