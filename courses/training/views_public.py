"""What guests see of training: classes of the department's open courses, without the people in them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.days import today
from accounts.models import OrgUnit
from courses.training.models import Course, CourseRun

PER_PAGE = 30


def public_list(request: HttpRequest) -> HttpResponse:
    """Classes that run or are to come, by choice or not; joining asks to sign in."""
    root = OrgUnit.objects.root()
    runs = (
        CourseRun.objects.filter(course__unit=root, course__state=Course.State.OPEN, closes_on__gte=today())
        .exclude(state=CourseRun.State.CLOSED)
        .with_taken()
        .with_unit_name()
        .select_related("course")
        .order_by("opens_on", "pk")
    )
    page = Paginator(runs, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(run, _takes(run), _left(run)) for run in page]
    return render(request, "courses/public.html", {"page": page, "rows": rows})


def _takes(run: CourseRun) -> bool:
    return run.choice and (run.choice_until is None or run.choice_until >= today())


def _left(run: CourseRun) -> int | None:
    """Seats left; None where there is room for everybody."""
    return None if run.seats is None else max(0, run.seats - int(getattr(run, "taken", 0)))
