"""Building a course: its sections and activities. A class that has opened keeps what it opened with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refusal
from accounts.models import OrgUnit, User
from accounts.permissions import require
from accounts.text import nfc
from courses.training.completion import COMPLETED, OPENED, Rule, RuleError, parse_rule
from courses.training.models import Activity, Course, CourseRun, Section
from courses.training.publication import published_version
from courses.training.signals import course_changed
from repository.models import Kind, LearningResource, Version

#: Opened in the player; of these, the SCORM ones report what the learner reached.
PLAYED_KINDS = frozenset({Kind.SCORM12, Kind.SCORM2004, Kind.HTML5})
REPORTING_KINDS = frozenset({Kind.SCORM12, Kind.SCORM2004})


def _manage(by: User | None, unit_id: int) -> None:
    if by is not None:
        require(by, "course.manage", unit_id)


def _changed(course_id: int) -> None:
    Course.objects.filter(pk=course_id).update(changed_at=timezone.now())
    course_changed.send(sender=Course, course_ids=[course_id])


def _titled(title: str) -> str:
    title = nfc(title).strip()
    if not title:
        raise Refusal("title_missing", _("Give it a name."))
    return title[:250]


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
    _manage(by, unit.pk)
    course = Course.objects.create(
        unit=unit, owner=owner or by, title=_titled(title), summary=nfc(summary).strip(), periods=periods
    )
    course_changed.send(sender=Course, course_ids=[course.pk])
    return course


@transaction.atomic
def edit_course(*, by: User | None, course: Course, title: str, summary: str, periods: int) -> None:
    _manage(by, course.unit_id)
    course.title, course.summary, course.periods = _titled(title), nfc(summary).strip(), periods
    course.save(update_fields=["title", "summary", "periods", "changed_at"])
    course_changed.send(sender=Course, course_ids=[course.pk])


@transaction.atomic
def add_section(*, by: User | None, course: Course, title: str) -> Section:
    """A section at the end of the course."""
    _manage(by, course.unit_id)
    Course.objects.select_for_update().get(pk=course.pk)  # positions are read, then written
    last = course.sections.aggregate(last=Max("position"))["last"]
    section = Section.objects.create(
        course=course, title=_titled(title), position=0 if last is None else last + 1
    )
    _changed(course.pk)
    return section


@transaction.atomic
def edit_section(*, by: User | None, section: Section, title: str) -> None:
    _manage(by, section.course.unit_id)
    section.title = _titled(title)
    section.save(update_fields=["title"])
    _changed(section.course_id)


@transaction.atomic
def move_section(*, by: User | None, section: Section, steps: int) -> None:
    """Moves a section up (negative) or down among those of its course; past either end is no move."""
    _manage(by, section.course.unit_id)
    Course.objects.select_for_update().get(pk=section.course_id)
    _reorder(list(section.course.sections.filter(retired_at=None).order_by("position", "pk")), section, steps)
    _changed(section.course_id)


@transaction.atomic
def remove_section(*, by: User | None, section: Section) -> None:
    """Takes an empty section out of the course."""
    _manage(by, section.course.unit_id)
    if section.activities.filter(retired_at=None).exists():
        raise Refusal("section_not_empty", _("Remove or move the activities of this section first."))
    section.activities.filter(pins__isnull=True).delete()
    if section.activities.exists():
        section.retired_at = timezone.now()
        section.save(update_fields=["retired_at"])
    else:
        section.delete()
    _changed(section.course_id)


def _rule_for(version_kind: str, rule: Mapping[str, Any] | None) -> Rule:
    """The rule asked for, or the usual one of a kind; what reports nothing is completed by opening it."""
    reports = version_kind in REPORTING_KINDS
    if rule is None:
        return Rule(COMPLETED if reports else OPENED)
    try:
        parsed = parse_rule(rule)
    except RuleError:
        raise Refusal(
            "rule_invalid", _("Say when the activity is completed, with a figure in range.")
        ) from None
    if not reports and parsed.when != OPENED:
        raise Refusal(
            "rule_needs_tracking",
            _("This kind of resource reports nothing: it can only be completed by opening it."),
        )
    return parsed


@transaction.atomic
def add_activity(
    *,
    by: User | None,
    section: Section,
    resource: LearningResource,
    title: str = "",
    rule: Mapping[str, Any] | None = None,
    required: bool = True,
) -> Activity:
    """An activity at the end of a section.

    Only a resource that the person adding it may see, published at or above the course's unit.
    """
    course = section.course
    _manage(by, course.unit_id)
    Course.objects.select_for_update().get(pk=course.pk)
    seen = by is None or LearningResource.objects.visible_to(by).filter(pk=resource.pk).exists()
    version = published_version(resource.pk, course.unit_id) if seen else None
    if version is None:
        raise Refusal(
            "resource_not_published_here",
            _("Only a resource published for the unit of the course, or above it, can become an activity."),
        )
    kind = Activity.Kind.PACKAGE if version.kind in PLAYED_KINDS else Activity.Kind.RESOURCE
    last = section.activities.aggregate(last=Max("position"))["last"]
    activity = Activity.objects.create(
        section=section,
        position=0 if last is None else last + 1,
        kind=kind,
        title=_titled(title or resource.title),
        resource=resource,
        required=required,
        rule=_rule_for(version.kind, rule).as_json(),
    )
    _changed(course.pk)
    return activity


def _version_kind(activity: Activity) -> str:
    """The kind of file behind an activity: of the version published now, else of one a class uses."""
    version = published_version(activity.resource_id, activity.section.course.unit_id)
    if version is None:
        version = Version.objects.filter(pins__activity=activity).order_by("-number").first()
    return version.kind if version else ""


def reports_outcome(activity: Activity) -> bool:
    """Whether the file behind an activity reports what the learner reached, so that a rule can ask for it."""
    return _version_kind(activity) in REPORTING_KINDS


@transaction.atomic
def edit_activity(
    *, by: User | None, activity: Activity, title: str, rule: Mapping[str, Any], required: bool
) -> None:
    """Another name, rule or weight; what is completed already keeps the rule it was awarded under.

    People of open classes who meet the new rule complete the activity by task.
    """
    course_id = activity.section.course_id
    _manage(by, activity.section.course.unit_id)
    before = (activity.rule, activity.required)
    if not required:
        _keep_one_required(activity)
    activity.title = _titled(title)
    activity.rule = _rule_for(_version_kind(activity), rule).as_json()
    activity.required = required
    activity.save(update_fields=["title", "rule", "required"])
    if before != (activity.rule, activity.required) and activity.pins.exists():
        from courses.training.tasks import reevaluate_activity  # the task itself calls an action

        reevaluate_activity.enqueue(activity.pk)
    _changed(course_id)


@transaction.atomic
def move_activity(
    *, by: User | None, activity: Activity, steps: int = 0, section: Section | None = None
) -> None:
    """Moves an activity up (negative) or down; past its section's end into the next section."""
    _manage(by, activity.section.course.unit_id)
    course = Course.objects.select_for_update().get(pk=activity.section.course_id)
    if section is None:
        rows = list(activity.section.activities.filter(retired_at=None).order_by("position", "pk"))
        if 0 <= rows.index(activity) + steps < len(rows):
            _reorder(rows, activity, steps)
        else:
            section = _neighbour(course, activity.section, down=steps > 0)
    if section is not None and section.pk != activity.section_id:
        if section.course_id != course.pk:
            raise Refusal("section_elsewhere", _("That section belongs to another course."))
        down = steps > 0
        section.activities.update(position=F("position") + 1)
        last = section.activities.aggregate(last=Max("position"))["last"]
        activity.section, activity.position = section, 0 if down or last is None else last + 1
        activity.save(update_fields=["section", "position"])
    _changed(course.pk)


