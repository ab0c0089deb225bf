"""A coverage report: the rows that the page, the command and Excel show alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum

from accounts.days import today
from accounts.models import OrgUnit
from accounts.permissions import units_where
from accounts.querysets import on_day
from accounts.text import fold
from courses.coverage.figures import (
    Figure,
    Measure,
    Population,
    Structure,
    unit_facts,
)
from courses.coverage.models import CoverageState, Target


@dataclass(frozen=True, slots=True)
class Row:
    """One unit with all below it, or a unit's own staff. ``short``: people missing to the target."""

    unit_id: int
    code: str
    name: str
    kind: str
    people: int
    trained: int
    short: int | None
    own: bool = False
    gain: int = 0  # people first trained in the last 30 days

    @property
    def missing(self) -> int:
        return self.people - self.trained

    @property
    def percent(self) -> float | None:
        """0 to 100, unrounded; None without people."""
        return 100 * self.trained / self.people if self.people else None

    @property
    def reached(self) -> bool:
        return self.short == 0

    @property
    def points(self) -> float:
        """Percentage points won in the last 30 days."""
        return 100 * self.gain / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """A unit's children that have people of the population, and the sum of all of them."""

    day: date
    structure: Structure
    rows: list[Row]
    total: Row


def rows_of(
    measure: Measure,
    unit: int,
    sums: dict[int, Figure],
    gains: Mapping[int, int],
    facts: Mapping[int, tuple[str, str, str]],
) -> tuple[Row, list[Row]]:
    """The whole of a unit, and its children that have people; those it employs itself are the first row."""

    def row(unit_id: int, figure: Figure, gain: int, *, is_own: bool = False) -> Row:
        name, kind, code = facts.get(unit_id, ("", "", ""))
        short = figure.short_of(measure.percent)
        return Row(unit_id, code, name, kind, figure.people, figure.trained, short, is_own, gain)

    total = sums.get(unit, Figure())
    below = {pk: figure for pk, figure in sums.items() if pk != unit}
    own = total - sum(below.values(), Figure())
    rows = [row(pk, figure, gains.get(pk, 0)) for pk, figure in below.items() if figure.people]
    rows.sort(key=lambda r: (r.percent or 0.0, fold(r.name)))
    if own.people:
        new = gains.get(unit, 0) - sum(gains.get(pk, 0) for pk in below)
        rows.insert(0, row(unit, own, new, is_own=True))
    return row(unit, total, gains.get(unit, 0)), rows


def make_report(measure: Measure, unit: OrgUnit, day: date, structure: Structure = "then") -> Report:
    """The report of a unit. The people it employs itself are a row of their own, the first.

    Two queries for today, whatever the number of units.
    """
    population = Population(measure, day, structure, unit.pk)
    sums = population.sums([unit.pk])[unit.pk]
    facts = unit_facts([*sums, unit.pk], population.tree)
    facts.setdefault(unit.pk, (str(unit), "", unit.code))
    total, rows = rows_of(measure, unit.pk, sums, {}, facts)
    return Report(day, population.structure, rows, total)


def target_totals(user: Any, targets: list[Target]) -> dict[int, tuple[Figure, str]]:
    """Target id → today's figure over the units that a person sees, and the state of the target.

    One query for a page of targets.
    """
    day = today()
    rows = (
        CoverageState.objects.filter(
            on_day(day, "unit__above__"),
            target__in=targets,
            unit__above__ancestor=F("target__unit"),
            unit__in=units_where(user, "coverage.view").values("pk"),
        )
        .values("target_id")
        .annotate(all_people=Sum("people"), all_trained=Sum("trained"))
        .order_by()
    )
    sums = {row["target_id"]: Figure(row["all_people"], row["all_trained"]) for row in rows}
    found = {target.pk: sums.get(target.pk, Figure()) for target in targets}
    return {target.pk: (found[target.pk], _state(target, found[target.pk], day)) for target in targets}


def _state(target: Target, figure: Figure, day: date) -> str:
    if figure.people and figure.short_of(Decimal(target.percent)) == 0:
        return "reached"
    if target.closed_on:
        return "closed"
    return "late" if day > target.deadline else "open"
