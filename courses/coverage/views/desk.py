"""The front of "Manage": what waits for the person today."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts.days import today
from accounts.errors import NotAllowed
from accounts.permissions import verbs_of
from courses.coverage.desk import desk_of

#: who has anything to manage
VERBS = frozenset({"coverage.view", "course.manage", "class.manage", "unit.manage", "person.view"})


@login_required
@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    verbs = verbs_of(request.user)
    if not verbs & VERBS:
        raise NotAllowed("coverage.view")
    context = {
        "desk": desk_of(request.user, verbs),
        "verbs": verbs,
        "today": today(),
        "may_set": "target.manage" in verbs,
        "may_make": "class.manage" in verbs,
        "reports_url": _address("repository:reports"),
        "units_url": _address("accounts:units") if "unit.manage" in verbs else "",
        "people_url": _address("accounts:people") if "person.view" in verbs else "",
        "import_url": _address("accounts:roster") if "unit.manage" in verbs else "",
    }
    return render(request, "coverage/desk.html", context)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
