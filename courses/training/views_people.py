"""People of a class: enrolling them, taking them out, each one in detail, all in a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, F, Max, OuterRef, Subquery, Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.days import today
from accounts.errors import Refusal
from accounts.models import Membership, OrgUnit, Position, User
from accounts.permissions import units_where
from accounts.text import fold, nfc
from courses.training import actions
from courses.training.class_sheet import sheet_of
from courses.training.forms import PeopleForm, in_tree_order, units_to_choose
from courses.training.models import Attendance, Completion, CourseRun, Enrolment
from courses.training.roster import primary_unit
from courses.training.standing import standings
from courses.training.views_classes import PEOPLE_PER_PAGE, UNDO, managed

MOST_AT_ONCE = 1000
#: What "In this course" can be narrowed to
NOT_YET, NOWHERE = "untrained", "nowhere"


@login_required
@require_http_methods(["GET", "POST"])
def run_people(request: HttpRequest, uid: UUID) -> HttpResponse:
    """People of a unit to tick and enrol, or all that the search found."""
    found = managed(request, uid)
    units = in_tree_order(units_to_choose(request.user, "class.manage"))
    by_code = {unit.code: unit for unit, _name in units}
    own = next((unit for unit, _name in units if unit.pk == found.unit_id), None)
    chosen = by_code.get(request.GET.get("unit", ""), own)
    people = _people_to_enrol(request, found, chosen)
    everybody = request.method == "POST" and request.POST.get("act") == "all"
    form = PeopleForm(request.POST if request.method == "POST" and not everybody else None, allowed=people)
    if everybody or (request.method == "POST" and form.is_valid()):
        wanted = form.cleaned_data["people"] if not everybody else _as_many_as_fit(request, people, found)
        if enrol_and_say(request, found, form, wanted):
            return redirect("courses:run", found.uid)
    described = _described(people, found).order_by("here", "sort_name", "pk")
    page = Paginator(described, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    outside, seats_left = _outside(people, found).count(), _seats_left(found)
    context = {
        "run": found,
        "course": found.course,
        "units": units,
        "chosen": chosen,
        "page": page,
        "outside": outside,
        "fit": outside if seats_left is None else min(outside, seats_left),
        "most": MOST_AT_ONCE,
        "form": form,
        "positions": Position.choices,
        "position": request.GET.get("position", ""),
        "only": request.GET.get("only", ""),
        "query": request.GET.get("q", "")[:100],
        "narrowed": any(request.GET.get(name) for name in ("unit", "position", "only", "q")),
        "seats_left": seats_left,
    }
    return render(request, "courses/run_people.html", context, status=422 if form.errors else 200)


def _as_many_as_fit(request: HttpRequest, people: Any, found: CourseRun) -> list[User]:
    """All that the search found, or the first of them where the button said how many (``first``)."""
    first = request.POST.get("first", "")
    most = min(int(first), MOST_AT_ONCE) if first.isdecimal() and len(first) < 6 else MOST_AT_ONCE + 1
    return list(_outside(people, found)[:most])


def _seats_left(found: CourseRun) -> int | None:
    return None if found.seats is None else max(found.seats - found.enrolments.active().count(), 0)


def enrol_and_say(request: HttpRequest, found: CourseRun, form: PeopleForm, wanted: list[User]) -> bool:
    """Enrols, says how it went and keeps what undoing it needs; False with the reason in the form."""
    if len(wanted) > MOST_AT_ONCE:
        form.errors[""] = form.error_class([_("Choose at most 1,000 people at once.")])
        return False
    try:
        done = actions.enrol(by=request.user, run=found, users=wanted)
    except Refusal as refusal:
        form.is_bound = True
        form.cleaned_data = getattr(form, "cleaned_data", {})
        form.full_clean()
        form.errors.clear()
        form.add_error(None, refusal.message)
        return False
    said = ngettext("%(n)s person newly enrolled", "%(n)s people newly enrolled", len(done.new)) % {
        "n": len(done.new)
    }
    if done.already:
        said = _("%(new)s; %(n)s were in the class already") % {"new": said, "n": len(done.already)}
    messages.success(request, f"{said}.")
    if done.new:
        _keep(request, found, "enrol", done.new, done.back)
    return True


def _keep(
    request: HttpRequest, found: CourseRun, verb: str, ids: list[int], back: Sequence[int] = ()
) -> None:
    """In the session, what undoing a step needs."""
    at = timezone.now().isoformat()
    request.session[UNDO] = {"run": str(found.uid), "verb": verb, "ids": ids, "back": list(back), "at": at}


def _people_to_enrol(request: HttpRequest, found: CourseRun, unit: OrgUnit | None) -> Any:
    """People who work today in the chosen unit or below, in the manager's own subtree."""
    members = Membership.objects.primary_on(today()).filter(
        unit__in=units_where(request.user, "class.manage").values("pk")
    )
    members = members.in_subtree(unit) if unit else members.none()
    position = request.GET.get("position", "")
    if position in Position.values:
        members = members.filter(position=position)
    people = User.objects.filter(is_active=True, pk__in=members.values("user"))
    only = request.GET.get("only", "")
    if only in {NOT_YET, NOWHERE}:
        people = people.exclude(
            pk__in=Completion.objects.filter(course=found.course_id, revoked_on=None).values("user")
        )
    if only == NOWHERE:
        people = people.exclude(
            pk__in=Enrolment.objects.active().filter(run__course=found.course_id).values("user")
        )
    query = fold(nfc(request.GET.get("q", ""))).strip()[:100]
    if query:
        people = people.filter(sort_name__contains=query)
    return people.order_by("sort_name", "pk")


