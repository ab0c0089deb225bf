"""An author's own lessons: the list by state, and one of them with everything to be done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import Refusal
from accounts.models import OrgUnit
from accounts.permissions import holds
from repository import actions, errors, findings, shelf
from repository.forms import LessonForm
from repository.models import (
    Ingest,
    LearningResource,
    Publication,
    Review,
    ReviewEvent,
    Upload,
    Version,
)
from repository.views._author import lesson_or_404, missing_fields
from repository.views.upload import submit_or_say_why

MOST_SHOWN = 300


def _with_state(resources: Any) -> Any:
    """Versions, publications and reasons of return, read together for a whole list."""
    publications = Publication.objects.select_related("unit").order_by("-published_at")
    events = ReviewEvent.objects.select_related("by").order_by("-at", "-pk")
    versions = (
        Version.objects.select_related("blob", "by")
        .order_by("-number")
        .prefetch_related(
            Prefetch("publications", publications, to_attr="shown"),
            Prefetch("review_events", events, to_attr="steps"),
        )
    )
    return resources.prefetch_related(Prefetch("versions", versions, to_attr="history"))


class Row:
    """A lesson in a list: its newest version, and what is published of it."""

    def __init__(self, resource: LearningResource) -> None:
        self.resource = resource
        self.versions: list[Version] = resource.history  # type: ignore[attr-defined]
        self.newest = self.versions[0] if self.versions else None
        every = [publication for version in self.versions for publication in version.shown]  # type: ignore[attr-defined]
        self.publications = [one for one in every if one.withdrawn_on is None]
        for version in self.versions:
            version.is_shown = any(one.version_id == version.pk for one in self.publications)  # type: ignore[attr-defined]
        self.shown = next((version for version in self.versions if version.is_shown), None)  # type: ignore[attr-defined]
        self.withdrawn = max(every, key=lambda one: one.withdrawn_at) if every and not self.shown else None
        self.places = shelf.places(
            shelf.Facts(
                ingest=self.newest.ingest if self.newest else "",
                review=self.newest.review if self.newest else "",
                published=bool(self.publications),
                was_published=bool(every),
            )
        )

    @property
    def returned(self) -> ReviewEvent | None:
        """The last return, with its reasons, of the newest version."""
        steps = self.newest.steps if self.newest else []  # type: ignore[attr-defined]
        return next((step for step in steps if step.act == ReviewEvent.Act.RETURNED), None)

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The reasons of return as (heading, text); the heading is empty where there is none."""
        return split_reasons(self.returned.reasons) if self.returned else []


def name_units(rows: list[Row], *more: int) -> dict[int, OrgUnit]:
    """Gives the units of publications their names of today; one query for all, and for ``more`` ids."""
    shown = [one for row in rows for one in row.publications]
    units = OrgUnit.objects.named().in_bulk({*more, *(one.unit_id for one in shown)})
    for one in shown:
        one.unit = units.get(one.unit_id, one.unit)
    return units


def split_reasons(text: str) -> list[tuple[str, str]]:
    """ "Criterion: reason", a line each; a line without a colon is a reason alone."""
    rows = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        heading, colon, reason = line.partition(": ")
        rows.append((heading, reason.strip()) if colon and len(heading) < 80 else ("", line))
    return rows


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Everything of hers by state: what is to be corrected first."""
    own = LearningResource.objects.filter(author=request.user).select_related("subject")
    resources = _with_state(own.prefetch_related("grades").order_by("-changed_at"))[:MOST_SHOWN]
    rows = [Row(resource) for resource in resources]
    name_units(rows)
    lists = {place: [row for row in rows if place in row.places] for place in shelf.PLACES}
    waiting = Upload.objects.filter(
        user=request.user, state=Upload.State.ARRIVING, offset__gt=0, expires_at__gt=timezone.now()
    )
    context = {
        "lists": lists,
        "total": len(rows),
        "uploads": list(waiting.order_by("-created_at")[:20]),
        "may_create": holds(request.user, "resource.create"),
    }
    return render(request, "repository/mine.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def lesson(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The author's page: what was found in the file, the description, versions, review."""
    resource = lesson_or_404(request, uid)
    metadata = actions.current_metadata(resource)
    initial = LessonForm.initial_of(metadata)
    submit = request.POST.get("act") == "submit"
    form = LessonForm(request.POST or None, initial=initial, grades=metadata.grades, submit=submit)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_metadata(by=request.user, resource=resource, metadata=form.metadata())
        except errors.Conflict as refusal:
            messages.error(request, refusal.message)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return _saved(request, resource)
    return _page(request, resource, form)


def _saved(request: HttpRequest, resource: LearningResource) -> HttpResponse:
    newest = resource.versions.order_by("-number").first()
    if request.POST.get("act") == "submit" and newest is not None:
        submit_or_say_why(request, newest)
    else:
        messages.success(request, _("Saved."), extra_tags="toast")
    return redirect("repository:lesson", uid=resource.uid)


def _page(request: HttpRequest, resource: LearningResource, form: LessonForm) -> HttpResponse:
    with_state = _with_state(
        LearningResource.objects.select_related("author", "subject").prefetch_related("grades")
    )
    row = Row(with_state.get(pk=resource.pk))
    newest = row.newest
    units = name_units([row], resource.owner_unit_id)
    context = {
        "row": row,
        "resource": resource,
        "newest": newest,
        "form": form,
        "groups": findings.groups(newest.findings) if newest else [],
        "summary": findings.summary(newest.findings) if newest else "",
        "working": bool(newest and newest.ingest in (Ingest.RECEIVED, Ingest.CHECKING)),
        "rejected": bool(newest and newest.ingest == Ingest.REJECTED),
        "ready": bool(newest and newest.ingest == Ingest.READY),
        "submitted": bool(newest and newest.review == Review.SUBMITTED),
        "may_submit": bool(newest and newest.ingest == Ingest.READY and _may_submit(row)),
        "missing": missing_fields(resource),
        "owner": units.get(resource.owner_unit_id),
        "is_author": resource.author_id == request.user.pk,
        "may_discard": not row.publications and row.withdrawn is None,
    }
    return render(request, "repository/lesson.html", context)


def _may_submit(row: Row) -> bool:
    newest = row.newest
    if newest is None or newest.review == Review.SUBMITTED:
        return False
    if newest.review != Review.APPROVED:
        return True
    revision = row.resource.revision
    return not Publication.objects.in_force().filter(version=newest, metadata__number=revision).exists()


@login_required
@require_POST
def act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Recalling a submitted version, or deleting a draft."""
    resource = lesson_or_404(request, uid)
    wanted = request.POST.get("act")
    try:
        if wanted == "recall":
            version = get_object_or_404(resource.versions, review=Review.SUBMITTED)
            actions.recall(by=request.user, version=version)
            messages.success(request, _("Recalled. Change it, then submit it again."))
        elif wanted == "discard":
            actions.discard(by=request.user, resource=resource)
            messages.success(request, _("The draft “%(title)s” is deleted.") % {"title": resource.title})
            return redirect("repository:mine")
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return redirect("repository:lesson", uid=resource.uid)
