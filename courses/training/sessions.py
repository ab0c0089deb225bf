"""Training's side of the runtime: until when a class may save, and closing what is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.days import start_of
from courses.runtime import actions as runtime
from courses.training.models import CourseRun, Enrolment


def open_until(run: CourseRun) -> datetime:
    """The instant at which a class ends: the end of its last local day."""
    return start_of(run.closes_on + timedelta(days=1))


def extend_sessions_of(run: CourseRun) -> None:
    """Lets what is open in a class save until its present last day."""
    enrolled = Enrolment.objects.active().filter(run=run).values_list("pk", flat=True)
    runtime.reschedule_sessions(enrolment_ids=list(enrolled), open_until=open_until(run))


def close_sessions_of(*, enrolment_ids: Iterable[int], reason: str) -> None:
    """Closes the open runtime sessions of some enrolments, in the caller's transaction."""
    runtime.close_sessions(enrolment_ids=list(enrolment_ids), reason=reason)
