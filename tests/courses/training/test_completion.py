"""When an activity and a course count as completed."""

from __future__ import annotations

import pytest

from courses.runtime.watch import Watch
from courses.training.completion import (
    Reached,
    Rule,
    RuleError,
    Step,
    course_rule,
    decide_course,
    is_met,
    parse_rule,
    rules_for,
    usual_rule,
    watch,
)


@pytest.mark.parametrize(
    ("rule", "reached", "met"),
    [
        (Rule("completed"), Reached(completion="completed"), True),
        (Rule("completed"), Reached(completion="incomplete"), False),
        (Rule("completed"), Reached(success="passed"), True),
        (Rule("completed"), Reached(success="failed"), False),
        (Rule("passed"), Reached(completion="completed"), False),
        (Rule("passed"), Reached(success="passed"), True),
        (Rule("score", 0.5), Reached(score=0.5), True),
        (Rule("score", 0.5), Reached(score=0.4999), False),
        (Rule("score", 0.5), Reached(completion="completed"), False),
        (Rule("opened"), Reached(), True),
        (Rule("opened"), Reached(opened=False), False),
        (Rule("minutes", 10), Reached(seconds=600), True),
        (Rule("minutes", 10), Reached(seconds=599.9), False),
        (Rule("watched", 0.8), Reached(progress=0.8), True),
        (Rule("watched", 0.8), Reached(progress=0.79, completion="completed"), False),
        (Rule("watched", 0.8), Reached(completion="completed"), False),
        (Rule("scrolled"), Reached(progress=1.0), True),
        (Rule("scrolled"), Reached(progress=0.5), False),
    ],
)
def test_rule_is_met(rule: Rule, reached: Reached, met: bool) -> None:
    assert is_met(rule, reached) is met


@pytest.mark.parametrize(
    "data",
    [
        {"when": "completed"},
        {"when": "score", "at_least": 0.8},
        {"when": "minutes", "at_least": 15.0},
        {"when": "scrolled"},
        {"when": "watched", "at_least": 0.8},
    ],
)
def test_rule_survives_being_stored(data: dict) -> None:
    assert parse_rule(data).as_json() == data


def test_rule_defaults_to_completed() -> None:
    assert parse_rule({}) == Rule("completed")


@pytest.mark.parametrize(
    "data",
    [
        {"when": "someday"},
        {"when": "score"},
        {"when": "score", "at_least": 5},
        {"when": "score", "at_least": 0},
        {"when": "score", "at_least": "0.5"},
        {"when": "score", "at_least": True},
        {"when": "minutes", "at_least": 601},
        {"when": "watched"},
        {"when": "watched", "at_least": 80},
        {"when": "minutes", "at_least": float("nan")},
    ],
)
def test_half_rule_is_an_error(data: dict) -> None:
    with pytest.raises(RuleError):
        parse_rule(data)


def test_watch_waits_for_what_the_rule_reads() -> None:
    assert watch(Rule("completed")) == Watch()
    assert watch(Rule("score", 0.5)) == Watch(score_watched=True)
    assert watch(Rule("minutes", 10)) == Watch(seconds_due=600, asks="minutes")
    assert watch(Rule("minutes", 10), seconds_before=450) == Watch(seconds_due=150, asks="minutes")
    assert watch(Rule("minutes", 10), seconds_before=700) == Watch(seconds_due=0, asks="minutes")
    assert watch(Rule("watched", 0.8)) == Watch(progress_due=0.8, asks="watched", share=0.8)
    assert watch(Rule("scrolled")) == Watch(progress_due=0.99, asks="scrolled", share=0.99)
    assert watch(Rule("opened")) == Watch()


def test_what_may_be_asked_for_depends_on_the_kind_of_file() -> None:
    assert rules_for("html5") == ("opened", "minutes", "scrolled")
    assert rules_for("video") == ("watched", "minutes", "opened")
    assert rules_for("pdf") == rules_for("") == ("opened",)
    assert "passed" in rules_for("h5p")
    assert "watched" not in rules_for("scorm12")
    assert usual_rule("video") == Rule("watched", 0.8)
    assert usual_rule("scorm2004") == Rule("completed")
    assert usual_rule("html5") == Rule("opened")


def test_watch_waits_for_nothing_once_met() -> None:
    assert watch(Rule("minutes", 10), met=True) == Watch(asks="minutes")
    assert watch(Rule("watched", 0.8), met=True) == Watch(asks="watched", share=0.8)
    assert watch(Rule("score", 0.5), met=True) == Watch()


def test_course_needs_all_required_and_only_those() -> None:
    steps = [Step("a", True, True, 0.8), Step("b", True, False), Step("c", False, True, 0.1)]
    open_ = decide_course(steps)
    assert (open_.completed, open_.done, open_.of, open_.progress) == (False, 1, 2, 0.5)
    steps[1] = Step("b", True, True, 0.6)
    done = decide_course(steps)
    assert done.completed
    assert done.score == pytest.approx(0.7)
    assert course_rule(steps) == {"all_required": ["a", "b"]}


def test_course_without_required_activities_is_never_completed() -> None:
    decision = decide_course([Step("a", False, True)])
    assert not decision.completed
    assert decision.progress == 0
