"""The closure against a walk day by day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.ancestry import Link, closure
from accounts.errors import Refusal

START = date(2025, 1, 1)
DAYS = 12
UNITS = 6


def day(number: int) -> date:
    return START + timedelta(days=number)


@st.composite
def histories(draw: st.DrawFn) -> list[Link]:
    """Each unit changes its parent on some days; parents have smaller numbers, so no rings."""
    links = []
    for child in range(1, UNITS):
        cuts = sorted(draw(st.sets(st.integers(1, DAYS - 1), max_size=3)) | {0, DAYS})
        for first, last in pairwise(cuts):
            links.append(Link(child, draw(st.integers(0, child - 1)), day(first), day(last)))
    return links


@given(histories())
def test_closure_agrees_with_a_walk_on_every_day(links: list[Link]) -> None:
    lives = {unit: (day(0), day(DAYS)) for unit in range(UNITS)}
    rows = closure(lives, lives, links)
    for number in range(DAYS):
        now = day(number)
        parent = {link.child: link.parent for link in links if link.start <= now < link.end}
        for unit in range(UNITS):
            walked, at, depth = {(unit, 0)}, unit, 0
            while at in parent:
                at, depth = parent[at], depth + 1
                walked.add((at, depth))
            kept = [(r.ancestor, r.depth) for r in rows if r.descendant == unit and r.start <= now < r.end]
            assert len(kept) == len(set(kept))
            assert set(kept) == walked


def test_a_ring_is_refused() -> None:
    lives = {1: (day(0), day(5)), 2: (day(0), day(5))}
    links = [Link(1, 2, day(0), day(5)), Link(2, 1, day(3), day(5))]
    with pytest.raises(Refusal) as refused:
        closure(lives, lives, links)
    assert refused.value.code == "unit_cycle"


def test_touching_rows_are_merged() -> None:
    lives = {1: (day(0), day(9)), 2: (day(0), day(9))}
    links = [Link(2, 1, day(0), day(4)), Link(2, 1, day(4), day(9))]
    assert [(r.depth, r.start, r.end) for r in closure([2], lives, links)] == [
        (0, day(0), day(9)),
        (1, day(0), day(9)),
    ]
