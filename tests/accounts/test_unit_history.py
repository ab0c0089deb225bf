"""A unit's life as events, the latest first."""

from datetime import date

from accounts.days import FOREVER
from accounts.unit_history import Span, events

A, B, C = date(2020, 1, 1), date(2025, 7, 1), date(2026, 9, 1)


def test_a_life_in_events():
    found = events(
        [Span("Cũ", A, B), Span("Mới", B, C)],
        [Span(1, A, B), Span(2, B, C)],
        [(7, B)],
        [(9, C)],
        [Span(11, A, C), Span(12, B, C), Span(13, B, C), Span(14, A, B)],
    )
    assert [(one.day, one.kinds) for one in found] == [
        (C, ["closed"]),
        (B, ["renamed", "moved", "took_over", "gained", "lost"]),
        (A, ["opened"]),
    ]
    middle = found[1]
    assert (middle.old_name, middle.new_name, middle.old_parent, middle.new_parent) == ("Cũ", "Mới", 1, 2)
    assert (middle.gained, middle.lost, middle.others) == (2, 1, [7])
    assert found[0].others == [9]


def test_a_unit_that_stays():
    found = events([Span("Sở", A, FOREVER)], [], [], [], [Span(3, A, FOREVER)])
    assert [one.kinds for one in found] == [["opened"]]


def test_a_unit_without_a_name_has_no_history():
    assert events([], [], [], [], []) == []
