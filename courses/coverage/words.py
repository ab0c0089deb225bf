"""What a coverage figure means, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import UnitKind
from courses.coverage.figures import Figure
from courses.coverage.models import Target
from courses.coverage.report import Report


@dataclass(frozen=True, slots=True)
class KindRow:
    """All units of one kind below the unit shown."""

    kind: str
    name: str
    figure: Figure
    short: int | None

    @property
    def in_line(self) -> str:
        """The name within a sentence: abbreviations keep their capitals."""
        return self.name[:1].lower() + self.name[1:]


@dataclass(frozen=True, slots=True)
class Meaning:
    """``state`` is good, warn or bad; ``people_short`` how many are missing to the target."""

    state: str
    headline: str
    most_missing: list[KindRow]


def kind_rows(figures: Mapping[str, Figure], goal: Decimal) -> list[KindRow]:
    """Kinds in the order of the table of kinds, those without people left out."""
    labels = dict(UnitKind.choices)
    order = {kind: place for place, kind in enumerate(UnitKind.values)}
    return [
        KindRow(kind, str(labels.get(kind, kind)), figure, figure.short_of(goal))
        for kind, figure in sorted(figures.items(), key=lambda pair: order.get(pair[0], 99))
        if figure.people
    ]


def meaning(report: Report, kinds: list[KindRow], target: Target, day: date) -> Meaning:
    """Reached, on the way, or past the deadline; and which kinds of unit miss most people."""
    missing = sorted((row for row in kinds if row.figure.missing), key=lambda row: -row.figure.missing)
    if not report.total.people:
        return Meaning("info", _("Nobody of the target's population works here."), [])
    if report.total.reached:
        return Meaning("good", _("The target is reached."), [])
    if day > target.deadline:
        return Meaning("bad", _("The deadline has passed."), missing[:2])
    return Meaning("warn", _("The target is not reached yet."), missing[:2])
