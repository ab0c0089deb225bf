"""NB.2.1, clause by clause: which navigation requests are valid."""

from __future__ import annotations

import pytest

from courses.runtime.sequencing.definition import ControlModes
from tests.courses.sequencing.trees import (
    FLOW,
    cluster,
    leaf,
    led,
    three,
    tree_of,
    two_by_two,
    walker,
    when,
)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("continue", "NB.2.1-2"),
        ("previous", "NB.2.1-2"),
        ("exit", "NB.2.1-2"),
        ("exitAll", "NB.2.1-2"),
        ("abandon", "NB.2.1-2"),
        ("abandonAll", "NB.2.1-2"),
        ("suspendAll", "NB.2.1-2"),
        ("resumeAll", "NB.2.1-3"),
        ("choice:nowhere", "NB.2.1-11"),
        ("jump:nowhere", "NB.2.1-11"),
        ("jump:b", "SB.2.13-1"),
        ("forward", "NB.2.1-13"),
    ],
)
def test_before_a_session_has_begun(request_: str, code: str) -> None:
    assert led(walker(three()), request_) == [code]


def test_start_and_resume_all_begin_a_session_that_is_not_there() -> None:
    made = walker(three())
    assert led(made, "start", "start", "resumeAll") == ["a", "NB.2.1-1", "NB.2.1-1"]
    assert led(made, "suspendAll", "resumeAll") == ["end", "a"]


def test_continue_and_previous_need_flow_and_a_way_back() -> None:
    assert led(walker(three(modes=ControlModes())), "choice:b", "continue", "previous") == [
        "b",
        "NB.2.1-4",
        "NB.2.1-5",
    ]
    forward = three(modes=ControlModes(flow=True, forward_only=True))
    assert led(walker(forward), "choice:b", "previous", "continue") == ["b", "NB.2.1-5", "c"]


def test_the_root_alone_has_no_continue_and_no_previous() -> None:
    made = walker(leaf("alone"))
    assert led(made, "start", "continue", "previous") == ["alone", "NB.2.1-4", "NB.2.1-6"]


def test_a_choice_needs_its_parent_to_allow_it() -> None:
    inner = cluster("A", leaf("a1"), leaf("a2"), modes=ControlModes(choice=False, flow=True))
    made = walker(cluster("root", inner, leaf("b")))
    assert led(made, "start", "choice:a2", "choice:b", "choice:A") == ["a1", "NB.2.1-10", "b", "a1"]


def test_a_choice_out_of_an_active_cluster_that_keeps_its_learner() -> None:
    kept = ControlModes(flow=True, choice_exit=False)
    inner = cluster("A", leaf("a1"), leaf("a2"), modes=kept)
    made = walker(cluster("root", inner, leaf("b")))
    assert led(made, "start", "choice:b", "choice:root", "choice:a2") == ["a1", "NB.2.1-8", "NB.2.1-8", "a2"]
    # Flow is not kept back, only choice.
    assert led(made, "continue") == ["b"]


def test_choice_exit_of_the_common_ancestor_does_not_matter() -> None:
    made = walker(two_by_two(modes=ControlModes(flow=True, choice_exit=False)))
    assert led(made, "start", "choice:b2") == ["a1", "b2"]


def test_choice_exit_of_the_current_activity_keeps_its_learner_from_siblings_too() -> None:
    held = leaf("a", modes=ControlModes(choice_exit=False))
    made = walker(cluster("root", held, leaf("b")))
    assert led(made, "start", "choice:b", "continue") == ["a", "NB.2.1-8", "b"]


def test_choice_exit_of_a_cluster_that_is_over_keeps_nobody() -> None:
    kept = ControlModes(flow=True, choice_exit=False)
    inner = cluster("A", leaf("a1", post_rules=when("always", "exitParent")), leaf("a2"), modes=kept)
    made = walker(cluster("root", inner, leaf("b"), modes=ControlModes(flow=False)))
    assert led(made, "choice:A", "exit") == ["a1", "nothing"]
    assert tree_of(made).current is made.definition.nodes["A"]
    assert led(made, "choice:b") == ["b"]


def test_exit_and_abandon_need_an_active_activity_the_others_do_not() -> None:
    made = walker(two_by_two())
    led(made, "start", "exit")
    assert led(made, "exit", "abandon", "suspendAll") == ["NB.2.1-12", "NB.2.1-12", "end"]
    led(made, "resumeAll")
    assert made.state.suspended == "A"


def test_jump_asks_for_no_control_mode_but_for_an_available_target() -> None:
    closed = ControlModes(choice=False, flow=False)
    made = walker(cluster("root", leaf("a"), cluster("B", leaf("b1"), modes=closed), leaf("c"), modes=FLOW))
    assert led(made, "start", "jump:b1", "jump:B") == ["a", "b1", "DB.1.1-1"]
    made.state.activity("root").order = ["a", "B"]
    assert led(made, "jump:c") == ["NB.2.1-11"]
