"""Courses and their sections: made, described, opened, closed, deleted."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refusal
from accounts.models import OrgUnit, User
from accounts.text import nfc
from courses.training.actions.building import changed, live_activities, reorder, require_manages, titled
from courses.training.models import Course, CourseRun, Section
from courses.training.signals import course_changed


@transaction.atomic
def create_course(
    *,
    by: User | None,
    unit: OrgUnit,
    title: str,
    summary: str = "",
    periods: int = 0,
    owner: User | None = None,
) -> Course:
    """A draft course of a unit. ``periods`` counts lesson periods (tiết)."""
    require_manages(by, unit.pk)
    course = Course.objects.create(
        unit=unit, owner=owner or by, title=titled(title), summary=nfc(summary).strip(), periods=periods
    )
    course_changed.send(sender=Course, course_ids=[course.pk])
    return course


@transaction.atomic
def edit_course(*, by: User | None, course: Course, title: str, summary: str, periods: int) -> None:
    require_manages(by, course.unit_id)
    course.title, course.summary, course.periods = titled(title), nfc(summary).strip(), periods
    course.save(update_fields=["title", "summary", "periods", "changed_at"])
    course_changed.send(sender=Course, course_ids=[course.pk])


@transaction.atomic
def add_section(*, by: User | None, course: Course, title: str) -> Section:
    """A section at the end of the course."""
    require_manages(by, course.unit_id)
    Course.objects.select_for_update().get(pk=course.pk)  # positions are read, then written
    last = course.sections.aggregate(last=Max("position"))["last"]
    section = Section.objects.create(
        course=course, title=titled(title), position=0 if last is None else last + 1
    )
    changed(course.pk)
    return section


@transaction.atomic
def edit_section(*, by: User | None, section: Section, title: str) -> None:
    require_manages(by, section.course.unit_id)
    section.title = titled(title)
    section.save(update_fields=["title"])
    changed(section.course_id)


@transaction.atomic
def move_section(*, by: User | None, section: Section, steps: int) -> None:
    """Moves a section up (negative) or down among those of its course; past either end is no move."""
    require_manages(by, section.course.unit_id)
    Course.objects.select_for_update().get(pk=section.course_id)
    reorder(list(section.course.sections.filter(retired_at=None).order_by("position", "pk")), section, steps)
    changed(section.course_id)


@transaction.atomic
def remove_section(*, by: User | None, section: Section) -> None:
    """Takes an empty section out of the course."""
    require_manages(by, section.course.unit_id)
    if section.activities.filter(retired_at=None).exists():
        raise Refusal("section_not_empty", _("Remove or move the activities of this section first."))
    section.activities.filter(pins__isnull=True).delete()
    if section.activities.exists():
        section.retired_at = timezone.now()
        section.save(update_fields=["retired_at"])
    else:
        section.delete()
    changed(section.course_id)


@transaction.atomic
def delete_course(*, by: User | None, course: Course) -> None:
    """Deletes a draft made by mistake: one of which nothing was ever made."""
    require_manages(by, course.unit_id)
    course = Course.objects.select_for_update().get(pk=course.pk)
    pk, used = course.pk, course.state != Course.State.DRAFT
    try:
        if not used:
            with transaction.atomic():
                course.delete()
    except ProtectedError:
        used = True
    if used:
        raise Refusal(
            "course_not_deletable",
            _("Only a draft without classes or targets can be deleted. Close the course instead."),
        )
    course_changed.send(sender=Course, course_ids=[pk])


@transaction.atomic
def open_course(*, by: User | None, course: Course) -> None:
    """Lets classes be made of the course and people see it in the list."""
    require_manages(by, course.unit_id)
    if not live_activities(course.pk).filter(required=True).exists():
        raise Refusal(
            "course_nothing_required", _("Add at least one required activity before opening the course.")
        )
    course.state = Course.State.OPEN
    course.save(update_fields=["state", "changed_at"])
    course_changed.send(sender=Course, course_ids=[course.pk])


@transaction.atomic
def close_course(*, by: User | None, course: Course) -> None:
    """Takes the course off the list. Classes that run go on."""
    require_manages(by, course.unit_id)
    if CourseRun.objects.filter(course=course, state=CourseRun.State.PLANNED).exists():
        raise Refusal(
            "course_has_planned_classes",
            _("Classes of this course are still planned. Remove or open them first."),
        )
    course.state = Course.State.CLOSED
    course.save(update_fields=["state", "changed_at"])
    course_changed.send(sender=Course, course_ids=[course.pk])
