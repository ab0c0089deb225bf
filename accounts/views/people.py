"""The list of people of one's own units, and a new person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import people_list, unit_tree
from accounts.actions import create_person
from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.forms.people import ListForm, PersonForm
from accounts.models import OrgUnit, Position, Role
from accounts.people_list import Filters
from accounts.permissions import holds
from accounts.views.days import day_from

PER_PAGE = 50


def person_tops(request: HttpRequest, verb: str = "person.view") -> list[int]:
    """Where the reader's people begin; 403 for who looks after nobody."""
    tops = unit_tree.managed(request.user, verb)
    if not tops:
        raise NotAllowed(verb)
    return tops


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The people of one's own units, filtered and in pages."""
    tops = person_tops(request)
    form = ListForm(request.GET)
    form.is_valid()
    day, _wrong = day_from(form.cleaned_data.get("day", ""))
    units = unit_tree.choices(tops, day)
    asked = _filters(form.cleaned_data, dict(units), day)
    page = Paginator(people_list.in_list(tops, asked), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": people_list.rows(list(page), day),
        "asked": asked,
        "units": units,
        "unit_name": dict(units)[asked.unit.code].strip() if asked.unit else "",
        "positions": Position.choices,
        "roles": Role.choices,
        "states": form.fields["state"].choices,  # type: ignore[attr-defined]
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "may_manage": holds(request.user, "unit.manage"),
    }
    return render(request, "accounts/people.html", context)


def _filters(data: dict[str, Any], units: dict[str, str], day: date | None) -> Filters:
    code = data.get("unit", "")
    unit = OrgUnit.objects.get(code=code) if code in units else None
    return Filters(
        words=data.get("q", ""),
        unit=unit,
        own=bool(data.get("own")),
        position=data.get("position", ""),
        role=data.get("role", ""),
        state=data.get("state") or "working",
        no_email=bool(data.get("no_email")),
        day=day if day != today() else None,
    )


@login_required
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """A new person; her first sign-in link is shown on her page."""
    tops = person_tops(request, "unit.manage")
    initial = {"unit": request.GET.get("unit", "")}
    form = PersonForm(request.POST or None, units=unit_tree.choices(tops), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_person(by=request.user, **form.cleaned_data)
            messages.success(request, _("The account is made. Hand over the link for the first sign-in."))
            request.session["first_link_for"] = str(made.uid)
            return redirect("accounts:person", made.uid)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    return render(request, "accounts/person_new.html", {"form": form}, status=422 if form.errors else 200)
