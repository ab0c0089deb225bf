"""The people behind a figure, and putting those missing into a class in one click."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.days import today
from accounts.errors import Refusal
from accounts.models import OrgUnit, Position, UnitAncestry, User
from accounts.permissions import may
from accounts.querysets import on_day
from accounts.text import fold, nfc
from courses.coverage import actions
from courses.coverage.figures import Measure
from courses.coverage.models import Target
from courses.coverage.people import STATES, described, in_state, members
from courses.coverage.querysets import units_in_view
from courses.coverage.views.report import seen
from courses.training import actions as training
from courses.training.forms import PeopleForm
from courses.training.models import CourseRun

PER_PAGE = 50
MOST = 2000  # people put into a class at once
ASKED_FROM = 21  # so many at once are put into a class only once somebody said yes
UNDO = "coverage_enrolled"
UNDO_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of people is narrowed to. ``words`` is the name asked for, as it was typed."""

    state: str
    own: bool
    position: str
    words: str

    @classmethod
    def read(cls, data: Any) -> Filters:
        state, position = data.get("state", ""), data.get("position", "")
        return cls(
            state if state in STATES else "missing",
            "own" in data,
            position if position in Position.values else "",
            nfc(data.get("q", "")).strip()[:100],
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.position) or self.state != "missing"

    def query(self, unit: OrgUnit) -> str:
        """The address of this list, without its page."""
        kept = {"unit": unit.code, "own": "1" if self.own else "", "position": self.position, "q": self.words}
        kept["state"] = "" if self.state == "missing" else self.state
        return urlencode({key: value for key, value in kept.items() if value})


def people_shown(measure: Measure, unit: OrgUnit, filters: Filters) -> Any:
    """The people of a unit below a target that fit the filters, described."""
    rows = members(measure, unit.pk)
    if filters.own:
        rows = rows.filter(unit=unit.pk)
    if filters.position:
        rows = rows.filter(position=filters.position)
    if filters.words:
        rows = rows.filter(user__sort_name__contains=fold(filters.words))
    return in_state(described(rows, measure), filters.state, measure.course_id)


@login_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who is missing; those ticked, or all found, are enrolled into a class in one click."""
    target, unit = seen(request, uid)
    filters = Filters.read(request.GET)
    shown = people_shown(Measure.of_target(target), unit, filters)
    form = None
    if request.method == "POST":
        answer, form = _enrol(request, target, unit, shown)
        if answer is not None:
            return answer
    runs = _runs(request, target, unit)
    plan = actions.plan_class(request.user, target, unit)  # type: ignore[arg-type]
    choice = runs or plan
    may_pick = bool(choice) and filters.state != "trained"
    counts = _counts(shown, may_pick)
    context = {
        "target": target,
        "unit": unit,
        "filters": filters,
        "free": counts.get("free", 0),
        "elsewhere": [] if runs else _runs_above(target, unit),
        "page": _page(request, shown, counts["all"]),
        "choices": _choices(request, target, unit),
        "tick": "tick" in request.GET,
        "positions": [row for row in Position.choices if not target.positions or row[0] in target.positions],
        "runs": runs,
        "chosen": _chosen(request, runs, bool(plan)),
        "plan": plan,
        "may_pick": may_pick,
        "form": form,
        "most": MOST,
        "undo": _undo_offered(request, target),
        "may_make": not choice and may(request.user, "class.manage", unit.pk),
    }
    return render(request, "coverage/people.html", context, status=422 if form else 200)


def _counts(shown: Any, with_free: bool) -> dict[str, int]:
    """How many there are, and of them without a class: counted in one pass."""
    free = {"free": Count("pk", filter=Q(enrolled=False))} if with_free else {}
    found: dict[str, int] = shown.order_by().aggregate(all=Count("pk"), **free)
    return found


def _page(request: HttpRequest, shown: Any, count: int) -> Page[Any]:
    """One page of the list: who is on it is found before all that is said of each is asked."""
    paginator = Paginator(shown.values_list("pk", flat=True), PER_PAGE)
    paginator.count = count
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = list(shown.filter(pk__in=list(page.object_list)))
    return page


def _choices(request: HttpRequest, target: Target, unit: OrgUnit) -> list[tuple[str, str]]:
    """Units to look at next, as (code, words): the one above, then the unit's children or its sisters."""
    in_view = units_in_view(request.user, target.unit_id).values("pk")
    steps = UnitAncestry.objects.filter(on_day(), depth=1)
    above = steps.filter(descendant=unit.pk, ancestor__in=in_view)
    near = steps.filter(Q(ancestor=unit.pk) | Q(ancestor__in=above.values("ancestor")))
    found = (
        OrgUnit.objects.filter(
            Q(pk__in=above.values("ancestor")) | Q(pk__in=near.values("descendant")) | Q(pk=unit.pk)
        )
        .annotate(
            is_parent=Exists(above.filter(ancestor=OuterRef("pk"))),
            is_child=Exists(steps.filter(ancestor=unit.pk, descendant=OuterRef("pk"))),
        )
        .named()
        .order_by("name")[:400]
    )
    units = list(found)
    below = [one for one in units if one.is_child]
    whole = [one for one in units if one.is_parent] + [one for one in units if below and one.pk == unit.pk]
    listed = below or [one for one in units if not one.is_parent]
    if len(whole) + len(listed) < 2:
        return []
    words = [(one.code, _("All of %(name)s") % {"name": str(one)}) for one in whole]
    return words + [(one.code, str(one)) for one in listed[:200]]


