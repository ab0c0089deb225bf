"""The reviewers' desk: what waits, and one version with the sheet to decide on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, User
from accounts.permissions import holds
from repository import actions, errors, findings
from repository.forms import CRITERIA, ReviewForm
from repository.models import Publication, Review, ReviewEvent, Version

USUAL_DAYS = 3
IN_DRAWER = 30


def _waiting(user: User) -> Any:
    return Version.objects.waiting_for(user).select_related(
        "resource__author", "resource__subject", "resource__owner_unit"
    )


def _with_age(versions: list[Version]) -> list[Version]:
    """Adds days of waiting, days overdue and the name of the owner's unit: one query for all names."""
    units = OrgUnit.objects.named().in_bulk({version.resource.owner_unit_id for version in versions})
    now = timezone.now()
    for version in versions:
        version.unit = units[version.resource.owner_unit_id]  # type: ignore[attr-defined]
        days = waiting_days(version.submitted_at, now)
        version.waits = _("today") if days == 0 else ngettext("%(n)s day", "%(n)s days", days) % {"n": days}  # type: ignore[attr-defined]
        version.overdue = max(0, days - USUAL_DAYS)  # type: ignore[attr-defined]
    return versions


def waiting_days(since: datetime | None, now: datetime) -> int:
    """Local days from one moment to another: since yesterday evening is one."""
    if since is None:
        return 0
    return (timezone.localdate(now) - timezone.localdate(since)).days


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that waits for her, the longest first."""
    if not holds(request.user, "resource.review"):
        raise NotAllowed("resource.review")
    page = Paginator(_waiting(request.user), 30).get_page(request.GET.get("page"))
    page.object_list = _with_age(list(page.object_list))
    context = {"page": page, "usual_days": USUAL_DAYS}
    return render(request, "repository/review_queue.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def version(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One version: try it, read what was found, then publish it or return it with reasons."""
    found = get_object_or_404(
        Version.objects.reviewable_by(request.user).select_related(
            "blob__package_index",
            "resource__author",
            "resource__subject",
            "resource__series",
            "resource__licence",
            "resource__type",
        ),
        uid=uid,
    )
    units = list(actions.units_to_publish_at(request.user, found.resource).named())
    shown = _shown(found)
    form = _form(request, found, units, shown)
    if request.method == "POST" and _still_undecided(request, found) and form.is_valid():
        try:
            _decide(request, found, form, units)
        except errors.Conflict as refusal:
            messages.error(request, refusal.message)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            # Never on to another lesson's form: a second click would decide on that one.
            return redirect("repository:review")
    return _page(request, found, form, units, shown)


def _shown(version: Version) -> list[Publication]:
    """Where the lesson is published now, whichever version."""
    in_force = Publication.objects.in_force().filter(version__resource=version.resource)
    return list(in_force.select_related("version"))


def _form(
    request: HttpRequest, version: Version, units: list[OrgUnit], shown: list[Publication]
) -> ReviewForm:
    """The sheet; the highest unit is chosen that does not show this version yet."""
    submitted = version.review == Review.SUBMITTED
    taken = set() if submitted else {one.unit_id for one in shown if one.version_id == version.pk}
    free = [unit.code for unit in units if unit.pk not in taken]
    initial = {"revision": version.resource.revision, "unit": free[-1] if free else ""}
    act = "return" if request.POST.get("act") == "return" else "publish"
    return ReviewForm(request.POST or None, initial=initial, units=units, act=act, sheet=submitted)


def _still_undecided(request: HttpRequest, version: Version) -> bool:
    """Says so where somebody, or she herself in another tab, has decided since the page was opened."""
    sheet = any(code in request.POST for code, _label in CRITERIA) or request.POST.get("act") == "return"
    if version.review == Review.SUBMITTED or (version.review == Review.APPROVED and not sheet):
        return True
    messages.error(request, errors.not_submitted().message)
    return False


def _decide(request: HttpRequest, version: Version, form: ReviewForm, units: list[OrgUnit]) -> None:
    title = version.resource.title
    if request.POST.get("act") == "return":
        actions.return_version(by=request.user, version=version, reasons=form.reasons())
        messages.success(request, _("“%(title)s” went back to its author.") % {"title": title})
        return
    unit = next((one for one in units if one.code == form.cleaned_data["unit"]), None)
    if unit is None:
        raise NotAllowed("resource.review")
    actions.publish(
        by=request.user,
        version=version,
        unit=unit,
        open_to_guests=form.cleaned_data["open_to_guests"],
        decision=form.cleaned_data["decision"],
        revision=form.cleaned_data["revision"],
    )
    message = _("“%(title)s” is published for %(unit)s.") % {"title": title, "unit": unit}
    messages.success(request, message)


def _steps(version: Version) -> Any:
    events = ReviewEvent.objects.filter(version__resource=version.resource)
    return events.select_related("by", "version")


def _page(
    request: HttpRequest,
    version: Version,
    form: ReviewForm,
    units: list[OrgUnit],
    publications: list[Publication],
) -> HttpResponse:
    waiting = _with_age(list(_waiting(request.user)[: IN_DRAWER + 1]))
    place = next((n for n, one in enumerate(waiting, start=1) if one.pk == version.pk), None)
    following = waiting[place] if place is not None and place < len(waiting) else None
    names = OrgUnit.objects.named().in_bulk(
        {version.resource.owner_unit_id, *(one.unit_id for one in publications)}
    )
    for one in publications:
        one.unit = names[one.unit_id]
    context = {
        "version": _with_age([version])[0],
        "resource": version.resource,
        "grades": list(version.resource.grades.all()),
        "form": form,
        "groups": findings.groups(version.findings),
        "steps": _steps(version),
        "publications": publications,
        "units": units,
        "queue": waiting[:IN_DRAWER],
        "more": len(waiting) > IN_DRAWER,
        "place": place,
        "following": following,
        "decidable": version.review in (Review.SUBMITTED, Review.APPROVED),
        "submitted": version.review == Review.SUBMITTED,
    }
    return render(request, "repository/review_version.html", context)
