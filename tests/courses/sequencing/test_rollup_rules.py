"""RB.1.4, RB.1.4.1 and RB.1.4.2, clause by clause: rollup rules, their conditions, who counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.runtime.sequencing import Sequencer, Tracked
from courses.runtime.sequencing.definition import (
    Condition,
    Limits,
    RollupControls,
    RollupRule,
)
from courses.runtime.sequencing.rules import combine
from tests.courses.sequencing.trees import (
    FAILED,
    PASSED,
    UNSAID,
    cluster,
    kinds,
    leaf,
    led,
    primary,
    rolls,
    three,
    told,
    when,
)

SUSPENDED = Tracked(success_status="failed", completion_status="incomplete", exit="suspend")


# RB.1.4


@pytest.mark.parametrize(
    ("child_set", "more", "said", "holds"),
    [
        ("all", {}, (PASSED, PASSED, PASSED), True),
        ("all", {}, (PASSED, PASSED, FAILED), False),
        ("all", {}, (PASSED, PASSED, UNSAID), False),
        ("any", {}, (FAILED, PASSED, UNSAID), True),
        ("any", {}, (FAILED, FAILED, FAILED), False),
        ("none", {}, (FAILED, FAILED, FAILED), True),
        ("none", {}, (FAILED, FAILED, UNSAID), False),
        ("none", {}, (FAILED, FAILED, PASSED), False),
        ("atLeastCount", {"minimum_count": 2}, (PASSED, FAILED, PASSED), True),
        ("atLeastCount", {"minimum_count": 2}, (PASSED, FAILED, UNSAID), False),
        ("atLeastPercent", {"minimum_percent": 0.6}, (PASSED, PASSED, UNSAID), True),
        ("atLeastPercent", {"minimum_percent": 0.7}, (PASSED, PASSED, UNSAID), False),
        ("atLeastPercent", {"minimum_percent": 1.0}, (PASSED, PASSED, PASSED), True),
    ],
)
def test_each_set_of_children(
    child_set: str, more: dict[str, float], said: tuple[Tracked, ...], holds: bool
) -> None:
    rules = rolls("satisfied", "completed", child_set, **more)
    assert primary(told(three(rollup_rules=rules), *said), "root").completed is (True if holds else None)


@pytest.mark.parametrize(
    ("condition", "negated", "said", "value"),
    [
        ("satisfied", False, PASSED, True),
        ("satisfied", False, FAILED, False),
        ("satisfied", False, UNSAID, None),
        ("satisfied", True, UNSAID, None),
        ("satisfied", True, FAILED, True),
        ("objectiveStatusKnown", False, FAILED, True),
        ("objectiveStatusKnown", True, UNSAID, True),
        ("objectiveMeasureKnown", False, Tracked(scaled=0.0), True),
        ("objectiveMeasureKnown", False, PASSED, False),
        ("completed", False, PASSED, True),
        ("completed", True, FAILED, True),
        ("completed", False, UNSAID, None),
        ("activityProgressKnown", False, FAILED, True),
        ("activityProgressKnown", False, UNSAID, False),
        ("attempted", False, UNSAID, True),
        ("attempted", True, UNSAID, False),
        ("attemptLimitExceeded", False, PASSED, True),
        ("attemptLimitExceeded", True, PASSED, False),
        ("timeLimitExceeded", False, PASSED, False),
        ("outsideAvailableTimeRange", False, PASSED, False),
        ("never", False, PASSED, False),
        ("never", True, PASSED, True),
        ("nonsense", True, PASSED, None),
    ],
)
def test_each_condition_of_a_rollup_rule(
    condition: str, negated: bool, said: Tracked, value: bool | None
) -> None:
    """One child; a rule for its condition to be true, one for it to be false."""
    yes = RollupRule("satisfied", (Condition(condition, negated),))
    no = RollupRule("notSatisfied", (Condition(condition, negated),), child_set="none")
    only = leaf("a", limits=Limits(attempts=1))
    made = told(cluster("root", only, rollup_rules=(yes, no)), said)
    assert primary(made, "root").satisfied is value


def test_conditions_of_a_rollup_rule_are_any_unless_all_is_said() -> None:
    both = (Condition("satisfied"), Condition("completed"))
    half = Tracked(success_status="passed", completion_status="incomplete")
    one = cluster("root", leaf("a"), rollup_rules=(RollupRule("completed", both),))
    all_ = cluster("root", leaf("a"), rollup_rules=(RollupRule("completed", both, any_of=False),))
    assert primary(told(one, half), "root").completed is True
    assert primary(told(all_, half), "root").completed is None


def test_a_rule_without_conditions_never_holds() -> None:
    assert primary(told(three(rollup_rules=(RollupRule("completed", ()),)), PASSED), "root").completed is None


# RB.1.4.2


@pytest.mark.parametrize(
    ("action", "control"),
    [
        ("satisfied", "objective_satisfied"),
        ("notSatisfied", "objective_satisfied"),
        ("completed", "progress_completion"),
        ("incomplete", "progress_completion"),
    ],
)
def test_children_may_be_left_out_of_either_kind(action: str, control: str) -> None:
    out = RollupControls(**{control: False})  # type: ignore[arg-type]
    left = cluster("root", leaf("a", rollup=out), leaf("b"), rollup_rules=rolls("attempted", action, "any"))
    made = told(left, PASSED)
    assert (primary(made, "root").satisfied, primary(made, "root").completed)[
        control == "progress_completion"
    ] is None
    led(made, ("continue", PASSED))
    verdict = primary(made, "root")
    assert {
        "satisfied": verdict.satisfied is True,
        "notSatisfied": verdict.satisfied is False,
        "completed": verdict.completed is True,
        "incomplete": verdict.completed is False,
    }[action]


ACTIONS = {
    "satisfied": "required_for_satisfied",
    "notSatisfied": "required_for_not_satisfied",
    "completed": "required_for_completed",
    "incomplete": "required_for_incomplete",
}


def verdict(made: Sequencer, action: str) -> bool:
    known = primary(made, "root")
    kind = known.satisfied if "atisfied" in action else known.completed
    return kind is (action in {"satisfied", "completed"})


@pytest.mark.parametrize("action", ACTIONS)
def test_if_attempted_leaves_out_what_nobody_began(action: str) -> None:
    """All children that count have been attempted as soon as one has."""
    needed = RollupControls(**{ACTIONS[action]: "ifAttempted"})  # type: ignore[arg-type]
    assert verdict(told(kinds(three(rollup_rules=rolls("attempted", action)), rollup=needed), PASSED), action)
    assert not verdict(told(three(rollup_rules=rolls("attempted", action)), PASSED), action)


@pytest.mark.parametrize("action", ACTIONS)
def test_if_not_suspended_leaves_out_what_is_suspended_or_was_never_begun(action: str) -> None:
    needed = RollupControls(**{ACTIONS[action]: "ifNotSuspended"})  # type: ignore[arg-type]
    root = kinds(three(rollup_rules=rolls("satisfied", action)), rollup=needed)
    assert verdict(told(root, SUSPENDED, PASSED), action)
    assert not verdict(told(root, FAILED, PASSED), action)


@pytest.mark.parametrize("action", ACTIONS)
def test_if_not_skipped_leaves_out_what_would_be_skipped(action: str) -> None:
    needed = RollupControls(**{ACTIONS[action]: "ifNotSkipped"})  # type: ignore[arg-type]
    skipped = leaf("b", pre_rules=when("always", "skip"), rollup=needed)
    root = cluster("root", leaf("a"), skipped, rollup_rules=rolls("attempted", action))
    assert verdict(told(root, PASSED), action)
    always = cluster("root", leaf("a"), replace(skipped, rollup=RollupControls()))
    assert not verdict(told(replace(always, rollup_rules=root.rollup_rules), PASSED), action)


def test_where_no_child_counts_nothing_changes() -> None:
    out = RollupControls(objective_satisfied=False, progress_completion=False)
    made = told(kinds(three(), rollup=out), PASSED, PASSED, PASSED)
    assert (primary(made, "root").satisfied, primary(made, "root").completed) == (None, None)


@pytest.mark.parametrize(
    ("bag", "any_of", "expected"),
    [
        ([], False, None),
        ([True, None], False, None),
        ([False, None], False, False),
        ([True, None], True, True),
        ([False, None], True, None),
        ([False, False], True, False),
        ([True, True], False, True),
    ],
)
def test_conditions_combine_in_three_valued_logic(
    bag: list[bool | None], any_of: bool, expected: bool | None
) -> None:
    assert combine(bag, any_of=any_of) is expected