def _runs(request: HttpRequest, target: Target, unit: OrgUnit) -> list[CourseRun]:
    """Classes of the course into which the person may enrol: those held by the unit or above it first
    (``covers``: nobody listed is a stranger there), then those that are open."""
    runs = CourseRun.objects.manageable_by(request.user).filter(
        course=target.course_id, closes_on__gte=today()
    )
    is_open = Case(When(state="open", then=Value(0)), default=Value(1), output_field=IntegerField())
    taken = Count("enrolments", filter=Q(enrolments__state="active"))
    above = UnitAncestry.objects.filter(on_day(), descendant=unit.pk, ancestor=OuterRef("unit"))
    found = runs.exclude(state=CourseRun.State.CLOSED).annotate(
        taken=taken, is_open=is_open, covers=Exists(above)
    )
    return list(found.order_by("-covers", "is_open", "opens_on", "name")[:50])


def _chosen(request: HttpRequest, runs: list[CourseRun], may_make: bool) -> str:
    """The class offered first: the one sent, else one that covers the unit, else a new one, else none."""
    if sent := request.POST.get("run", ""):
        return sent
    covering = next((str(run.uid) for run in runs if run.covers), "")  # type: ignore[attr-defined]
    return covering or ("new" if may_make else "")


def _runs_above(target: Target, unit: OrgUnit) -> list[CourseRun]:
    """Classes of the course that the unit and those above it hold: others manage them."""
    above = UnitAncestry.objects.filter(on_day(), descendant=unit.pk).values("ancestor")
    runs = CourseRun.objects.filter(course=target.course_id, unit__in=above, closes_on__gte=today())
    runs = runs.exclude(state=CourseRun.State.CLOSED).select_related("created_by").with_unit_name()
    return list(runs.order_by("opens_on", "name")[:5])


def _enrol(
    request: HttpRequest, target: Target, unit: OrgUnit, shown: Any
) -> tuple[HttpResponse | None, PeopleForm]:
    run = None
    if request.POST.get("run") == "":
        form = PeopleForm(allowed=User.objects.none(), data={})
        form.errors.clear()
        form.add_error(None, _("Choose a class first."))
        return None, form
    if request.POST.get("run") != "new":
        manageable = CourseRun.objects.manageable_by(request.user).filter(course=target.course_id)
        run = get_object_or_404(manageable, uid=_uid(request.POST.get("run")))
    form = PeopleForm(request.POST, allowed=User.objects.filter(is_active=True, pk__in=shown.values("user")))
    form.fields["people"].error_messages["required"] = _("Nobody is chosen yet: tick people in the list.")
    everybody = "all" in request.POST  # all that the filter shows, not only those ticked on this page
    form.full_clean()
    if everybody:
        form.errors.clear()
        form.cleaned_data["people"] = User.objects.filter(
            is_active=True, pk__in=shown.filter(enrolled=False).values("user")
        )[:MOST]
    if form.is_valid():
        users = form.cleaned_data["people"]
        if len(users) >= ASKED_FROM and "sure" not in request.POST:
            return _ask_first(request, target, unit, list(users), run), form
        try:
            placed = actions.enrol_missing(by=request.user, target=target, unit=unit, users=users, run=run)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            _say(request, target, placed)
            query = request.GET.copy()
            query.pop("tick", None)
            return redirect(f"{request.path}?{query.urlencode()}"), form
    return None, form


