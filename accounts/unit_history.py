"""A unit before, now and after: events told from its dated rows. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from accounts.days import FOREVER


@dataclass(frozen=True)
class Span:
    """A name, or a parent (by its id), from a day up to but not on another."""

    what: str | int
    start: date
    end: date


@dataclass
class Event:
    """What happened on a day: ``kinds`` among opened, renamed, moved, took_over, gained, lost, closed."""

    day: date
    kinds: list[str] = field(default_factory=list)
    old_name: str = ""
    new_name: str = ""
    old_parent: int | None = None
    new_parent: int | None = None
    others: list[int] = field(default_factory=list)
    gained: int = 0
    lost: int = 0


def events(
    names: Iterable[Span],
    parents: Iterable[Span],
    predecessors: Iterable[tuple[int, date]],
    successors: Iterable[tuple[int, date]],
    children: Iterable[Span],
) -> list[Event]:
    """The events of one unit's life, the latest first.

    ``children``: which unit stood below it, when; those it was opened or closed with are not told.
    """
    found: dict[date, Event] = {}

    def at(day: date, kind: str) -> Event:
        event = found.setdefault(day, Event(day))
        if kind not in event.kinds:
            event.kinds.append(kind)
        return event

    spans = sorted(names, key=lambda span: span.start)
    if not spans:
        return []
    first, end = spans[0].start, max(span.end for span in spans)
    at(first, "opened").new_name = str(spans[0].what)
    for before, after in pairwise(spans):
        if before.what != after.what:
            event = at(after.start, "renamed")
            event.old_name, event.new_name = str(before.what), str(after.what)
    places = sorted(parents, key=lambda span: span.start)
    for before, after in pairwise(places):
        if before.what != after.what:
            event = at(after.start, "moved")
            event.old_parent, event.new_parent = int(before.what), int(after.what)
    for pk, day in predecessors:
        at(day, "took_over").others.append(pk)
    _children(children, first, end, at)
    if end != FOREVER:
        event = at(end, "closed")
        event.others.extend(pk for pk, _day in successors)
    return sorted(found.values(), key=lambda event: event.day, reverse=True)


def _children(children: Iterable[Span], first: date, end: date, at) -> None:  # type: ignore[no-untyped-def]
    gained: dict[date, int] = defaultdict(int)
    lost: dict[date, int] = defaultdict(int)
    for span in children:
        gained[span.start] += span.start != first
        lost[span.end] += span.end not in {end, FOREVER}
    for day, number in gained.items():
        if number:
            at(day, "gained").gained = number
    for day, number in lost.items():
        if number:
            at(day, "lost").lost = number
