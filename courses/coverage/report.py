"""A coverage report: the rows that the page, the command and later Excel show alike."""

from __future__ import annotations

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
    Structure,
    by_unit,
    roll_up,
    sum_states,
    tree_day,
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


@dataclass(frozen=True, slots=True)
class Report:
    """A unit's children that have people of the population, and the sum of all of them."""

    day: date
    structure: Structure
    rows: list[Row]
    total: Row


def make_report(measure: Measure, unit: OrgUnit, day: date, structure: Structure = "then") -> Report:
    """The report of a unit. The people it employs itself are a row of their own, the first.

    Two queries for today, whatever the number of units.
    """
    tree = tree_day(day, structure)
    if day == today() and measure.target_id:
        sums = sum_states(measure.target_id, unit.pk)
    else:
        sums = roll_up(by_unit(measure, day, structure, below=unit.pk), unit.pk, tree)
    total = sums.pop(unit.pk, Figure())
    own = total - sum(sums.values(), Figure())
    facts = unit_facts([*sums, unit.pk], tree)

    def row(unit_id: int, figure: Figure, *, is_own: bool = False) -> Row:
        name, kind, code = facts.get(unit_id, (getattr(unit, "name", None) or unit.code, "", unit.code))
        short = figure.short_of(measure.percent)
        return Row(unit_id, code, name, kind, figure.people, figure.trained, short, is_own)

    rows = [row(pk, figure) for pk, figure in sums.items() if figure.people]
    rows.sort(key=lambda r: (r.percent or 0.0, fold(r.name)))
    if own.people:
        rows.insert(0, row(unit.pk, own, is_own=True))
    return Report(day, structure, rows, row(unit.pk, total))


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
    return "late" if day > target.deadline else "open"
