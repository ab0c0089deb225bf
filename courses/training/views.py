"""What learners see: the list of courses, a course, their own learning."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.days import today
from accounts.models import OrgUnit, User
from accounts.permissions import holds
from accounts.prepared import prepared
from accounts.text import nfc
from courses.training.actions import is_running
from courses.training.actions.learning import has_begun
from courses.training.agenda import events_of
from courses.training.confirmation import confirmation_of, readable_by
from courses.training.history import described, past_of, school_years_of, totals_of
from courses.training.ics import calendar as ics_calendar
from courses.training.learning import finished_by, learning_of, year_so_far
from courses.training.lines import class_lines, lined_parts
from courses.training.models import Completion, Course, CourseRun, Enrolment, Instructor
from courses.training.standing import Standing, outline, standings
from courses.training.views_public import public_list

PER_PAGE = 30
CHOICES_SHOWN = 6
FINISHED_SHOWN = 3


@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """Courses open to the person, those she takes first; to guests the classes of the department."""
    if not request.user.is_authenticated:
        return public_list(request)
    query = nfc(request.GET.get("q", "")).strip()[:100]
    mine = {
        row["run__course_id"]: row
        for row in Enrolment.objects.of(request.user)
        .order_by("run__closes_on")
        .values("run__course_id", "uid", "progress", "run__name", "run__closes_on", "completion__on")
    }
    courses = (
        Course.objects.visible_to(request.user)
        .filter(Q(state=Course.State.OPEN) | Q(pk__in=mine))
        .annotate(
            activities=Count(
                "sections__activities",
                filter=Q(sections__retired_at=None, sections__activities__retired_at=None),
                distinct=True,
            ),
            first=Case(When(pk__in=mine, then=Value(0)), default=Value(1), output_field=IntegerField()),
        )
        .order_by("first", "title", "pk")
    )
    if query:
        courses = courses.filter(title__icontains=query)
    page = Paginator(courses, PER_PAGE).get_page(request.GET.get("page"))
    names = OrgUnit.objects.names({course.unit_id for course in page})
    rows = [(course, names.get(course.unit_id, ""), mine.get(course.pk)) for course in page]
    choices = [] if query or page.number > 1 else list(_choices(request)[:CHOICES_SHOWN])
    context = {"page": page, "rows": rows, "query": query, "choices": choices}
    context["builds"] = holds(request.user, "course.manage")
    return render(request, "courses/list.html", context)


def _choices(request: HttpRequest) -> Any:
    """Classes that she can join now, the first to begin first."""
    runs = CourseRun.objects.open_to_choice(request.user).exclude(
        enrolments__in=Enrolment.objects.of(request.user)
    )
    return runs.with_unit_name().select_related("course").order_by("opens_on", "pk")


@prepared
def _enrolments(user: User, course: UUID) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.of(user).filter(run__course__uid=course)
    return rows.select_related("run", "completion").order_by("-run__opens_on", "-pk")


@prepared
def _learnt(user: User, uid: UUID) -> QuerySet[Course]:
    """A course that she learns in, which is to be shown before: nothing more is asked."""
    return Course.objects.with_rights(user).filter(uid=uid)


@prepared
def _visible(user: User, uid: UUID) -> QuerySet[Course]:
    return Course.objects.visible_to(user).distinct().with_rights(user).filter(uid=uid)


@prepared
def instructors_of(run: int) -> QuerySet[Instructor]:
    """Who teaches a class, the lead first."""
    rows = Instructor.objects.filter(run=run).select_related("user")
    return rows.order_by("-lead", "user__sort_name")


def _enrolment(request: HttpRequest, course: UUID) -> Enrolment | None:
    """The class of this course to show her: the one asked for, else the one that runs, else the last."""
    rows = _enrolments(user=request.user, course=course)
    wanted = [row for row in rows if str(row.run.uid) == request.GET.get("class")]
    running = [row for row in rows if is_running(row.run)]
    return next(iter(wanted or running or rows), None)


def _standing(course: Course, enrolment: Enrolment | None) -> Standing:
    """Where she stands; before her class opens, or without one, what the course would bring."""
    if enrolment is None:
        return outline(course.pk)
    standing = standings([enrolment])[enrolment.pk]
    if enrolment.run.state == CourseRun.State.PLANNED:
        return replace(outline(course.pk), appointments=standing.appointments)
    return standing


@login_required
@require_safe
def course(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A course as the person stands in it; without a class, what it would bring her and what she can join."""
    enrolment = _enrolment(request, uid)
    # Who learns in it sees it; the longer question is for all others.
    found = (_learnt if enrolment else _visible).first(user=request.user, uid=uid)
    if found is None:
        raise Http404
    running = bool(enrolment and is_running(enrolment.run))
    begun = bool(enrolment and has_begun(enrolment.run))
    standing = _standing(found, enrolment)
    context: dict[str, Any] = {
        "course": found,
        "enrolment": enrolment,
        "run": enrolment.run if enrolment else None,
        "today": today(),
        "running": running,
        "begun": begun,
        "standing": standing,
        "parts": lined_parts(
            standing, enrolment=enrolment, opens=begun, now=standing.next if running else None
        ),
        "waiting": standing.waiting if running else None,
    }
    if enrolment:
        context["instructors"] = instructors_of(run=enrolment.run_id)
    if not enrolment or enrolment.run.closes_on < today() or enrolment.run.state == CourseRun.State.CLOSED:
        context["choices"] = list(_choices(request).filter(course=found))
    return render(request, "courses/course.html", context)


@login_required
@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """Học tập của tôi: what is next, alone; what is on its days; the classes that run; what is finished."""
    finished = finished_by(request.user)
    mine = learning_of(request.user)
    context = {
        "mine": mine,
        "lines": class_lines(mine.running),
        "year": year_so_far(finished),
        "finished": finished[:FINISHED_SHOWN],
        "today": today(),
    }
    if mine.coming:
        context["instructors"] = instructors_of(run=mine.coming.enrolment.run_id)
    return render(request, "courses/learning.html", context)


@login_required
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """All classes behind her, by school year where she asks for one."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else None
    page = Paginator(past_of(request.user, year), PER_PAGE).get_page(request.GET.get("page"))
    years = school_years_of(request.user)
    context = {
        "page": page,
        "rows": described(page),
        "year": year,
        "years": years,
        "totals": totals_of(request.user),
    }
    return render(request, "courses/history.html", context)


@login_required
@require_safe
def confirmation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What a completed course is proved with, to print; a revoked one says so."""
    rows = Completion.objects.filter(readable_by(request.user))
    found = get_object_or_404(rows.select_related("user", "course", "enrolment__run"), uid=uid)
    context = {
        "completion": found,
        "shown": confirmation_of(found),
        "own": found.user_id == request.user.pk,
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "courses/confirmation.html", context)


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The sessions to come of all her classes, as a file for the calendar of a phone."""
    events = events_of(Enrolment.objects.of(request.user).select_related("run__course"))
    text = ics_calendar(events, now=timezone.now(), host=request.get_host())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="buoi-hoc.ics"'
    return response
