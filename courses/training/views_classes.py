"""The page of a class, for who leads it and for who learns in it; making, changing and closing one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.days import start_of, today
from accounts.errors import NotAllowed, Refusal
from accounts.permissions import holds, may
from accounts.text import nfc
from courses.training import actions
from courses.training.forms import NewRunForm, RunForm
from courses.training.forms_classes import ChoiceForm
from courses.training.models import Attendance, Course, CourseRun, Enrolment
from courses.training.roster import SORTS, meetings_of, pace_of, people_of, rows_of
from courses.training.views_manage import add_refusal

PEOPLE_PER_PAGE = 50
COURSES_PER_PAGE = 20
#: In the session: what was done last to people of a class, which its page offers to undo for a day
UNDO = "class_undo"
UNDO_FOR = timedelta(days=1)


@login_required
@require_safe
def run(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The class: to its manager and instructors with its people, to a learner with her own part."""
    seen = CourseRun.objects.with_rights(request.user).select_related("course")
    found = seen.visible_to(request.user).filter(uid=uid).first()
    if found is None:
        found = get_object_or_404(seen.offered_to(request.user).exclude(state="closed"), uid=uid)
    if found.manages or found.instructors.filter(user=request.user).exists():
        return _lead_page(request, found)
    return _own_page(request, found)