def _neighbour(course: Course, section: Section, *, down: bool) -> Section | None:
    sections = list(course.sections.filter(retired_at=None).order_by("position", "pk"))
    at = sections.index(section) + (1 if down else -1)
    return sections[at] if 0 <= at < len(sections) else None


def _reorder(rows: list[Any], row: Any, steps: int) -> None:
    at = rows.index(row)
    to = min(max(at + steps, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    for position, moved in enumerate(rows):
        moved.position = position
    type(row)._default_manager.bulk_update(rows, ["position"])


def _live(course_id: int) -> QuerySet[Activity]:
    return Activity.objects.filter(section__course=course_id, retired_at=None, section__retired_at=None)


def _keep_one_required(activity: Activity) -> None:
    """Refuses to take the last required activity from an open course: its classes could not open."""
    course = Course.objects.select_for_update().get(pk=activity.section.course_id)
    if course.state != Course.State.OPEN or not activity.required:
        return
    if not _live(course.pk).filter(required=True).exclude(pk=activity.pk).exists():
        raise Refusal(
            "course_last_required",
            _("An open course keeps one required activity. Add another first, or close the course."),
        )


@transaction.atomic
def remove_activity(*, by: User | None, activity: Activity) -> None:
    """Takes an activity out of the course; classes that opened with it keep it."""
    _manage(by, activity.section.course.unit_id)
    _keep_one_required(activity)
    activity.retired_at = timezone.now()
    activity.save(update_fields=["retired_at"])
    _changed(activity.section.course_id)


@transaction.atomic
def restore_activity(*, by: User | None, activity: Activity) -> None:
    """Puts an activity that was taken out back in its place, with its section where that went too."""
    _manage(by, activity.section.course.unit_id)
    activity.retired_at = None
    activity.save(update_fields=["retired_at"])
    Section.objects.filter(pk=activity.section_id).update(retired_at=None)
    _changed(activity.section.course_id)


@transaction.atomic
def delete_course(*, by: User | None, course: Course) -> None:
    """Deletes a draft made by mistake: one of which nothing was ever made."""
    _manage(by, course.unit_id)
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
    _manage(by, course.unit_id)
    if not _live(course.pk).filter(required=True).exists():
        raise Refusal(
            "course_nothing_required", _("Add at least one required activity before opening the course.")
        )
    course.state = Course.State.OPEN
    course.save(update_fields=["state", "changed_at"])
    course_changed.send(sender=Course, course_ids=[course.pk])


@transaction.atomic
def close_course(*, by: User | None, course: Course) -> None:
    """Takes the course off the list. Classes that run go on."""
    _manage(by, course.unit_id)
    if CourseRun.objects.filter(course=course, state=CourseRun.State.PLANNED).exists():
        raise Refusal(
            "course_has_planned_classes",
            _("Classes of this course are still planned. Remove or open them first."),
        )
    course.state = Course.State.CLOSED
    course.save(update_fields=["state", "changed_at"])
    course_changed.send(sender=Course, course_ids=[course.pk])
