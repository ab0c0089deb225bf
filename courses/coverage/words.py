"""What a coverage figure means, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Position, UnitKind
from courses.coverage.figures import Figure
from courses.coverage.forecast import Pace, Point
from courses.coverage.models import Target
from courses.coverage.report import Row
from repository.models import Level
from repository.terms import data_name

_SWAP = str.maketrans(",.", ".,")
NBSP = "\u00a0"


def number(value: float, places: int = 0) -> str:
    """``1234.5`` → ``1.234,5`` in every language of the site, a decimal of nothing dropped."""
    value = round(value, places)
    return f"{value:,.{0 if value == int(value) else places}f}".translate(_SWAP)


def percent(value: float | None, places: int = 2) -> str:
    """A percentage from 0 to 100: ``46.96`` → ``46,96 %``."""
    return "–" if value is None else f"{number(value, places)}{NBSP}%"


@dataclass(frozen=True, slots=True)
class KindRow:
    """All units of one kind below the unit shown."""

    kind: str
    name: str
    figure: Figure
    short: int | None


@dataclass(frozen=True, slots=True)
class Meaning:
    """``state`` is good, info, warn or bad; ``pace`` a sentence on how fast it goes."""

    state: str
    headline: str
    pace: str = ""


def population_words(target: Target) -> str:
    """Whom a target counts: its positions and levels, or nothing where everybody does."""
    names = dict(Position.choices)
    parts = [", ".join(str(names.get(code, code)) for code in target.positions)]
    if target.levels:
        known = level_names()
        parts.append(", ".join(known.get(code, code) for code in target.levels))
    return "; ".join(part for part in parts if part)


def level_names() -> dict[str, str]:
    """Code → name of the levels of schooling, read once in a while."""
    names = cache.get("coverage:levels")
    if names is None:
        names = dict(Level.objects.values_list("code", "name"))
        cache.set("coverage:levels", names, 300)
    return {code: data_name(name) for code, name in names.items()}


def kind_rows(figures: Mapping[str, Figure], goal: Decimal) -> list[KindRow]:
    """Kinds in the order of the table of kinds, those without people left out."""
    labels = dict(UnitKind.choices)
    order = {kind: place for place, kind in enumerate(UnitKind.values)}
    return [
        KindRow(kind, str(labels.get(kind, kind)), figure, figure.short_of(goal))
        for kind, figure in sorted(figures.items(), key=lambda pair: order.get(pair[0], 99))
        if figure.people
    ]


def meaning(total: Row, target: Target, day: date, pace: Pace | None = None) -> Meaning:
    """Not begun, reached, on the way, or late; how fast it goes."""
    if day < target.first_day:
        begins = _("The target begins on %(first)s.") % {"first": f"{target.first_day:%d/%m/%Y}"}
        return Meaning("info", begins)
    if not total.people:
        return Meaning("info", _("Nobody of the target's population works here."))
    if total.reached:
        return Meaning("good", _("The target is reached."))
    short = total.short or 0
    shown = {"n": number(short), "day": f"{target.deadline:%d/%m/%Y}"}
    if target.closed_on and day >= target.closed_on:
        said = ngettext(
            "The target closed %(n)s person short.", "The target closed %(n)s people short.", short
        )
        return Meaning("bad", said % shown)
    if day > target.deadline:
        said = ngettext(
            "The deadline has passed; %(n)s more person is needed.",
            "The deadline has passed; %(n)s more people are needed.",
            short,
        )
        return Meaning("bad", said % shown)
    said = ngettext("%(n)s more person needed by %(day)s.", "%(n)s more people needed by %(day)s.", short)
    return Meaning("warn", said % shown, _pace(pace) if pace else "")


def _pace(pace: Pace) -> str:
    shown = {
        "weeks": pace.weeks,
        "rate": number(pace.per_week, 0 if pace.per_week >= 10 else 1),
        "needed": number(pace.needed, 0 if pace.needed >= 10 else 1),
    }
    if not pace.per_week:
        said = _("Nobody was trained in the last %(weeks)s weeks; about %(needed)s a week are needed.")
    elif pace.on_time:
        said = _("At the pace of the last %(weeks)s weeks, %(rate)s people a week, it will be reached.")
    else:
        said = _(
            "It is slow: %(rate)s people a week in the last %(weeks)s weeks, "
            "about %(needed)s a week are needed."
        )
    return said % shown


def claim(total: Row, pace: Pace | None) -> str:
    """The title of the chart: what its line says."""
    if pace is None or total.reached:
        return _("Share trained over time")
    shown = {"percent": percent(pace.percent, 1), "n": number(pace.short)}
    if pace.on_time:
        return _("At this pace %(percent)s are trained by the deadline: in time") % shown
    said = ngettext(
        "At this pace %(percent)s are trained by the deadline, %(n)s person short",
        "At this pace %(percent)s are trained by the deadline, %(n)s people short",
        pace.short,
    )
    return said % shown


def sentence(line: list[Point], target: Target, pace: Pace | None) -> str:
    """The whole chart in one sentence, for those who do not see it."""
    first, last = line[0], line[-1]
    shown = {
        "from": percent(first.percent, 1),
        "since": f"{first.day:%d/%m/%Y}",
        "to": percent(last.percent, 1),
        "until": f"{last.day:%d/%m/%Y}",
        "goal": percent(float(target.percent)),
        "deadline": f"{target.deadline:%d/%m/%Y}",
        "then": percent(pace.percent if pace else None, 1),
    }
    if pace is None:
        said = _("Share trained: %(from)s on %(since)s, %(to)s on %(until)s; target %(goal)s.")
    else:
        said = _(
            "Share trained: %(from)s on %(since)s, %(to)s on %(until)s; "
            "forecast %(then)s at the deadline %(deadline)s, target %(goal)s."
        )
    return said % shown
