"""SB.2.4, SB.2.9, SB.2.9.1, SB.2.9.2 and SB.2.13, clause by clause: what can be chosen from where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.runtime.sequencing import Node
from courses.runtime.sequencing.definition import ControlModes, Limits
from tests.courses.sequencing.trees import (
    FAILED,
    FLOW,
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
STOP = when("attempted", "stopForwardTraversal", negated=True)


def chosen(root: Node, start: str, *targets: str) -> dict[str, str]:
    """What a choice of each gives, from the same place."""
    found = {}
    for target in targets:
        made = walker(root)
        steps = [f"choice:{start}"] if start else []
        found[target] = led(made, *steps, f"choice:{target}")[-1]
    return found


# 3, 4: the target itself


def test_a_target_that_is_not_among_the_available_children() -> None:
    made = walker(two_by_two())
    activity(made, "root").order = ["B"]
    assert led(made, "choice:A", "choice:a1", "choice:b1") == ["SB.2.9-2", "SB.2.9-2", "b1"]


def test_hidden_from_choice_hides_all_below() -> None:
    inner = cluster("A", leaf("a1"), pre_rules=when("always", "hiddenFromChoice"))
    root = cluster("root", inner, leaf("b"))
    assert chosen(root, "b", "A", "a1") == {"A": "SB.2.9-3", "a1": "SB.2.9-3"}
    made = walker(root)
    assert led(made, "start") == ["a1"]  # flow does not mind


def test_hidden_from_choice_follows_its_condition() -> None:
    root = cluster("root", leaf("a"), leaf("b", pre_rules=when("attempted", "hiddenFromChoice")), leaf("c"))
    made = walker(root)
    assert led(made, "start", "choice:b", "choice:a", "choice:b") == ["a", "b", "a", "SB.2.9-3"]


# 7, 8: itself, and siblings


def test_an_activity_may_choose_itself() -> None:
    made = walker(three())
    assert led(made, "start", "choice:a") == ["a", "a"]
    assert activity(made, "a").attempts == 2


def test_stop_forward_traversal_between_siblings() -> None:
    root = cluster("root", leaf("a"), leaf("b", pre_rules=STOP), leaf("c"))
    assert chosen(root, "a", "b", "c") == {"b": "b", "c": "SB.2.4-1"}
    assert chosen(root, "c", "a") == {"a": "a"}
    made = walker(root)
    assert led(made, "choice:b", ("choice:c", PASSED)) == ["b", "c"]
    unjudged = when("satisfied", "stopForwardTraversal", negated=True)
    assert chosen(cluster("root", leaf("a", pre_rules=unjudged), leaf("b")), "a", "b") == {"b": "b"}
    made = walker(cluster("root", leaf("a", pre_rules=unjudged), leaf("b")))
    assert led(made, "start", ("choice:b", FAILED)) == ["a", "SB.2.4-1"]


def test_forward_only_between_siblings() -> None:
    root = three(modes=FORWARD)
    assert chosen(root, "b", "a", "b", "c") == {"a": "SB.2.4-2", "b": "b", "c": "c"}


# 9: from the common ancestor down; also where no session has begun


def test_before_a_session_a_choice_walks_down_from_the_root() -> None:
    stopped = cluster("A", leaf("a1"), leaf("a2"), pre_rules=when("always", "stopForwardTraversal"))
    assert chosen(cluster("root", stopped, leaf("b")), "", "A", "a1", "b") == {
        "A": "a1",
        "a1": "SB.2.4-1",
        "b": "b",
    }


def test_prevent_activation_keeps_out_of_clusters_that_are_not_active() -> None:
    shut = replace(cluster("B", leaf("b1"), leaf("b2")), prevent_activation=True)
    root = cluster("root", leaf("a"), shut)
    assert chosen(root, "", "b1", "B") == {"b1": "SB.2.9-6", "B": "b1"}
    assert chosen(root, "a", "b1", "B") == {"b1": "SB.2.9-6", "B": "b1"}
    made = walker(root)
    assert led(made, "start", "continue", "choice:b2") == ["a", "b1", "b2"]


def test_prevent_activation_of_the_common_ancestor_does_not_matter() -> None:
    root = replace(two_by_two(), prevent_activation=True)
    assert chosen(root, "", "b2") == {"b2": "b2"}
    assert chosen(root, "a1", "b2") == {"b2": "b2"}


# 10: up to an ancestor


def test_choosing_an_ancestor_leaves_what_is_between() -> None:
    deep = cluster("A", cluster("AA", leaf("a1"), leaf("a2")), leaf("a3"))
    root = cluster("root", deep, leaf("b"))
    assert chosen(root, "a2", "A", "root", "AA") == {"A": "a1", "root": "a1", "AA": "a1"}


def test_an_ancestor_is_out_of_reach_where_choice_may_not_leave() -> None:
    kept = ControlModes(flow=True, choice_exit=False)
    deep = cluster("A", cluster("AA", leaf("a1"), leaf("a2"), modes=kept), leaf("a3"))
    assert chosen(cluster("root", deep, leaf("b")), "a1", "A", "AA") == {"A": "NB.2.1-8", "AA": "a1"}
    # The navigation request looks at what is active, the choice itself at all on the way.
    ended = leaf("a1", post_rules=when("always", "exitParent"))
    made = walker(cluster("root", cluster("A", cluster("AA", ended, modes=kept), leaf("a3")), leaf("b")))
    assert led(made, "choice:a1", "exit", "choice:A", "choice:b") == ["a1", "nothing", "SB.2.9-7", "SB.2.9-7"]


# 11: across


def test_across_only_forward_choices_are_stopped() -> None:
    stopped = cluster("B", leaf("b1"), leaf("b2"), pre_rules=when("always", "stopForwardTraversal"))
    root = cluster("root", cluster("A", leaf("a1")), stopped, cluster("C", leaf("c1")))
    assert chosen(root, "a1", "b1", "c1", "B") == {"b1": "SB.2.4-1", "c1": "c1", "B": "b1"}
    assert chosen(root, "c1", "b1", "a1") == {"b1": "b1", "a1": "a1"}


@pytest.mark.parametrize(
    ("target", "given"),
    [
        ("a1", "SB.2.9-8"),
        ("b1", "b1"),
        ("c1", "c1"),
        ("c2", "c2"),
        ("d", "d"),
        ("E", "SB.2.9-8"),
        ("e1", "SB.2.9-8"),
    ],
)
def test_a_constrained_cluster_leaves_only_its_neighbours(target: str, given: str) -> None:
    held = replace(cluster("C", leaf("c1"), leaf("c2")), constrain_choice=True)
    root = cluster(
        "root",
        cluster("A", leaf("a1")),
        cluster("B", leaf("b1")),
        held,
        leaf("d"),
        cluster("E", leaf("e1")),
    )
    assert chosen(root, "c1", target) == {target: given}


def test_the_innermost_constraint_counts_and_a_leaf_has_none() -> None:
    inner = replace(cluster("BB", leaf("b1"), leaf("b2")), constrain_choice=True)
    outer = replace(cluster("B", inner, leaf("b3"), leaf("b4")), constrain_choice=True)
    root = cluster("root", leaf("a"), outer, leaf("c"))
    assert chosen(root, "b1", "b3", "b4", "c") == {"b3": "b3", "b4": "SB.2.9-8", "c": "SB.2.9-8"}
    free = cluster("root", cluster("A", replace(leaf("a1"), constrain_choice=True)), leaf("b"), leaf("c"))
    assert chosen(free, "a1", "c") == {"c": "c"}


def test_beside_the_constraint_is_what_comes_next_in_the_whole_tree() -> None:
    """SB.2.9.2: the last of its siblings looks beyond its parent; the last of all only at itself."""
    last = replace(cluster("AB", leaf("a2")), constrain_choice=True)
    root = cluster("root", cluster("A", cluster("AA", leaf("a1")), last), cluster("B", leaf("b1")), leaf("c"))
    assert chosen(root, "a2", "a1", "b1", "c") == {"a1": "a1", "b1": "b1", "c": "SB.2.9-8"}
    end = cluster("root", leaf("a"), leaf("b"), replace(cluster("C", leaf("c1")), constrain_choice=True))
    assert chosen(end, "c1", "a", "b", "C") == {"a": "SB.2.9-8", "b": "b", "C": "c1"}


def test_prevent_activation_across_in_both_directions() -> None:
    shut = replace(cluster("B", leaf("b1")), prevent_activation=True)
    root = cluster("root", cluster("A", leaf("a1")), shut, cluster("C", leaf("c1")))
    assert chosen(root, "a1", "b1") == {"b1": "SB.2.9-6"}
    assert chosen(root, "c1", "b1") == {"b1": "SB.2.9-6"}


# 12 to 15: clusters


def test_a_chosen_cluster_flows_to_its_first_deliverable_child() -> None:
    inner = cluster("B", leaf("b1", pre_rules=when("always", "skip")), leaf("b2"))
    assert chosen(cluster("root", leaf("a"), inner), "a", "B") == {"B": "b2"}


def test_a_chosen_cluster_with_nothing_to_deliver_becomes_the_current_activity() -> None:
    inner = cluster("B", leaf("b1"), leaf("b2"), modes=ControlModes(flow=False))
    made = walker(cluster("root", cluster("A", leaf("a1")), inner, modes=FLOW))
    assert led(made, "choice:a1", "choice:B") == ["a1", "SB.2.9-9"]
    assert tree_of(made).current is made.definition.nodes["B"]
    assert [activity(made, name).active for name in ("root", "A", "a1")] == [False, False, False]
    assert led(made, "choice:b2") == ["b2"]


def test_a_chosen_activity_at_its_limit_is_not_delivered() -> None:
    made = walker(cluster("root", leaf("a", limits=Limits(attempts=1)), leaf("b")))
    assert led(made, "start", "choice:b", "choice:a", "choice:b") == ["a", "b", "DB.1.1-3", "b"]


def test_a_chosen_activity_in_a_disabled_cluster_is_not_delivered() -> None:
    shut = cluster("B", leaf("b1"), pre_rules=when("always", "disabled"))
    assert chosen(cluster("root", leaf("a"), shut), "a", "b1") == {"b1": "DB.1.1-3"}


def test_jump_passes_what_bars_choice_and_flow_but_not_what_is_disabled() -> None:
    shut = cluster(
        "B", leaf("b1", pre_rules=when("always", "hiddenFromChoice")), modes=ControlModes(choice=False)
    )
    off = leaf("d", pre_rules=when("always", "disabled"))
    made = walker(cluster("root", leaf("a", pre_rules=STOP), shut, off))
    assert led(made, "start", "jump:b1", "jump:a", "jump:d") == ["a", "b1", "a", "DB.1.1-3"]
