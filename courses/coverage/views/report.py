"""A target's report: the figure, what it means, how it came about, and the units below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, Max, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.days import today
from accounts.models import OrgUnit, UnitAncestry
from accounts.permissions import top_units
from accounts.querysets import on_day
from courses.coverage import chart, forecast
from courses.coverage.figures import Measure, Population, Structure, tree_day
from courses.coverage.forms import AsOfForm
from courses.coverage.models import Target
from courses.coverage.past import in_other_units, not_begun
from courses.coverage.querysets import units_in_view
from courses.coverage.report import Row
from courses.coverage.tree import Wish, make_tree
from courses.coverage.words import claim, kind_rows, meaning, sentence


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom and what a request asks a report for: within the rights of the person."""

    target: Target
    unit: OrgUnit
    day: date
    structure: Structure
    form: AsOfForm

    @property
    def measure(self) -> Measure:
        return Measure.of_target(self.target)

    @property
    def population(self) -> Population:
        return Population(self.measure, self.day, self.structure, self.unit.pk)

    @property
    def absent(self) -> str:
        """Why the day has no figures of the unit, in the tree asked for; empty where it has."""
        tree = tree_day(self.day, self.measure.structure_on(self.day, self.structure))
        said, countable = in_other_units(self.target, self.unit, tree)
        return not_begun(self.target, self.day) or ("" if countable else said)


def seen(request: HttpRequest, uid: UUID, tree: date | None = None) -> tuple[Target, OrgUnit]:
    """The target and the unit asked for, or where the person's own view begins; 404 beyond it.

    ``tree`` is the day whose units may be asked for besides today's; ``name`` is that of the day.
    """
    targets = Target.objects.visible_to(request.user).editable_flag(request.user).with_unit_name()
    target = get_object_or_404(targets.select_related("course", "unit"), uid=uid)
    units = units_in_view(request.user, target.unit_id).named().order_by()
    if code := request.GET.get("unit", "")[:40]:
        then = units_in_view(request.user, target.unit_id, tree).named(tree).filter(code=code).first()
        return target, then or get_object_or_404(units, code=code)
    depth = UnitAncestry.objects.filter(on_day(), ancestor=target.unit_id, descendant=OuterRef("pk"))
    mine = units_in_view(request.user, target.unit_id).annotate(depth=Subquery(depth.values("depth")[:1]))
    # One is found before it is named: else the database names them all
    nearest = units.filter(pk__in=mine.order_by("depth", "pk").values("pk")[:1]).first()
    if nearest is None:
        raise Http404
    return target, nearest


def asked(request: HttpRequest, uid: UUID) -> Asked:
    """Reads the day, the structure and the unit; 404 beyond the person's view."""
    form = AsOfForm(request.GET)
    valid = form.is_valid()
    day = form.cleaned_data["as_of"] if valid else today()
    structure: Structure = form.cleaned_data["structure"] if valid else "now"
    frozen = Target.objects.filter(uid=uid, frozen_on__lte=day).exists() if structure == "then" else False
    structure = "now" if frozen else structure
    found, unit = seen(request, uid, day if structure == "then" else today())
    return Asked(found, unit, day, structure, form)


