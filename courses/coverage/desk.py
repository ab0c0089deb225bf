"""What waits for a person who manages: one list of sections, each asked of its own rights.

A section says what waits, how much of it, and where to act. Sections with nothing to say are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.days import start_of, today
from accounts.permissions import top_units, units_where
from courses.coverage.figures import Figure
from courses.coverage.models import Target
from courses.coverage.report import target_totals
from courses.training.models import ClassSession, Course, CourseRun
from courses.training.undecided import Undecided, undecided_in
from repository.models import ProblemReport, Version

SHOWN = 5
SOON = timedelta(days=14)
ENDING = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target not reached yet. ``mine`` names whose figures these are, of a target set from above."""

    target: Target
    figure: Figure
    short: int
    state: str
    mine: str = ""


@dataclass(slots=True)
class Desk:
    """Everything on the desk, the most pressing first within each list."""

    targets: list[TargetLine] = field(default_factory=list)
    reached: int = 0
    to_open: list[CourseRun] = field(default_factory=list)
    ending: list[CourseRun] = field(default_factory=list)
    sessions: list[ClassSession] = field(default_factory=list)
    unmarked: list[ClassSession] = field(default_factory=list)
    reviews: int = 0
    oldest_review: datetime | None = None
    reports: int = 0
    newer: list[Undecided] = field(default_factory=list)
    more_newer: int = 0

    @property
    def empty(self) -> bool:
        classes = self.to_open or self.ending or self.sessions or self.unmarked
        return not (self.targets or classes or self.reviews or self.reports or self.newer)


def desk_of(user: Any, verbs: frozenset[str]) -> Desk:
    """The desk of a person; ``verbs`` as from ``verbs_of``. At most fourteen queries, whatever waits."""
    desk = Desk()
    if "coverage.view" in verbs:
        _targets(desk, user)
    if "class.manage" in verbs:
        _classes(desk, user)
    if "course.manage" in verbs:
        waiting = undecided_in(Course.objects.manageable_by(user))
        desk.newer, desk.more_newer = waiting[:SHOWN], len(waiting[SHOWN:])
    if "resource.review" in verbs:
        _reviews(desk, user)
    return desk


def _targets(desk: Desk, user: Any) -> None:
    found = (
        Target.objects.visible_to(user)
        .filter(closed_on=None, first_day__lte=today(), deadline__gte=today() - timedelta(days=120))
        .with_unit_name()
        .annotate(own=Exists(units_where(user, "coverage.view").filter(pk=OuterRef("unit"))))
        .select_related("course")
        .order_by("deadline", "name")
    )
    targets = list(found[:50])
    mine = "" if all(target.own for target in targets) else _own_names(user)
    totals = target_totals(user, targets)
    lines = []
    for target in targets:
        figure, state = totals[target.pk]
        if state == "reached":
            desk.reached += 1
        elif figure.people:
            short = figure.short_of(target.percent) or 0
            lines.append(TargetLine(target, figure, short, state, "" if target.own else mine))
    desk.targets = lines[:SHOWN]


def _own_names(user: Any) -> str:
    """The units whose people she sees, in a word or two."""
    names = [str(one) for one in top_units(user, "coverage.view").named().order_by("name")[:3]]
    return ", ".join(names) if len(names) < 3 else _("your units")


def _classes(desk: Desk, user: Any) -> None:
    runs = CourseRun.objects.filter(unit__in=units_where(user, "class.manage").values("pk"))
    people = Count("enrolments", filter=Q(enrolments__state="active"))
    undone = Count("enrolments", filter=Q(enrolments__state="active", enrolments__progress__lt=1))
    planned = runs.filter(state="planned", opens_on__lte=today() + SOON, closes_on__gte=today())
    desk.to_open = list(planned.select_related("course").annotate(people=people).order_by("opens_on")[:SHOWN])
    ending = runs.running().filter(closes_on__lte=today() + ENDING).annotate(people=people, undone=undone)
    desk.ending = list(ending.filter(undone__gt=0).select_related("course").order_by("closes_on")[:SHOWN])
    sessions = ClassSession.objects.filter(run__in=runs.values("pk")).exclude(state="cancelled")
    begin = start_of(today())
    end = timezone.make_aware(datetime.combine(today(), time.max))
    of_today = sessions.filter(starts_at__gte=begin, starts_at__lte=end).select_related("run")
    desk.sessions = list(of_today.order_by("starts_at")[: 2 * SHOWN])
    past = sessions.filter(
        starts_at__lt=begin, starts_at__gte=begin - SOON, run__state="open", state="planned"
    )
    desk.unmarked = list(past.filter(attendance=None).select_related("run").order_by("starts_at")[:SHOWN])


def _reviews(desk: Desk, user: Any) -> None:
    waiting = Version.objects.waiting_for(user)
    desk.reviews = waiting.count()
    if desk.reviews:
        desk.oldest_review = waiting.values_list("submitted_at", flat=True).first()
    desk.reports = ProblemReport.objects.waiting().answerable_by(user).count()
