"""The activities of a course: taken from the library, described, moved, taken out.

A class that has opened keeps the activities it opened with; names, texts and conditions change for it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refusal
from accounts.models import User
from accounts.text import nfc
from courses.training.actions.building import (
    changed,
    live_activities,
    minutes_in_range,
    next_position,
    reorder,
    require_manages,
    titled,
)
from courses.training.actions.pages import write_page
from courses.training.completion import ATTENDED, Rule, RuleError, parse_rule, rules_for, usual_rule
from courses.training.models import Activity, Course, Section
from courses.training.publication import published_version, published_versions
from repository.models import Kind, LearningResource, Version


class Keep(Enum):
    """Says that a field stays as it is, where None is a value."""

    AS_IS = "as it is"


#: Lessons, as courses call them; all other kinds are documents.
PLAYED_KINDS = frozenset({Kind.SCORM12, Kind.SCORM2004, Kind.CMI5, Kind.HTML5, Kind.H5P, Kind.IMSCC})


def _rule_for(version_kind: str, rule: Mapping[str, Any] | None) -> Rule:
    """The rule asked for, or the usual one of a kind of file."""
    if rule is None:
        return usual_rule(version_kind)
    try:
        parsed = parse_rule(rule)
    except RuleError:
        raise _rule_invalid() from None
    if parsed.when == ATTENDED:
        raise _rule_invalid()
    if parsed.when not in rules_for(version_kind):
        raise Refusal(
            "rule_needs_tracking",
            _("This kind of resource does not report that. Choose another condition for completing it."),
        )
    return parsed


def _rule_invalid() -> Refusal:
    return Refusal("rule_invalid", _("Say when the activity is completed, with a figure in range."))


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
    (added,) = _add_resources(by, section, [resource], title=title, rule=rule, required=required)
    return added


@transaction.atomic
def add_activities(
    *, by: User | None, section: Section, resources: Sequence[LearningResource]
) -> list[Activity]:
    """Several resources at once, in the order given, each under its usual rule; all or none."""
    return _add_resources(by, section, resources)


def _add_resources(
    by: User | None,
    section: Section,
    resources: Sequence[LearningResource],
    *,
    title: str = "",
    rule: Mapping[str, Any] | None = None,
    required: bool = True,
) -> list[Activity]:
    course = section.course
    require_manages(by, course.unit_id)
    Course.objects.select_for_update().get(pk=course.pk)
    wanted = [resource.pk for resource in resources]
    seen = LearningResource.objects.filter(pk__in=wanted)
    if by is not None:
        seen = seen.visible_to(by)
    versions = published_versions(seen.values_list("pk", flat=True), course.unit_id)
    # A record of another catalogue has no file to be learnt from.
    if any(pk not in versions or versions[pk].kind == Kind.RECORD for pk in wanted):
        raise Refusal(
            "resource_not_published_here",
            _("Only a resource published for the unit of the course, or above it, can become an activity."),
        )
    position = next_position(section)
    added = [
        Activity.objects.create(
            section=section,
            position=position + number,
            kind=_kind_of(versions[resource.pk]),
            title=titled(title or resource.title),
            resource=resource,
            required=required,
            rule=_rule_for(versions[resource.pk].kind, rule).as_json(),
        )
        for number, resource in enumerate(resources)
    ]
    changed(course.pk)
    return added


def _kind_of(version: Version) -> Activity.Kind:
    return Activity.Kind.PACKAGE if version.kind in PLAYED_KINDS else Activity.Kind.RESOURCE


def _version_kind(activity: Activity) -> str:
    """The kind of file behind an activity: of the version published now, else of one a class uses."""
    if activity.resource_id is None:
        return ""
    version = published_version(activity.resource_id, activity.section.course.unit_id)
    if version is None:
        version = Version.objects.filter(pins__activity=activity).order_by("-number").first()
    return version.kind if version else ""


def rules_of(activity: Activity) -> tuple[str, ...]:
    """What may be asked for of an activity from the library, the usual rule first."""
    return rules_for(_version_kind(activity))


@transaction.atomic
def edit_activity(
    *,
    by: User | None,
    activity: Activity,
    title: str,
    rule: Mapping[str, Any],
    required: bool,
    about: str | None = None,
    minutes: int | Keep | None = Keep.AS_IS,
    opens_after: Activity | Keep | None = Keep.AS_IS,
    blocks: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Another name, rule, weight or lock; what is completed already keeps the rule it was awarded under.

    People of open classes who meet the new rule complete the activity by task. A page and a session
    have one rule only.
    """
    course_id = activity.section.course_id
    require_manages(by, activity.section.course.unit_id)
    before = (activity.rule, activity.required)
    if not required:
        _keep_one_required(activity)
    activity.title = titled(title)
    if activity.kind in Activity.FROM_LIBRARY:
        activity.rule = _rule_for(_version_kind(activity), rule).as_json()
    activity.required = required
    if about is not None:
        activity.about = nfc(about).strip()[:2000]
    if not isinstance(minutes, Keep):
        activity.minutes = minutes_in_range(minutes)
    if not isinstance(opens_after, Keep):
        activity.opens_after = _lock(activity, opens_after)
    activity.save(update_fields=["title", "rule", "required", "about", "minutes", "opens_after"])
    if blocks is not None:
        write_page(by=by, activity=activity, blocks=blocks)
    if before != (activity.rule, activity.required) and activity.pins.exists():
        from courses.training.tasks import reevaluate_activity  # the task itself calls an action

        reevaluate_activity.enqueue(activity.pk)
    changed(course_id)