@login_required
@require_safe
def target(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The figure, what it means, and the rows of a unit's children."""
    try:
        ask = asked(request, uid)
    except Http404:
        return _closed_since(request, uid)
    found, unit, population = ask.target, ask.unit, ask.population
    tree = population.tree
    wish = Wish.read(request.GET.get("open"), request.GET.get("sort", ""), "all" in request.GET)
    shown = make_tree(population, unit, wish)
    # One school's kind, and the table of one line, would say the total again
    kinds = kind_rows(population.kinds(), found.percent) if shown.lines else []
    progress = _progress(population, found, shown.total)
    said, countable = in_other_units(found, unit, tree)
    absent = not_begun(found, ask.day) or ("" if countable else said)
    trail = _trail(request, found, unit, today() if said else tree)
    context = {
        "target": found,
        "unit": unit,
        "form": ask.form,
        "day": ask.day,
        "counted_on": min(ask.day, found.closed_on or ask.day),
        "instead": _with_figures(request, unit, ask.day) if ask.day < found.first_day else [],
        "is_today": ask.day == today(),
        "structure": ask.structure,
        "fixed": ask.measure.frozen(ask.day),
        "tree": shown,
        "total": shown.total,
        "wish": wish,
        "kinds": kinds,
        "meaning": meaning(shown.total, found, ask.day, progress["pace"]),
        "absent": absent,
        "begun": ask.day >= found.first_day,
        "gathered": said if countable else "",
        "trail": trail,
        "up": trail[-1] if trail else None,
        "others": _other_tops(request, found, unit),
        "weeks_left": max((found.deadline - ask.day).days // 7, 0),
        "people_url": reverse("coverage:people", args=[found.uid]),
        **progress,
    }
    return render(request, "coverage/target.html", context)


def _trail(request: HttpRequest, target: Target, unit: OrgUnit, tree: date) -> list[OrgUnit]:
    """The units above one, from the top, as far as the person sees them."""
    above = OrgUnit.objects.ancestors(unit, tree).filter(
        pk__in=units_in_view(request.user, target.unit_id, tree).values("pk")
    )
    return [one for one in reversed(above.named(tree)) if one.pk != unit.pk]


def _with_figures(request: HttpRequest, unit: OrgUnit, day: date) -> list[Target]:
    """Targets that had begun on a day, those whose people include the unit's first (``covers``)."""
    above = UnitAncestry.objects.filter(on_day(), descendant=unit.pk, ancestor=OuterRef("unit"))
    begun = Target.objects.visible_to(request.user).filter(first_day__lte=day).select_related("course")
    return list(begun.annotate(covers=Exists(above)).order_by("-covers", "-first_day", "name")[:8])


def _progress(population: Population, target: Target, total: Row) -> dict[str, Any]:
    """The line of the chart, where it leads, and the chart itself in two widths."""
    measure = population.measure
    day = min(population.day, target.closed_on or population.day)
    start = forecast.first_shown(measure.first_day, target.deadline)
    by_day = population.by_day() if total.people and start < day else {}
    line = forecast.points(by_day, total.people, start, day)
    pace = None
    if target.closed_on is None and not total.reached:
        goal, end = float(target.percent), target.deadline
        pace = forecast.pace(by_day, people=total.people, goal=goal, start=start, day=day, deadline=end)
    if len(line) < 2:
        return {"pace": pace, "drawings": []}
    drawings = [
        chart.draw(
            frame,
            line,
            goal=float(target.percent),
            deadline=target.deadline,
            forecast=pace.percent if pace else None,
        )
        for frame in (chart.WIDE, chart.NARROW)
    ]
    return {
        "pace": pace,
        "drawings": drawings,
        "months": forecast.by_month(line),
        "claim": claim(total, pace),
        "sentence": sentence(line, target, pace),
    }


def _closed_since(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A unit that has closed has no figures in today's tree: says so, shows the whole. Else 404."""
    spans = UnitAncestry.objects.filter(
        depth=0, descendant__code=request.GET.get("unit", "")[:40], valid_to__lte=today()
    )
    ended = spans.aggregate(last=Max("valid_to"))["last"]
    if ended is None:
        raise Http404
    found, unit = seen(request, uid, ended - timedelta(days=1))
    asked = request.GET.copy()
    del asked["unit"]
    said = _("%(name)s has closed since: among the units of now its people count where they work today.")
    messages.info(request, said % {"name": str(unit)})
    return redirect(f"{reverse('coverage:target', args=[found.uid])}?{asked.urlencode()}")


def _other_tops(request: HttpRequest, target: Target, unit: OrgUnit) -> list[OrgUnit]:
    """Further units below the target that the person looks after, where hers are several."""
    tops = top_units(request.user, "coverage.view").filter(
        pk__in=units_in_view(request.user, target.unit_id).values("pk")
    )
    return list(tops.named().exclude(pk=unit.pk).order_by("name")[:20])
