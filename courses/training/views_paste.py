"""Enrolling from a list pasted from Excel or a message: who is recognised is shown first, then enrolled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.days import today
from accounts.models import Membership, User
from accounts.permissions import units_where
from courses.training.forms import PeopleForm
from courses.training.models import CourseRun
from courses.training.pasted import MOST_LINES, Line, Meant, Somebody, meant_by, read_lines
from courses.training.roster import primary_unit
from courses.training.views_classes import managed
from courses.training.views_people import enrol_and_say

MOST_CHARS = 100_000
NAMES_AT_ONCE = 100


@login_required
@require_http_methods(["GET", "POST"])
def run_paste(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The list to paste; what its lines mean; enrolling those who were recognised."""
    found = managed(request, uid)
    people = _people(request.user)
    enrols = request.method == "POST" and request.POST.get("act") == "enrol"
    form = PeopleForm(request.POST if enrols else None, allowed=people)
    if enrols and form.is_valid() and enrol_and_say(request, found, form, form.cleaned_data["people"]):
        return redirect("courses:run", found.uid)
    text = request.POST.get("lines", "")[:MOST_CHARS]
    lines = read_lines(text)
    problem = _problem(request, lines)
    context = {
        "run": found,
        "course": found.course,
        "form": form,
        "text": text,
        "problem": problem,
        "read": [] if problem else _recognised(found, people, lines[:MOST_LINES]),
        "enrols": enrols,
    }
    wrong = bool(problem or form.errors)
    return render(request, "courses/run_paste.html", _counted(context), status=422 if wrong else 200)


def _problem(request: HttpRequest, lines: list[Line]) -> str:
    if request.method == "POST" and not lines:
        return _("Paste at least one line.")
    if len(lines) > MOST_LINES:
        return _("Paste at most %(n)s lines at once.") % {"n": MOST_LINES}
    return ""


def _people(user: Any) -> Any:
    """Everybody at work today in the manager's own subtree."""
    units = units_where(user, "class.manage").values("pk")
    members = Membership.objects.primary_on(today()).filter(unit__in=units)
    return User.objects.filter(is_active=True, pk__in=members.values("user"))


def _recognised(found: CourseRun, people: Any, lines: list[Line]) -> list[dict[str, Any]]:
    """A row for each line: the one person it means, and whether she is in the class already."""
    rows = _candidates(found, people, lines)
    known = [
        Somebody(
            pk=row.pk,
            name=row.full_name,
            sort_name=row.sort_name,
            unit=row.unit_name or "",
            keys=frozenset(key.lower() for key in (row.username, row.email, row.staff_code) if key),
        )
        for row in rows.values()
    ]
    seen: set[int] = set()
    return [_row(meant_by(line, known), rows, seen) for line in lines]


def _row(meant: Meant, rows: dict[int, Any], seen: set[int]) -> dict[str, Any]:
    one = rows[meant.people[0].pk] if len(meant.people) == 1 else None
    again = one is not None and one.pk in seen
    if one is not None:
        seen.add(one.pk)
    return {"line": meant.line, "person": one, "again": again, "several": len(meant.people) > 1}


def _candidates(found: CourseRun, people: Any, lines: list[Line]) -> dict[int, Any]:
    """Everybody whom a line may mean, in a query for every hundred lines."""
    here = found.enrolments.active().filter(user=OuterRef("pk"))
    described = people.annotate(unit_name=primary_unit("pk"), here=Exists(here))
    rows: dict[int, Any] = {}
    for start in range(0, len(lines), NAMES_AT_ONCE):
        asked = lines[start : start + NAMES_AT_ONCE]
        texts = {cell for line in asked for cell in line.cells if " " not in cell}
        keys = texts | {text.lower() for text in texts}
        wanted = Q(username__in=keys) | Q(email__in=keys) | Q(staff_code__in=keys)
        for prefix in {line.sort_prefix for line in asked if line.sort_prefix}:
            wanted |= Q(sort_name__contains=prefix)
        rows |= {row.pk: row for row in described.filter(wanted)}
    return rows


def _counted(context: dict[str, Any]) -> dict[str, Any]:
    """Who can be enrolled, and how many lines say nobody clearly."""
    read = context["read"]
    new = [row for row in read if row["person"] and not row["person"].here and not row["again"]]
    clear = sum(row["person"] is not None for row in read)
    return context | {"new": new, "clear": clear, "unclear": len(read) - clear}
