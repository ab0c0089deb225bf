"""Stretches of a video that were played: added up, cut to what can be."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.runtime.followed import Played, add_up, played_in, scrolled, watched
from courses.runtime.outcome import Terms
from courses.runtime.ranges import MOST_RANGES, covered, cut, read_ranges, share, union

STRETCHES = st.lists(
    st.tuples(st.floats(0, 500), st.floats(0, 500)).map(lambda pair: (min(pair), max(pair) + 0.1)),
    max_size=30,
)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ([[0, 10], [20, 30]], [(0.0, 10.0), (20.0, 30.0)]),
        ([[10, 0], [5, 5], [-1, 4], ["0", 4], [0, float("nan")], [0, 1e9], [0, 10**400], [1], 7, None], []),
        ({"0": [0, 1]}, []),
        ("0-10", []),
        ([[True, 5]], []),
    ],
)
def test_only_stretches_are_read(sent: object, kept: list[tuple[float, float]]) -> None:
    assert read_ranges(sent) == kept


def test_what_was_played_twice_counts_once() -> None:
    assert union([(0, 10), (5, 20)], [(18, 25), (40, 50)]) == [(0, 25), (40, 50)]
    assert union([(0, 10), (10.4, 20)]) == [(0, 20)]  # players report in steps
    assert union([(0, 10), (11, 20)]) == [(0, 10), (11, 20)]


@given(STRETCHES, STRETCHES)
def test_adding_up_is_the_same_in_any_order_and_twice(
    one: list[tuple[float, float]], other: list[tuple[float, float]]
) -> None:
    both = union(one, other)
    assert both == union(other, one) == union(both, one)
    assert covered(both) >= max(covered(union(one)), covered(union(other))) - 1e-6
    assert all(first[1] < second[0] for first, second in itertools.pairwise(both))


def test_a_thousand_bits_are_not_kept() -> None:
    bits = [(10.0 * n, 10.0 * n + 1) for n in range(1000)] + [(20_000.0, 20_100.0)]
    kept = union(bits)
    assert len(kept) == MOST_RANGES
    assert kept[-1] == (20_000.0, 20_100.0)


def test_no_more_is_believed_than_can_have_been_played() -> None:
    assert cut([(0, 600)], length=300, most=1000) == [(0, 300)]
    assert cut([(0, 100), (200, 300)], length=300, most=120) == [(0, 100), (200, 220)]
    assert cut([(0, 100)], length=0, most=-5) == []


def test_share() -> None:
    assert share([(0, 30)], 60) == 0.5
    assert share([(0, 59.2)], 60) == 1.0  # players stop a little before the end
    assert share([(0, 0.9)], 1.0) == 0.9
    assert share([(0, 30)], 0) == 0.0


def test_sessions_add_up_and_the_place_is_the_newest_ones() -> None:
    first = add_up(Played(), Played(30, ((0, 30),), 100), open_for=40)
    second = add_up(first, Played(80, ((60, 80),), 100), open_for=20)
    assert (second.ranges, second.place, second.share) == (((0, 30), (60, 80)), 80, 0.5)
    late = add_up(second, Played(45, ((30, 45),), 100), open_for=20, newest=False)
    assert (late.ranges, late.place) == (((0, 45), (60, 80)), 80)
    assert played_in(json.dumps({"cmi": second.as_cmi()})) == second


def test_a_client_that_lies_gains_what_the_clock_allows() -> None:
    claimed = Played(600, ((0, 600),), 600)
    assert add_up(Played(), claimed, open_for=60).share == pytest.approx(0.2)  # double speed at most
    assert add_up(Played(), claimed, open_for=-5).share == 0
    # A length that the server knows is not the client's to say.
    assert add_up(Played(), Played(10, ((0, 10),), 10), open_for=60, length=600).share == pytest.approx(
        1 / 60, abs=1e-3
    )
    # A header may say a little more than there is to play, so that the end can be reached.
    assert add_up(Played(), Played(97, ((0, 97),), 97), open_for=60, length=100).share == 1
    assert add_up(Played(), Played(90, ((0, 90),), 90), open_for=60, length=100).share == 0.9
    # Nor does one become shorter.
    half = add_up(Played(), Played(50, ((0, 50),), 100), open_for=60)
    assert add_up(half, Played(50, (), 50), open_for=60).share == 0.5


@pytest.mark.parametrize(
    "document", ["{}", "", '{"cmi": 3}', '{"cmi": {"location": "x", "ranges": 4, "duration": -1}}']
)
def test_a_document_of_something_else_is_nothing_played(document: str) -> None:
    assert played_in(document) == Played()


def test_outcomes_follow_what_was_asked() -> None:
    half = Played(50, ((0, 50),), 100)
    assert watched(half, Terms(asks="watched", share=0.5)).completion == "completed"
    assert watched(half, Terms(asks="watched", share=0.6)).completion == "incomplete"
    assert watched(half, Terms()).completion == "unknown"  # opening it was enough
    asked = Terms(asks="scrolled", share=0.99)
    assert scrolled({"progress_measure": "0.98"}, asked).completion == "incomplete"
    assert scrolled({"progress_measure": "7"}, asked).progress == 1.0
    done = scrolled({"progress_measure": "1", "success_status": "passed", "score": {"scaled": "1"}}, asked)
    assert (done.completion, done.success, done.score) == ("completed", "unknown", None)
    assert scrolled({}, asked).progress == 0.0
