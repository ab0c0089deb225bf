"""SB.2.1 to SB.2.3, SB.2.5 to SB.2.8 and SB.2.10 to SB.2.13, clause by clause."""

from __future__ import annotations

import pytest

from courses.runtime.sequencing.definition import Condition, ControlModes, Limits, Rule
from courses.runtime.sequencing.requests import sequencing_request
from courses.runtime.sequencing.tree import SequencingError
from tests.courses.sequencing.trees import (
    FAILED,
    PASSED,
    activity,
    cluster,
    leaf,
    led,
    three,
    tree_of,
    two_by_two,
    walker,
    when,
)

FORWARD = ControlModes(flow=True, forward_only=True)
SKIP = when("always", "skip")


def test_flow_goes_through_clusters_forward_and_backward() -> None:
    made = walker(two_by_two())
    assert led(made, "start", "continue", "continue", "continue") == ["a1", "a2", "b1", "b2"]
    assert led(made, "previous", "previous", "previous", "previous") == ["b1", "a2", "a1", "SB.2.1-3"]


def test_flow_off_the_last_activity_ends_the_session() -> None:
    made = walker(two_by_two())
    assert led(made, "choice:b2", "continue") == ["b2", "end"]
    assert made.state.current == ""
    nested = cluster("root", leaf("a"), cluster("B", leaf("b", pre_rules=SKIP)))
    assert led(walker(nested), "start", "continue") == ["a", "end"]


def test_skipped_activities_are_walked_past_in_both_directions() -> None:
    root = cluster(
        "root", leaf("a"), leaf("b", pre_rules=SKIP), cluster("C", leaf("c"), pre_rules=SKIP), leaf("d")
    )
    made = walker(root)
    assert led(made, "start", "continue", "previous") == ["a", "d", "a"]
    # A choice is not flow: what is skipped can be chosen.
    assert led(made, "choice:b") == ["b"]


def test_what_is_all_skipped_has_nothing_to_begin_with() -> None:
    root = cluster("root", leaf("a", pre_rules=SKIP), leaf("b", pre_rules=SKIP))
    assert led(walker(root), "start") == ["end"]
    many = cluster("root", *(leaf(f"a{i}", pre_rules=SKIP) for i in range(3_000)), leaf("last"))
    assert led(walker(many), "start", "previous") == ["last", "SB.2.1-3"]


def test_a_cluster_without_flow_stops_it() -> None:
    closed = cluster("B", leaf("b"), modes=ControlModes(flow=False))
    made = walker(cluster("root", leaf("a"), closed, leaf("c")))
    assert led(made, "start", "continue") == ["a", "SB.2.2-1"]
    assert (made.state.current, activity(made, "a").active) == ("a", False)
    assert led(made, "choice:b", "continue", "choice:c") == ["b", "NB.2.1-4", "c"]


def test_disabled_activities_and_those_at_their_limit_stop_it() -> None:
    made = walker(cluster("root", leaf("a"), leaf("b", pre_rules=when("always", "disabled")), leaf("c")))
    assert led(made, "start", "continue", "choice:c", "previous") == ["a", "SB.2.2-2", "c", "SB.2.2-2"]
    made = walker(cluster("root", leaf("a", limits=Limits(attempts=1)), leaf("b")))
    assert led(made, "start", "continue", "previous") == ["a", "b", "SB.2.2-2"]


def test_forward_only_bars_the_way_back_within_and_out() -> None:
    inner = cluster("B", leaf("b1"), leaf("b2"), modes=FORWARD)
    made = walker(cluster("root", leaf("a"), inner, leaf("c")))
    assert led(made, "choice:b2", "previous", "continue") == ["b2", "NB.2.1-5", "c"]
    deeper = cluster("B", cluster("BB", leaf("b1")), leaf("b2"), modes=FORWARD)
    assert led(walker(cluster("root", leaf("a"), deeper)), "choice:b1", "previous") == ["b1", "SB.2.1-4"]


def test_a_forward_only_cluster_is_entered_at_its_first_child_from_behind_too() -> None:
    inner = cluster("B", leaf("b1"), leaf("b2"), leaf("b3"), modes=FORWARD)
    made = walker(cluster("root", leaf("a"), inner, leaf("c")))
    assert led(made, "choice:c", "previous", "continue") == ["c", "b1", "b2"]


