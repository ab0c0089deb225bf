"""When an activity and a course count as completed. Pure: outcomes in, decisions out.

Words told apart: an *outcome* is what a package reported (``courses.runtime``); a *completion* is
what training concludes from it under a rule. A completion is never taken back by a later outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.runtime.watch import Watch

COMPLETED, PASSED, SCORE, OPENED, MINUTES = "completed", "passed", "score", "opened", "minutes"
ATTENDED = "attended"
WHENS = (COMPLETED, PASSED, SCORE, OPENED, MINUTES, ATTENDED)


class RuleError(ValueError):
    """A rule that says nothing that can be decided."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When an activity is completed.

    ``at_least`` is a scaled score from 0 to 1 for ``score``, minutes of work for ``minutes``,
    else 0.
    """

    when: str
    at_least: float = 0.0

    def as_json(self) -> dict[str, Any]:
        kept: dict[str, Any] = {"when": self.when}
        if self.when in {SCORE, MINUTES}:
            kept["at_least"] = self.at_least
        return kept


def parse_rule(data: Mapping[str, Any]) -> Rule:
    """The rule that a stored or sent mapping says. Raises RuleError for an unknown or half one."""
    when = data.get("when", COMPLETED)
    if when not in WHENS:
        raise RuleError(f"unknown rule {when!r}")
    if when not in {SCORE, MINUTES}:
        return Rule(when)
    value = data.get("at_least")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleError(f"{when} needs a figure")
    if not 0 < value <= (1 if when == SCORE else 600):
        raise RuleError(f"{when} {value} is out of range")
    return Rule(when, float(value))


@dataclass(frozen=True, slots=True)
class Reached:
    """What a learner reached in an activity, all her attempts' SCOs taken together.

    ``score`` is scaled 0..1 or None; ``seconds`` is the time worked; ``opened`` that the activity
    was opened at all; ``attended`` that she was at a session that fulfils it.
    """

    completion: str = "unknown"
    success: str = "unknown"
    score: float | None = None
    seconds: float = 0.0
    opened: bool = True
    attended: bool = False


def is_met(rule: Rule, reached: Reached) -> bool:
    """Whether an activity is completed under its rule.

    A package that reports success only (SCORM 1.2 "passed") has been completed too.
    """
    if rule.when == OPENED:
        return reached.opened
    if rule.when == ATTENDED:
        return reached.attended
    if rule.when == COMPLETED:
        return reached.completion == "completed" or reached.success == "passed"
    if rule.when == PASSED:
        return reached.success == "passed"
    if rule.when == SCORE:
        return reached.score is not None and reached.score >= rule.at_least
    return reached.seconds >= rule.at_least * 60


def watch(rule: Rule, *, met: bool = False, seconds_before: float = 0.0) -> Watch:
    """Which figures of an attempt the rule still waits for.

    ``seconds_before`` is the time worked in earlier attempts. Changes of completion and success
    are always looked at and need no threshold.
    """
    if met:
        return Watch()
    if rule.when == MINUTES:
        return Watch(seconds_due=max(rule.at_least * 60 - seconds_before, 0.0))
    return Watch(score_watched=rule.when == SCORE)


@dataclass(frozen=True, slots=True)
class Step:
    """One activity of a class as one learner stands in it."""

    activity: str
    required: bool
    completed: bool
    score: float | None = None


@dataclass(frozen=True, slots=True)
class CourseDecision:
    """Whether a course is completed, how far it is, and the mean of the scores there are (0..1)."""

    completed: bool
    done: int
    of: int
    score: float | None

    @property
    def progress(self) -> float:
        """Share of the required activities, from 0 to 1."""
        return self.done / self.of if self.of else 0.0


def decide_course(steps: Sequence[Step]) -> CourseDecision:
    """A course is completed when all its required activities are; without any, it never is."""
    required = [step for step in steps if step.required]
    done = sum(step.completed for step in required)
    scores = [step.score for step in required if step.score is not None]
    return CourseDecision(
        completed=bool(required) and done == len(required),
        done=done,
        of=len(required),
        score=sum(scores) / len(scores) if scores else None,
    )


def course_rule(steps: Sequence[Step]) -> dict[str, Any]:
    """The rule in force, as it is copied onto a completion."""
    return {"all_required": [step.activity for step in steps if step.required]}
