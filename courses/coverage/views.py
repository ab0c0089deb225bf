"""Targets, how far they are, and the people behind the figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, Max, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, UnitAncestry, User
from accounts.permissions import holds, may, top_units, units_where, verbs_of
from accounts.querysets import on_day
from accounts.text import fold, nfc
from courses.coverage import actions
from courses.coverage.figures import Measure, sum_kinds, tree_day
from courses.coverage.forms import AsOfForm, EditTargetForm, TargetForm
from courses.coverage.models import Target
from courses.coverage.people import STATES, described, in_state, members
from courses.coverage.querysets import units_in_view
from courses.coverage.report import make_report, target_totals
from courses.coverage.words import kind_rows, meaning
from courses.training import actions as training
from courses.training.forms import PeopleForm
from courses.training.models import CourseRun

PER_PAGE = 50


@login_required
@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    """Where "Manage" leads: the first of its pages that is the person's."""
    verbs = verbs_of(request.user)
    if "coverage.view" in verbs:
        return redirect("coverage:targets")
    if "course.manage" in verbs:
        return redirect("courses:manage")
    raise NotAllowed("coverage.view")


@login_required
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """Targets of the units one looks after, each with how far it is in them."""
    verbs = verbs_of(request.user)
    if "coverage.view" not in verbs:
        raise NotAllowed("coverage.view")
    found = (
        Target.objects.visible_to(request.user)
        .with_unit_name()
        .select_related("course", "unit")
        .order_by("-school_year", "deadline", "name")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    totals = target_totals(request.user, list(page))
    context = {
        "page": page,
        "rows": [(target, *totals[target.pk]) for target in page],
        "today": today(),
        "may_set": "target.manage" in verbs,
        "may_build": "course.manage" in verbs,
    }
    return render(request, "coverage/targets.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def target_new(request: HttpRequest) -> HttpResponse:
    if not holds(request.user, "target.manage"):
        raise NotAllowed("target.manage")
    form = TargetForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_target(by=request.user, **form.cleaned_data)
            messages.success(request, _("The target is set."))
            return redirect("coverage:target", made.uid)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    return render(request, "coverage/target_form.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def target_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    target = get_object_or_404(Target.objects.editable_by(request.user), uid=uid)
    form = EditTargetForm(request.POST or None, initial=EditTargetForm.initial_of(target))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_target(by=request.user, target=target, **form.cleaned_data)
            messages.success(request, pgettext("training", "Saved."), extra_tags="toast")
            return redirect("coverage:target", target.uid)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    context = {"form": form, "target": target}
    return render(request, "coverage/target_form.html", context, status=422 if form.errors else 200)


def _seen(request: HttpRequest, uid: UUID, tree: date | None = None) -> tuple[Target, OrgUnit]:
    """The target and the unit asked for, or where the person's own view begins; 404 beyond it.

    ``tree`` is the day whose units may be asked for besides today's; ``name`` is that of the day.
    """
    seen = Target.objects.visible_to(request.user).annotate(
        may_edit=Exists(units_where(request.user, "target.manage").filter(pk=OuterRef("unit")))
    )
    target = get_object_or_404(seen.select_related("course", "unit"), uid=uid)
    units = units_in_view(request.user, target.unit_id).named()
    if code := request.GET.get("unit", "")[:40]:
        then = units_in_view(request.user, target.unit_id, tree).named(tree).filter(code=code).first()
        return target, then or get_object_or_404(units, code=code)
    depth = UnitAncestry.objects.filter(on_day(), ancestor=target.unit_id, descendant=OuterRef("pk"))
    nearest = units.annotate(depth=Subquery(depth.values("depth")[:1])).order_by("depth", "pk").first()
    if nearest is None:
        raise Http404
    return target, nearest


@login_required
@require_safe
def target(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The figure, what it means, and the rows of a unit's children."""
    form = AsOfForm(request.GET)
    valid = form.is_valid()
    day = form.cleaned_data["as_of"] if valid else today()
    structure = form.cleaned_data["structure"] if valid else "now"
    tree = tree_day(day, structure)
    try:
        found, unit = _seen(request, uid, tree)
    except Http404:
        return _closed_since(request, uid)
    measure = Measure.of_target(found)
    report = make_report(measure, unit, day, structure)
    kinds = kind_rows(sum_kinds(measure, unit.pk, day, structure), found.percent)
    above = OrgUnit.objects.ancestors(unit, tree).filter(
        pk__in=units_in_view(request.user, found.unit_id, tree).values("pk")
    )
    context = {
        "target": found,
        "unit": unit,
        "form": form,
        "day": day,
        "is_today": day == today(),
        "structure": structure,
        "report": report,
        "kinds": kinds,
        "meaning": meaning(report, kinds, found, day),
        "absent": "" if tree == today() else _absent(found, unit, tree),
        "trail": [u for u in reversed(above.named(tree)) if u.pk != unit.pk],
        "others": _other_tops(request, found, unit),
        "weeks_left": max((found.deadline - today()).days // 7, 0),
        "people_url": f"{reverse('coverage:people', args=[found.uid])}?unit={unit.code}",
    }
    return render(request, "coverage/target.html", context)


def _closed_since(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A unit that has closed has no figures in today's tree: says so, shows the whole. Else 404."""
    spans = UnitAncestry.objects.filter(
        depth=0, descendant__code=request.GET.get("unit", "")[:40], valid_to__lte=today()
    )
    ended = spans.aggregate(last=Max("valid_to"))["last"]
    if ended is None:
        raise Http404
    found, unit = _seen(request, uid, ended - timedelta(days=1))
    asked = request.GET.copy()
    del asked["unit"]
    said = _("%(name)s has closed since: among the units of now its people count where they work today.")
    messages.info(request, said % {"name": getattr(unit, "name", None) or unit.code})
    return redirect(f"{reverse('coverage:target', args=[found.uid])}?{asked.urlencode()}")


def _absent(target: Target, unit: OrgUnit, tree: date) -> str:
    """Why a unit has no figures in the tree of a past day; empty where it has its place there."""
    if UnitAncestry.objects.filter(on_day(tree), ancestor=target.unit_id, descendant=unit.pk).exists():
        return ""
    asked = OrgUnit.objects.filter(pk__in={target.unit_id, unit.pk}).named()
    is_open = set(OrgUnit.objects.open(tree).filter(pk__in=asked.values("pk")).values_list("pk", flat=True))
    names = [one.name or one.code for one in asked.order_by("-pk") if one.pk not in is_open]
    if names:
        return _("%(name)s did not exist yet on that day.") % {"name": names[0]}
    return _("On that day %(name)s stood under another unit.") % {"name": getattr(unit, "name", unit.code)}


def _other_tops(request: HttpRequest, target: Target, unit: OrgUnit) -> list[OrgUnit]:
    """Further units below the target that the person looks after, where hers are several."""
    tops = top_units(request.user, "coverage.view").filter(
        pk__in=units_in_view(request.user, target.unit_id).values("pk")
    )
    return list(tops.named().exclude(pk=unit.pk).order_by("name")[:20])


@login_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who is missing; those ticked are enrolled into a class in one click."""
    found, unit = _seen(request, uid)
    measure = Measure.of_target(found)
    own = "own" in request.GET
    rows = described(members(measure, unit.pk), measure)
    if own:
        rows = rows.filter(unit=unit.pk)
    state = request.GET.get("state", "")
    state = state if state in STATES else "missing"
    shown = in_state(rows, state)
    query = fold(nfc(request.GET.get("q", ""))).strip()[:100]
    if query:
        shown = shown.filter(user__sort_name__contains=query)
    form = None
    if request.method == "POST":
        answer, form = _enrol(request, found, shown)
        if answer is not None:
            return answer
    runs = _runs(request, found)
    context = {
        "target": found,
        "unit": unit,
        "own": own,
        "free": shown.filter(enrolled=False).count() if runs else 0,
        "elsewhere": [] if runs else _runs_above(found, unit),
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "query": request.GET.get("q", "")[:100],
        "runs": runs,
        "form": form,
        "may_make": may(request.user, "class.manage", unit.pk),
    }
    return render(request, "coverage/people.html", context, status=422 if form else 200)


def _runs(request: HttpRequest, target: Target) -> list[CourseRun]:
    """Classes of the course into which the person may enrol."""
    runs = CourseRun.objects.manageable_by(request.user).filter(
        course=target.course_id, closes_on__gte=today()
    )
    return list(runs.exclude(state=CourseRun.State.CLOSED).order_by("opens_on", "name"))


def _runs_above(target: Target, unit: OrgUnit) -> list[CourseRun]:
    """Classes of the course that the unit and those above it hold: others manage them."""
    above = UnitAncestry.objects.filter(on_day(), descendant=unit.pk).values("ancestor")
    runs = CourseRun.objects.filter(course=target.course_id, unit__in=above, closes_on__gte=today())
    runs = runs.exclude(state=CourseRun.State.CLOSED).select_related("created_by").with_unit_name()
    return list(runs.order_by("opens_on", "name")[:5])


def _enrol(request: HttpRequest, target: Target, shown: Any) -> tuple[HttpResponse | None, PeopleForm]:
    run = get_object_or_404(
        CourseRun.objects.manageable_by(request.user).filter(course=target.course_id),
        uid=_uid(request.POST.get("run")),
    )
    data = request.POST
    if "all" in request.POST:  # everybody that the filter shows, not only this page
        data = request.POST.copy()
        data.setlist(
            "people",
            [str(u) for u in shown.filter(enrolled=False).values_list("user__uid", flat=True)[:1001]],
        )
    allowed = User.objects.filter(is_active=True, pk__in=shown.values("user"))
    form = PeopleForm(data, allowed=allowed)
    if form.is_valid():
        try:
            done = training.enrol(by=request.user, run=run, users=form.cleaned_data["people"])
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            said = ngettext(
                "%(n)s person enrolled in “%(name)s”.", "%(n)s people enrolled in “%(name)s”.", len(done.new)
            )
            messages.success(request, said % {"n": len(done.new), "name": run.name})
            return redirect(request.get_full_path()), form
    return None, form


def _uid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None
