"""Joining a class by choice and leaving it; naming its instructors."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.days import today
from accounts.errors import Refusal
from accounts.models import Membership, User
from accounts.text import fold, nfc
from courses.training import actions
from courses.training.models import CourseRun, Enrolment
from courses.training.roster import primary_unit
from courses.training.views_classes import managed

FOUND_AT_MOST = 20
MOST_INSTRUCTORS = 30


@login_required
@require_POST
def join(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Takes a seat; a class that never was open to her does not exist for her."""
    run = get_object_or_404(CourseRun.objects.offered_to(request.user), uid=uid)
    try:
        actions.enrol_self(by=request.user, run=run)
        messages.success(request, _("You are in the class “%(name)s”.") % {"name": run.name})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("courses:run", run.uid)


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The question before leaving, and leaving."""
    mine = get_object_or_404(Enrolment.objects.of(request.user).select_related("run__course"), run__uid=uid)
    if request.method == "POST":
        try:
            actions.leave_self(by=request.user, enrolment=mine)
            messages.success(request, _("You have left the class “%(name)s”.") % {"name": mine.run.name})
            return redirect("courses:learning")
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect("courses:run", uid)
    return render(request, "courses/run_leave.html", {"run": mine.run, "course": mine.run.course})


@login_required
@require_http_methods(["GET", "POST"])
def run_instructors(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who teaches a class: found by name, added, removed, made the lead."""
    run = managed(request, uid)
    if request.method == "POST":
        return _change_instructors(request, run)
    rows = list(run.instructors.select_related("user").order_by("-lead", "user__sort_name"))
    query = request.GET.get("q", "")[:100]
    context = {
        "run": run,
        "course": run.course,
        "instructors": rows,
        "query": query,
        "found": _people_called(query, [row.user_id for row in rows]),
        "most": FOUND_AT_MOST,
    }
    return render(request, "courses/run_instructors.html", context)


def _people_called(query: str, without: list[int]) -> list[Any]:
    """People at work today whose name holds the text, the first of them."""
    text = fold(nfc(query)).strip()
    if len(text) < 2:
        return []
    at_work = Membership.objects.primary_on(today()).values("user")
    people = User.objects.filter(is_active=True, pk__in=at_work, sort_name__contains=text)
    people = people.exclude(pk__in=without).annotate(unit_name=primary_unit("pk"))
    return list(people.order_by("sort_name", "pk")[: FOUND_AT_MOST + 1])


def _change_instructors(request: HttpRequest, run: CourseRun) -> HttpResponse:
    act = request.POST.get("act")
    rows = list(run.instructors.select_related("user").order_by("-lead", "pk"))
    users = [row.user for row in rows]
    person = get_object_or_404(User.objects.filter(is_active=True), uid=_uid(request.POST.get("person")))
    if act == "add" and len(users) >= MOST_INSTRUCTORS:
        messages.error(request, _("A class has at most 30 instructors."))
    elif act == "add":
        actions.set_instructors(by=request.user, run=run, users=[*users, person], lead=(users or [person])[0])
        messages.success(request, _("%(name)s teaches the class.") % {"name": person.full_name})
    elif act == "remove":
        left = [user for user in users if user != person]
        actions.set_instructors(by=request.user, run=run, users=left)
        messages.success(request, _("%(name)s no longer teaches the class.") % {"name": person.full_name})
    elif act == "lead" and person in users:
        actions.set_instructors(by=request.user, run=run, users=users, lead=person)
        messages.success(request, _("%(name)s leads the class.") % {"name": person.full_name})
    else:
        raise Http404
    return redirect("courses:run_instructors", run.uid)


def _uid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None
