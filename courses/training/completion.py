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
SCROLLED, WATCHED, ATTENDED = "scrolled", "watched", "attended"
WHENS = (COMPLETED, PASSED, SCORE, OPENED, MINUTES, SCROLLED, WATCHED, ATTENDED)
#: Rules that need a figure, and the most that it may be
FIGURES = {SCORE: 1, MINUTES: 600, WATCHED: 1}
#: Rules that a lesson without a report of its own is followed for: opening it is not enough
FOLLOWED = (MINUTES, SCROLLED, WATCHED)
#: What may be asked for, by the kind of file; the first is the usual one. Other kinds can only be opened.
_REPORTS = (COMPLETED, PASSED, SCORE, MINUTES, OPENED)
_PLAYED = (WATCHED, MINUTES, OPENED)
_RULES = {
    **dict.fromkeys(("scorm12", "scorm2004", "cmi5", "h5p"), _REPORTS),
    "html5": (OPENED, MINUTES, SCROLLED),
    **dict.fromkeys(("video", "audio"), _PLAYED),
}
#: How much of a video or sound is usually asked for
USUAL_SHARE = 0.8
#: The share of a page that is its end
TO_THE_END = 0.99


def rules_for(version_kind: str) -> tuple[str, ...]:
    """The rules that an activity with this kind of file may have, the usual one first."""
    return _RULES.get(version_kind, (OPENED,))


def usual_rule(version_kind: str) -> Rule:
    """The rule of an activity that nobody has given one."""
    when = rules_for(version_kind)[0]
    return Rule(when, USUAL_SHARE if when == WATCHED else 0.0)


class RuleError(ValueError):
    """A rule that says nothing that can be decided."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When an activity is completed.

    ``at_least`` is a scaled score from 0 to 1 for ``score``, minutes of work for ``minutes``, the share
    of a video or sound that was really played, from 0 to 1, for ``watched``, else 0.
    """

    when: str
    at_least: float = 0.0

    def as_json(self) -> dict[str, Any]:
        kept: dict[str, Any] = {"when": self.when}
        if self.when in FIGURES:
            kept["at_least"] = self.at_least
        return kept


def parse_rule(data: Mapping[str, Any]) -> Rule:
    """The rule that a stored or sent mapping says. Raises RuleError for an unknown or half one."""
    when = data.get("when", COMPLETED)
    if when not in WHENS:
        raise RuleError(f"unknown rule {when!r}")
    if when not in FIGURES:
        return Rule(when)
    value = data.get("at_least")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleError(f"{when} needs a figure")
    if not 0 < value <= FIGURES[when]:
        raise RuleError(f"{when} {value} is out of range")
    return Rule(when, float(value))


@dataclass(frozen=True, slots=True)
class Reached:
    """What a learner reached in an activity, all her attempts' SCOs taken together.

    ``score`` is scaled 0..1 or None; ``progress`` the share worked through, scrolled or played, 0..1 or
    None; ``seconds`` is the time worked; ``opened`` that the activity was opened at all; ``attended`` that
    she was at a session that fulfils it.
    """

    completion: str = "unknown"
    success: str = "unknown"
    score: float | None = None
    progress: float | None = None
    seconds: float = 0.0
    opened: bool = True
    attended: bool = False


def is_met(rule: Rule, reached: Reached) -> bool:
    """Whether an activity is completed under its rule.

    A package that reports success only (SCORM 1.2 "passed") has been completed too.
    """
    passed = reached.success == "passed"
    plain = {
        OPENED: reached.opened,
        ATTENDED: reached.attended,
        COMPLETED: reached.completion == "completed" or passed,
        PASSED: passed,
    }
    if rule.when in plain:
        return plain[rule.when]
    if rule.when == SCORE:
        return reached.score is not None and reached.score >= rule.at_least
    if rule.when in {SCROLLED, WATCHED}:
        return reached.progress is not None and reached.progress >= share_of(rule)
    return reached.seconds >= rule.at_least * 60


def share_of(rule: Rule) -> float:
    """How much of a page or video a rule asks for, from 0 to 1."""
    return TO_THE_END if rule.when == SCROLLED else rule.at_least


def watch(rule: Rule, *, met: bool = False, seconds_before: float = 0.0) -> Watch:
    """Which figures of an attempt the rule still waits for; what a lesson without a report is followed for.

    ``seconds_before`` is the time worked in earlier attempts. Changes of completion and success
    are always looked at and need no threshold.
    """
    asks = rule.when if rule.when in FOLLOWED else ""
    share = share_of(rule) if rule.when in {SCROLLED, WATCHED} else 0.0
    if met:
        return Watch(asks=asks, share=share)
    if rule.when == MINUTES:
        return Watch(seconds_due=max(rule.at_least * 60 - seconds_before, 0.0), asks=asks)
    if share:
        return Watch(progress_due=share, asks=asks, share=share)
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
