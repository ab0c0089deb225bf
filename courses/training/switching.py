"""Whom a newer version of a resource touches: courses, open classes and learners, as far as one may see them.

What is decided for an activity is in ``actions.switching``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.days import today
from accounts.models import UnitAncestry
from accounts.permissions import told
from accounts.querysets import on_day
from courses.runtime.activitytree import definition_of
from courses.runtime.carrying import whole_tracks
from courses.runtime.mapping import Mapping, map_parts
from courses.runtime.models import Attempt
from courses.runtime.parts import parts_of
from courses.training.models import (
    Activity,
    ActivityCompletion,
    Course,
    CourseRun,
    Enrolment,
    RunPin,
    Switch,
)
from courses.training.publication import published_versions
from repository import places_of_use
from repository.models import Ingest, LearningResource, Publication, Version


@dataclass(slots=True)
class Counts:
    """Learners of open classes: how many there are, are in the middle of it, have completed it."""

    people: int = 0
    busy: int = 0
    done: int = 0

    @property
    def fresh(self) -> int:
        """Those who have not begun."""
        return max(self.people - self.busy - self.done, 0)

    def add(self, other: Counts) -> None:
        self.people += other.people
        self.busy += other.busy
        self.done += other.done


@dataclass(slots=True)
class TouchedRun:
    """An open class. ``version`` is the one it has now; ``seen``: its name may be shown."""

    run: CourseRun
    version: Version
    counts: Counts
    seen: bool
    # In the middle of it, by the id of the version that they are at
    busy_at: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Touched:
    """An activity. ``target`` is the version published for its course now, None where there is none.

    ``seen``: the course may be shown; ``manages``: what becomes of its classes is hers to decide.
    """

    activity: Activity
    course: Course
    unit_name: str
    seen: bool
    manages: bool
    target: Version | None
    runs: list[TouchedRun] = field(default_factory=list)
    switch: Switch | None = None

    @property
    def counts(self) -> Counts:
        total = Counts()
        for run in self.runs:
            total.add(run.counts)
        return total

    @property
    def runs_seen(self) -> list[TouchedRun]:
        return [run for run in self.runs if run.seen]

    @property
    def runs_hidden(self) -> int:
        return sum(not run.seen for run in self.runs)

    def older_ids(self) -> set[int]:
        """Versions before the target that a class has or a learner is at."""
        if self.target is None:
            return set()
        numbers = {run.version.pk: run.version.number for run in self.runs}
        older = {pk for pk, number in numbers.items() if number < self.target.number}
        return older | {pk for run in self.runs for pk in run.busy_at if pk not in (*numbers, self.target.pk)}

    @property
    def waits(self) -> bool:
        """Whether a class still has an older version than the one published."""
        target = self.target
        return target is not None and any(run.version.number < target.number for run in self.runs)

    @property
    def late(self) -> int:
        """How many learners are in the middle of an older version."""
        older = self.older_ids()
        return sum(count for run in self.runs for pk, count in run.busy_at.items() if pk in older)


@dataclass(slots=True)
class Reach:
    """Everything a resource's versions touch; ``hidden_courses`` and ``hidden_runs`` count others'."""

    touched: list[Touched]
    hidden_courses: int
    hidden_runs: int
    courses: int
    runs: int
    counts: Counts


def open_runs() -> Q:
    """Of a pin: its class is open and not over."""
    return Q(run__state=CourseRun.State.OPEN, run__closes_on__gte=today())


def in_progress(activity_ids: Collection[int]) -> QuerySet[Attempt]:
    """Attempts of learners of open classes who have not completed the activity, those set aside left out."""
    completed = ActivityCompletion.objects.filter(
        enrolment=OuterRef("enrolment"), activity=OuterRef("activity")
    )
    return (
        Attempt.objects.standing()
        .filter(
            activity__in=activity_ids,
            enrolment__state=Enrolment.State.ACTIVE,
            enrolment__run__state=CourseRun.State.OPEN,
            enrolment__run__closes_on__gte=today(),
        )
        .exclude(Exists(completed))
        .order_by("number")
    )


def touched_of(user: Any, activities: QuerySet[Activity]) -> list[Touched]:
    """The activities with their open classes; ten queries, however many there are."""
    rows = list(
        activities.select_related("section__course", "resource")
        .defer("body")
        .annotate(
            manages=told(user, "course.manage", "section__course__unit"),
            seen=Exists(Course.objects.visible_to(user).filter(pk=OuterRef("section__course"))),
        )
        .order_by("section__course__title", "section__position", "position", "pk")
    )
    ids = [row.pk for row in rows]
    units = {row.section.course.unit_id for row in rows}
    names = dict(Course.objects.filter(unit__in=units).with_unit_name().values_list("unit", "unit_name"))
    targets = targets_of({row.resource_id for row in rows if row.resource_id}, units)
    switches: dict[int, Switch] = {}
    decided = Switch.objects.filter(activity__in=ids).select_related("version", "by", "returned_by")
    for switch in decided.order_by("pk"):
        switches[switch.activity_id] = switch
    runs = _runs(user, ids)
    found = []
    for row in rows:
        course = row.section.course
        target = targets.get((row.resource_id or 0, course.unit_id))
        live = row.retired_at is None and row.section.retired_at is None
        if not live and not runs[row.pk]:
            continue
        found.append(
            Touched(
                activity=row,
                course=course,
                unit_name=names.get(course.unit_id) or "",
                seen=row.seen,  # type: ignore[attr-defined]
                manages=row.manages,  # type: ignore[attr-defined]
                target=target,
                runs=runs[row.pk],
                switch=switches.get(row.pk),
            )
        )
    return found


def targets_of(resources: Collection[int], units: Collection[int]) -> dict[tuple[int, int], Version]:
    """(resource, course's unit) → the newest version published there or above."""
    shown = (
        Publication.objects.in_force()
        .filter(version__resource__in=resources, version__ingest=Ingest.READY)
        .select_related("version")
    )
    rows = list(shown.order_by("version__number"))
    above = UnitAncestry.objects.filter(
        on_day(), descendant__in=units, ancestor__in={row.unit_id for row in rows}
    )
    reaches: dict[int, set[int]] = defaultdict(set)
    for descendant, ancestor in above.values_list("descendant", "ancestor"):
        reaches[ancestor].add(descendant)
    return {(row.version.resource_id, unit): row.version for row in rows for unit in reaches[row.unit_id]}


def _runs(user: Any, activity_ids: Collection[int]) -> dict[int, list[TouchedRun]]:
    """Activity → its open classes."""
    mine = CourseRun.objects.visible_to(user).filter(pk=OuterRef("run"))
    pins = (
        RunPin.objects.filter(open_runs(), activity__in=activity_ids, version__isnull=False)
        .select_related("run", "version")
        .annotate(seen=Exists(mine))
        .order_by("run__name", "run")
    )
    people = dict(
        Enrolment.objects.active()
        .filter(run__in=pins.order_by().values("run"))
        .order_by()
        .values_list("run")
        .annotate(n=Count("pk"))
    )
    done: dict[tuple[int, int], int] = {}
    completed = ActivityCompletion.objects.filter(activity__in=activity_ids, enrolment__state="active")
    for activity, run, n in (
        completed.order_by().values_list("activity", "enrolment__run").annotate(n=Count("pk"))
    ):
        done[activity, run] = n
    busy: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    latest: dict[tuple[int, int], tuple[int, int]] = {}
    facts = in_progress(activity_ids).values_list("activity", "enrolment", "enrolment__run", "version")
    for activity, enrolment, run, version in facts:
        latest[activity, enrolment] = (run, version)  # the highest number comes last
    for (activity, _enrolment), (run, version) in latest.items():
        busy[activity, run][version] += 1
    found: dict[int, list[TouchedRun]] = defaultdict(list)
    for pin in pins:
        key = (pin.activity_id, pin.run_id)
        at = dict(busy[key])
        counts = Counts(people.get(pin.run_id, 0), sum(at.values()), done.get(key, 0))
        assert pin.version is not None  # noqa: S101 -- asked for
        found[pin.activity_id].append(TouchedRun(pin.run, pin.version, counts, pin.seen, at))  # type: ignore[attr-defined]
    return found


def reach_of(user: Any, resource_id: int) -> Reach:
    """Whom the versions of a resource touch, with what is others' counted only."""
    everything = touched_of(user, Activity.objects.filter(resource=resource_id))
    shown = [one for one in everything if one.seen or one.manages or one.runs_seen]
    counts = Counts()
    for one in everything:
        counts.add(one.counts)
    courses = {one.course.pk for one in everything}
    all_runs = {run.run.pk for one in everything for run in one.runs}
    shown_runs = {run.run.pk for one in everything for run in one.runs if run.seen}
    return Reach(
        touched=shown,
        hidden_courses=len(courses - {one.course.pk for one in shown}),
        hidden_runs=len(all_runs - shown_runs),
        courses=len(courses),
        runs=len(all_runs),
        counts=counts,
    )


@dataclass(frozen=True, slots=True)
class Route:
    """From one older version to the target. ``ordered``: the newer one has an activity tree; ``tree_kept``:
    the older had one too, whose state is taken over; ``same_kind``: bookmarks and data can come along."""

    older: Version
    mapping: Mapping
    learners: int
    same_kind: bool
    ordered: bool
    tree_kept: bool

    def plan(self, bookmarks: str) -> list[dict[str, Any]]:
        """As ``Switch.plan`` keeps it; ``bookmarks``: "same" (where the files are), "all", "none"."""
        return [
            {
                "new": pair.new.identifier,
                "old": pair.old.identifier,
                "by": pair.by,
                "whole": self.same_kind and (bookmarks == "all" or (bookmarks == "same" and pair.same_files)),
            }
            for pair in self.mapping.pairs
        ]


def routes_of(touched: Touched) -> list[Route]:
    """For each older version in use, how its parts come to those of the target."""
    target = touched.target
    older = touched.older_ids()
    if target is None or not older:
        return []
    learners: dict[int, int] = defaultdict(int)
    for run in touched.runs:
        for pk, count in run.busy_at.items():
            learners[pk] += count
    parts = parts_of(target)
    return [
        _route(version, target, map_parts(parts_of(version), parts), learners[version.pk])
        for version in Version.objects.filter(pk__in=older).select_related("blob").order_by("number")
    ]


def _route(older: Version, target: Version, mapping: Mapping, learners: int) -> Route:
    ordered = definition_of(target) is not None
    return Route(
        older=older,
        mapping=mapping,
        learners=learners,
        same_kind=whole_tracks(older, target),
        ordered=ordered,
        tree_kept=ordered and definition_of(older) is not None,
    )


def newer_waiting(activities: Iterable[Activity], unit_id: int) -> dict[int, Version]:
    """Activities of a course whose open classes have an older version than the one published; two queries."""
    by_pk = {activity.pk: activity for activity in activities if activity.resource_id}
    pins = RunPin.objects.filter(open_runs(), activity__in=by_pk, version__isnull=False)
    used = list(pins.values_list("activity", "version__number").distinct())
    if not used:
        return {}
    targets = published_versions([one.resource_id for one in by_pk.values() if one.resource_id], unit_id)
    found = {}
    for activity, number in used:
        target = targets.get(by_pk[activity].resource_id or 0)
        if target is not None and number < target.number:
            found[activity] = target
    return found


def reach_in_short(resource_id: int) -> places_of_use.Reach | None:
    """The figures alone, for pages of the library; at most three queries."""
    pins = RunPin.objects.filter(open_runs(), activity__resource=resource_id)
    found = pins.aggregate(
        courses=Count("run__course", distinct=True),
        runs=Count("run", distinct=True),
    )
    if not found["runs"]:
        return None
    people = Enrolment.objects.active().filter(run__in=pins.values("run")).count()
    uid = LearningResource.objects.values_list("uid", flat=True).get(pk=resource_id)
    url = reverse("courses:touched", args=[uid])
    return places_of_use.Reach(found["courses"], found["runs"], people, url)
