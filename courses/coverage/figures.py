"""How many people of a population completed a course: counting and adding up.

Today's figures come from ``CoverageState``; any other day is counted over the memberships and
completions that held on it. Only the primary membership of a day counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from accounts.days import BEGINNING, today
from accounts.models import Membership, OrgUnit, UnitAncestry, UnitFacts
from accounts.querysets import on_day
from courses.coverage.models import CoverageState, Target
from courses.coverage.placing import placed_people
from courses.training.models import Completion, Course

Structure = Literal["then", "now"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Who is counted, and what counts. Empty positions or levels mean all."""

    course_id: int
    unit_id: int
    positions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    first_day: date = BEGINNING
    percent: Decimal | None = None
    target_id: int | None = None

    @classmethod
    def of_target(cls, target: Target) -> Measure:
        return cls(
            course_id=target.course_id,
            unit_id=target.unit_id,
            positions=tuple(target.positions),
            levels=tuple(target.levels),
            first_day=target.first_day,
            percent=Decimal(target.percent),
            target_id=target.pk,
        )

    @classmethod
    def of_course(cls, course: Course, unit: OrgUnit) -> Measure:
        return cls(course_id=course.pk, unit_id=unit.pk)


@dataclass(frozen=True, slots=True)
class Figure:
    """People of a population, and those of them trained."""

    people: int = 0
    trained: int = 0

    def __add__(self, other: Figure) -> Figure:
        return Figure(self.people + other.people, self.trained + other.trained)

    def __sub__(self, other: Figure) -> Figure:
        return Figure(self.people - other.people, self.trained - other.trained)

    @property
    def missing(self) -> int:
        """People not yet trained."""
        return self.people - self.trained

    @property
    def percent(self) -> float | None:
        """Share of the people trained, 0 to 100, unrounded; None without people."""
        return 100 * self.trained / self.people if self.people else None

    def short_of(self, goal: Decimal | None) -> int | None:
        """How many more must be trained to reach ``goal`` percent."""
        if goal is None:
            return None
        needed = (self.people * goal / 100).to_integral_value(ROUND_CEILING)
        return max(int(needed) - self.trained, 0)


def valid_completions(measure: Measure, day: date) -> QuerySet[Completion]:
    """Completions that count on a day."""
    return Completion.objects.filter(
        Q(revoked_on=None) | Q(revoked_on__gt=day),
        course_id=measure.course_id,
        on__gte=measure.first_day,
        on__lte=day,
    )


def people_of(measure: Measure, day: date) -> QuerySet[Membership]:
    """Primary memberships of a day that the population's positions and levels let in, in any unit."""
    rows = Membership.objects.primary_on(day)
    if measure.positions:
        rows = rows.filter(position__in=measure.positions)
    if measure.levels:
        rows = rows.filter(level__in=measure.levels)
    return rows


def with_trained(rows: QuerySet[Membership], measure: Measure, day: date) -> QuerySet[Membership]:
    """Annotates ``trained``: whether the person's completion counts on the day."""
    return rows.annotate(trained=Exists(valid_completions(measure, day).filter(user=OuterRef("user"))))


def count_units(measure: Measure, day: date, rows: QuerySet[Membership]) -> dict[int, Figure]:
    """Figures of the units that employ the people of some rows, in one aggregate."""
    counted = (
        with_trained(rows, measure, day)
        .values("unit_id")
        .annotate(people=Count("pk"), done=Count("pk", filter=Q(trained=True)))
        .order_by()
    )
    return {row["unit_id"]: Figure(row["people"], row["done"]) for row in counted}


def _in_subtree(unit_id: int, day: date) -> Q:
    return Q(unit__in=UnitAncestry.objects.filter(on_day(day), ancestor=unit_id).values("descendant"))


def by_unit(measure: Measure, day: date, structure: Structure, below: int | None = None) -> dict[int, Figure]:
    """Figures per employing unit on a day, in the tree of then, or placed into the tree of now.

    Counts the population of the measure below ``below`` (default: all of it). For today the
    stored states answer, where the measure is a target's.
    """
    root = below or measure.unit_id
    if day == today() and measure.target_id:
        scope = _in_subtree(root, day) & _in_subtree(measure.unit_id, day)
        rows = CoverageState.objects.filter(scope, target=measure.target_id)
        return {u: Figure(p, t) for u, p, t in rows.values_list("unit_id", "people", "trained")}
    people = people_of(measure, day)
    if structure == "then" or day == today():
        within = _in_subtree(root, day) & _in_subtree(measure.unit_id, day)
        return count_units(measure, day, people.filter(within))
    return _placed_now(measure, day, people, root)