def _outside(people: Any, found: CourseRun) -> Any:
    """Those of them who are not in the class yet."""
    return people.exclude(pk__in=found.enrolments.active().values("user"))


def _described(people: Any, found: CourseRun) -> Any:
    here = Enrolment.objects.active().filter(run=found, user=OuterRef("pk"))
    elsewhere = (
        Enrolment.objects.active()
        .filter(run__course=found.course_id, user=OuterRef("pk"))
        .exclude(run=found)
        .order_by("-enrolled_at")
    )
    position = Membership.objects.primary_on(today()).filter(user=OuterRef("pk"))
    return people.annotate(
        unit_name=primary_unit("pk"),
        position=Subquery(position.values("position")[:1]),
        here=Exists(here),
        elsewhere=Subquery(elsewhere.values("run__name")[:1]),
        completed_on=Subquery(
            Completion.objects.filter(user=OuterRef("pk"), course=found.course_id, revoked_on=None)
            .order_by(F("on").desc())
            .values("on")[:1]
        ),
    )


@login_required
@require_POST
def enrolments_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Takes the ticked people out of a class, or puts those back who had left."""
    found = managed(request, uid)
    back = request.POST.get("act") == "restore"
    state = Enrolment.State.ENDED if back else Enrolment.State.ACTIVE
    form = PeopleForm(
        request.POST, allowed=User.objects.filter(enrolments__run=found, enrolments__state=state)
    )
    where = f"{reverse('courses:run', args=[found.uid])}{'?show=left' if back else ''}#people"
    if not form.is_valid():
        messages.error(request, _("Tick at least one person."))
        return redirect(where)
    people = form.cleaned_data["people"]
    enrolments = list(Enrolment.objects.filter(run=found, user__in=people, state=state).select_related("run"))
    try:
        if back:
            _restore(request, enrolments)
        else:
            _end(request, found, enrolments)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("courses:run", found.uid)


def _end(request: HttpRequest, found: CourseRun, enrolments: list[Enrolment]) -> None:
    actions.end_enrolments(by=request.user, enrolments=enrolments)
    n = len(enrolments)
    said = ngettext("%(n)s person left the class.", "%(n)s people left the class.", n) % {"n": n}
    messages.success(request, said)
    _keep(request, found, "end", [row.user_id for row in enrolments])


def _restore(request: HttpRequest, enrolments: list[Enrolment]) -> None:
    actions.restore_enrolments(by=request.user, enrolments=enrolments)
    n = len(enrolments)
    said = ngettext("%(n)s person is back in the class.", "%(n)s people are back in the class.", n)
    messages.success(request, said % {"n": n})


@login_required
@require_POST
def enrolments_undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Takes back what was done last to people of this class."""
    found = managed(request, uid)
    kept = request.session.pop(UNDO, None)
    if not kept or kept.get("run") != str(found.uid):
        messages.info(request, _("There is nothing left to undo."))
        return redirect("courses:run", found.uid)
    try:
        if kept["verb"] == "end":
            ended = Enrolment.objects.filter(run=found, user__in=kept["ids"], state=Enrolment.State.ENDED)
            _restore(request, list(ended.select_related("run")))
        else:
            done = actions.undo_enrol(
                by=request.user, run=found, user_ids=kept["ids"], back=kept.get("back", [])
            )
            said = ngettext("%(n)s enrolment undone.", "%(n)s enrolments undone.", done.gone)
            messages.success(request, said % {"n": done.gone})
            if done.begun:
                stay = ngettext(
                    "%(n)s person has begun and stays.", "%(n)s people have begun and stay.", done.begun
                )
                messages.warning(request, stay % {"n": done.begun})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("courses:run", found.uid)


def _led(request: HttpRequest, uid: UUID) -> CourseRun:
    runs = CourseRun.objects.led_by(request.user).with_rights(request.user).select_related("course")
    return get_object_or_404(runs, uid=uid)


@login_required
@require_safe
def person(request: HttpRequest, uid: UUID, enrolment: UUID) -> HttpResponse:
    """One learner of a class: what is done, her attendance, her attempts with their minutes."""
    found = _led(request, uid)
    rows = Enrolment.objects.filter(run=found).select_related("user", "completion", "enrolled_by", "run")
    mine = get_object_or_404(rows.annotate(unit_name=primary_unit()), uid=enrolment)
    attempts = (
        mine.attempts.select_related("activity")
        .annotate(seconds=Sum(F("states__banked_seconds") + F("states__session_seconds")))
        .annotate(last=Max("states__changed_at"))
        .order_by("activity__section__position", "activity__position", "number")
    )
    marks = {row.session_id: row for row in Attendance.objects.filter(enrolment=mine)}
    sessions = [(session, marks.get(session.pk)) for session in found.sessions.order_by("starts_at", "pk")]
    context = {
        "run": found,
        "course": found.course,
        "manages": found.manages,  # type: ignore[attr-defined]
        "enrolment": mine,
        "completion": getattr(mine, "completion", None),
        "standing": standings([mine])[mine.pk],
        "attempts": [(attempt, round((attempt.seconds or 0) / 60)) for attempt in attempts],
        "sessions": sessions,
        "attended": sum(mark.mark in Attendance.ATTENDED for mark in marks.values()),
        "held": sum(session.state == "held" for session, _mark in sessions),
    }
    return render(request, "courses/run_person.html", context)


@login_required
@require_safe
def run_excel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The class list as an Excel sheet."""
    found = _led(request, uid)
    return FileResponse(
        sheet_of(found),
        as_attachment=True,
        filename=f"lop-{today():%Y-%m-%d}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
