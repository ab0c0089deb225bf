"""UP.1, UP.2, UP.5, SR.1, SR.2, DB.1.1, DB.2 and DB.2.1, clause by clause."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from courses.runtime.sequencing import Definition, Node, Sequencer, State, Tracked, TrackedObjective
from courses.runtime.sequencing.definition import (
    Condition,
    ControlModes,
    Delivery,
    Limits,
    Objective,
    Rule,
    Selection,
)
from courses.runtime.sequencing.delivery import content_delivery
from courses.runtime.sequencing.rules import check_activity, evaluate, limit_conditions_check
from courses.runtime.sequencing.tree import SequencingError
from tests.courses.sequencing.trees import (
    FAILED,
    NOW,
    PASSED,
    activity,
    cluster,
    leaf,
    led,
    primary,
    reads,
    three,
    tree_of,
    two_by_two,
    walker,
    when,
    writes,
)

# UP.1


def test_the_attempt_limit_counts_attempts_that_have_begun() -> None:
    made = walker(cluster("root", leaf("a", limits=Limits(attempts=2)), leaf("b")))
    node = made.definition.nodes["a"]
    assert not limit_conditions_check(tree_of(made), node)
    assert led(made, "start", "choice:b", "choice:a") == ["a", "b", "a"]
    assert not limit_conditions_check(tree_of(made), node)  # it goes on
    assert led(made, "choice:b", "choice:a") == ["b", "DB.1.1-3"]
    assert limit_conditions_check(tree_of(made), node)


def test_what_is_suspended_or_not_tracked_has_no_limit() -> None:
    limited = Limits(attempts=1)
    made = walker(cluster("root", leaf("a", limits=limited), leaf("b")))
    assert led(made, "start", ("choice:b", Tracked(exit="suspend")), "choice:a") == ["a", "b", "a"]
    free = leaf("a", limits=limited, delivery=Delivery(tracked=False))
    assert led(walker(cluster("root", free, leaf("b"))), "start", "choice:b", "choice:a") == ["a", "b", "a"]


def test_a_limit_of_none_bars_the_first_attempt() -> None:
    made = walker(cluster("root", leaf("a", limits=Limits(attempts=0)), leaf("b")))
    assert led(made, "choice:a", "choice:b", "choice:a") == ["a", "b", "DB.1.1-3"]


def timed(limits: dict[str, float], *visits: tuple[float, float]) -> tuple[Sequencer, list[str]]:
    """Visits to a: minutes on the clock, seconds that the SCO counts; b between them takes ten minutes.

    A rule shuts a once its time is up.
    """
    shut = when("timeLimitExceeded", "disabled")
    root = cluster("root", leaf("a", limits=Limits(durations=limits), pre_rules=shut), leaf("b"))
    made, now, found = walker(root), NOW, []
    for minutes, seconds in visits:
        found += led(made, "choice:a")
        now += timedelta(minutes=minutes)
        made = Sequencer(made.definition, made.state, now=now, rng=Random(1))
        if found[-1] == "a":
            led(made, ("choice:b", Tracked(seconds=seconds)))
        now += timedelta(minutes=10)
        made = Sequencer(made.definition, made.state, now=now, rng=Random(1))
    return made, found


@pytest.mark.parametrize(
    ("limit", "delivered"),
    [
        ({"attempt_absolute": 301}, ["a", "a", "a"]),
        ({"attempt_absolute": 300}, ["a", "DB.1.1-3", "DB.1.1-3"]),
        ({"attempt_experienced": 61}, ["a", "a", "a"]),
        ({"attempt_experienced": 60}, ["a", "DB.1.1-3", "DB.1.1-3"]),
        ({"activity_experienced": 120}, ["a", "a", "DB.1.1-3"]),
        ({"activity_absolute": 1200}, ["a", "a", "DB.1.1-3"]),
        ({}, ["a", "a", "a"]),
    ],
)
def test_a_rule_may_ask_for_each_duration_limit(limit: dict[str, float], delivered: list[str]) -> None:
    made, found = timed(limit, (5, 60), (5, 60), (5, 60))
    assert found == delivered
    node = made.definition.nodes["a"]
    assert evaluate(tree_of(made), node, Condition("timeLimitExceeded")) is ("DB.1.1-3" in delivered)
    assert not limit_conditions_check(tree_of(made), node)  # by itself a duration bars nothing


def test_seconds_of_one_launch_count_once_and_for_all_above() -> None:
    made = walker(two_by_two())
    led(made, "start")
    made.track(Tracked(seconds=20))
    made.track(Tracked(seconds=30, exit="suspend"))
    assert led(made, ("choice:b1", Tracked(seconds=40, exit="suspend")), "choice:a1") == ["b1", "a1"]
    led(made, ("exitAll", Tracked(seconds=5)))
    assert [activity(made, name).worked for name in ("a1", "A", "root", "b1")] == [45, 45, 45, 0]


# UP.2 and UP.5


@pytest.mark.parametrize(
    ("condition", "said", "value"),
    [
        (Condition("satisfied"), PASSED, True),
        (Condition("satisfied"), FAILED, False),
        (Condition("satisfied", objective="o"), PASSED, False),
        (Condition("satisfied", objective="unknown"), PASSED, None),
        (Condition("objectiveStatusKnown", objective="o"), PASSED, True),
        (Condition("objectiveStatusKnown", objective="unknown"), PASSED, False),
        (Condition("objectiveMeasureKnown"), Tracked(scaled=0.2), True),
        (Condition("objectiveMeasureKnown", objective="o"), PASSED, True),
        (Condition("objectiveMeasureGreaterThan", measure=0.2), Tracked(scaled=0.2), False),
        (Condition("objectiveMeasureGreaterThan", measure=0.19), Tracked(scaled=0.2), True),
        (Condition("objectiveMeasureGreaterThan", measure=0.1), PASSED, None),
        (Condition("objectiveMeasureGreaterThan", objective="o", measure=-0.6), PASSED, True),
        (Condition("objectiveMeasureLessThan", measure=0.2), Tracked(scaled=0.2), False),
        (Condition("objectiveMeasureLessThan", measure=0.21), Tracked(scaled=0.2), True),
        (Condition("objectiveMeasureLessThan", True, measure=0.1), Tracked(scaled=0.2), True),
        (Condition("completed"), PASSED, True),
        (Condition("completed", objective="o"), PASSED, False),
        (Condition("activityProgressKnown"), FAILED, True),
        (Condition("attempted"), PASSED, True),
        (Condition("attemptLimitExceeded"), PASSED, True),
        (Condition("timeLimitExceeded"), PASSED, False),
        (Condition("outsideAvailableTimeRange"), PASSED, False),
        (Condition("always"), PASSED, True),
        (Condition("ALWAYS", True), PASSED, False),
    ],
)
def test_each_condition_of_a_sequencing_rule(condition: Condition, said: Tracked, value: bool | None) -> None:
    other = TrackedObjective("o", success_status="failed", scaled=-0.5, completion_status="incomplete")
    said = Tracked(
        success_status=said.success_status,
        completion_status=said.completion_status,
        scaled=said.scaled,
        objectives=(other,),
    )
    first = leaf("a", objectives=(Objective("o"),), limits=Limits(attempts=1))
    made = walker(cluster("root", first, leaf("b")))
    led(made, "start", ("continue", said))
    assert evaluate(tree_of(made), made.definition.nodes["a"], condition) is value


def test_what_is_not_tracked_is_not_known() -> None:
    made = walker(cluster("root", leaf("a", delivery=Delivery(tracked=False)), leaf("b")))
    led(made, "start", ("continue", PASSED))
    values = {
        name: evaluate(tree_of(made), made.definition.nodes["a"], Condition(name))
        for name in ("satisfied", "completed", "objectiveStatusKnown", "activityProgressKnown", "attempted")
    }
    assert values == {
        "satisfied": None,
        "completed": None,
        "objectiveStatusKnown": False,
        "activityProgressKnown": False,
        "attempted": False,
    }


def test_check_activity_is_a_rule_or_a_limit() -> None:
    off = (Rule("disabled", (Condition("attempted"),)),)
    made = walker(cluster("root", leaf("a", pre_rules=off), leaf("b", limits=Limits(attempts=1)), leaf("c")))
    nodes = made.definition.nodes
    assert not any(check_activity(tree_of(made), nodes[name]) for name in "abc")
    led(made, "start", "choice:b", "choice:c")
    assert [check_activity(tree_of(made), nodes[name]) for name in "abc"] == [True, True, False]


# SR.1 and SR.2


def order(made: Sequencer) -> list[str]:
    return [child.identifier for child in tree_of(made).available(made.definition.root)]


def many(**more: object) -> Node:
    return cluster("root", *(leaf(name) for name in "abcdefgh"), **more)


def test_selection_once_keeps_the_order_and_what_it_took() -> None:
    made = walker(many(selection=Selection("once", 3)))
    led(made, "start")
    taken = order(made)
    assert len(taken) == 3
    assert taken == sorted(taken)
    for _ in range(3):
        led(made, "exitAll", "start")
        assert order(made) == taken
    outside = next(name for name in "abcdefgh" if name not in taken)
    assert led(made, f"choice:{outside}", f"jump:{outside}") == ["SB.2.9-2", "NB.2.1-11"]
    assert made.controls().hidden == set("abcdefgh") - set(taken)


@pytest.mark.parametrize(
    "selection",
    [Selection("never", 3), Selection("once", None), Selection("once", 0), Selection("once", 99)],
)
def test_selection_that_takes_all(selection: Selection) -> None:
    made = walker(many(selection=selection))
    led(made, "start")
    assert order(made) == list("abcdefgh")


def test_randomization_once_and_on_each_new_attempt() -> None:
    orders = []
    for timing in ("once", "onEachNewAttempt"):
        made = walker(many(selection=Selection(randomization_timing=timing, reorder_children=True)))
        seen = set()
        for _ in range(6):
            led(made, "start", "continue")
            seen.add(tuple(order(made)))
            led(made, "exitAll")
        orders.append(len(seen))
    assert orders[0] == 1
    assert orders[1] > 1
    made = walker(many(selection=Selection(randomization_timing="once")))
    led(made, "start")
    assert order(made) == list("abcdefgh")


def test_what_was_drawn_stays_while_the_attempt_is_suspended() -> None:
    each = Selection("onEachNewAttempt", 4, "onEachNewAttempt", reorder_children=True)
    made = walker(many(selection=each))
    led(made, "start", "continue")
    before = order(made)
    led(made, "suspendAll", "resumeAll", "suspendAll")
    again = Sequencer(made.definition, State.from_dict(made.state.as_dict()), now=NOW, rng=Random(5))
    assert led(again, "resumeAll") == [before[1]]
    assert order(again) == before


# DB.1.1, DB.2 and DB.2.1


def test_nothing_is_delivered_while_something_is_active() -> None:
    made = walker(three())
    led(made, "start")
    with pytest.raises(SequencingError, match=r"DB\.2-1"):
        content_delivery(tree_of(made), made.definition.nodes["b"])


def test_delivery_begins_the_attempts_on_the_path_that_do_not_go_on() -> None:
    made = walker(two_by_two())
    led(made, "start", "continue", "continue", "choice:a1")
    attempts = {name: activity(made, name).attempts for name in ("root", "A", "B", "a1", "a2", "b1")}
    assert attempts == {"root": 1, "A": 2, "B": 1, "a1": 2, "a2": 1, "b1": 1}
    assert [activity(made, name).active for name in ("root", "A", "a1", "B")] == [True, True, True, False]


def test_an_attempt_that_is_not_tracked_is_not_counted() -> None:
    made = walker(cluster("root", leaf("a", delivery=Delivery(tracked=False)), leaf("b")))
    led(made, "start", ("continue", Tracked(exit="suspend")))
    assert (activity(made, "a").attempts, activity(made, "a").progress_known) == (0, False)


def test_what_was_put_aside_is_given_up_when_something_else_is_delivered() -> None:
    made = walker(two_by_two())
    assert led(made, "start", ("suspendAll", FAILED), "choice:b1") == ["a1", "end", "b1"]
    assert not any(state.suspended for state in made.state.activities.values())
    assert (made.state.suspended, activity(made, "root").attempts) == ("", 2)
    made = walker(two_by_two())
    assert led(made, "start", ("suspendAll", FAILED), "choice:a2") == ["a1", "end", "a2"]
    assert activity(made, "a1").suspended is False


def test_giving_up_one_keeps_the_attempt_while_another_is_suspended() -> None:
    made = walker(two_by_two())
    led(made, "start", ("continue", Tracked(exit="suspend")), "suspendAll")
    assert led(made, "choice:b1") == ["b1"]
    assert [activity(made, name).suspended for name in ("a1", "a2", "A", "root")] == [
        True,
        False,
        True,
        False,
    ]
    assert activity(made, "root").attempts == 1


def test_globals_of_one_attempt_alone_end_with_it() -> None:
    first = leaf("a", objectives=(Objective("o", maps=(writes("g", "satisfied"),)),))
    known = Objective("p", maps=(reads("g", "satisfied"),))
    second = leaf("b", primary=known, pre_rules=when("satisfied", "skip"))
    said = Tracked(objectives=(TrackedObjective("o", success_status="passed"),))
    root = cluster("root", first, second, leaf("c"))
    made = Sequencer(Definition(root, objectives_global_to_system=False), State(), now=NOW, rng=Random(1))
    assert led(made, "start", ("continue", said), "suspendAll", "resumeAll") == ["a", "c", "end", "c"]
    assert "g" in made.state.shared
    assert led(made, "exitAll", "start", "continue") == ["end", "a", "b"]
    kept = Sequencer(Definition(root), State(), now=NOW, rng=Random(1))
    assert led(kept, "start", ("continue", said), "exitAll", "start", "continue") == [
        "a",
        "c",
        "end",
        "a",
        "c",
    ]


def test_they_are_forgotten_before_the_whole_is_tried_again() -> None:
    told = Objective("o", maps=(writes("g", "satisfied"),))
    last = leaf("b", objectives=(told,), post_rules=when("always", "retryAll"))
    first = leaf(
        "a", primary=Objective("p", maps=(reads("g", "satisfied"),)), pre_rules=when("satisfied", "skip")
    )
    said = Tracked(objectives=(TrackedObjective("o", success_status="passed"),))
    made = walker(cluster("root", first, last), objectives_global_to_system=False)
    assert led(made, "start", "continue", ("continue", said)) == ["a", "b", "a"]
    made = walker(cluster("root", first, last))
    assert led(made, "start", "continue", ("continue", said)) == ["a", "b", "b"]


def test_a_session_begun_anew_is_not_judged_by_the_one_before() -> None:
    root = cluster("root", *(leaf(name, pre_rules=when("satisfied", "skip")) for name in "ab"))
    made = walker(root)
    assert led(made, "start", ("continue", PASSED), ("continue", PASSED), "start") == ["a", "b", "end", "a"]
    counts = ControlModes(flow=True, use_current_attempt_objective_info=False)
    made = walker(cluster("root", *root.children, modes=counts))
    assert led(made, "start", ("continue", PASSED), ("exitAll", FAILED), "start") == ["a", "b", "end", "b"]
    assert primary(made, "a").satisfied is True