def _placed_now(measure: Measure, day: date, people: QuerySet[Membership], root: int) -> dict[int, Figure]:
    """People of a past day in today's tree: those of closed units where ``placing`` puts them."""
    now = today()
    within = _in_subtree(root, now) & _in_subtree(measure.unit_id, now)
    figures = defaultdict(Figure, count_units(measure, day, people.filter(within)))
    open_now = UnitAncestry.objects.filter(on_day(now), depth=0).values("descendant")
    closed = with_trained(people.exclude(unit__in=open_now), measure, day)
    rows = closed.values_list("user_id", "unit_id", "trained")
    trained = {user: (unit, done) for user, unit, done in rows}
    wanted = set(
        UnitAncestry.objects.filter(on_day(now), ancestor=root).values_list("descendant_id", flat=True)
    )
    placed = placed_people({user: unit for user, (unit, _done) in trained.items()}, day, now)
    for user, unit in placed.items():
        if unit in wanted:
            figures[unit] += Figure(1, int(trained[user][1]))
    return dict(figures)


def tree_day(day: date, structure: Structure) -> date:
    """The day whose tree and names a report shows."""
    return day if structure == "then" else today()


def roll_up(figures: Mapping[int, Figure], unit_id: int, day: date) -> dict[int, Figure]:
    """Sums for the children of a unit, and under its own id the sum of all, in the tree of a day."""
    totals: dict[int, Figure] = defaultdict(Figure)
    pairs = UnitAncestry.objects.filter(
        on_day(day),
        on_day(day, "ancestor__above__"),
        ancestor__above__ancestor=unit_id,
        ancestor__above__depth__lte=1,
        descendant__in=UnitAncestry.objects.filter(on_day(day), ancestor=unit_id).values("descendant"),
    ).values_list("ancestor_id", "descendant_id")
    for ancestor, descendant in pairs:
        if descendant in figures:
            totals[ancestor] += figures[descendant]
    return dict(totals)


def sum_states(target_id: int, unit_id: int) -> dict[int, Figure]:
    """Today's sums for the children of a unit and, under its own id, for all of it: one join."""
    now = today()
    rows = (
        CoverageState.objects.filter(
            on_day(now, "unit__above__"),
            on_day(now, "unit__above__ancestor__above__"),
            target=target_id,
            unit__above__ancestor__above__ancestor=unit_id,
            unit__above__ancestor__above__depth__lte=1,
        )
        .values(part=F("unit__above__ancestor"))
        .annotate(all_people=Sum("people"), all_trained=Sum("trained"))
        .order_by()
    )
    return {row["part"]: Figure(row["all_people"], row["all_trained"]) for row in rows}


def by_kind(figures: Mapping[int, Figure], day: date) -> dict[str, Figure]:
    """Figures summed by the kind that each employing unit had on a day."""
    totals: dict[str, Figure] = defaultdict(Figure)
    kinds = unit_facts(figures.keys(), day)
    for unit_id, figure in figures.items():
        totals[kinds[unit_id][1] if unit_id in kinds else ""] += figure
    return dict(totals)


def kinds_today(target_id: int, unit_id: int) -> dict[str, Figure]:
    """Today's sums by kind of unit below a unit: one join over the stored states."""
    now = today()
    rows = (
        CoverageState.objects.filter(
            on_day(now, "unit__above__"),
            on_day(now, "unit__facts__"),
            target=target_id,
            unit__above__ancestor=unit_id,
        )
        .values(kind=F("unit__facts__kind"))
        .annotate(all_people=Sum("people"), all_trained=Sum("trained"))
        .order_by()
    )
    return {row["kind"]: Figure(row["all_people"], row["all_trained"]) for row in rows}


def sum_kinds(measure: Measure, unit_id: int, day: date, structure: Structure) -> dict[str, Figure]:
    """Sums by kind of unit below a unit, on any day."""
    if day == today() and measure.target_id:
        return kinds_today(measure.target_id, unit_id)
    return by_kind(by_unit(measure, day, structure, below=unit_id), tree_day(day, structure))


def unit_facts(unit_ids: Collection[int], day: date) -> dict[int, tuple[str, str, str]]:
    """Unit id → (name, kind, code) on a day; many units are asked for together, not by a list of ids."""
    rows = UnitFacts.objects.filter(on_day(day))
    if len(unit_ids) < 500:
        rows = rows.filter(unit__in=list(unit_ids))
    wanted = set(unit_ids)
    return {
        unit: (name, kind, code)
        for unit, name, kind, code in rows.values_list("unit_id", "name", "kind", "unit__code")
        if unit in wanted
    }
