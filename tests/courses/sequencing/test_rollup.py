"""RB.1.1 to RB.1.3 and RB.1.5, clause by clause: what the children say of their parent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.runtime.sequencing import Tracked, TrackedObjective
from courses.runtime.sequencing.definition import (
    CompletionThreshold,
    ControlModes,
    Delivery,
    Objective,
    RollupControls,
    Selection,
)
from tests.courses.sequencing.trees import (
    FAILED,
    PASSED,
    UNSAID,
    activity,
    cluster,
    leaf,
    led,
    primary,
    reads,
    rolls,
    three,
    told,
    two_by_two,
    walker,
    writes,
)

# RB.1.1: measures


@pytest.mark.parametrize(
    ("scores", "weights", "expected"),
    [
        ((0.5, 1.0, 0.0), (1.0, 1.0, 1.0), 0.5),
        ((0.5, None, None), (1.0, 1.0, 1.0), 0.5 / 3),
        ((0.5, None, None), (1.0, 0.0, 0.0), 0.5),
        ((None, None, None), (1.0, 1.0, 1.0), None),
        ((0.5, 0.5, 0.5), (0.0, 0.0, 0.0), None),
        ((0.5, None, None), (0.0, 1.0, 1.0), 0.0),
        ((-1.0, 1.0, 0.0), (0.5, 0.25, 0.25), -0.25),
    ],
)
def test_the_measure_is_the_weighted_mean(
    scores: tuple[float | None, ...], weights: tuple[float, ...], expected: float | None
) -> None:
    root = three()
    children = tuple(
        replace(child, rollup=RollupControls(objective_measure_weight=weight))
        for child, weight in zip(root.children, weights, strict=True)
    )
    made = told(replace(root, children=children), *(Tracked(scaled=score) for score in scores))
    assert primary(made, "root").measure == (expected if expected is None else pytest.approx(expected))


def test_the_completion_amount_is_weighted_by_its_own_weight() -> None:
    heavy = CompletionThreshold(progress_weight=1.0)
    light = CompletionThreshold(progress_weight=0.5)
    root = cluster("root", leaf("a", completion=heavy), leaf("b", completion=light))
    made = told(root, Tracked(progress_measure=0.3), Tracked(progress_measure=0.9))
    assert primary(made, "root").progress == pytest.approx((0.3 + 0.45) / 1.5)


def test_what_is_not_tracked_or_not_selected_does_not_count() -> None:
    root = three()
    a, b, c = root.children
    made = told(
        replace(root, children=(a, replace(b, delivery=Delivery(tracked=False)), c)),
        Tracked(scaled=1.0),
        Tracked(scaled=0.0),
        Tracked(scaled=0.5),
    )
    assert primary(made, "root").measure == pytest.approx(0.75)
    made = walker(replace(root, selection=Selection("once", 1)))
    led(made, "start", ("continue", Tracked(scaled=0.8)))
    assert primary(made, "root").measure == pytest.approx(0.8)


# RB.1.2


@pytest.mark.parametrize(
    ("active", "minimum", "satisfied"),
    [(True, 0.5, True), (True, 0.6, False), (False, 0.5, None)],
)
def test_satisfaction_by_measure_may_have_to_wait_until_the_attempt_ends(
    active: bool, minimum: float, satisfied: bool | None
) -> None:
    judged = Objective("p", satisfied_by_measure=True, minimum_measure=minimum)
    inner = cluster(
        "A",
        leaf("a1"),
        leaf("a2"),
        primary=judged,
        rollup=RollupControls(measure_satisfaction_if_active=active),
    )
    made = walker(cluster("root", inner, leaf("b")))
    led(made, "start", ("continue", Tracked(scaled=1.0)))
    assert primary(made, "A").satisfied is satisfied
    led(made, ("continue", Tracked(scaled=0.0)))
    assert primary(made, "A").satisfied is (minimum <= 0.5)


def test_satisfaction_by_measure_does_not_listen_to_rules() -> None:
    judged = Objective("p", satisfied_by_measure=True, minimum_measure=0.9)
    made = told(three(primary=judged, rollup_rules=rolls("attempted", "satisfied", "any")), PASSED, PASSED)
    assert primary(made, "root").satisfied is None
    led(made, ("continue", Tracked(scaled=1.0)))
    assert primary(made, "root").satisfied is False


@pytest.mark.parametrize(
    ("said", "satisfied", "completed"),
    [
        ((PASSED, PASSED, PASSED), True, True),
        ((PASSED, FAILED, PASSED), False, False),
        ((FAILED, FAILED, FAILED), False, False),
        ((PASSED, UNSAID, PASSED), None, None),
        ((FAILED, UNSAID, FAILED), None, None),
        ((PASSED, PASSED), None, None),
        ((FAILED,), None, None),
        ((FAILED, Tracked(success_status="passed", completion_status="incomplete"), PASSED), False, False),
    ],
)
def test_default_rules_speak_once_all_children_are_known(
    said: tuple[Tracked, ...], satisfied: bool | None, completed: bool | None
) -> None:
    made = told(three(), *said)
    assert (primary(made, "root").satisfied, primary(made, "root").completed) == (satisfied, completed)


def test_one_rule_of_the_kind_takes_the_place_of_both_defaults() -> None:
    made = told(three(rollup_rules=rolls("satisfied", "satisfied", "any")), FAILED, FAILED, FAILED)
    assert (primary(made, "root").satisfied, primary(made, "root").completed) == (None, False)
    made = told(three(rollup_rules=rolls("completed", "incomplete", "none")), PASSED, PASSED, PASSED)
    assert (primary(made, "root").satisfied, primary(made, "root").completed) == (True, None)


def test_of_two_rules_that_hold_the_better_verdict_stays() -> None:
    rules = (*rolls("satisfied", "satisfied", "any"), *rolls("satisfied", "notSatisfied", "any"))
    assert primary(told(three(rollup_rules=rules), PASSED), "root").satisfied is True


def test_a_verdict_stays_until_another_takes_its_place() -> None:
    made = told(three(rollup_rules=rolls("satisfied", "satisfied", "any")), PASSED)
    assert led(made, "previous") == ["a"]
    led(made, ("continue", FAILED))
    assert primary(made, "root").satisfied is True


# RB.1.3


def test_completion_by_measure_does_not_listen_to_rules() -> None:
    half = CompletionThreshold(by_measure=True, minimum_progress=0.5)
    made = told(three(completion=half, rollup_rules=rolls("attempted", "completed", "any")), PASSED)
    assert primary(made, "root").completed is None
    led(made, ("continue", Tracked(progress_measure=1.0)))
    assert primary(made, "root").completed is False
    led(made, ("continue", Tracked(progress_measure=0.5)))
    assert primary(made, "root").completed is True


# RB.1.5


def test_rollup_climbs_to_the_root_through_what_is_tracked() -> None:
    made = told(two_by_two(), PASSED, PASSED, PASSED, PASSED)
    assert [primary(made, name).satisfied for name in ("A", "B", "root")] == [True, True, True]
    inner = cluster("A", leaf("a1"), delivery=Delivery(tracked=False))
    made = told(cluster("root", inner, leaf("b")), FAILED, PASSED)
    assert primary(made, "A").satisfied is None
    assert primary(made, "root").satisfied is True


def test_whoever_reads_what_was_written_is_rolled_up_too() -> None:
    writer = leaf("w", objectives=(Objective("o", maps=(writes("g", "satisfied"),)),))
    reader = leaf("r", primary=Objective("p", maps=(reads("g", "satisfied"),)))
    made = walker(cluster("root", writer, leaf("x"), cluster("R", reader)))
    said = Tracked(objectives=(TrackedObjective("o", success_status="passed"),))
    assert led(made, "start", ("continue", said)) == ["w", "x"]
    assert (primary(made, "r").satisfied, primary(made, "R").satisfied) == (True, True)


def test_what_a_cluster_writes_reaches_the_readers_of_what_they_write() -> None:
    first = cluster("A", leaf("a"), primary=Objective("p", maps=(writes("g", "satisfied"),)))
    second = cluster(
        "B",
        leaf("b", primary=Objective("q", maps=(reads("g", "satisfied"),))),
        primary=Objective("s", maps=(writes("h", "satisfied"),)),
    )
    third = cluster("C", leaf("c", primary=Objective("t", maps=(reads("h", "satisfied"),))))
    made = walker(cluster("root", first, leaf("x"), second, third))
    assert led(made, "start", ("continue", PASSED)) == ["a", "x"]
    assert [primary(made, name).satisfied for name in ("A", "B", "C")] == [True, True, True]


def test_maps_in_a_circle_come_to_rest() -> None:
    ring = [
        cluster(
            f"c{i}",
            leaf(f"l{i}", primary=Objective("p", maps=(reads(f"g{i}", "satisfied", "measure"),))),
            primary=Objective("q", maps=(writes(f"g{(i + 1) % 4}", "satisfied", "measure"),)),
        )
        for i in range(4)
    ]
    made = walker(cluster("root", leaf("x"), *ring))
    led(made, "start", ("continue", PASSED), ("continue", Tracked(scaled=0.5, success_status="passed")))
    assert activity(made, "l1").attempts == 1


# The flags about the current attempt


def test_a_new_attempt_on_a_cluster_starts_its_children_from_nothing() -> None:
    made = told(three(), PASSED, PASSED, PASSED)
    assert led(made, "start") == ["a"]
    assert [primary(made, name).satisfied for name in ("a", "b", "c")] == [None, None, None]


@pytest.mark.parametrize(
    ("modes", "satisfied", "completed"),
    [
        (ControlModes(flow=True, use_current_attempt_objective_info=False), True, None),
        (ControlModes(flow=True, use_current_attempt_progress_info=False), None, True),
    ],
)
def test_unless_earlier_attempts_count_as_well(
    modes: ControlModes, satisfied: bool | None, completed: bool | None
) -> None:
    made = told(three(modes=modes), PASSED, PASSED, PASSED)
    led(made, "start")
    assert (primary(made, "c").satisfied, primary(made, "c").completed) == (satisfied, completed)
    assert (primary(made, "a").satisfied, primary(made, "a").completed) == (None, None)  # begun anew itself


def test_where_a_child_counts_so_does_what_counted_for_it() -> None:
    kept = ControlModes(
        flow=True, use_current_attempt_objective_info=False, use_current_attempt_progress_info=False
    )
    made = told(two_by_two(modes=kept), PASSED, PASSED, PASSED, PASSED)
    led(made, "start")
    assert [primary(made, name).satisfied for name in ("b1", "b2", "B")] == [True, True, True]
    assert [primary(made, name).satisfied for name in ("a2", "A")] == [None, None]
