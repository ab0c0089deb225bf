"""The reviewers' desk: what waits, one version with the sheet to decide on it, what was decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, User
from accounts.permissions import holds, units_where
from repository import actions, errors, findings, notices, page_pictures, places_of_use
from repository.changes import Change, changes
from repository.models import MetadataRevision, Publication, Review, ReviewEvent, Version
from repository.review_forms import BulkReviewForm, ReviewForm
from repository.sheet import CRITERIA, criteria
from repository.views import _desk

IN_DRAWER = 10
DECISIONS = notices.DECISIONS


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that waits for her, the longest first; filters in the address."""
    return queue_page(request, BulkReviewForm())


def queue_page(request: HttpRequest, bulk: BulkReviewForm) -> HttpResponse:
    if not holds(request.user, "resource.review"):
        raise NotAllowed("resource.review")
    form = _desk.filters(request, request.user)
    page = Paginator(_desk.filtered(request.user, form), 30).get_page(request.GET.get("page"))
    page.object_list = _desk.with_age(list(page.object_list), request.user)
    context = {
        "page": page,
        "usual_days": _desk.USUAL_DAYS,
        "filters": form,
        "kept": _desk.kept_query(request),
        "bulk": bulk,
        "picked": {uid for uid, _revision in bulk.cleaned_data.get("chosen", [])} if bulk.is_bound else set(),
        "above": _desk.units_above(request.user, page.object_list),
        "first": next((one for one in page.object_list if not one.own), None),
    }
    return render(request, "repository/review_queue.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def version(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One version: try it, read what was found, then publish it or return it with reasons."""
    found = get_object_or_404(
        Version.objects.reviewable_by(request.user)
        .select_related(
            "blob__package_index",
            "resource__author",
            "resource__subject",
            "resource__series",
            "resource__licence",
            "resource__type",
            "page_picture",
        )
        .defer("page_picture__data"),
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
            return redirect(reverse("repository:review") + _desk.kept_query(request))
    return _page(request, found, form, units, shown)


def _shown(version: Version) -> list[Publication]:
    """Where the lesson is published now, whichever version; the newest first."""
    in_force = Publication.objects.in_force().filter(version__resource=version.resource)
    return list(in_force.select_related("version__blob", "metadata").order_by("-published_at"))


def _form(
    request: HttpRequest, version: Version, units: list[OrgUnit], shown: list[Publication]
) -> ReviewForm:
    """The sheet; the highest unit is chosen that does not show this version yet."""
    submitted = version.review == Review.SUBMITTED
    taken = set() if submitted else {one.unit_id for one in shown if one.version_id == version.pk}
    free = [unit.code for unit in units if unit.pk not in taken]
    initial = {"revision": version.resource.revision, "unit": free[-1] if free else ""}
    act = "return" if request.POST.get("act") == "return" else "publish"
    asked = criteria(version.kind, described_only=_only_described(version, shown))
    return ReviewForm(
        request.POST or None, initial=initial, units=units, act=act, sheet=submitted, criteria=asked
    )


def _only_described(version: Version, shown: list[Publication]) -> bool:
    """Whether the very file is published and only what is said of it is new."""
    return version.review == Review.SUBMITTED and any(one.version_id == version.pk for one in shown)


def _still_undecided(request: HttpRequest, version: Version) -> bool:
    """Says who decided what where somebody, or she herself in another tab, has since the page was opened."""
    sheet = any(one.code in request.POST for one in CRITERIA) or request.POST.get("act") == "return"
    if version.review == Review.SUBMITTED or (version.review == Review.APPROVED and not sheet):
        return True
    last = version.review_events.select_related("by").order_by("-at", "-pk").first()
    messages.error(request, meanwhile(last).message)
    return False


def meanwhile(last: ReviewEvent | None) -> Refusal:
    """What happened to a version that waits no more; without a person it is said in general."""
    if last is None or last.by is None or last.act == ReviewEvent.Act.SUBMITTED:
        return errors.not_submitted()
    when = f"{timezone.localtime(last.at):%H:%M %d/%m/%Y}"
    return errors.decided_meanwhile(last.get_act_display(), last.by.full_name, when)


def _decide(request: HttpRequest, version: Version, form: ReviewForm, units: list[OrgUnit]) -> None:
    title = version.resource.title
    if request.POST.get("act") == "return":
        actions.return_version(by=request.user, version=version, checks=form.checks())
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
        checks=form.checks(),
    )
    message = _("“%(title)s” is published for %(unit)s.") % {"title": title, "unit": unit}
    messages.success(request, message)


def with_words(events: Any) -> list[ReviewEvent]:
    """Events with what they said, in the active language."""
    found = list(events)
    for event in found:
        event.said = notices.asked(event)  # type: ignore[attr-defined]
    return found


def _changes(version: Version, publications: list[Publication]) -> list[Change]:
    """What reads differently from what the library shows of this lesson now."""
    if not publications:
        return []
    described = MetadataRevision.objects.filter(
        resource=version.resource, number=version.resource.revision
    ).first()
    return changes(publications[0].metadata.data, described.data) if described else []


def _page(
    request: HttpRequest,
    version: Version,
    form: ReviewForm,
    units: list[OrgUnit],
    publications: list[Publication],
) -> HttpResponse:
    context = {
        **_around(request, request.user, version),
        "version": _desk.with_age([version], request.user)[0],
        "resource": version.resource,
        "grades": list(version.resource.grades.all()),
        "form": form,
        "groups": findings.groups(version.findings),
        "picture": page_pictures.address_of(version),
        "steps": with_words(_steps(version)),
        "publications": _named(publications),
        "reach": places_of_use.reach_of(version.resource_id) if publications else None,
        "changes": _changes(version, publications),
        "units": units,
        "kept": _desk.kept_query(request),
        "decidable": version.review in (Review.SUBMITTED, Review.APPROVED),
        "submitted": version.review == Review.SUBMITTED,
        "only_described": _only_described(version, publications),
        "forbidden": version.own and actions.others_review(request.user, version.resource),  # type: ignore[attr-defined]
    }
    return render(request, "repository/review_version.html", context)


def _steps(version: Version) -> Any:
    events = ReviewEvent.objects.filter(version__resource=version.resource)
    return events.select_related("by", "version")


def _named(publications: list[Publication]) -> list[Publication]:
    names = OrgUnit.objects.named().in_bulk({one.unit_id for one in publications})
    for one in publications:
        one.unit = names[one.unit_id]
    return publications


def _around(request: HttpRequest, user: User, version: Version) -> dict[str, Any]:
    """The queue beside the open version, from it on, as it was filtered, and what comes after this one."""
    form = _desk.filters(request, user) if request.GET else None
    found = _desk.filtered(user, form) if form else _desk.waiting(user)
    ids = list(found.order_by("submitted_at", "pk").values_list("pk", flat=True))
    place = ids.index(version.pk) if version.pk in ids else -1
    first = max(0, min(place, len(ids) - IN_DRAWER))
    shown = found.in_bulk(ids[first : first + IN_DRAWER])
    queue = _desk.with_age([shown[pk] for pk in ids[first:] if pk in shown], user)
    after = shown.get(ids[place + 1]) if 0 <= place < len(ids) - 1 else None
    return {"queue": queue, "total": len(ids), "more": len(ids) > len(queue), "following": after}


@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """What was decided on the lessons of her units, the newest first."""
    if not holds(request.user, "resource.review"):
        raise NotAllowed("resource.review")
    events = ReviewEvent.objects.filter(
        act__in=DECISIONS,
        version__resource__owner_unit__in=units_where(request.user, "resource.review").values("pk"),
    )
    act = request.GET.get("act", "")
    if act in DECISIONS:
        events = events.filter(act=act)
    if mine := request.GET.get("by") == "me":
        events = events.filter(by=request.user)
    shown = events.select_related("by", "version__resource__author").order_by("-at", "-pk")
    page = Paginator(shown, 30).get_page(request.GET.get("page"))
    page.object_list = with_words(page.object_list)
    units = OrgUnit.objects.named().in_bulk({event.unit_id for event in page.object_list})
    for event in page.object_list:
        event.unit = units.get(event.unit_id)
    acts = [(one.value, one.label) for one in DECISIONS]
    return render(
        request, "repository/review_history.html", {"page": page, "acts": acts, "act": act, "mine": mine}
    )
