"""What learners see: the list of courses, a course, their own learning."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.days import today
from accounts.models import OrgUnit
from accounts.text import nfc
from courses.training.actions import is_running
from courses.training.learning import learning_of
from courses.training.models import Completion, Course, Enrolment
from courses.training.standing import outline, standings

PER_PAGE = 30


@login_required
@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """Courses open to the person, those she takes first."""
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
    names = unit_names({course.unit_id for course in page})
    rows = [(course, names.get(course.unit_id, ""), mine.get(course.pk)) for course in page]
    return render(request, "courses/list.html", {"page": page, "rows": rows, "query": query})


def unit_names(unit_ids: set[int]) -> dict[int, str]:
    """Today's names of some units, in one query."""
    return {unit.pk: unit.name or unit.code for unit in OrgUnit.objects.named().filter(pk__in=unit_ids)}


def _enrolment(request: HttpRequest, course: Course) -> Enrolment | None:
    """The class of this course to show her: the one asked for, else the one that runs, else the last."""
    rows = list(
        Enrolment.objects.of(request.user)
        .filter(run__course=course)
        .select_related("run", "completion")
        .order_by("-run__opens_on", "-pk")
    )
    wanted = [row for row in rows if str(row.run.uid) == request.GET.get("class")]
    running = [row for row in rows if is_running(row.run)]
    return next(iter(wanted or running or rows), None)


@login_required
@require_safe
def course(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A course as the person stands in it; without a class, what it would bring her."""
    seen = Course.objects.visible_to(request.user).with_rights(request.user)
    found = get_object_or_404(seen.distinct(), uid=uid)
    enrolment = _enrolment(request, found)
    standing = standings([enrolment])[enrolment.pk] if enrolment else outline(found.pk)
    context: dict[str, Any] = {
        "course": found,
        "enrolment": enrolment,
        "run": enrolment.run if enrolment else None,
        "today": today(),
        "running": bool(enrolment and is_running(enrolment.run)),
        "standing": standing,
        "next": standing.next if enrolment and is_running(enrolment.run) else None,
    }
    if enrolment:
        context["instructors"] = list(
            enrolment.run.instructors.select_related("user").order_by("-lead", "user__sort_name")
        )
    return render(request, "courses/course.html", context)


@login_required
@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """Học tập của tôi: what is next, alone; the classes that run; what is finished."""
    mine = learning_of(request.user)
    finished = (
        Completion.objects.filter(user=request.user, revoked_on=None)
        .select_related("course", "enrolment__run")
        .order_by("-on", "-pk")
    )
    page = Paginator(finished, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "courses/learning.html", {"mine": mine, "finished": page, "today": today()})
