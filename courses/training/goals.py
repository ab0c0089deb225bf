"""What a lesson without a report asks of its learner, and how far she is; for the player's page."""

from __future__ import annotations

from dataclasses import dataclass

from courses.runtime.models import Attempt
from courses.templatetags.training import rule_words
from courses.training.actions.outcomes import seconds_worked
from courses.training.completion import FOLLOWED, MINUTES, parse_rule, share_of
from courses.training.models import Activity, ActivityCompletion, Enrolment


@dataclass(frozen=True, slots=True)
class Goal:
    """``words``: the rule in a sentence. ``least`` and ``so_far`` are percent, for ``minutes`` seconds."""

    when: str
    words: str
    least: int
    so_far: int
    met: bool

    @property
    def percent(self) -> int:
        """How full the bar is."""
        return 100 if self.met else min(round(100 * self.so_far / self.least), 100)

    @property
    def minutes(self) -> tuple[int, int]:
        """Whole minutes so far and asked for."""
        return self.so_far // 60, round(self.least / 60)


def goal_of(enrolment: Enrolment, activity: Activity, kind: str, attempt: Attempt | None) -> Goal | None:
    """The goal of a lesson whose file is of ``kind``; None where opening it is enough."""
    rule = parse_rule(activity.rule)
    if rule.when not in FOLLOWED:
        return None
    met = ActivityCompletion.objects.filter(enrolment=enrolment, activity=activity).exists()
    if rule.when == MINUTES:
        least = max(round(rule.at_least * 60), 1)
        so_far = int(seconds_worked(enrolment.pk, activity.pk))
    else:
        least = round(share_of(rule) * 100)
        shares = attempt.states.values_list("progress", flat=True) if attempt else []
        so_far = int(100 * max([0.0, *shares]))
    return Goal(rule.when, rule_words(activity.rule, kind), least, so_far, met)