def _ask_first(
    request: HttpRequest, target: Target, unit: OrgUnit, users: list[User], run: CourseRun | None
) -> HttpResponse:
    """Many at once: says who goes into which class of which unit, and how many are not of that unit."""
    plan = None if run else actions.plan_class(request.user, target, unit)  # type: ignore[arg-type]
    holder = run.unit if run else plan.unit if plan else unit
    inside = members(Measure.of_target(target), holder.pk).values("user")
    strangers = User.objects.filter(pk__in=[one.pk for one in users]).exclude(pk__in=inside).count()
    context = {
        "target": target,
        "unit": unit,
        "holder": OrgUnit.objects.named().get(pk=holder.pk).name,
        "name": run.name if run else plan.name if plan else "",
        "run": run,
        "count": len(users),
        "strangers": strangers,
        "sent": request.POST.get("run"),
        "everybody": "all" in request.POST,
        "uids": [] if "all" in request.POST else [one.uid for one in users],
    }
    return render(request, "coverage/people_sure.html", context)


def _say(request: HttpRequest, target: Target, placed: actions.Placed) -> None:
    """The sentence of the result, which stays with what is needed to take it back."""
    done, run = placed.done, placed.run
    said = ngettext(
        "%(n)s person enrolled in “%(name)s”.", "%(n)s people enrolled in “%(name)s”.", len(done.new)
    )
    text = said % {"n": len(done.new), "name": run.name}
    if done.already:
        more = ngettext("%(n)s was in it before.", "%(n)s were in it before.", len(done.already))
        text = f"{text} {more % {'n': len(done.already)}}"
    if not done.new:
        messages.info(request, text)
        return
    request.session[UNDO] = {
        "text": text,
        "course": target.course_id,
        "run": str(run.uid),
        "name": run.name,
        "made": placed.made,
        "new": done.new,
        "back": done.back,
        "at": timezone.now().isoformat(),
    }


def _undo_offered(request: HttpRequest, target: Target) -> dict[str, Any] | None:
    """What may be taken back, from the page of any target of the course."""
    kept: dict[str, Any] | None = request.session.get(UNDO)
    if not kept or kept.get("course") != target.course_id or not kept["new"]:
        return None
    at = parse_datetime(kept["at"])
    fresh = at is not None and timezone.now() - at < timedelta(minutes=UNDO_MINUTES)
    return {**kept, "count": len(kept["new"])} if fresh else None


@login_required
@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Takes the last enrolment from this page back, of all who have not begun since."""
    target, unit = seen(request, uid)
    kept = _undo_offered(request, target)
    if kept is None:
        messages.info(request, _("There is nothing to take back any more."))
    else:
        manageable = CourseRun.objects.manageable_by(request.user)
        run = get_object_or_404(manageable, uid=_uid(kept["run"]))
        undone = training.undo_enrol(by=request.user, run=run, user_ids=kept["new"], back=kept["back"])
        said = ngettext(
            "Taken back: %(n)s person is out of “%(name)s” again.",
            "Taken back: %(n)s people are out of “%(name)s” again.",
            undone.gone,
        )
        messages.success(request, said % {"n": undone.gone, "name": run.name})
        if undone.begun:
            stay = ngettext("%(n)s had begun and stays.", "%(n)s had begun and stay.", undone.begun)
            messages.info(request, stay % {"n": undone.begun})
        del request.session[UNDO]
    query = Filters.read(request.GET).query(unit)
    return redirect(f"{reverse('coverage:people', args=[target.uid])}?{query}")


def _uid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None
