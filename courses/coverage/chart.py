"""Where the lines and words of the progress chart stand, in the units of its SVG. Pure: no words here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from courses.coverage.forecast import Point

APART = 16  # two words closer than this, from line to line, would touch
WORD = 100  # the width of a word with its figure


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place; ``anchor`` as in SVG."""

    x: float
    y: float
    value: float | date
    anchor: str = "middle"

    @property
    def word_y(self) -> float:
        """The baseline of a word centred on the place."""
        return round(self.y + 4, 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """The whole drawing and the field of its lines within it."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    months: int  # at most so many months are named


WIDE = Frame(760, 300, 44, 750, 34, 268, 7)
NARROW = Frame(358, 260, 44, 350, 34, 230, 4)


@dataclass(slots=True)
class Drawing:
    """Everything a template needs to write the SVG."""

    frame: Frame
    grid: list[Mark] = field(default_factory=list)
    months: list[Mark] = field(default_factory=list)
    line: str = ""
    area: str = ""
    forecast: str = ""
    goal: Mark | None = None
    goal_y: float = 0
    deadline: Mark | None = None
    now: Mark | None = None
    now_word: Mark | None = None
    then: Mark | None = None
    then_word: Mark | None = None

    @property
    def box(self) -> str:
        return f"0 0 {self.frame.width} {self.frame.height}"

    @property
    def name(self) -> str:
        return "chart-wide" if self.frame.width > 500 else "chart-narrow"


def draw(
    frame: Frame, line: Sequence[Point], *, goal: float, deadline: date, forecast: float | None
) -> Drawing:
    """The line so far, the goal across, the deadline upright, the forecast dashed to it.

    ``goal`` and ``forecast`` in percent; ``line`` has at least one point.
    """
    first, last = line[0].day, max(line[-1].day, deadline)
    days = max((last - first).days, 1)
    top = _ceiling(max([goal, forecast or 0, *(point.percent for point in line)]))

    def x(day: date) -> float:
        return round(frame.left + (frame.right - frame.left) * (day - first).days / days, 1)

    def y(percent: float) -> float:
        return round(frame.bottom - (frame.bottom - frame.top) * percent / top, 1)

    path = " ".join(f"{x(point.day)} {y(point.percent)}" for point in line)
    end = line[-1]
    now = Mark(x(end.day), y(end.percent), end.percent)
    drawing = Drawing(
        frame,
        grid=[
            Mark(frame.left - 8, y(step), step, "end") for step in range(0, top + 1, 20 if top > 20 else 5)
        ],
        months=_months(frame, first, last, x),
        line=f"M{path}",
        area=f"M{path}V{frame.bottom}H{frame.left}z",
        goal_y=y(goal),
        deadline=Mark(x(deadline), 22, deadline, "end" if x(deadline) > frame.width / 2 else "start"),
        now=now,
    )
    drawing.now_word = _beside(frame, now, y(goal), now.x - 8)
    start = Mark(frame.left, y(line[0].percent), line[0].percent)
    if forecast is not None and deadline > end.day:
        then = Mark(x(deadline), y(forecast), forecast, "end")
        drawing.forecast = f"M{now.x} {now.y} {then.x} {then.y}"
        drawing.then = then
        drawing.then_word = _apart(_beside(frame, then, y(goal), then.x), drawing.now_word, frame)
    drawing.goal = _goal_word(frame, y(goal), goal, start, [drawing.now_word, drawing.then_word])
    return drawing


def _goal_word(frame: Frame, at: float, goal: float, first: Mark, words: Sequence[Mark | None]) -> Mark:
    """On the goal's line at the left, or wherever it touches neither the line's begin nor other words."""
    middle = (frame.left + frame.right) / 2 - 40
    places = [
        Mark(x, round(at + y, 1), goal, "start") for x in (frame.left + 6, middle) for y in (-8.0, 17.0, 33.0)
    ]
    for place in places:
        taken = [word for word in words if word and _touch(place, word)]
        struck = place.x < middle and place.y - 16 < first.y < place.y + 6
        if not taken and not struck:
            return place
    return places[0]


def _touch(one: Mark, other: Mark) -> bool:
    (left, right), (start, end) = _span(one), _span(other)
    return left < end and start < right and abs(one.y - other.y) < APART


def _span(word: Mark) -> tuple[float, float]:
    return (word.x - WORD, word.x) if word.anchor == "end" else (word.x, word.x + WORD)


def _ceiling(most: float) -> int:
    return next((step for step in (20, 40, 60, 80) if most <= step * 0.97), 100)


def _beside(frame: Frame, dot: Mark, goal: float, x: float) -> Mark:
    """The word of a dot: above it, or below where the goal's line would strike it through."""
    above, below = dot.y - 11, dot.y + 21
    struck = above - 12 < goal < above + 5 or above < frame.top + 4
    y = below if struck and below < frame.bottom - 2 else above
    enough = x > frame.left + 80
    return Mark(x if enough else dot.x + 8, round(y, 1), dot.value, "end" if enough else "start")


def _apart(word: Mark, other: Mark, frame: Frame) -> Mark:
    """Moves a word that would lie on another to the other side of its line."""
    if not _touch(word, other):
        return word
    lower = word.y + 2 * APART
    return Mark(word.x, lower if lower < frame.bottom else word.y - APART, word.value, word.anchor)


def _months(frame: Frame, first: date, last: date, x: object) -> list[Mark]:
    """First days of months, evenly spaced and few enough to be read."""
    count = (last.year - first.year) * 12 + last.month - first.month
    step = max(1, -(-(count + 1) // frame.months))
    found = []
    for n in range(0 if first.day <= 7 else 1, count + 1, step):
        year, month = divmod(first.month - 1 + n, 12)
        day = max(date(first.year + year, month + 1, 1), first)
        at = x(day)  # type: ignore[operator]
        anchor = "start" if at < frame.left + 20 else "end" if at > frame.right - 20 else "middle"
        found.append(Mark(at, frame.bottom + 20, day, anchor))
    return found