def test_from_behind_what_is_skipped_in_it_is_walked_forward() -> None:
    inner = cluster("B", leaf("b1", pre_rules=SKIP), leaf("b2"), modes=FORWARD)
    assert led(walker(cluster("root", leaf("a"), inner, leaf("c"))), "choice:c", "previous") == ["c", "b2"]


def test_a_forward_only_cluster_with_all_skipped_is_left_backward() -> None:
    skipped = [leaf(f"b{i}", pre_rules=SKIP) for i in range(3)]
    inner = cluster("B", *skipped, modes=FORWARD)
    assert led(walker(cluster("root", leaf("a"), inner, leaf("c"))), "choice:c", "previous") == ["c", "a"]
    first = walker(cluster("root", inner, leaf("c")))
    assert led(first, "choice:c", "previous") == ["c", "SB.2.1-3"]


def test_an_emptied_cluster_has_nothing_to_enter() -> None:
    made = walker(two_by_two())
    activity(made, "A").order = []
    assert led(made, "start", "choice:b1", "previous") == ["SB.2.1-2", "b1", "SB.2.1-2"]


# The requests themselves


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("continue", "SB.2.7-1"),
        ("previous", "SB.2.8-1"),
        ("retry", "SB.2.10-1"),
        ("exit", "SB.2.11-1"),
        ("resumeAll", "SB.2.6-2"),
        ("choice", "SB.2.9-1"),
        ("jump", "SB.2.13-1"),
        ("", "SB.2.12-1"),
    ],
)
def test_requests_without_a_current_activity(request_: str, code: str) -> None:
    with pytest.raises(SequencingError, match=code):
        sequencing_request(tree_of(walker(three())), request_)


@pytest.mark.parametrize(
    ("request_", "code"),
    [("start", "SB.2.5-1"), ("resumeAll", "SB.2.6-1"), ("retry", "SB.2.10-2"), ("exit", "SB.2.11-2")],
)
def test_requests_while_an_activity_is_active(request_: str, code: str) -> None:
    made = walker(three())
    led(made, "start")
    with pytest.raises(SequencingError, match=code):
        sequencing_request(tree_of(made), request_)


@pytest.mark.parametrize(("request_", "code"), [("continue", "SB.2.7-2"), ("previous", "SB.2.8-2")])
def test_a_rule_may_ask_for_flow_where_there_is_none(request_: str, code: str) -> None:
    first = leaf("a", post_rules=when("always", request_))
    made = walker(cluster("root", first, leaf("b"), modes=ControlModes(flow=False)))
    assert led(made, "choice:a", "exit") == ["a", code]


def test_a_tree_of_one_activity_is_that_activity() -> None:
    assert led(walker(leaf("alone")), "start", "exit", "start") == ["alone", "end", "alone"]


def test_retry_of_a_cluster_goes_into_it_again() -> None:
    again = cluster("A", leaf("a1"), leaf("a2"), post_rules=when("satisfied", "retry", negated=True))
    ends = leaf("a2", post_rules=when("always", "exitParent"))
    again = cluster("A", leaf("a1"), ends, post_rules=when("satisfied", "retry", negated=True))
    made = walker(cluster("root", again, leaf("b")))
    assert led(made, "start", ("continue", PASSED), ("continue", FAILED)) == ["a1", "a2", "a1"]
    assert (activity(made, "A").attempts, activity(made, "root").attempts) == (2, 1)
    assert led(made, ("continue", PASSED), ("continue", PASSED)) == ["a2", "b"]


def test_retry_of_a_cluster_with_nothing_to_enter_is_refused() -> None:
    only = leaf("a", pre_rules=when("attempted", "disabled"), post_rules=when("always", "exitParent"))
    made = walker(cluster("root", cluster("A", only, post_rules=when("always", "retry")), leaf("b")))
    assert led(made, "start", "continue") == ["a", "SB.2.10-3"]


def test_exit_of_an_activity_in_the_middle_does_not_end_the_session() -> None:
    made = walker(three())
    assert led(made, "start", "exit", "continue") == ["a", "nothing", "b"]


def test_rules_are_looked_at_in_their_order_and_by_their_kind_alone() -> None:
    rules = (Rule("disabled", (Condition("never"),)), Rule("hiddenFromChoice", (Condition("always"),)))
    made = walker(cluster("root", leaf("a"), leaf("b", pre_rules=rules)))
    assert led(made, "start", "continue") == ["a", "b"]
