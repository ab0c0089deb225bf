"""Newer versions of lessons in use about which nobody has decided yet, for whoever manages courses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef

from courses.training.models import Activity, Course, RunPin, Switch
from courses.training.switching import open_runs, targets_of
from repository.models import Ingest, Publication, Version


@dataclass(frozen=True, slots=True)
class Undecided:
    """An activity of which open classes, ``runs`` of them, have an older version than ``version``."""

    activity: Activity
    version: Version
    runs: int

    @property
    def course(self) -> Course:
        return self.activity.section.course


def undecided_in(courses: Any) -> list[Undecided]:
    """For a query of courses, by their titles. One query where nothing waits, else five.

    What was decided and taken back since is not asked again: the page of the activity offers it still.
    """
    newer = Publication.objects.in_force().filter(
        version__resource=OuterRef("version__resource"),
        version__number__gt=OuterRef("version__number"),
        version__ingest=Ingest.READY,
    )
    pins = RunPin.objects.filter(
        open_runs(), Exists(newer), activity__section__course__in=courses, version__isnull=False
    )
    counted = list(pins.order_by().values_list("activity", "version__number").annotate(n=Count("run")))
    if not counted:
        return []
    activities = Activity.objects.select_related("section__course").defer("body")
    rows = activities.in_bulk({activity for activity, _number, _n in counted})
    targets = targets_of(
        {row.resource_id for row in rows.values() if row.resource_id},
        {row.section.course.unit_id for row in rows.values()},
    )
    taken_back = Switch.objects.filter(activity__in=rows, state=Switch.State.RETURNED)
    returned = set(taken_back.values_list("activity", "version"))
    runs: dict[tuple[int, int], int] = defaultdict(int)
    found: dict[tuple[int, int], Version] = {}
    for pk, number, n in counted:
        row = rows[pk]
        target = targets.get((row.resource_id or 0, row.section.course.unit_id))
        if target is not None and number < target.number and (pk, target.pk) not in returned:
            found[pk, target.pk] = target
            runs[pk, target.pk] += n
    waiting = [Undecided(rows[key[0]], version, runs[key]) for key, version in found.items()]
    return sorted(waiting, key=lambda one: (one.course.title, one.activity.title, one.activity.pk))
