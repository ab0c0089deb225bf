"""Who leads a class excuses a learner from a part of a lesson."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from courses.runtime.cmi5.waiving import REASONS, waive
from courses.runtime.models import Attempt
from courses.training.models import CourseRun


def excuse_from_part(*, by: User, attempt: Attempt, sco: str, reason: str) -> None:
    """The part of a cmi5 lesson counts as done. Raises NotAllowed, or Refusal ``part_not_excused``."""
    run_id = attempt.enrolment.run_id if attempt.enrolment else None
    if not CourseRun.objects.led_by(by).filter(pk=run_id).exists():
        raise NotAllowed("class.lead")
    if reason not in REASONS or not waive(attempt=attempt, sco=sco, reason=reason):
        raise Refusal("part_not_excused", _("This part is done already, or cannot be excused."))
