"""What building a course is made of: the right to it, names, positions, the news that it changed."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refusal
from accounts.models import User
from accounts.permissions import require
from accounts.text import nfc
from courses.training.models import Activity, Course, Section
from courses.training.signals import course_changed

MOST_MINUTES = 2_000


def require_manages(by: User | None, unit_id: int) -> None:
    if by is not None:
        require(by, "course.manage", unit_id)


def changed(course_id: int) -> None:
    Course.objects.filter(pk=course_id).update(changed_at=timezone.now())
    course_changed.send(sender=Course, course_ids=[course_id])


def titled(title: str) -> str:
    title = nfc(title).strip()
    if not title:
        raise Refusal("title_missing", _("Give it a name."))
    return title[:250]


def reorder(rows: list[Any], row: Any, steps: int) -> None:
    at = rows.index(row)
    to = min(max(at + steps, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    for position, moved in enumerate(rows):
        moved.position = position
    type(row)._default_manager.bulk_update(rows, ["position"])


def live_activities(course_id: int) -> QuerySet[Activity]:
    return Activity.objects.filter(section__course=course_id, retired_at=None, section__retired_at=None)


def minutes_in_range(minutes: int | None) -> int | None:
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        raise Refusal("minutes_range", _("Planned minutes lie between 1 and 2,000."))
    return minutes


def next_position(section: Section) -> int:
    last = section.activities.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
