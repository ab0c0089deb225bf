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
from functools import cached_property
from typing import Any, Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.days import BEGINNING, today
from accounts.models import Membership, OrgUnit, UnitAncestry, UnitFacts
from accounts.querysets import on_day
from courses.coverage.models import CoverageState, Target, TargetPerson
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
    # From this day on the people stored with the target count; after the other nothing counts any more
    frozen_on: date | None = None
    closed_on: date | None = None

    def frozen(self, day: date) -> bool:
        """Whether the population of a day is the stored one."""
        return self.frozen_on is not None and day >= self.frozen_on

    def structure_on(self, day: date, structure: Structure) -> Structure:
        """A stored population stands in the tree of now alone."""
        return "now" if self.frozen(day) else structure

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
            frozen_on=target.frozen_on,
            closed_on=target.closed_on,
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
    """Completions that count on a day; of a closed target, on its last."""
    day = min(day, measure.closed_on or day)
    return Completion.objects.filter(
        Q(revoked_on=None) | Q(revoked_on__gt=day),
        course_id=measure.course_id,
        on__gte=measure.first_day,
        on__lte=day,
    )


def people_of(measure: Measure, day: date) -> QuerySet[Any]:
    """The population in any unit: primary memberships of a day that its positions and levels let in,
    or the people stored with a frozen target. Both have ``user``, ``unit`` and ``position``.
    """
    if measure.frozen(day):
        return TargetPerson.objects.filter(target=measure.target_id)
    rows = Membership.objects.primary_on(day)
    if measure.positions:
        rows = rows.filter(position__in=measure.positions)
    if measure.levels:
        rows = rows.filter(level__in=measure.levels)
    return rows


def with_trained(rows: QuerySet[Any], measure: Measure, day: date) -> QuerySet[Any]:
    """Annotates ``trained``: whether the person's completion counts on the day."""
    return rows.annotate(trained=Exists(valid_completions(measure, day).filter(user=OuterRef("user"))))


def count_units(measure: Measure, day: date, rows: QuerySet[Any]) -> dict[int, Figure]:
    """Figures of the units that employ the people of some rows, in one aggregate."""
    counted = (
        with_trained(rows, measure, day)
        .values("unit_id")
        .annotate(people=Count("pk"), done=Count("pk", filter=Q(trained=True)))
        .order_by()
    )
    return {row["unit_id"]: Figure(row["people"], row["done"]) for row in counted}


def standing(unit_id: int, day: date) -> QuerySet[UnitAncestry]:
    """Rows whose ``descendant`` stands below a unit on a day, or is the unit.

    Below one that was not open that day: the units of then which today lie in it.
    """
    below = UnitAncestry.objects.filter(on_day(day), ancestor=unit_id)
    if day == today() or below.exists():
        return below
    now = UnitAncestry.objects.filter(on_day(), ancestor=unit_id).values("descendant")
    return UnitAncestry.objects.filter(on_day(day), depth=0, descendant__in=now)


def _in_subtree(unit_id: int, day: date) -> Q:
    return Q(unit__in=standing(unit_id, day).values("descendant"))


def by_unit(measure: Measure, day: date, structure: Structure, below: int | None = None) -> dict[int, Figure]:
    """Figures per employing unit on a day, in the tree of then, or placed into the tree of now.

    Counts the population of the measure below ``below`` (default: all of it).
    """
    return Population(measure, day, structure, below or measure.unit_id).figures


