"""The desk of units: the tree, one unit with its history, people and roles."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import unit_page, unit_tree
from accounts.actions import undo_change
from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, UnitChange
from accounts.views.days import day_from


def tops_or_refuse(request: HttpRequest) -> list[int]:
    """Where the person's view of the tree begins; 403 for who administers nothing."""
    tops = unit_tree.managed(request.user)
    if not tops:
        raise NotAllowed("unit.manage")
    return tops


def unit_in_view(tops: list[int], code: str) -> tuple[OrgUnit, unit_tree.Life]:
    """A unit below one's own, today or, if it is closed, when it closed; 404 for others."""
    unit = get_object_or_404(OrgUnit, code=code)
    life = unit_tree.life_of(unit)
    if life.first is None or not unit_tree.sees(tops, unit, life.nearest(today())):
        raise Http404
    return unit, life


@login_required
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The top of one's own tree, or what a search finds in it."""
    tops = tops_or_refuse(request)
    words = request.GET.get("q", "").strip()[:100]
    if not words:
        day = request.GET.get("day", "")
        code = OrgUnit.objects.values_list("code", flat=True).get(pk=tops[0])
        return redirect(reverse("accounts:unit", args=[code]) + (f"?day={day}" if day else ""))
    first = OrgUnit.objects.get(pk=tops[0])
    context = {
        "words": words,
        "found": unit_tree.search(tops, words),
        "rows": unit_tree.tree(tops, first, today()),
        "day": today(),
    }
    return render(request, "accounts/units_found.html", context)


@login_required
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit on a day, beside the tree of that day."""
    tops = tops_or_refuse(request)
    found, life = unit_in_view(tops, code)
    asked, wrong = day_from(request.GET.get("day", ""))
    day = asked or life.nearest(today())
    if not unit_tree.sees(tops, found, day):
        return _not_on(request, found, life, day)
    context: dict[str, Any] = {
        "rows": unit_tree.tree(tops, found, day, whole=bool(request.GET.get("all"))),
        "day": day,
        "is_today": day == today(),
        "wrong_day": wrong,
        **unit_page.facts(found, life, day, tops),
    }
    return render(request, "accounts/unit.html", context)


def _not_on(request: HttpRequest, found: OrgUnit, life: unit_tree.Life, day: date) -> HttpResponse:
    """The unit was not there on the day asked for: shows its nearest day and says so."""
    nearest = life.nearest(day)
    if nearest == day:  # it stood under somebody else
        nearest = life.nearest(today())
    said = _("The unit was not in your tree on %(day)s; it is shown as on %(nearest)s.")
    messages.info(request, said % {"day": f"{day:%d/%m/%Y}", "nearest": f"{nearest:%d/%m/%Y}"})
    return redirect(f"{reverse('accounts:unit', args=[found.code])}?day={nearest.isoformat()}")


@login_required
@require_POST
def undo(request: HttpRequest, uid: str) -> HttpResponse:
    """Takes back one act on the tree."""
    tops = tops_or_refuse(request)
    change = get_object_or_404(UnitChange, uid=uid)
    unit_in_view(tops, change.unit.code)
    code = change.unit.code
    try:
        undo_change(by=request.user, change=change)
        messages.success(request, _("Taken back: everything is as it was before."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    if not OrgUnit.objects.filter(code=code).exists():
        return redirect("accounts:units")
    return redirect("accounts:unit", code)
