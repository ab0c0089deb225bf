"""Putting people missing into a class of the course, an existing one or one made for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.days import today
from accounts.errors import Refusal
from accounts.models import OrgUnit, UnitAncestry, User
from accounts.permissions import may
from accounts.querysets import on_day
from courses.coverage.models import Target
from courses.training import actions as training
from courses.training.models import Course, CourseRun

LONGEST = 90  # days of a class made in one click
SHORTEST = 14


@dataclass(frozen=True, slots=True)
class Plan:
    """A class that could be made in one click."""

    unit: OrgUnit
    name: str
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class Placed:
    """A class, whether it was made for this, and how the enrolment went."""

    run: CourseRun
    made: bool
    done: training.Enrolled


def plan_class(by: User, target: Target, unit: OrgUnit) -> Plan | None:
    """The class that a manager would make for people of a unit: from today up to the deadline.

    At least two weeks, at most ninety days; held by the unit, or by the course's where that stands
    lower. None where she may not make it, or the course is not open.
    """
    course = target.course
    if course.state != Course.State.OPEN:
        return None
    below = UnitAncestry.objects.filter(on_day(), ancestor=course.unit_id, descendant=unit.pk).exists()
    holder = unit if below else OrgUnit.objects.named().get(pk=course.unit_id)
    if not may(by, "class.manage", holder.pk):
        return None
    day = today()
    last = min(max(target.deadline, day + timedelta(days=SHORTEST)), day + timedelta(days=LONGEST))
    # The course is said before the name wherever a class is shown.
    name = _("%(unit)s, %(month)s") % {
        "unit": str(holder),
        "month": f"{day:%m/%Y}",
    }
    return Plan(holder, name[:250], day, last)


@transaction.atomic
def enrol_missing(
    *, by: User, target: Target, unit: OrgUnit, users: Iterable[User], run: CourseRun | None
) -> Placed:
    """Enrols people into a class of the target's course; without one, into a class made and opened now."""
    if run is not None:
        if run.course_id != target.course_id:
            raise Refusal("class_other_course", gettext_lazy("That class takes another course."))
        return Placed(run, False, training.enrol(by=by, run=run, users=users))
    plan = plan_class(by, target, unit)
    if plan is None:
        raise Refusal(
            "class_not_makeable", gettext_lazy("You cannot make a class of this course here. Choose one.")
        )
    made = training.create_run(
        by=by,
        course=target.course,
        unit=plan.unit,
        name=plan.name,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
    )
    training.open_run(by=by, run=made)
    return Placed(made, True, training.enrol(by=by, run=made, users=users))
