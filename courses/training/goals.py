"""What a lesson asks of its learner, and how far she is; for the player's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.runtime.models import Attempt
from courses.templatetags.training import clock, points, rule_words
from courses.training.actions.outcomes import seconds_worked
from courses.training.completion import (
    COMPLETED,
    FOLLOWED,
    MINUTES,
    PASSED,
    SCORE,
    Rule,
    parse_rule,
    share_of,
)
from courses.training.models import Activity, ActivityCompletion, Enrolment


@dataclass(frozen=True, slots=True)
class Goal:
    """``words``: the rule in a sentence. ``least`` and ``so_far`` are percent, for ``minutes`` seconds, and
    nought where the lesson reports by itself; ``far`` says then what it has come to, "" with nothing to say.
    """

    when: str
    words: str
    met: bool
    least: int = 0
    so_far: int = 0
    far: str = ""

    @property
    def percent(self) -> int:
        """How full the bar is; for a goal with a figure."""
        return 100 if self.met else min(round(100 * self.so_far / self.least), 100)

    @property
    def clocks(self) -> tuple[str, str]:
        """The time so far and the time asked for, as ``0:42``."""
        return clock(min(self.so_far, self.least)), clock(self.least)

    def as_json(self) -> dict[str, Any]:
        """What the page is told while the lesson is open; it keeps time and share by itself."""
        return {"met": self.met, "far": self.far}


def goal_of(
    enrolment: Enrolment, activity: Activity, kind: str, attempt: Attempt | None, parts: Sequence[str] = ()
) -> Goal:
    """The goal of a lesson whose file is of ``kind``; ``parts`` are the states of its parts.

    Raises RuleError for a rule that says nothing.
    """
    rule = parse_rule(activity.rule)
    words = rule_words(activity.rule, kind)
    met = ActivityCompletion.objects.filter(enrolment=enrolment, activity=activity).exists()
    if rule.when not in FOLLOWED:
        return Goal(rule.when, words, met, far="" if met else _reported(rule, attempt, parts))
    if rule.when == MINUTES:
        least = max(round(rule.at_least * 60), 1)
        so_far = int(seconds_worked(enrolment.pk, activity.pk))
    else:
        least = round(share_of(rule) * 100)
        shares = attempt.states.values_list("progress", flat=True) if attempt else []
        so_far = int(100 * max([0.0, *shares]))
    return Goal(rule.when, words, met, least, so_far)


def _reported(rule: Rule, attempt: Attempt | None, parts: Sequence[str]) -> str:
    """What the lesson has reported towards its rule so far."""
    if rule.when == COMPLETED and len(parts) > 1:
        return _("%(n)s of %(of)s parts") % {"n": parts.count("done"), "of": len(parts)}
    if attempt is None:
        return ""
    if rule.when == SCORE and attempt.score is not None:
        return _("%(points)s points so far") % {"points": points(attempt.score)}
    if rule.when == PASSED and attempt.success == "failed":
        return pgettext("outcome", "Not passed")
    return ""
