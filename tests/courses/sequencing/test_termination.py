"""TB.2.1 to TB.2.3, UP.3 and UP.4, clause by clause: how attempts end and what their rules ask for."""

from __future__ import annotations

import pytest

from courses.runtime.sequencing import Tracked, TrackedObjective
from courses.runtime.sequencing.definition import (
    CompletionThreshold,
    Condition,
    ControlModes,
    Delivery,
    Objective,
    Rule,
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
    three,
    two_by_two,
    walker,
    when,
    writes,
)

SUSPENDED = Tracked(exit="suspend")


# TB.2.1


def test_exit_rules_end_the_highest_cluster_whose_rule_holds() -> None:
    inner = cluster("AA", leaf("a1"), leaf("a2"), exit_rules=when("attempted", "exit"))
    outer = cluster("A", inner, leaf("a3"), exit_rules=when("attempted", "exit"))
    made = walker(cluster("root", outer, leaf("b")))
    assert led(made, "start", "continue") == ["a1", "b"]
    assert not activity(made, "A").active
    assert not activity(made, "AA").active


def test_exit_rules_of_a_leaf_are_not_looked_at() -> None:
    made = walker(cluster("root", leaf("a", exit_rules=when("always", "exit")), leaf("b")))
    assert led(made, "start", "continue") == ["a", "b"]


def test_an_exit_rule_on_the_root_ends_the_session() -> None:
    made = walker(three(exit_rules=when("satisfied", "exit")))
    assert led(made, "start", ("continue", FAILED), ("previous", PASSED)) == ["a", "b", "a"]
    made = walker(cluster("root", leaf("a"), exit_rules=when("satisfied", "exit")))
    assert led(made, "start", ("choice:a", PASSED)) == ["a", "end"]


def test_an_exit_by_rule_counts_the_part_that_was_left_first() -> None:
    inner = cluster("A", leaf("a1"), leaf("a2"), exit_rules=when("satisfied", "exit", negated=True))
    made = walker(cluster("root", inner, leaf("b")))
    led(made, "start", "continue")
    assert led(made, ("continue", FAILED)) == ["b"]


# TB.2.2


@pytest.mark.parametrize(
    ("action", "delivered"),
    [
        ("retry", "a1"),
        ("continue", "a2"),
        ("previous", "SB.2.1-3"),
        ("exitParent", "b1"),
        ("exitAll", "end"),
        ("retryAll", "a1"),
        ("RETRY", "a1"),
    ],
)
def test_each_action_of_a_post_condition_rule(action: str, delivered: str) -> None:
    first = leaf("a1", post_rules=when("always", action))
    made = walker(cluster("root", cluster("A", first, leaf("a2")), leaf("b1")))
    assert led(made, "start", "continue") == ["a1", delivered]


def test_the_first_rule_that_holds_is_the_one_that_counts() -> None:
    rules = (
        *when("satisfied", "previous"),
        *when("completed", "retry"),
        *when("always", "exitAll"),
    )
    made = walker(cluster("root", leaf("a"), leaf("b", post_rules=rules), leaf("c")))
    done = Tracked(completion_status="completed", success_status="failed")
    assert led(made, "choice:b", ("continue", done), ("continue", PASSED)) == ["b", "b", "a"]
    assert led(made, "continue", ("continue", FAILED)) == ["b", "end"]


def test_post_condition_rules_do_not_speak_of_what_is_suspended() -> None:
    made = walker(cluster("root", leaf("a", post_rules=when("always", "retry")), leaf("b")))
    assert led(made, "start", ("continue", SUSPENDED)) == ["a", "b"]
    assert activity(made, "a").suspended


@pytest.mark.parametrize("request_", ["continue", "previous", "choice:c", "jump:c", "exit"])
def test_a_rule_takes_the_place_of_whatever_was_asked_for(request_: str) -> None:
    made = walker(cluster("root", leaf("a"), leaf("b", post_rules=when("always", "retry")), leaf("c")))
    assert led(made, "choice:b", request_) == ["b", "b"]


@pytest.mark.parametrize("request_", ["exitAll", "suspendAll", "abandon", "abandonAll"])
def test_what_ends_everything_or_leaves_nothing_asks_no_post_condition_rule(request_: str) -> None:
    made = walker(cluster("root", leaf("a", post_rules=when("always", "retry")), leaf("b")))
    assert led(made, "start", request_) == ["a", "nothing" if request_ == "abandon" else "end"]


# TB.2.3, 3: exit