def _lead_page(request: HttpRequest, found: CourseRun) -> HttpResponse:
    pins = list(
        found.pins.select_related("activity", "version").order_by(
            "activity__section__position", "activity__position"
        )
    )
    pace = pace_of(found, sum(pin.activity.required for pin in pins))
    people, counts = people_of(found, pace, request.GET)
    page = Paginator(people, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    meetings = meetings_of(found)
    context = {
        "run": found,
        "course": found.course,
        "manages": found.manages,  # type: ignore[attr-defined]
        "page": page,
        "rows": rows_of(found, pace, page),
        "pace": pace,
        "counts": counts,
        "ever_enrolled": counts["all"] or counts["left"],
        "seats_left": None if found.seats is None else max(found.seats - counts["all"], 0),
        "show": request.GET.get("show", ""),
        "sort": request.GET.get("sort", "") or "name",
        "sorts": _sorts(request.GET.get("sort", "")),
        "query": request.GET.get("q", "")[:100],
        "instructors": list(found.instructors.select_related("user").order_by("-lead", "user__sort_name")),
        "pins": pins,
        "meetings": meetings,
        "held": sum(meeting.session.state == "held" for meeting in meetings),
        "next": next((meeting for meeting in meetings if meeting.next), None),
        "undo": _undo(request, found),
        "begun": found.opens_on <= today(),
        "running": found.state == CourseRun.State.OPEN and found.opens_on <= today() <= found.closes_on,
        "to_remind": counts["late"] or counts["new"] or counts["open"],
        "today": today(),
    }
    return render(request, "courses/run.html", context)


def _sorts(asked: str) -> dict[str, dict[str, str]]:
    """For each column of the list: how it is sorted now, and what its heading asks for next."""
    asked = asked if asked in SORTS else "name"
    ways = {asked.removeprefix("-"): "descending" if asked.startswith("-") else "ascending"}
    return {
        name: {"aria": ways.get(name, ""), "next": f"-{name}" if asked == name else name}
        for name in ("name", "progress", "attended", "last")
    }


def _undo(request: HttpRequest, found: CourseRun) -> dict[str, Any] | None:
    """What was done last to people of this class, while it can be taken back, and of how many."""
    kept = request.session.get(UNDO)
    if not kept or kept.get("run") != str(found.uid):
        return None
    at = parse_datetime(kept.get("at", ""))
    if at is None or timezone.now() - at > UNDO_FOR:
        return None
    there = found.enrolments.filter(user__in=kept["ids"])
    if kept["verb"] == "end":
        there = there.filter(state=Enrolment.State.ENDED)
    else:
        there = there.active().filter(Q(last_active_at=None) | Q(user__in=kept.get("back", [])))
    n = there.count()
    return {**kept, "n": n} if n and found.state != CourseRun.State.CLOSED else None


def _own_page(request: HttpRequest, found: CourseRun) -> HttpResponse:
    mine = found.enrolments.active().filter(user=request.user).select_related("completion").first()
    marks = {}
    if mine is not None:
        marks = {row.session_id: row for row in Attendance.objects.filter(enrolment=mine)}
    meetings = meetings_of(found)
    required = found.pins.filter(activity__required=True).count()
    taken = found.enrolments.active().count()
    context = {
        "run": found,
        "course": found.course,
        "enrolment": mine,
        "completion": getattr(mine, "completion", None),
        "required": required,
        "done": round(mine.progress * required) if mine else 0,
        "meetings": [(meeting, marks.get(meeting.session.pk)) for meeting in meetings],
        "attended": sum(mark.mark in Attendance.ATTENDED for mark in marks.values()),
        "held": sum(meeting.session.state == "held" for meeting in meetings),
        "taken": taken,
        "seats_left": None if found.seats is None else max(found.seats - taken, 0),
        "joinable": mine is None and _joinable(request, found),
        "instructors": list(found.instructors.select_related("user").order_by("-lead", "user__sort_name")),
        "today": today(),
    }
    return render(request, "courses/run_own.html", context)


def _joinable(request: HttpRequest, found: CourseRun) -> bool:
    return CourseRun.objects.open_to_choice(request.user).filter(pk=found.pk).exists()


@login_required
@require_http_methods(["GET", "POST"])
def run_new(request: HttpRequest) -> HttpResponse:
    """A new class of an open course (``?course=``); without one, the course is chosen first."""
    if not request.GET.get("course"):
        return _choose_course(request)
    course = get_object_or_404(
        Course.objects.visible_to(request.user).distinct(), uid=_uid(request.GET.get("course"))
    )
    form = NewRunForm(
        request.POST or None, user=request.user, course_unit=course.unit_id, initial={"teaches": True}
    )
    choice = ChoiceForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and choice.is_valid():
        try:
            made = _make(request, course, form.cleaned_data, choice.cleaned_data)
            return _to_made(request, made)
        except Refusal as refusal:
            add_refusal(form, refusal)
    nowhere = not form.fields["unit"].queryset.exists()  # type: ignore[attr-defined]
    context = {"course": course, "form": form, "choice": choice, "nowhere": nowhere}
    wrong = form.errors or choice.errors
    return render(request, "courses/run_new.html", context, status=422 if wrong else 200)


def _to_made(request: HttpRequest, made: CourseRun) -> HttpResponse:
    """People are enrolled next, unless they may do that by themselves."""
    if not made.choice:
        messages.success(request, _("The class is planned. Enrol people, then open it."))
        return redirect("courses:run_people", made.uid)
    said = _("The class is planned. Open it when all is ready.")
    messages.success(request, _said_of_choice(said, made))
    return redirect("courses:run", made.uid)


def _said_of_choice(said: str, run: CourseRun) -> str:
    """What was done, and until when people may join by themselves."""
    if not run.choice:
        return said
    last = f"{run.choice_until or run.closes_on:%d/%m/%Y}"
    return f"{said} {_('People may join by themselves until %(day)s.') % {'day': last}}"


@transaction.atomic
def _make(request: HttpRequest, course: Course, facts: dict[str, Any], choice: dict[str, Any]) -> CourseRun:
    """The class with all that its form says, or nothing of it."""
    by: Any = request.user
    teaches = facts.pop("teaches")
    made = actions.create_run(by=by, course=course, **facts)
    actions.set_choice(by=by, run=made, **choice)
    made.refresh_from_db()
    if teaches:
        actions.set_instructors(by=by, run=made, users=[by], lead=by)
    return made


def _choose_course(request: HttpRequest) -> HttpResponse:
    """The open courses that she may give a class of."""
    if not holds(request.user, "class.manage"):
        raise NotAllowed("class.manage")
    courses = Course.objects.open_to_classes_of(request.user)
    query = nfc(request.GET.get("q", "")).strip()[:100]
    found = courses.filter(title__icontains=query) if query else courses
    page = Paginator(found.with_unit_name().order_by("title", "pk"), COURSES_PER_PAGE)
    context = {"page": page.get_page(request.GET.get("page")), "query": query, "any": courses.exists()}
    return render(request, "courses/run_new_course.html", context)


def _uid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None


def managed(request: HttpRequest, uid: UUID) -> CourseRun:
    """A class of hers to manage; 404 for anybody else."""
    runs = CourseRun.objects.manageable_by(request.user).select_related("course")
    return get_object_or_404(runs, uid=uid)


@login_required
@require_http_methods(["GET", "POST"])
def run_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Name and dates, what the class says of itself, who may join."""
    found = managed(request, uid)
    fields = ("name", "opens_on", "closes_on", "school_year")
    form = RunForm(request.POST or None, initial={name: getattr(found, name) for name in fields})
    choice = ChoiceForm(request.POST or None, initial=ChoiceForm.initial_of(found))
    if request.method == "POST" and form.is_valid() and choice.is_valid():
        try:
            actions.change_run(
                by=request.user, run=found, facts=form.cleaned_data, choice=choice.cleaned_data
            )
            messages.success(request, pgettext("training", "Saved."), extra_tags="toast")
            _warn_of_sessions_outside(request, found)
            return redirect("courses:run", found.uid)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"run": found, "course": found.course, "form": form, "choice": choice}
    return render(
        request, "courses/run_edit.html", context, status=422 if form.errors or choice.errors else 200
    )


def _warn_of_sessions_outside(request: HttpRequest, found: CourseRun) -> None:
    after = start_of(found.closes_on + timedelta(days=1))
    outside = found.sessions.exclude(state="cancelled").exclude(
        starts_at__gte=start_of(found.opens_on), ends_at__lte=after
    )
    if n := outside.count():
        said = ngettext(
            "%(n)s session lies outside the new dates of the class. Give it another day.",
            "%(n)s sessions lie outside the new dates of the class. Give them other days.",
            n,
        )
        messages.warning(request, said % {"n": n})


@login_required
@require_safe
def run_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The question before a class is closed: what that ends, and for whom."""
    found = managed(request, uid)
    active = found.enrolments.active()
    coming = [meeting for meeting in meetings_of(found) if not meeting.cancelled and not meeting.over]
    context = {
        "run": found,
        "course": found.course,
        "people": active.count(),
        "unfinished": active.exclude(completion__revoked_on=None, completion__isnull=False).count(),
        "coming": coming,
    }
    return render(request, "courses/run_close.html", context)


@login_required
@require_POST
def run_act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Opens, closes or deletes a class."""
    found = managed(request, uid)
    act = request.POST.get("act")
    try:
        if act == "open":
            actions.open_run(by=request.user, run=found)
            messages.success(request, _said_of_choice(_("The class is open."), found))
            if not found.choice and not found.enrolments.filter(state=Enrolment.State.ACTIVE).exists():
                said, url = (
                    _("The class has no learners yet."),
                    reverse("courses:run_people", args=[found.uid]),
                )
                messages.warning(request, _with_link(said, url, _("Enrol people")))
        elif act == "close":
            actions.close_run(by=request.user, run=found)
            messages.success(request, _("The class is closed. What was completed is kept."))
        elif act == "delete":
            actions.delete_run(by=request.user, run=found)
            messages.success(request, _("“%(title)s” is deleted.") % {"title": found.name})
            return redirect("courses:manage" if holds(request.user, "course.manage") else "courses:list")
        else:
            raise Http404
    except Refusal as refusal:
        said = refusal.message
        if refusal.code in {"class_course_empty", "activity_not_published"}:
            page = (
                "courses:edit"
                if may(request.user, "course.manage", found.course.unit_id)
                else "courses:course"
            )
            said = _with_link(said, reverse(page, args=[found.course.uid]), found.course.title)
        messages.error(request, said)
    return redirect("courses:run", found.uid)


def _with_link(said: str, url: str, name: str) -> str:
    return format_html('{} <a href="{}">{}</a>', said, url, name)