def _lock(activity: Activity, after: Activity | None) -> Activity | None:
    """The activity that must be completed first, of the same course and not in a circle."""
    if after is None:
        return None
    if after.section.course_id != activity.section.course_id or after.retired_at is not None:
        raise Refusal("opens_after_elsewhere", _("Choose an activity of the same course."))
    locks = dict(live_activities(after.section.course_id).values_list("pk", "opens_after"))
    step: int | None = after.pk
    for _step in range(len(locks) + 1):
        if step == activity.pk:
            raise Refusal(
                "opens_after_circle",
                _("“%(title)s” itself waits for this activity. Choose another, or none."),
                title=after.title,
            )
        step = locks.get(step) if step is not None else None
    return after


@transaction.atomic
def move_activity(
    *, by: User | None, activity: Activity, steps: int = 0, section: Section | None = None
) -> None:
    """Moves an activity up (negative) or down; past its section's end into the next section."""
    require_manages(by, activity.section.course.unit_id)
    course = Course.objects.select_for_update().get(pk=activity.section.course_id)
    if section is None:
        rows = list(activity.section.activities.filter(retired_at=None).order_by("position", "pk"))
        if 0 <= rows.index(activity) + steps < len(rows):
            reorder(rows, activity, steps)
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
    changed(course.pk)


def _neighbour(course: Course, section: Section, *, down: bool) -> Section | None:
    sections = list(course.sections.filter(retired_at=None).order_by("position", "pk"))
    at = sections.index(section) + (1 if down else -1)
    return sections[at] if 0 <= at < len(sections) else None


def _keep_one_required(activity: Activity) -> None:
    """Refuses to take the last required activity from an open course: its classes could not open."""
    course = Course.objects.select_for_update().get(pk=activity.section.course_id)
    if course.state != Course.State.OPEN or not activity.required:
        return
    if not live_activities(course.pk).filter(required=True).exclude(pk=activity.pk).exists():
        raise Refusal(
            "course_last_required",
            _("An open course keeps one required activity. Add another first, or close the course."),
        )


@transaction.atomic
def remove_activity(*, by: User | None, activity: Activity) -> None:
    """Takes an activity out of the course; classes that opened with it keep it."""
    require_manages(by, activity.section.course.unit_id)
    _keep_one_required(activity)
    activity.retired_at = timezone.now()
    activity.save(update_fields=["retired_at"])
    changed(activity.section.course_id)


@transaction.atomic
def restore_activity(*, by: User | None, activity: Activity) -> None:
    """Puts an activity that was taken out back in its place, with its section where that went too."""
    require_manages(by, activity.section.course.unit_id)
    activity.retired_at = None
    activity.save(update_fields=["retired_at"])
    Section.objects.filter(pk=activity.section_id).update(retired_at=None)
    changed(activity.section.course_id)