def test_exit_parent_climbs_and_asks_the_rules_of_each_it_comes_to() -> None:
    inner = cluster(
        "AA", leaf("a1", post_rules=when("always", "exitParent")), post_rules=when("always", "exitParent")
    )
    outer = cluster("A", inner, leaf("a2"), post_rules=when("attempted", "continue"))
    made = walker(cluster("root", outer, leaf("b")))
    assert led(made, "start", "exit") == ["a1", "b"]
    assert [activity(made, name).active for name in ("root", "A", "AA", "a1")] == [True, False, False, False]


def test_exit_parent_up_to_the_root_ends_the_session() -> None:
    made = walker(cluster("root", leaf("a", post_rules=when("always", "exitParent")), leaf("b")))
    assert led(made, "start", "continue", "start") == ["a", "end", "a"]


def test_exit_parent_of_the_root_is_refused() -> None:
    made = walker(leaf("alone", post_rules=when("always", "exitParent")))
    assert led(made, "start", "exit") == ["alone", "TB.2.3-4"]


def test_the_root_ends_the_session_unless_it_is_tried_again() -> None:
    root = three(exit_rules=when("attempted", "exit"), post_rules=when("satisfied", "retry", negated=True))
    made = walker(root)
    assert led(made, "start", ("continue", FAILED)) == ["a", "end"]  # not known of b and c: no rule holds
    root = cluster(
        "root",
        leaf("a"),
        exit_rules=when("attempted", "exit"),
        post_rules=when("satisfied", "retry", negated=True),
    )
    made = walker(root)
    assert led(made, "start", ("continue", FAILED), ("continue", PASSED)) == ["a", "a", "end"]
    made = walker(three(exit_rules=when("attempted", "exit"), post_rules=when("always", "continue")))
    assert led(made, "start", "continue") == ["a", "end"]


def test_exit_without_a_rule_leaves_the_session_open_with_nothing_in_it() -> None:
    made = walker(two_by_two())
    assert led(made, "start", "exit") == ["a1", "nothing"]
    assert (made.state.current, activity(made, "A").active) == ("a1", True)
    assert led(made, "choice:b2") == ["b2"]


# TB.2.3, 4: exit all; retry all


def test_exit_all_ends_every_attempt_and_the_session() -> None:
    made = walker(two_by_two())
    assert led(made, "start", ("exitAll", PASSED)) == ["a1", "end"]
    assert not any(state.active or state.suspended for state in made.state.activities.values())
    assert led(made, "resumeAll", "start") == ["NB.2.1-3", "a1"]
    assert activity(made, "root").attempts == 2


def test_retry_all_begins_the_whole_tree_anew() -> None:
    last = leaf("b2", post_rules=when("satisfied", "retryAll", negated=True))
    made = walker(cluster("root", leaf("a"), cluster("B", leaf("b1"), last)))
    assert led(made, "start", ("choice:b2", PASSED), ("continue", FAILED)) == ["a", "b2", "a"]
    assert (activity(made, "root").attempts, activity(made, "B").active) == (2, False)
    assert primary(made, "b2").satisfied is None


# TB.2.3, 5: suspend all


def test_suspend_all_suspends_the_path_and_resume_all_goes_on() -> None:
    made = walker(two_by_two())
    assert led(made, "start", "continue", ("suspendAll", FAILED)) == ["a1", "a2", "end"]
    assert [activity(made, name).suspended for name in ("root", "A", "a2", "a1")] == [True, True, True, False]
    assert led(made, "resumeAll") == ["a2"]
    assert not any(state.suspended for state in made.state.activities.values())
    assert [activity(made, name).attempts for name in ("root", "A", "a2")] == [1, 1, 1]


def test_suspend_all_after_an_exit_suspends_the_parent() -> None:
    made = walker(two_by_two())
    led(made, "start", "exit")
    assert led(made, "suspendAll") == ["end"]
    assert (made.state.suspended, activity(made, "a1").suspended) == ("A", False)
    assert led(made, "resumeAll", "start") == ["DB.1.1-1", "a1"]


def test_suspend_all_where_nothing_goes_on_is_refused() -> None:
    made = walker(leaf("alone", post_rules=when("always", "exitParent")))
    led(made, "start", "exit")
    assert led(made, "suspendAll") == ["TB.2.3-3"]


# TB.2.3, 6 and 7: abandon


def test_abandon_leaves_nothing_of_the_attempt_but_its_number() -> None:
    made = walker(three())
    assert led(made, "start", ("abandon", PASSED)) == ["a", "nothing"]
    assert (activity(made, "a").attempts, activity(made, "a").active) == (1, False)
    assert (primary(made, "a").satisfied, primary(made, "a").completed) == (None, None)
    assert led(made, "continue") == ["b"]


