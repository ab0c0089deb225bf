"""What the page shows as open: asked without changing anything, and cheap in large trees."""

from __future__ import annotations

import time

import pytest

from courses.runtime.sequencing import Controls, Sequencer, Tracked
from courses.runtime.sequencing.definition import ControlModes, Limits
from tests.courses.sequencing.trees import (
    FAILED,
    activity,
    cluster,
    leaf,
    led,
    three,
    two_by_two,
    walker,
    when,
)


def ways(controls: Controls) -> str:
    """Which of them are enabled, by their first letters."""
    shown = {
        "c": controls.continue_,
        "p": controls.previous,
        "e": controls.exit,
        "E": controls.exit_all,
        "S": controls.suspend_all,
        "a": controls.abandon,
        "A": controls.abandon_all,
    }
    return "".join(letter for letter, state in shown.items() if state == "enabled")


def open_choices(made: Sequencer) -> set[str]:
    return {name for name, able in made.controls().choices.items() if able}


def test_before_a_session_only_choice_is_open() -> None:
    made = walker(two_by_two())
    controls = made.controls()
    assert ways(controls) == ""
    assert open_choices(made) == {"root", "A", "a1", "a2", "B", "b1", "b2"}
    assert not any(controls.jumps.values())
    assert made.valid("start")
    assert not made.valid("resumeAll")


def test_within_a_session_by_place() -> None:
    made = walker(three())
    led(made, "start")
    assert ways(made.controls()) == "ceESaA"
    led(made, "continue")
    assert ways(made.controls()) == "cpeESaA"
    led(made, "exit")
    assert ways(made.controls()) == "cpESA"


def test_the_last_activity_keeps_its_continue() -> None:
    made = walker(three())
    led(made, "choice:c")
    controls = made.controls()
    assert (controls.continue_, controls.continues) == ("enabled", True)


def test_continue_is_shown_by_flow_alone_but_told_by_where_it_leads() -> None:
    made = walker(cluster("root", leaf("a"), leaf("b", pre_rules=when("always", "disabled"))))
    led(made, "start")
    controls = made.controls()
    assert (controls.continue_, controls.continues) == ("enabled", False)
    made = walker(three(modes=ControlModes()))
    led(made, "choice:a")
    assert (made.controls().continue_, made.controls().continues) == ("disabled", False)


def test_devices_that_the_content_has_itself_are_hidden_while_it_is_active() -> None:
    own = leaf("a", hidden_controls=frozenset({"continue", "exitAll", "suspendAll"}))
    made = walker(cluster("root", own, leaf("b")))
    led(made, "start")
    controls = made.controls()
    assert (controls.continue_, controls.exit_all, controls.suspend_all) == ("hidden",) * 3
    assert controls.continues
    led(made, "exit")
    assert made.controls().continue_ == "enabled"


def test_a_rule_that_takes_the_place_of_requests_opens_none_that_is_not_there() -> None:
    """Whatever is asked for, b is tried again; but nothing is hidden or disabled less for that."""
    root = cluster(
        "root",
        leaf("b", post_rules=when("always", "retry")),
        leaf("c"),
        leaf("d", pre_rules=when("always", "disabled")),
        leaf("e", pre_rules=when("always", "hiddenFromChoice")),
    )
    made = walker(root)
    led(made, "start")
    assert open_choices(made) == {"root", "b", "c"}
    assert made.controls().previous == "disabled"
    assert made.controls().continues


def test_a_rule_whose_request_fails_opens_nothing() -> None:
    once = leaf("a", limits=Limits(attempts=1), post_rules=when("always", "retry"))
    made = walker(cluster("root", once, leaf("b")))
    led(made, "start")
    assert open_choices(made) == set()
    assert not made.controls().continues


def test_rules_that_end_more_than_the_part_are_looked_past() -> None:
    inner = cluster("A", leaf("a1"), leaf("a2"), exit_rules=when("attempted", "exit"))
    made = walker(cluster("root", inner, leaf("b")))
    led(made, "start")
    # A is over as soon as a1 is left: previous leads nowhere, a choice into A begins it anew.
    assert made.controls().previous == "disabled"
    assert open_choices(made) == {"root", "A", "a1", "a2", "b"}


def test_what_the_part_says_so_far_can_be_looked_at_without_being_tracked() -> None:
    gate = leaf("c", pre_rules=when("attempted", "disabled"))
    root = cluster("root", leaf("a", post_rules=when("satisfied", "exitAll", negated=True)), gate)
    made = walker(root)
    led(made, "start")
    before = made.state.as_dict()
    assert made.controls().choices["c"]
    assert made.controls(FAILED).continues
    assert made.controls(Tracked(exit="suspend")).choices["c"]
    assert made.state.as_dict() == before


def test_asking_changes_nothing() -> None:
    made = walker(two_by_two())
    for step in ("start", "continue", "exit", "suspendAll"):
        led(made, step)
        before = made.state.as_dict()
        made.controls()
        for kind in ("start", "resumeAll", "continue", "previous", "exit", "exitAll", "abandon"):
            made.valid(kind)
        assert made.state.as_dict() == before


def test_hidden_are_the_invisible_and_with_all_below_them_the_hidden() -> None:
    root = cluster(
        "root",
        cluster("A", leaf("a1"), visible=False),
        cluster("B", leaf("b1"), pre_rules=when("always", "hiddenFromChoice")),
        leaf("c"),
    )
    made = walker(root)
    led(made, "start")
    assert made.controls().hidden == {"A", "B", "b1"}
    assert made.controls().choices["a1"]


@pytest.mark.parametrize("wide", [True, False])
def test_a_thousand_activities_are_asked_in_moments(wide: bool) -> None:
    """Measured: 0.05 s of processor; ten times that where every request is tried on a copy."""
    leaves = [leaf(f"l{i}", pre_rules=when("never", "stopForwardTraversal")) for i in range(1_000)]
    groups = [cluster(f"g{i}", *leaves[i : i + 10]) for i in range(0, 1_000, 10)]
    made = walker(cluster("root", *(leaves if wide else groups)))
    led(made, "choice:l500")
    began = time.process_time()
    controls = made.controls()
    assert time.process_time() - began < 1.0
    assert sum(controls.choices.values()) == len(made.definition.nodes)
    assert sum(controls.jumps.values()) == 1_000
    assert activity(made, "l500").active
