"""A newer version of a lesson in use: whom it touches, and what becomes of whoever is in the middle of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refusal
from courses.runtime.mapping import ADDRESS, IDENTIFIER, PLACE, TITLE
from courses.training import actions
from courses.training.forms_switch import SwitchForm
from courses.training.models import Activity, Course, Switch, SwitchedAttempt
from courses.training.switching import Route, Touched, reach_of, routes_of, touched_of
from repository.models import Ingest, LearningResource, Likeness, Version

#: How a part was recognised, in words
BY = {
    IDENTIFIER: pgettext_lazy("mapping of parts", "same identifier"),
    ADDRESS: pgettext_lazy("mapping of parts", "same page"),
    TITLE: pgettext_lazy("mapping of parts", "same title"),
    PLACE: pgettext_lazy("mapping of parts", "same place"),
}


@login_required
@require_safe
def touched(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Whom the versions of a lesson touch: for its author, its reviewers, managers of courses."""
    hers = LearningResource.objects.editable_by(request.user).values("pk")
    managed = Activity.objects.filter(section__course__in=Course.objects.manageable_by(request.user))
    found = get_object_or_404(
        LearningResource.objects.filter(Q(pk__in=hers) | Q(pk__in=managed.values("resource"))), uid=uid
    )
    versions = found.versions.filter(ingest=Ingest.READY).order_by("-number")
    context = {
        "resource": found,
        "newest": versions.first(),
        "reach": reach_of(request.user, found.pk),
        "is_hers": LearningResource.objects.filter(pk__in=hers, pk=found.pk).exists(),
    }
    return render(request, "courses/touched.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One activity: its classes, how both versions' parts are paired, the decision, the way back."""
    managed = Activity.objects.filter(section__course__in=Course.objects.manageable_by(request.user))
    found = get_object_or_404(managed, uid=uid, kind__in=Activity.FROM_LIBRARY)
    form = SwitchForm(request.POST or None)
    if request.method == "POST":
        try:
            return _act(request, found, form)
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect("courses:switch", found.uid)
    touching = touched_of(request.user, managed.filter(pk=found.pk))
    if not touching:
        raise Http404
    return render(request, "courses/switch.html", _context(touching[0], form))


def _act(request: HttpRequest, found: Activity, form: SwitchForm) -> HttpResponse:
    if request.POST.get("act") == "return":
        switches = Switch.objects.filter(activity=found)
        done = get_object_or_404(switches, uid=_uid(request.POST.get("switch", "")))
        actions.return_switch(by=request.user, switch=done)
        messages.success(request, _("The former version is in use again. What was done meanwhile is kept."))
    elif form.is_valid():
        data = form.cleaned_data
        version = get_object_or_404(Version.objects.filter(resource=found.resource_id), uid=data["version"])
        actions.switch_version(
            by=request.user,
            activity=found,
            version=version,
            way=data["way"],
            bookmarks=data["bookmarks"] or "same",
        )
        messages.success(
            request, _("Version %(n)s is in use now. It can be taken back here.") % {"n": version.number}
        )
    else:
        raise Refusal("switch_choice", _("Choose what becomes of learners in progress."))
    return redirect("courses:switch", found.uid)


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _context(one: Touched, form: SwitchForm) -> dict[str, Any]:
    decidable = (one.waits or bool(one.late)) and (one.switch is None or one.switch.state not in Switch.BUSY)
    routes = routes_of(one) if decidable else []
    if decidable and one.target is not None:
        way = Switch.Way.STAY if one.waits else Switch.Way.MOVE
        form.initial |= {"version": one.target.uid, "way": way}
    return {
        "one": one,
        "activity": one.activity,
        "course": one.course,
        "decidable": decidable,
        "routes": [_route(route, one.target) for route in routes],
        "ordered": any(route.ordered for route in routes),
        "form": form,
        "switch": one.switch,
        "progress": _progress(one.switch),
        "busy": one.switch is not None and one.switch.state in Switch.BUSY,
        "counts": one.counts,
    }


def _route(route: Route, target: Version | None) -> dict[str, Any]:
    """One older version with a line for each part of the newer; ``strange``: it may be another lesson."""
    confirmed = target is not None and target.likeness == Likeness.CONFIRMED
    return {
        "strange": confirmed or all(pair.by == PLACE for pair in route.mapping.pairs),
        "route": route,
        "lines": [(pair, BY[pair.by], pair.same_files and route.same_kind) for pair in route.mapping.pairs],
        "changed": any(not pair.same_files for pair in route.mapping.pairs),
    }


def _progress(switch: Switch | None) -> dict[str, int]:
    """How many learners moved, still wait, were brought back."""
    if switch is None or switch.way != Switch.Way.MOVE:
        return {}
    states = SwitchedAttempt.State
    return switch.attempts.aggregate(
        all=Count("pk"),
        moved=Count("pk", filter=Q(state__in=[states.MOVED, states.BACK])),
        waiting=Count("pk", filter=Q(state=states.WAITING)),
        left=Count("pk", filter=Q(state=states.LEFT)),
        back=Count("pk", filter=Q(state=states.BACK)),
    )
