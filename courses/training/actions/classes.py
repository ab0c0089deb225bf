"""Making, opening and closing classes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.days import school_year_of
from accounts.errors import Refusal
from accounts.models import OrgUnit, UnitAncestry, User
from accounts.permissions import require
from accounts.querysets import on_day
from accounts.text import nfc
from courses.training.models import Activity, Course, CourseRun, Enrolment, Instructor, RunPin
from courses.training.publication import published_versions
from courses.training.sessions import close_sessions_of, extend_sessions_of


def _manage(by: User | None, unit_id: int) -> None:
    if by is not None:
        require(by, "class.manage", unit_id)


def _dates(opens_on: date, closes_on: date) -> None:
    if opens_on > closes_on:
        raise Refusal("class_dates", _("The last day lies before the first."))


def _named(name: str) -> str:
    name = nfc(name).strip()
    if not name:
        raise Refusal("title_missing", _("Give it a name."))
    return name[:250]


@transaction.atomic
def create_run(
    *,
    by: User | None,
    course: Course,
    unit: OrgUnit,
    name: str,
    opens_on: date,
    closes_on: date,
    school_year: int | None = None,
) -> CourseRun:
    """A planned class of an open course, held by a unit at or below the course's."""
    _manage(by, unit.pk)
    if course.state != Course.State.OPEN:
        raise Refusal("course_not_open", _("Open the course before making a class of it."))
    below = UnitAncestry.objects.filter(on_day(), ancestor=course.unit_id, descendant=unit.pk)
    if not below.exists():
        raise Refusal("class_outside_course", _("A class is held by the unit of its course or one below."))
    _dates(opens_on, closes_on)
    return CourseRun.objects.create(
        course=course,
        unit=unit,
        name=_named(name),
        opens_on=opens_on,
        closes_on=closes_on,
        school_year=school_year or school_year_of(opens_on),
        created_by=by or course.owner,
    )


@transaction.atomic
def edit_run(
    *, by: User | None, run: CourseRun, name: str, opens_on: date, closes_on: date, school_year: int
) -> None:
    """Another name or other dates. A later last day lets open lessons go on saving until then."""
    _manage(by, run.unit_id)
    _dates(opens_on, closes_on)
    moved = run.closes_on != closes_on
    run.name, run.opens_on, run.closes_on, run.school_year = _named(name), opens_on, closes_on, school_year
    run.save(update_fields=["name", "opens_on", "closes_on", "school_year"])
    if moved and run.state == CourseRun.State.OPEN:
        extend_sessions_of(run)


@transaction.atomic
def open_run(*, by: User | None, run: CourseRun) -> None:
    """Opens a class and pins, for each activity, the version published now at the course's unit or above."""
    _manage(by, run.unit_id)
    run = _locked(run)
    if run.state != CourseRun.State.PLANNED:
        raise Refusal("class_opened_before", _("The class has been opened before."))
    activities = list(
        Activity.objects.filter(
            section__course=run.course_id, retired_at=None, section__retired_at=None
        ).order_by("section__position", "position", "pk")
    )
    if not any(activity.required for activity in activities):
        raise Refusal(
            "class_course_empty",
            _("The course “%(title)s” has no required activity. Add one to it, then open the class."),
            title=run.course.title,
        )
    wanted = [a.resource_id for a in activities if a.resource_id]
    versions = published_versions(wanted, run.course.unit_id)
    for activity in activities:
        if activity.resource_id and activity.resource_id not in versions:
            raise Refusal(
                "activity_not_published",
                _("“%(title)s” is no longer published for this unit. Replace it, then open the class."),
                title=activity.title,
            )
    RunPin.objects.bulk_create(
        RunPin(run=run, activity=a, version=versions.get(a.resource_id or 0)) for a in activities
    )
    run.state = CourseRun.State.OPEN
    run.save(update_fields=["state"])


@transaction.atomic
def delete_run(*, by: User | None, run: CourseRun) -> None:
    """Deletes a planned class made by mistake, into which nobody was ever enrolled."""
    _manage(by, run.unit_id)
    run = _locked(run)
    if run.state != CourseRun.State.PLANNED or run.enrolments.exists():
        raise Refusal(
            "class_not_deletable",
            _("Only a planned class into which nobody was enrolled can be deleted. Close it instead."),
        )
    run.delete()


@transaction.atomic
def close_run(*, by: User | None, run: CourseRun) -> None:
    """Closes a class now. Open lessons can save no more; what still arrives is kept, flagged late."""
    _manage(by, run.unit_id)
    enrolled = list(Enrolment.objects.active().filter(run=run).values_list("pk", flat=True))
    # Runtime rows first: a commit locks them before it locks the enrolment.
    close_sessions_of(enrolment_ids=enrolled, reason="class_closed")
    run = _locked(run)
    run.state = CourseRun.State.CLOSED
    run.save(update_fields=["state"])


@transaction.atomic
def set_instructors(
    *, by: User | None, run: CourseRun, users: Iterable[User], lead: User | None = None
) -> None:
    """Names exactly these people as instructors; the lead is one of them, else the first."""
    _manage(by, run.unit_id)
    named = list(dict.fromkeys(users))
    if lead is None or lead not in named:
        lead = named[0] if named else None
    _locked(run)
    run.instructors.exclude(user__in=named).delete()
    for user in named:
        Instructor.objects.update_or_create(run=run, user=user, defaults={"lead": user == lead})


def _locked(run: CourseRun) -> CourseRun:
    return CourseRun.objects.select_for_update(of=("self",)).select_related("course").get(pk=run.pk)
