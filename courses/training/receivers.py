"""What training does on news from the runtime and the library."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from courses.runtime.models import Attempt
from courses.runtime.signals import outcome_changed
from courses.training.actions import record_outcome


@receiver(outcome_changed, dispatch_uid="training.outcome_changed")
def evaluate(attempt: Attempt, **_more: Any) -> None:
    """In the transaction of the commit: the activity's rule, then the course's."""
    record_outcome(attempt=attempt)