def test_abandon_all_ends_the_session_without_ending_attempts() -> None:
    made = walker(two_by_two())
    assert led(made, "start", ("abandonAll", PASSED)) == ["a1", "end"]
    assert not any(state.active for state in made.state.activities.values())
    assert primary(made, "A").completed is None


# UP.4


@pytest.mark.parametrize(
    ("delivery", "said", "completed", "satisfied"),
    [
        (Delivery(), Tracked(), True, True),
        (Delivery(completion_set_by_content=True), Tracked(), None, True),
        (Delivery(objective_set_by_content=True), Tracked(), True, None),
        (Delivery(), FAILED, False, False),
        (Delivery(), UNSAID, None, None),
        (Delivery(), SUSPENDED, None, None),
        (Delivery(), Tracked(completion_status="incomplete"), False, True),
        (Delivery(), Tracked(success_status="failed"), True, False),
        (Delivery(tracked=False), PASSED, None, None),
    ],
)
def test_what_the_content_did_not_say_is_presumed(
    delivery: Delivery, said: Tracked, completed: bool | None, satisfied: bool | None
) -> None:
    made = walker(cluster("root", leaf("a", delivery=delivery), leaf("b")))
    led(made, "start", ("continue", said))
    known = primary(made, "a")
    assert (known.completed, known.satisfied) == (completed, satisfied)


def test_nothing_is_presumed_against_a_threshold_or_a_shared_objective() -> None:
    judged = leaf(
        "a",
        primary=Objective("p", satisfied_by_measure=True, minimum_measure=0.5),
        completion=CompletionThreshold(by_measure=True, minimum_progress=0.5),
    )
    writer = leaf("w", objectives=(Objective("o", maps=(writes("g", "satisfied"),)),))
    reader = leaf("r", primary=Objective("q", maps=(reads("g", "satisfied"),)))
    made = walker(cluster("root", judged, writer, reader))
    led(made, "start", "continue")
    assert (primary(made, "a").completed, primary(made, "a").satisfied) == (None, None)
    told = Tracked(objectives=(TrackedObjective("o", success_status="failed"),))
    led(made, ("continue", told), "continue")
    assert primary(made, "r").satisfied is False


def test_a_cluster_is_suspended_while_a_child_is() -> None:
    made = walker(two_by_two())
    assert led(made, "start", ("choice:b1", SUSPENDED)) == ["a1", "b1"]
    assert (activity(made, "A").suspended, activity(made, "A").active) == (True, False)
    assert led(made, "choice:a1") == ["a1"]
    assert (activity(made, "A").attempts, activity(made, "a1").attempts) == (1, 1)


def test_a_suspended_child_keeps_the_whole_attempt_alive_over_exit_all() -> None:
    made = walker(two_by_two())
    led(made, "start", "continue")
    assert led(made, ("exitAll", SUSPENDED)) == ["end"]
    assert [activity(made, name).suspended for name in ("root", "A", "a2")] == [True, True, True]
    assert led(made, "resumeAll", "start") == ["NB.2.1-3", "a1"]
    assert [activity(made, name).attempts for name in ("root", "A", "a1")] == [1, 1, 2]


def test_a_way_out_that_the_content_names_itself() -> None:
    for word in ("time-out", "logout"):
        made = walker(three())
        assert led(made, "start", ("continue", Tracked(exit=word))) == ["a", "end"]
        made = walker(three())
        assert led(made, "start", ("suspendAll", Tracked(exit=word))) == ["a", "end"]
        assert made.state.suspended == "a"


def test_flow_off_the_end_ends_the_attempts_that_go_on() -> None:
    made = walker(two_by_two(modes=ControlModes(flow=True)))
    assert led(made, "choice:b2", "continue") == ["b2", "end"]
    assert not any(state.active for state in made.state.activities.values())
    assert activity(made, "root").attempts == 1


def test_a_rule_needs_all_its_conditions_or_any_as_it_says() -> None:
    both = (Condition("satisfied"), Condition("completed"))
    one = cluster("root", leaf("a", post_rules=(Rule("retry", both),)), leaf("b"))
    any_ = cluster("root", leaf("a", post_rules=(Rule("retry", both, any_of=True),)), leaf("b"))
    half = Tracked(success_status="passed", completion_status="incomplete")
    assert led(walker(one), "start", ("continue", half)) == ["a", "b"]
    assert led(walker(any_), "start", ("continue", half)) == ["a", "a"]