class Population:
    """Whom a report counts below a unit on a day, and the unit in which each of them stands.

    For today the stored states answer for figures, where the measure is a target's. What a page asks
    several times is counted once.
    """

    def __init__(self, measure: Measure, day: date, structure: Structure, root: int) -> None:
        self.measure, self.day, self.root = measure, day, root
        self.structure = measure.structure_on(day, structure)
        self.tree = tree_day(day, self.structure)
        self._everybody = people_of(measure, day)

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """Those whose unit of the day stands in the tree shown."""
        return self._everybody.filter(self._within)

    @property
    def _within(self) -> Q:
        """Below the unit shown and below the measure's, which is most often the same."""
        shown = _in_subtree(self.root, self.tree)
        whole = self.root == self.measure.unit_id
        return shown if whole else shown & _in_subtree(self.measure.unit_id, self.tree)

    @cached_property
    def placed(self) -> dict[int, int]:
        """User id → unit id of those of a past day whose unit has closed since."""
        if self.structure == "then" or self.day == today():
            return {}
        open_now = UnitAncestry.objects.filter(on_day(self.tree), depth=0).values("descendant")
        closed = self._everybody.exclude(unit__in=open_now)
        units = placed_people(dict(closed.values_list("user_id", "unit_id")), self.day, self.tree)
        below = UnitAncestry.objects.filter(on_day(self.tree), ancestor=self.root)
        wanted = set(below.values_list("descendant_id", flat=True))
        return {user: unit for user, unit in units.items() if unit in wanted}

    @property
    def stored(self) -> int | None:
        """The target whose stored states answer, if they do."""
        return self.measure.target_id if self.day == today() else None

    @cached_property
    def figures(self) -> dict[int, Figure]:
        """Figures by employing unit."""
        if self.stored:
            states = CoverageState.objects.filter(self._within, target=self.stored)
            return {u: Figure(p, t) for u, p, t in states.values_list("unit_id", "people", "trained")}
        figures = defaultdict(Figure, count_units(self.measure, self.day, self.rows))
        if self.placed:
            done = set(self.firsts().values_list("user_id", flat=True))
            for user, unit in self.placed.items():
                figures[unit] += Figure(1, int(user in done))
        return dict(figures)

    def sums(self, parents: Collection[int]) -> dict[int, dict[int, Figure]]:
        """Parent → figures of its children and, under its own id, of all below it."""
        if self.stored:
            return sum_states_all(self.stored, parents)
        return self._rolled(self.figures, parents)

    @cached_property
    def parts(self) -> list[int]:
        """Where the root was not open on the day of the tree: the uppermost units of then that lie in it."""
        if self.tree == today():
            return []
        inside = set(standing(self.root, self.tree).values_list("descendant_id", flat=True))
        if not inside or self.root in inside:
            return []
        lower = UnitAncestry.objects.filter(
            on_day(self.tree), depth__gt=0, ancestor__in=inside, descendant__in=inside
        )
        return sorted(inside - set(lower.values_list("descendant_id", flat=True)))

    def _rolled(
        self, figures: Mapping[int, Figure], parents: Collection[int]
    ) -> dict[int, dict[int, Figure]]:
        sums = roll_up_all(figures, {*parents, *self.parts}, self.tree)
        if self.parts and self.root in sums:
            wholes = {part: sums[part].get(part, Figure()) for part in self.parts}
            sums[self.root] = {**wholes, self.root: sum(wholes.values(), Figure())}
        return {parent: sums[parent] for parent in parents}

    def kinds(self) -> dict[str, Figure]:
        """Sums by the kind of employing unit."""
        if self.stored:
            return kinds_today(self.stored, self.root)
        return by_kind(self.figures, self.tree)

    def firsts(self, since: date | None = None) -> QuerySet[Completion]:
        """The first completion that counts of each person, of those only whose first is after ``since``."""
        valid = valid_completions(self.measure, self.day)
        earlier = valid.filter(
            Q(on__lt=OuterRef("on")) | Q(on=OuterRef("on"), pk__lt=OuterRef("pk")), user=OuterRef("user")
        )
        return (valid.filter(on__gt=since) if since else valid).exclude(Exists(earlier))

    def by_day(self) -> dict[date, int]:
        """How many of these people completed the course first on which day: one aggregate."""
        found = (
            self.firsts()
            .filter(Exists(self.rows.filter(user=OuterRef("user"))))
            .values("on")
            .annotate(n=Count("pk"))
            .order_by()
        )
        days: dict[date, int] = defaultdict(int, {row["on"]: row["n"] for row in found})
        if self.placed:
            for user, on in self.firsts().values_list("user_id", "on"):
                if user in self.placed:
                    days[on] += 1
        return dict(days)

    def gains_by_unit(self, since: date) -> dict[int, int]:
        """Employing unit → people first trained after ``since``."""
        new = self.firsts(since)
        # From the completions, which are few, to the people: one row each
        unit = Subquery(self.rows.filter(user=OuterRef("user")).values("unit")[:1])
        found = (
            new.annotate(place=unit).exclude(place=None).values("place").annotate(n=Count("pk")).order_by()
        )
        gains: dict[int, int] = defaultdict(int, {row["place"]: row["n"] for row in found})
        if self.placed:
            for user in new.values_list("user_id", flat=True):
                if user in self.placed:
                    gains[self.placed[user]] += 1
        return dict(gains)

    def gains(self, parents: Collection[int], since: date) -> dict[int, dict[int, int]]:
        """Parent unit → its child, or itself for the whole → people first trained after ``since``."""
        new = {unit: Figure(n) for unit, n in self.gains_by_unit(since).items()}
        if not new:
            return {parent: {} for parent in parents}
        sums = self._rolled(new, parents)
        return {parent: {part: one.people for part, one in parts.items()} for parent, parts in sums.items()}


def _below_parents(rows: QuerySet[Any], parents: Collection[int], tree: date) -> QuerySet[Any, Any]:
    """Groups rows with a ``unit`` by ``parent`` and ``part``: each child, and the parent for all of it."""
    return rows.filter(
        on_day(tree, "unit__above__"),
        on_day(tree, "unit__above__ancestor__above__"),
        unit__above__ancestor__above__ancestor__in=list(parents),
        unit__above__ancestor__above__depth__lte=1,
    ).values(parent=F("unit__above__ancestor__above__ancestor"), part=F("unit__above__ancestor"))


def tree_day(day: date, structure: Structure) -> date:
    """The day whose tree and names a report shows."""
    return day if structure == "then" else today()


def roll_up_all(
    figures: Mapping[int, Figure], parents: Collection[int], day: date
) -> dict[int, dict[int, Figure]]:
    """Parent → sums of its children and, under its own id, of all, in the tree of a day."""
    totals: dict[int, dict[int, Figure]] = {parent: defaultdict(Figure) for parent in parents}
    pairs = UnitAncestry.objects.filter(
        on_day(day),
        on_day(day, "ancestor__above__"),
        ancestor__above__ancestor__in=list(parents),
        ancestor__above__depth__lte=1,
    ).values_list("ancestor__above__ancestor_id", "ancestor_id", "descendant_id")
    for parent, part, descendant in pairs:
        if descendant in figures:
            totals[parent][part] += figures[descendant]
    return {parent: dict(parts) for parent, parts in totals.items()}


def sum_states_all(target_id: int, parents: Collection[int]) -> dict[int, dict[int, Figure]]:
    """Today's sums for the children of some units and, under its own id, for all of each: one join."""
    found = (
        _below_parents(CoverageState.objects.filter(target=target_id), parents, today())
        .annotate(all_people=Sum("people"), all_trained=Sum("trained"))
        .order_by()
    )
    sums: dict[int, dict[int, Figure]] = {parent: {} for parent in parents}
    for row in found:
        sums[row["parent"]][row["part"]] = Figure(row["all_people"], row["all_trained"])
    return sums


def sum_states(target_id: int, unit_id: int) -> dict[int, Figure]:
    """The same for one unit."""
    return sum_states_all(target_id, [unit_id])[unit_id]


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
