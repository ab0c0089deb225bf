"""The people behind a figure: who of a population is trained, learning, behind, or not enrolled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from accounts.days import today
from accounts.models import UnitFacts
from accounts.querysets import on_day
from courses.coverage.figures import Measure, people_of, valid_completions, with_trained
from courses.training.models import CourseRun, Enrolment
from courses.training.pace import expected

STATES = ("missing", "unenrolled", "never", "learning", "behind", "trained")


def members(measure: Measure, unit_id: int, day: date | None = None) -> Any:
    """People of the population below a unit of the target on a day, with ``trained``."""
    day = day or today()
    rows: Any = people_of(measure, day)
    return with_trained(rows.in_subtree(unit_id, day), measure, day)


def described(rows: Any, measure: Measure, day: date | None = None) -> Any:
    """Adds the unit's name, how far the person's class is, the day she completed the course, and
    whether a class that is not over has her (``enrolled``), has ever had her, or should see more of her.
    """
    day = day or today()
    enrolments = (
        Enrolment.objects.active()
        .filter(run__course=measure.course_id, user=OuterRef("user"))
        .order_by("-run__closes_on", "-pk")
    )
    current = enrolments.exclude(run__state=CourseRun.State.CLOSED).filter(run__closes_on__gte=today())
    late = late_now(measure.course_id)
    facts = UnitFacts.objects.filter(on_day(day), unit=OuterRef("unit"))
    return (
        rows.annotate(
            unit_name=Subquery(facts.values("name")[:1]),
            progress=Subquery(enrolments.values("progress")[:1]),
            run_name=Subquery(enrolments.values("run__name")[:1]),
            closes_on=Subquery(enrolments.values("run__closes_on")[:1]),
            last_active_at=Subquery(enrolments.values("last_active_at")[:1]),
            enrolled=Exists(current),
            behind=Exists(current.filter(late)) if late else Value(False),
            completed_on=Subquery(
                valid_completions(measure, day)
                .filter(user=OuterRef("user"))
                .order_by(F("on"))
                .values("on")[:1]
            ),
        )
        .select_related("user")
        .order_by("user__sort_name", "pk")
    )


def late_now(course_id: int) -> Q | None:
    """Enrolments in running classes of a course with less done than an even pace would have.

    Who was enrolled less than a week ago is not late yet. None where no class has got far enough.
    """
    found: Q | None = None
    settled = Q(enrolled_at__lte=timezone.now() - timedelta(days=7))
    running = CourseRun.objects.running().filter(course=course_id).order_by("-pk")[:200]
    for pk, opens_on, closes_on in running.values_list("pk", "opens_on", "closes_on"):
        share = expected(100, opens_on, closes_on, today()) / 100
        if share:
            late = Q(run=pk, progress__lt=share)
            found = found | late if found else late
    return found & settled if found else None


def in_state(rows: Any, state: str, course_id: int) -> Any:
    """Narrows described rows: missing (the default), unenrolled, never, learning, behind, trained."""
    if state == "trained":
        return rows.filter(trained=True)
    rows = rows.filter(trained=False)
    if state == "unenrolled":
        return rows.filter(enrolled=False)
    if state == "never":
        ever = Enrolment.objects.filter(run__course=course_id, user=OuterRef("user"))
        return rows.exclude(Exists(ever))
    if state == "learning":
        return rows.filter(enrolled=True)
    if state == "behind":
        return rows.filter(behind=True)
    return rows
